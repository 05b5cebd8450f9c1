"""The breaker: where very much comes at once, a discussion is read first or paused for a while, by itself."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import F, Q
from django.utils.translation import gettext as _

from comments import alarms
from comments.actions.errors import NotPossible
from comments.actions.seconds import leads
from comments.decisions import Evidence, append_to_discussion
from comments.enums import DiscussionMode, ReportState, State
from comments.models import Comment, Discussion, Raid, Report
from comments.models.comment import UNREAD
from comments.modes import STRICTNESS, Applied
from comments.permissions import can_moderate, can_set_mode
from newsroom.accounts.models import User

MOST = 500
"""Of the newest comments that nobody has read, at most so many are looked at."""
A_NEWCOMER = timedelta(days=1)
"""Who was first seen less long ago is new here."""

Why = Mapping[str, int]


def is_crowded(publication: Any, now: datetime) -> bool:
    """Whether so much has come in that the breaker is worth asking; of `story_to_write_under`. No query."""
    since: datetime | None = publication.crowded_since
    return bool(settings.BREAKER_LEAST) and since is not None and since > now - _window()


def trip(discussion: Discussion, applied: Applied, *, now: datetime) -> bool:
    """Whether the breaker has changed how the discussion takes comments, now or a moment ago by another's comment.

    Then the discussion is as it is stored. One query of at most `MOST` rows; seven where it trips, which it does
    once however many comments come at the same time. Nothing is looked at where it has tripped or all is closed.
    """
    if applied.is_closed or is_on(discussion, now):
        return False
    why, since = _seen(discussion, applied, now)
    return bool(why) and _trip(discussion, applied.mode, why, since, now)


def trip_for_reports(discussion: Discussion, *, now: datetime) -> bool:
    """The same where many comments of one discussion were reported of late. Two queries where they were not."""
    if not settings.BREAKER_REPORTS or is_on(discussion, now):
        return False
    since = now - _window()
    lately = Report.objects.filter(
        state=ReportState.OPEN, created_at__gt=since, comment__discussion=discussion, robot_suspected=False
    )
    count = lately.order_by()[: settings.BREAKER_REPORTS].count()
    if count < settings.BREAKER_REPORTS:
        return False
    return _trip(discussion, DiscussionMode(discussion.mode), {"reports": count}, since, now)


@transaction.atomic
def end_breaker(discussion_id: int, *, by: User, now: datetime) -> None:
    """Comments are taken again as they would be without the breaker; what was held stays one row of the desk.

    Raises NotPossible where it is not on, PermissionDenied.
    """
    if not (can_moderate(by) or can_set_mode(by)):
        raise PermissionDenied
    discussion = Discussion.objects.select_for_update(no_key=True).get(pk=discussion_id)
    if not is_on(discussion, now):
        raise NotPossible(_("This has ended already."))
    discussion.breaker_until = now
    discussion.version += 1
    discussion.save(update_fields=["breaker_until", "version"])
    Raid.objects.filter(discussion=discussion, until__gt=now).update(until=now, ended_by=by)
    append_to_discussion(
        discussion, from_mode=discussion.breaker_mode, to_mode=discussion.mode, now=now, by=by
    )


@transaction.atomic
def unfold(raid: Raid, *, by: User) -> int:
    """The raid's comments stand in the queue each by itself again; returns how many. PermissionDenied for others."""
    if not can_moderate(by):
        raise PermissionDenied
    ids = _locked(Comment.objects.held().filter(raid=raid))
    return Comment.objects.filter(pk__in=ids).update(raid=None)


def _window() -> timedelta:
    return timedelta(minutes=settings.BREAKER_MINUTES)


def is_on(discussion: Discussion, now: datetime) -> bool:
    """Whether the breaker holds the discussion; as it was loaded. No query."""
    return discussion.breaker_until is not None and discussion.breaker_until > now


def _seen(discussion: Discussion, applied: Applied, now: datetime) -> tuple[Why, datetime]:
    """What speaks for a raid, as counts, and since when it goes on; empty where nothing does. One query."""
    unread = Comment.objects.filter(
        UNREAD | Q(state=State.HELD), discussion=discussion, submitted_at__gt=now - _window()
    ).order_by("-submitted_at", "-id")
    rows = list(unread.values_list("state", "submitted_at", "commenter__first_seen")[:MOST])
    count = len(rows)
    if count < settings.BREAKER_LEAST:
        return {}, now
    held = sum(state == State.HELD for state, _at, _seen in rows)
    new = sum(first_seen > now - A_NEWCOMER for _state, _at, first_seen in rows)
    usual = _usual(discussion, now)
    signs = {
        "rate": count >= max(2 * settings.BREAKER_LEAST, settings.BREAKER_TIMES_USUAL * usual),
        "newcomers": 100 * new >= settings.BREAKER_NEWCOMERS_PERCENT * count,
        "held": not applied.is_pre_moderated and 100 * held >= settings.BREAKER_HELD_PERCENT * count,
    }
    if not any(signs.values()):
        return {}, now
    figures = {"rate": count, "newcomers": new, "held": held}
    why = {name: figures[name] for name, speaks in signs.items() if speaks}
    return {**why, "comments": count, "usual": round(usual)}, rows[-1][1]


def _usual(discussion: Discussion, now: datetime) -> float:
    """How many comments became public in such a span, on the average of the discussion's life."""
    spans = max(1.0, (now - discussion.created_at) / _window())
    return discussion.public_count / spans


def _trip(discussion: Discussion, mode: DiscussionMode, why: Why, since: datetime, now: datetime) -> bool:
    """Trips unless somebody else was first; either way the discussion is as it is stored afterwards."""
    until = now + timedelta(minutes=settings.BREAKER_LASTS_MINUTES)
    does = DiscussionMode(settings.BREAKER_DOES)
    with transaction.atomic():
        # Comments are locked before their discussion. One that is being decided on is left to whoever decides.
        waiting = Comment.objects.held().filter(discussion=discussion, held_since__gte=since, raid=None)
        held = _locked(waiting, skip_locked=True)
        off = Discussion.objects.filter(Q(breaker_until=None) | Q(breaker_until__lte=now), pk=discussion.pk)
        is_first = off.update(breaker_mode=does, breaker_until=until, version=F("version") + 1)
        discussion.refresh_from_db()
        if is_first:
            discussion.raid = Raid.objects.create(
                discussion=discussion, since=since, until=until, mode=does, why=dict(why), begun_at=now
            )
            discussion.save(update_fields=["raid"])
            Comment.objects.filter(pk__in=held).update(raid=discussion.raid)
            _record(discussion.raid, mode, now)
    return True


def _record(raid: Raid, mode: DiscussionMode, now: datetime) -> None:
    """The decision in the discussion's chain, and where so set a letter to each lead."""
    facts = {**raid.why, "since": raid.since.isoformat(), "until": raid.until.isoformat()}
    stricter = max(mode, DiscussionMode(raid.mode), key=STRICTNESS.__getitem__)
    append_to_discussion(
        raid.discussion, from_mode=mode, to_mode=stricter, now=now, evidence=Evidence(quoted=[facts])
    )
    if settings.BREAKER_TELLS_LEADS:
        alarms.write_raid_alarm(raid, leads(), now=now)


def _locked(comments: Any, *, skip_locked: bool = False) -> list[int]:
    rows = comments.order_by("pk").select_for_update(no_key=True, skip_locked=skip_locked)
    return list(rows.values_list("pk", flat=True))
