"""One story's discussion as its page at the desk and the story page's rail show it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from django.db.models import QuerySet

from articles.archive import Key, Page, page_before
from articles.models import Article
from comments.desk.log import DecisionLine, line_of, with_what_lines_show
from comments.desk.raids import RaidRow, raids_on_desk
from comments.desk.stories import Story, stories_of
from comments.desk.views import Asker
from comments.enums import DiscussionMode, Why
from comments.live import live_story, mode_of
from comments.models import Comment, Decision, Discussion, PullBack
from comments.modes import Applied, Own, closing_time
from comments.telling_modes import for_the_desk
from newsroom.accounts.models import User

SAMPLE = 5
NEWEST = 20
LOGGED = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class HowItStands:
    """How a story takes comments now, in words, until when, and how much waits (counted up to 1,000)."""

    discussion: Discussion | None
    is_live: bool
    mode: str
    words: str
    ordered: str
    closes_at: datetime | None
    waiting: int
    public: int


def how_it_stands(article: Article, now: datetime) -> HowItStands:
    """Three queries: the live story, its discussion, and what waits."""
    publication = live_story(article, now)
    discussion = Discussion.objects.filter(article=article).first()
    if publication is None:
        own = DiscussionMode(discussion.mode if discussion else DiscussionMode.OPEN)
        applied = Applied(own, Why.NOTHING if own == DiscussionMode.OPEN else Why.STORY, None, ())
    else:
        applied = mode_of(publication, discussion, now)
    closes = closing_time(Own.of(discussion), publication.first_published_at) if publication else None
    waiting = Comment.objects.held().filter(discussion=discussion).order_by()[:1_000] if discussion else None
    return HowItStands(
        discussion=discussion,
        is_live=publication is not None,
        mode=str(applied.mode),
        words=for_the_desk(applied),
        ordered=str(discussion.mode if discussion else DiscussionMode.OPEN),
        closes_at=closes,
        waiting=waiting.count() if waiting is not None else 0,
        public=discussion.public_count if discussion else 0,
    )


@dataclass(frozen=True, slots=True)
class WouldPullBack:
    """How much became public since a moment and still is, and the first of it."""

    count: int
    sample: list[Comment]


def would_pull_back(discussion: Discussion, since: datetime, now: datetime) -> WouldPullBack:
    """What a pull-back from then on would hold. Two queries."""
    rows = Comment.objects.public().filter(
        discussion=discussion, public_since__gte=since, public_since__lte=now
    )
    sample = rows.select_related("current_text").order_by("public_since", "id")[:SAMPLE]
    return WouldPullBack(rows.count(), list(sample))


@dataclass(frozen=True, slots=True, kw_only=True)
class DiscussionDesk:
    """All that the page shows."""

    story: Story
    stands: HowItStands
    raids: list[RaidRow]
    runs: list[PullBack]
    public: Page
    log: list[DecisionLine]


def discussion_desk(
    article: Article, viewer: User, now: datetime, before: Key | None = None
) -> DiscussionDesk:
    """With the public comments before that key, else the newest. At most eleven queries, however many there are."""
    stands = how_it_stands(article, now)
    discussion, asker = stands.discussion, Asker(viewer.pk, now)
    return DiscussionDesk(
        story=stories_of([article], now)[article.pk],
        stands=stands,
        raids=raids_on_desk(asker, discussion_id=discussion.pk) if discussion else [],
        runs=_runs(discussion),
        public=_public(discussion, before),
        log=_log(discussion, viewer, now),
    )


def _runs(discussion: Discussion | None) -> list[PullBack]:
    rows = PullBack.objects.filter(discussion=discussion).select_related("started_by", "undoes", "undone_by")
    return list(rows[:NEWEST]) if discussion else []


def _public(discussion: Discussion | None, before: Key | None) -> Page:
    if discussion is None:
        return Page([], None)
    rows = Comment.objects.public().filter(discussion=discussion).select_related("current_text")
    return page_before(
        rows.order_by("-public_since", "-id"), field="public_since", before=before, size=NEWEST
    )


def _log(discussion: Discussion | None, viewer: User, now: datetime) -> list[DecisionLine]:
    if discussion is None:
        return []
    chain = cast("QuerySet[Any]", Decision.objects.filter(discussion=discussion).order_by("-seq")[:LOGGED])
    return [line_of(decision, now, viewer) for decision in with_what_lines_show(chain)]
