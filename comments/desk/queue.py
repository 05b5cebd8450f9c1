"""The queue: comments that wait, oldest first, a page at a time by key, so that deciding never shifts a page."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from django.db.models import Prefetch, Q, QuerySet

from articles.archive import Key
from comments.desk.findings import reasons_of
from comments.desk.stories import stories_of
from comments.desk.words import age
from comments.models import Comment, CommentFinding, Decision

PAGE = 25
LONG_PAGE = 100
"""For whoever clears a raid: as many rows as one bulk decision is comfortably about."""
COUNTED = 10_000
"""The count stops here: a longer queue needs no exact figure, and counting must stay cheap."""
EXCERPT = 160


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One waiting comment as the list shows it."""

    uid: str
    version: int
    name: str
    headline: str
    excerpt: str
    why: str
    age: str


@dataclass(frozen=True, slots=True, kw_only=True)
class QueuePage:
    """A page of the queue. `after` is the key it begins after, `next_after` the next page's, "" where it ends."""

    rows: list[Row]
    size: int
    after: str
    next_after: str
    waiting: int

    @property
    def size_asked(self) -> str:
        """What addresses of such pages say of their length, "" for the usual one."""
        return str(self.size) if self.size != PAGE else ""

    @property
    def longer(self) -> int:
        """How many rows a longer page has where there are more than this one shows, else 0."""
        return LONG_PAGE if self.size == PAGE and self.next_after else 0

    @property
    def is_counted(self) -> bool:
        """Whether `waiting` is the true figure and not where the counting stopped."""
        return self.waiting < COUNTED


def key_of(comment: Comment) -> Key:
    """A held comment's place in the queue."""
    return Key(cast(datetime, comment.held_since), comment.pk)


def waiting_after(key: Key | None) -> QuerySet[Any]:
    """Held comments after a place, oldest first; a range of the partial index `comment_queue`."""
    waiting: QuerySet[Any] = Comment.objects.held().oldest_first()
    if key is None:
        return waiting
    return waiting.filter(held_since__gte=key.at).filter(Q(held_since__gt=key.at) | Q(pk__gt=key.pk))


def queue_page(after: Key | None, now: datetime, *, size: int = PAGE) -> QueuePage:
    """A page of the queue. Four queries, however many wait: the count, the page, its findings, its stories."""
    found = list(_with_what_rows_show(waiting_after(after))[: size + 1])
    shown = found[:size]
    stories = stories_of([comment.discussion.article for comment in shown], now)
    return QueuePage(
        size=size,
        rows=[_row(comment, stories[comment.discussion.article_id].headline, now) for comment in shown],
        after=str(after or ""),
        next_after=str(key_of(shown[-1])) if len(found) > size else "",
        waiting=waiting_count(),
    )


def waiting_count() -> int:
    """How many wait, counted up to COUNTED. One query."""
    return int(Comment.objects.held()[:COUNTED].count())


def next_waiting(place: Key | None) -> Comment | None:
    """The comment to decide on after this place: the next one, else the oldest of all. At most two queries."""
    following = waiting_after(place).first() or (waiting_after(None).first() if place else None)
    return cast(Comment | None, following)


def last_decided_at() -> datetime | None:
    """When somebody at the desk last decided anything. One query."""
    return (
        Decision.objects.filter(automatic=False, decider__isnull=False).values_list("at", flat=True).first()
    )


def with_findings() -> "Prefetch[str, Any, str]":
    """The findings of the current text with their rules, to be prefetched."""
    return Prefetch("current_text__findings", queryset=CommentFinding.objects.select_related("rule"))


def _with_what_rows_show(comments: QuerySet[Any]) -> QuerySet[Any]:
    return comments.select_related("discussion__article", "current_text").prefetch_related(with_findings())


def _row(comment: Comment, headline: str, now: datetime) -> Row:
    text = comment.current_text
    return Row(
        uid=str(comment.uid),
        version=comment.version,
        name=comment.name,
        headline=headline,
        excerpt=" ".join(text.body[: 2 * EXCERPT].split())[:EXCERPT] if text else "",
        why=reasons_of(text, text.findings.all() if text else []).gravest,
        age=age(cast(datetime, comment.held_since), now),
    )
