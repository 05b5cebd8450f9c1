"""Holds everything again that became public in a discussion since a moment, and puts exactly that back."""

from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _
from django_tasks import task

from comments.actions.errors import NotPossible
from comments.actions.holding import READ_FIRST, hold_again, lock_comment
from comments.actions.modes import cleaned_reason
from comments.actions.state import Change, change_state
from comments.decisions import Evidence
from comments.enums import Act, DiscussionMode, State, TrialState
from comments.models import Comment, Decision, Discussion, PullBack, PulledBack, Raid
from comments.permissions import can_moderate
from newsroom.accounts.models import User
from newsroom.jobs import take_turn

FURTHEST = timedelta(days=7)
"""A raid is over sooner: what became public before is read where it stands."""


@transaction.atomic
def pull_back(discussion_id: int, *, since: datetime, reason: str, by: User, now: datetime) -> PullBack:
    """Everything that became public here from `since` until now will be held again, by a job in this transaction.

    It becomes one row of the desk: part of the raid that goes on, or else of one that is made for it. No mail
    goes out about it. Raises NotPossible where there is nothing, another runs, or `since` is no such moment;
    PermissionDenied.
    """
    _require_moderator(by)
    reason = cleaned_reason(reason)
    if not now - FURTHEST <= since < now:
        raise NotPossible(_("Name a moment within the last seven days."))
    discussion = Discussion.objects.select_for_update(no_key=True).get(pk=discussion_id)
    if discussion.pull_backs.filter(state=TrialState.RUNNING).exists():
        raise NotPossible(
            _("Comments here are being pulled back or put back already. Wait for it, or stop it.")
        )
    total = _public_since(discussion, since, now).count()
    if not total:
        raise NotPossible(_("Nothing became public here since then that still is."))
    run = PullBack.objects.create(
        discussion=discussion,
        raid=_raid(discussion, since, now),
        since=since,
        reason=reason,
        total=total,
        started_by=by,
        started_at=now,
    )
    go_on.enqueue(run.pk)
    return run


@transaction.atomic
def put_back(run: PullBack, *, by: User, now: datetime) -> PullBack:
    """What this pull-back held will be public again, each where it stood; what was decided since is left. No mail.

    A pull-back that is still running ends. Raises NotPossible where this was done or there is nothing;
    PermissionDenied.
    """
    _require_moderator(by)
    Discussion.objects.select_for_update(no_key=True).get(pk=run.discussion_id)
    locked: PullBack = PullBack.objects.select_for_update().get(pk=run.pk)
    if locked.undoes_id is not None or PullBack.objects.filter(undoes=locked).exists():
        raise NotPossible(_("This was put back already."))
    _end(locked, TrialState.STOPPED, now)
    total = locked.items.count()
    if not total:
        raise NotPossible(_("This pull-back held nothing, so there is nothing to put back."))
    undoing = PullBack.objects.create(
        discussion_id=locked.discussion_id,
        raid=locked.raid,
        undoes=locked,
        since=locked.since,
        total=total,
        started_by=by,
        started_at=now,
    )
    go_on.enqueue(undoing.pk)
    return undoing


def stop(run: PullBack, *, by: User, now: datetime) -> bool:
    """The run ends with what it has done; False where it had ended. PermissionDenied."""
    _require_moderator(by)
    running = PullBack.objects.filter(pk=run.pk, state=TrialState.RUNNING)
    return running.update(state=TrialState.STOPPED, ended_at=now) == 1


@task
def go_on(run_id: int) -> None:
    """The job behind a run: a turn's work, then the next job. Running it twice decides on no comment twice."""
    take_turn(go_on, advance, run_id)


@transaction.atomic
def advance(run_id: int, *, now: datetime) -> bool:
    """The next comment is held again or put back, in a transaction of its own; False when there is no more.

    Its decision and what the run says of it are stored together or not at all. The run's row is locked, so that
    comments follow one another whoever works on them. About twelve queries.
    """
    runs = PullBack.objects.select_for_update(of=("self",)).select_related("started_by", "raid")
    run = runs.filter(pk=run_id, state=TrialState.RUNNING).first()
    if run is None:
        return False
    if not can_moderate(run.started_by):
        # Whoever began it may not decide any more: what they did stands, the rest is nobody's.
        _end(run, TrialState.STOPPED, now)
        return False
    is_more = _hold_next(run, now) if run.undoes_id is None else _put_next_back(run, now)
    if not is_more:
        _end(run, TrialState.DONE, now)
    return is_more


def _hold_next(run: PullBack, now: datetime) -> bool:
    after = Q()
    if run.cursor_at:
        after = Q(public_since__gt=run.cursor_at) | Q(public_since=run.cursor_at, pk__gt=run.cursor_id)
    since = run.cursor_at or run.since
    rows = (
        _public_since(run.discussion_id, since, run.started_at).filter(after).order_by("public_since", "id")
    )
    found = rows.values_list("pk", "public_since").first()
    if found is None:
        return False
    run.cursor_id, run.cursor_at = found
    comment = lock_comment(run.cursor_id)
    try:
        if comment is None or comment.public_since != run.cursor_at:
            raise NotPossible
        decision = hold_again(
            comment, grounds=[READ_FIRST], evidence=Evidence(note=run.reason), by=run.started_by, now=now
        )
    except NotPossible:
        run.skipped += 1
    else:
        Comment.objects.filter(pk=comment.pk).update(raid=run.raid)
        PulledBack.objects.create(run=run, decision=decision)
        run.done += 1
    run.save(update_fields=["cursor_id", "cursor_at", "done", "skipped"])
    return True


def _put_next_back(run: PullBack, now: datetime) -> bool:
    items = PulledBack.objects.filter(run=run.undoes_id, pk__gt=run.cursor_id).select_related("decision")
    item = items.order_by("pk").first()
    if item is None:
        return False
    run.cursor_id = item.pk
    held: Decision = item.decision
    comment = lock_comment(held.comment_id) if held.comment_id else None
    if comment and comment.state == State.HELD and comment.version == held.subject_version + 1:
        change_state(Change(comment, undoes=held), act=Act.UNDONE, now=now, by=run.started_by)
        run.done += 1
    else:
        run.skipped += 1
    run.save(update_fields=["cursor_id", "done", "skipped"])
    return True


def _public_since(discussion: Any, since: datetime, until: datetime) -> Any:
    """What became public in that span and still is; a range of `comment_thread`."""
    return Comment.objects.public().filter(
        discussion=discussion, public_since__gte=since, public_since__lte=until
    )


def _raid(discussion: Discussion, since: datetime, now: datetime) -> Raid:
    """The raid that goes on or the last that reached into this span, else one that holds nothing back by itself."""
    last: Raid | None = Raid.objects.filter(discussion=discussion, until__gte=since).first()
    if last is not None:
        Raid.objects.filter(pk=last.pk, since__gt=since).update(since=since)
        return last
    return Raid.objects.create(
        discussion=discussion, since=since, until=now, mode=DiscussionMode.OPEN, begun_at=now
    )


def _end(run: PullBack, state: TrialState, now: datetime) -> None:
    running = PullBack.objects.filter(pk=run.pk, state=TrialState.RUNNING)
    running.update(state=state, ended_at=now)


def _require_moderator(by: User) -> None:
    if not can_moderate(by):
        raise PermissionDenied
