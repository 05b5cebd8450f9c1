"""One act on many comments: prepared and looked at, then done one comment a transaction, by a job that goes on."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django_tasks import task

from comments import actions
from comments.actions import NotPossible, Refused, RuleNeeded, StaleView
from comments.actions.bulk import BulkResult, Item, leaves_at, publish_each, require_moderator, turn_down_each
from comments.actions.citing import Citations, acceptable_law
from comments.enums import Act, ItemState, RunScope, RunState
from comments.letters import Leaving
from comments.models import BulkItem, BulkRun, Comment, Commenter, Decision, Discussion
from comments.permissions import can_lead, can_moderate
from comments.statements import Law
from comments.tasks import WAITS_FOR_A_RUN, enqueue_bundle
from newsroom.accounts.models import User
from newsroom.jobs import take_turn

MOST = 5_000
"""Comments of one run; of more, the first are taken, and the run says so."""

MAIL_WAITS = timedelta(minutes=10)
"""After a run began, none of its mails leaves for so long: until then all of it can be undone."""

KEPT_UNBEGUN = timedelta(hours=12)
"""A run that was prepared longer ago shows comments as they no longer are, and is not begun."""

CITING = frozenset({Act.REJECTED, Act.REMOVED})
ON_HELD = frozenset({Act.APPROVED, Act.REJECTED})
ON_PUBLIC = frozenset({Act.REMOVED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Reasons:
    """Under which rules or law, and with which note, a run turns comments down."""

    rule_keys: Sequence[str] = ()
    note: str = ""
    law: str = ""
    why: str = ""


NO_REASONS = Reasons()


def acts_of(run: BulkRun) -> frozenset[Act]:
    """What a run may be begun with."""
    return ON_PUBLIC if run.of_public else ON_HELD


@transaction.atomic
def prepare(
    items: Sequence[Item],
    scope: RunScope,
    *,
    by: User,
    now: datetime,
    of_public: bool = False,
    left_out: bool = False,
    about: Commenter | Discussion | Comment | None = None,
    place: str = "",
    reasons: Reasons = NO_REASONS,
) -> BulkRun:
    """A run of these comments with the versions seen, which does nothing yet; the moderator's forgotten ones go.

    Raises NotPossible where there is none, PermissionDenied. Four queries, and one for each thousand comments.
    """
    if not can_moderate(by):
        raise PermissionDenied
    if not items:
        raise NotPossible(_("There is no such comment, so there is nothing to decide on."))
    BulkRun.objects.filter(by=by, state=RunState.PREPARED, prepared_at__lte=now - KEPT_UNBEGUN).delete()
    run = BulkRun.objects.create(
        scope=scope,
        commenter=about if isinstance(about, Commenter) else None,
        discussion=about if isinstance(about, Discussion) else None,
        like=about if isinstance(about, Comment) else None,
        place=place,
        of_public=of_public,
        total=min(len(items), MOST),
        left_out=left_out or len(items) > MOST,
        rule_keys=list(reasons.rule_keys),
        note=reasons.note,
        law=reasons.law,
        why=reasons.why,
        by=by,
        prepared_at=now,
    )
    _take(run, [BulkItem(run=run, comment_id=pk, seen_version=version) for pk, version in items[:MOST]])
    return run


def _take(run: BulkRun, items: Sequence[BulkItem]) -> None:
    BulkItem.objects.bulk_create(items, batch_size=1_000)


@transaction.atomic
def begin(run_id: int, act: Act, *, by: User, now: datetime, reasons: Reasons = NO_REASONS) -> BulkRun:
    """The run is running, with its job in the same transaction, and one for its mail should it never end.

    Begun already, it stays as it is.

    Only who prepared it begins it (PermissionDenied). Raises NotPossible for an act that its comments are not for
    and where it is too old, RuleNeeded, RuleUnknown and Unacceptable for its reasons; then nothing has changed.
    """
    run = BulkRun.objects.select_for_update(of=("self",)).select_related("by").get(pk=run_id)
    if run.by_id != by.pk:
        raise PermissionDenied
    if run.state != RunState.PREPARED:
        return run
    if act not in acts_of(run):
        raise NotPossible(_("That cannot be done to these comments."))
    if now - run.prepared_at > KEPT_UNBEGUN:
        raise NotPossible(_("This was put together too long ago. Nothing was changed; choose them anew."))
    require_moderator(by, reasons.note)
    if act in CITING:
        _check(run, reasons, now)
        run.rule_keys, run.law, run.why = list(reasons.rule_keys), reasons.law, reasons.why
    run.act, run.note, run.state, run.started_at = act, reasons.note, RunState.RUNNING, now
    run.save()
    go_on.enqueue(run.pk)
    enqueue_bundle(run.uid, at=now + WAITS_FOR_A_RUN)
    return run


def _check(run: BulkRun, reasons: Reasons, now: datetime) -> None:
    """Raises where the first comment could not be turned down for these reasons."""
    law = acceptable_law(reasons.law, reasons.why)
    if not reasons.rule_keys and law is None:
        raise RuleNeeded
    first = Comment.objects.filter(pk__in=run.items.values("comment")[:1]).select_related("current_text")
    Citations(first, reasons.rule_keys, now, law=law)


@transaction.atomic
def stop(run: BulkRun, *, by: User, now: datetime) -> bool:
    """The run is stopped; what it decided stands. False where it had ended. For who began it, and leads."""
    _require_owner(run, by)
    return _ended(run, BulkRun.objects.filter(pk=run.pk), RunState.STOPPED, now)


@transaction.atomic
def undo(run: BulkRun, *, by: User, now: datetime) -> BulkRun:
    """Another run is running that undoes what this one decided, as far as it can be; this one is stopped.

    For who began it, and leads. Raises NotPossible where nothing is left to be undone.
    """
    _require_owner(run, by)
    if run.act == Act.UNDONE:
        raise NotPossible(_("What was undone waits again. Decide on it anew."))
    stop(run, by=by, now=now)
    done = run.items.filter(state=ItemState.DONE, decision__undone_by=None).order_by("pk")
    items = list(done.values_list("comment", "decision", "decision__subject_version"))
    if not items:
        raise NotPossible(_("Nothing is left of this that could be undone."))
    undoing = BulkRun.objects.create(
        scope=RunScope.UNDO,
        undoes=run,
        act=Act.UNDONE,
        state=RunState.RUNNING,
        total=len(items),
        by=by,
        prepared_at=now,
        started_at=now,
    )
    _take(
        undoing,
        [
            BulkItem(run=undoing, comment_id=comment, seen_version=version + 1, undoes_id=decision)
            for comment, decision, version in items
        ],
    )
    go_on.enqueue(undoing.pk)
    return undoing


def _require_owner(run: BulkRun, by: User) -> None:
    if run.by_id != by.pk and not can_lead(by):
        raise PermissionDenied


# --- the job


@task
def go_on(run_id: int) -> None:
    """The job behind a run: a turn's work, then the next job. Running it twice decides on no comment twice."""
    take_turn(go_on, advance, run_id)


@transaction.atomic
def advance(run_id: int, *, now: datetime) -> bool:
    """The next comment that no other worker has is decided on or left with the reason; False when there is none.

    One transaction: the decision and what the run says of it are stored together or not at all. Several workers
    share a run. Four queries beside those of the decision.
    """
    run = BulkRun.objects.select_related("by").filter(pk=run_id, state=RunState.RUNNING).first()
    if run is None:
        return False
    waiting = run.items.filter(state=ItemState.WAITING).order_by("pk")
    item = waiting.select_for_update(skip_locked=True, of=("self",)).first()
    if item is None:
        _end(run, now)
        return False
    try:
        outcome = ACTS[Act(run.act)](run, item, now)
    except PermissionDenied:
        # Whoever began it may not decide any more: what they decided stands, the rest is nobody's.
        return not stop(run, by=run.by, now=now)
    _note(item, outcome, run.by_id)
    return True


def _end(run: BulkRun, now: datetime) -> None:
    """The run is done, unless another worker still has a comment of it in hand. Two queries."""
    unfinished = BulkItem.objects.filter(run=run.pk, state=ItemState.WAITING).values("run")
    _ended(run, BulkRun.objects.filter(pk=run.pk).exclude(pk__in=unfinished), RunState.DONE, now)


def _ended(run: BulkRun, rows: QuerySet[BulkRun], state: RunState, now: datetime) -> bool:
    """What it has to tell is handed out once it has ended: until then, or an hour, each address waits for all of it."""
    if not rows.filter(state=RunState.RUNNING).update(state=state, ended_at=now):
        return False
    enqueue_bundle(run.uid, at=_leaving(run, now).at)
    return True


def _note(item: BulkItem, outcome: Decision | Refused, viewer_id: int) -> None:
    if isinstance(outcome, Refused):
        item.state, item.skipped_for = ItemState.SKIPPED, why_skipped(outcome, viewer_id)[:300]
    else:
        item.state, item.decision = ItemState.DONE, outcome
    item.save(update_fields=["state", "skipped_for", "decision"])


def _publish(run: BulkRun, item: BulkItem, now: datetime) -> Decision | Refused:
    results = publish_each(
        [_seen(item)], Act(run.act), by=run.by, now=now, note=run.note, leaving=_leaving(run, now)
    )
    return _outcome(results)


def _turn_down(run: BulkRun, item: BulkItem, now: datetime) -> Decision | Refused:
    law = Law(run.law, run.why) if run.law else None
    try:
        results = turn_down_each(
            [_seen(item)],
            Act(run.act),
            by=run.by,
            now=now,
            rule_keys=run.rule_keys,
            note=run.note,
            law=law,
            leaving=_leaving(run, now),
        )
    except Refused as refused:
        return refused
    return _outcome(results)


def _undo(run: BulkRun, item: BulkItem, now: datetime) -> Decision | Refused:
    assert item.undoes_id is not None  # noqa: S101 - a run that undoes has such items alone
    try:
        return actions.undo(item.undoes_id, by=run.by, now=now)
    except Refused as refused:
        return refused


ACTS: dict[Act, Callable[[BulkRun, BulkItem, datetime], Decision | Refused]] = {
    Act.APPROVED: _publish,
    Act.REJECTED: _turn_down,
    Act.REMOVED: _turn_down,
    Act.UNDONE: _undo,
}


def _seen(item: BulkItem) -> Item:
    return item.comment_id, item.seen_version


def _outcome(results: Sequence[BulkResult]) -> Decision | Refused:
    (result,) = results
    return result.outcome


def _leaving(run: BulkRun, now: datetime) -> Leaving:
    """However many decisions of a run are about one address, it gets one mail."""
    return Leaving(max(leaves_at(now), (run.started_at or now) + MAIL_WAITS), run.uid)


# --- what it came to


def why_skipped(refused: Refused, viewer_id: int | None) -> str:
    """Why one comment of many was left as it was, to stand after "1 skipped: "."""
    if not isinstance(refused, StaleView):
        return refused.sentence
    if refused.latest is None or refused.latest.subject_version + 1 != refused.comment.version:
        return _("changed by its author.")
    if refused.latest.act == Act.WITHDRAWN:
        return _("withdrawn by its author.")
    if refused.latest.decider_id is None:
        return _("decided automatically meanwhile.")
    if refused.latest.decider_id == viewer_id:
        return _("decided by yourself already.")
    return _("decided by a colleague.")


def undoable(run: BulkRun) -> Any:
    """The items of a run whose decisions stand and whose mail has not left, as far as one look tells."""
    done = run.items.filter(state=ItemState.DONE, decision__undone_by=None)
    return done.filter(decision__letter__state="waiting", decision__letter__attempts=0)
