"""The discussion under a story as readers get it: public comments in order, a bounded page at a time."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.exceptions import BadRequest
from django.db.models import Exists, F, OuterRef, Q, Window
from django.db.models.functions import RowNumber
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from articles.archive import Key
from articles.models import Article, Publication
from comments.enums import DiscussionMode, State
from comments.models import Comment, Discussion, Policy
from newsroom.html import already_clean

TOP_COMMENTS = 50
REPLIES_A_BRANCH = 200
DEEPEST_SHOWN = 3
"""Answers further down stand at this depth and name whom they answer: a phone keeps a readable column."""


@dataclass(slots=True, kw_only=True)
class Entry:
    """One comment's place on a page, or the stub of one that is not public but has public answers.

    Entries stand in reading order. `opens` says that the next one answers this one; `closes` how many lists
    of answers end after it. A stub has neither name nor text nor time, and takes no answers.
    """

    comment: Comment
    depth: int
    is_stub: bool
    html: SafeString
    name: str
    at: datetime | None
    reply_url: str = ""
    answers: "Entry | None" = None
    more_url: str = ""
    opens: bool = False
    closes: range = range(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class DiscussionPage:
    """A page of a story's discussion."""

    count: int
    mode: str
    is_open: bool
    reason_closed: str
    entries: list[Entry]
    next_url: str
    policy: Policy | None
    url: str
    new_url: str


def discussion_for(
    article: Article, *, now: datetime, after: str | None = None, branch: Comment | None = None
) -> DiscussionPage:
    """The page of `article`'s discussion that follows the key `after`, or of the answers in `branch`.

    Five queries whatever the number of comments. Raises BadRequest with a sentence where `after` is no key.
    """
    key = _read_key(after) if after is not None else None
    discussion = Discussion.objects.filter(article=article).first()
    policy = Policy.objects.in_force(now)
    path = Publication.objects.published(now).filter(article=article).values_list("path", flat=True).first()
    url = f"/{path}/comments/"
    closed = reason_closed(discussion, policy, now)
    page = _Page(discussion, url, may_answer=not closed and path is not None)
    entries, next_url = ([], "") if discussion is None else page.read(key, branch)
    return DiscussionPage(
        count=discussion.public_count if discussion else 0,
        mode=discussion.mode if discussion else DiscussionMode.OPEN,
        is_open=page.may_answer,
        reason_closed=closed,
        entries=entries,
        next_url=next_url,
        policy=policy,
        url=url,
        new_url=f"{url}new/",
    )


def reason_closed(discussion: Discussion | None, policy: Policy | None, now: datetime) -> str:
    """Why nobody can write here now, as a sentence for readers; `""` where they can. No queries."""
    if policy is None:
        return _("No comment policy is in force, so comments are closed.")
    if discussion is None:
        return ""
    if discussion.mode == DiscussionMode.CLOSED or (discussion.closes_at and discussion.closes_at <= now):
        return _("Comments on this story are closed.")
    return ""


def page_of(comment: Comment) -> str:
    """The query string of the thread page that shows a public comment, `""` for the first. Four queries."""
    top: Comment = comment.root or comment
    tops = _tops(Comment.objects.filter(discussion=comment.discussion_id))
    before = _up_to(tops, Key(_time_of(top), top.pk))
    if comment.root is not None:
        answers = _answers(Comment.objects.filter(root=top))
        place = _up_to(answers, Key(_time_of(comment), comment.pk)).count()
        if place >= REPLIES_A_BRANCH:
            return f"?branch={top.uid}" + _after(answers, place, REPLIES_A_BRANCH)
    return _after(tops, before.count(), TOP_COMMENTS, joined="?")


def shown_top(article: Article, uid: UUID) -> Comment | None:
    """The comment that begins a branch, if readers see it: public, or with public answers. One query."""
    rows = _tops(Comment.objects.filter(discussion__article=article))
    top: Comment | None = _with_text(rows).filter(uid=uid).first()
    return top


# --- which comments, in which order


def _tops(rows: Any) -> Any:
    answered = Exists(Comment.objects.public().filter(root=OuterRef("pk")))
    shown = Q(state=State.PUBLIC) | Q(answered)
    return rows.filter(shown, parent=None, public_since__isnull=False).order_by("public_since", "id")


def _answers(rows: Any) -> Any:
    """Public answers, and what may have to stand as a stub above one; `_Branch` drops those that need not."""
    answered = Exists(Comment.objects.filter(parent=OuterRef("pk"), public_since__isnull=False))
    shown = Q(state=State.PUBLIC) | Q(answered)
    return rows.filter(shown, public_since__isnull=False).order_by("public_since", "id")


def _beyond(rows: Any, key: Key) -> Any:
    return rows.filter(Q(public_since__gt=key.at) | Q(public_since=key.at, pk__gt=key.pk))


def _up_to(rows: Any, key: Key) -> Any:
    """Rows before the one that `key` names."""
    return rows.filter(Q(public_since__lt=key.at) | Q(public_since=key.at, pk__lt=key.pk))


def _after(rows: Any, place: int, size: int, joined: str = "&") -> str:
    """The part of an address that opens the page which holds the row at `place`, counted from 0."""
    first = place - place % size
    if first == 0:
        return ""
    before: Comment = rows[first - 1]
    return f"{joined}after={_key_of(before)}"


def _time_of(comment: Comment) -> datetime:
    assert comment.public_since is not None  # noqa: S101 - both callers have rows that were public
    return comment.public_since


def _key_of(comment: Comment) -> Key:
    return Key(_time_of(comment), comment.pk)


def _read_key(text: str) -> Key:
    try:
        return Key.read(text)
    except BadRequest:
        message = _(
            "The part “after” of this address names no place in the discussion. Go back to its start."
        )
        raise BadRequest(message) from None


# --- a page


class _Page:
    """Reads one page of one discussion; `may_answer` while it takes comments."""

    def __init__(self, discussion: Discussion | None, url: str, *, may_answer: bool) -> None:
        self.discussion = discussion
        self.url = url
        self.may_answer = may_answer

    def read(self, key: Key | None, branch: Comment | None) -> tuple[list[Entry], str]:
        entries, next_url = self._branch(branch, key) if branch else self._tops(key)
        return _nested(entries), next_url

    def _tops(self, key: Key | None) -> tuple[list[Entry], str]:
        rows = _with_text(_tops(Comment.objects.filter(discussion=self.discussion)))
        found = list((_beyond(rows, key) if key else rows)[: TOP_COMMENTS + 1])
        tops = found[:TOP_COMMENTS]
        rank = Window(RowNumber(), partition_by=F("root"), order_by=[F("public_since").asc(), F("id").asc()])
        answers = _answers(Comment.objects.filter(root__in=[top.pk for top in tops]))
        first = _with_text(answers.annotate(rank=rank).filter(rank__lte=REPLIES_A_BRANCH + 1))
        branches: dict[int, list[Comment]] = {top.pk: [] for top in tops}
        for answer in first:
            branches[answer.root_id].append(answer)
        entries = [entry for top in tops for entry in self._entries(top, branches[top.pk])]
        next_url = f"{self.url}?after={_key_of(tops[-1])}" if len(found) > TOP_COMMENTS else ""
        return entries, next_url

    def _branch(self, top: Comment, key: Key | None) -> tuple[list[Entry], str]:
        rows = _with_text(_answers(Comment.objects.filter(root=top)))
        found = list((_beyond(rows, key) if key else rows)[: REPLIES_A_BRANCH + 1])
        return list(self._entries(top, found)), ""

    def _entries(self, top: Comment, answers: list[Comment]) -> Iterator[Entry]:
        """`top` and its answers depth first; where they are too many, the last links to the rest."""
        shown = answers[:REPLIES_A_BRANCH]
        entries = list(_in_reading_order(self._entry(top), [self._entry(answer) for answer in shown]))
        if len(answers) > len(shown):
            entries[-1].more_url = f"{self.url}?branch={top.uid}&after={_key_of(shown[-1])}"
        return iter(entries)

    def _entry(self, comment: Comment) -> Entry:
        text = comment.current_text
        is_stub = comment.state != State.PUBLIC or text is None
        if is_stub or text is None:
            return Entry(comment=comment, depth=0, is_stub=True, html=SafeString(""), name="", at=None)
        return Entry(
            comment=comment,
            depth=0,
            is_stub=False,
            html=already_clean(text.html),
            name=comment.name,
            at=comment.submitted_at,
            reply_url=f"{self.url}new/?parent={comment.uid}" if self.may_answer else "",
        )


def _with_text(rows: Any) -> Any:
    return rows.select_related("current_text")


def _in_reading_order(top: Entry, answers: list[Entry]) -> Iterator[Entry]:
    """Depth first, without stubs under which nothing public stands. An answer whose parent is on another page
    stands under `top`."""
    known = {entry.comment.pk: entry for entry in (top, *answers)}
    children: dict[int, list[Entry]] = {}
    for entry in answers:
        home = entry.comment.parent_id if entry.comment.parent_id in known else top.comment.pk
        children.setdefault(home or top.comment.pk, []).append(entry)
        if home != top.comment.pk:
            entry.answers = known[home] if home else None
    waiting = [top]
    order: list[Entry] = []
    while waiting:
        entry = waiting.pop()
        order.append(entry)
        for child in reversed(children.get(entry.comment.pk, [])):
            child.depth = entry.depth + 1
            waiting.append(child)
    needed = _needed(order)
    for entry in order:
        if entry is top or entry.comment.pk in needed:
            if entry.depth <= DEEPEST_SHOWN:
                entry.answers = None
            entry.depth = min(entry.depth, DEEPEST_SHOWN)
            yield entry


def _needed(order: list[Entry]) -> set[int]:
    """Public entries and every stub with one somewhere under it; `order` is depth first."""
    needed: set[int] = set()
    above: list[Entry] = []
    for entry in order:
        del above[entry.depth :]
        above.append(entry)
        if not entry.is_stub:
            needed.update(one.comment.pk for one in above)
    return needed


def _nested(entries: Iterable[Entry]) -> list[Entry]:
    """The entries with what a template needs to write lists within lists."""
    rows = list(entries)
    for entry, following in zip(rows, [*rows[1:], None], strict=False):
        next_depth = following.depth if following else 0
        entry.opens = next_depth > entry.depth
        entry.closes = range(max(0, entry.depth - next_depth))
    return rows
