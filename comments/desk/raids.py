"""Raids as the desk shows them: one row each, so that the comments of other stories keep their place."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.utils.translation import gettext as _

from comments.desk.stories import stories_of
from comments.desk.views import Asker
from comments.desk.words import clock
from comments.enums import DiscussionMode
from comments.models import Comment, Raid
from newsroom.prepared import MOMENT, NUMBER, Prepared

SHOWN = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class RaidRow:
    """One raid that goes on, or of which comments still wait. `until` is when the breaker ends, "" once it has."""

    uid: str
    story_uid: str
    headline: str
    waiting: int
    since: str
    until: str
    is_paused: bool
    signs: str
    begun_at: datetime


def raids_on_desk(asker: Asker, *, discussion_id: int | None = None) -> list[RaidRow]:
    """The raids of all stories that stand or of one, the newest first.

    One query by index of what they hold, one for stories.
    """
    if discussion_id is None:
        found = _ALL.rows(Raid, now=asker.now)
    else:
        found = _OF_ONE.rows(Raid, now=asker.now, discussion=discussion_id)
    stories = stories_of([raid.discussion.article for raid in found], asker.now) if found else {}
    return [
        _row(raid, stories[raid.discussion.article_id].headline, raid.waiting or 0, asker.now)
        for raid in found
    ]


def _raids(now: datetime, **of: Any) -> QuerySet[Any]:
    held = Comment.objects.held().filter(raid__isnull=False).order_by()
    waiting = held.filter(raid=OuterRef("pk")).values("raid").annotate(n=Count("pk"))
    rows = Raid.objects.filter(Q(pk__in=held.values("raid")) | Q(until__gt=now), **of)
    rows = rows.annotate(waiting=Subquery(waiting.values("n")))
    return cast("QuerySet[Any]", rows.select_related("discussion__article")[:SHOWN])


_ALL = Prepared(lambda now: _raids(now, discussion__article__withdrawn_at=None), now=MOMENT)
_OF_ONE = Prepared(_raids, now=MOMENT, discussion=NUMBER)


def _row(raid: Raid, headline: str, waiting: int, now: datetime) -> RaidRow:
    return RaidRow(
        uid=str(raid.uid),
        story_uid=str(raid.discussion.article.uid),
        headline=headline,
        waiting=waiting,
        since=clock(raid.since, now),
        until=clock(raid.until, now) if raid.until > now else "",
        is_paused=raid.mode == DiscussionMode.CLOSED,
        signs=signs_of(raid),
        begun_at=raid.begun_at,
    )


def signs_of(raid: Raid) -> str:
    """What tripped the breaker: "34 unread comments where 2 are usual, 30 of them by newcomers". Pure."""
    why = raid.why
    said = {name: str(count) for name, count in why.items()}
    if not why:
        return _("pulled back by a moderator")
    if "comments" not in why:
        return _("%(reports)s reports") % said
    parts = [_("%(comments)s unread comments where %(usual)s are usual") % said]
    if "newcomers" in why:
        parts.append(_("%(newcomers)s of them by newcomers") % said)
    if "held" in why:
        parts.append(_("%(held)s of them held") % said)
    return ", ".join(parts)
