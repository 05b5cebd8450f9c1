"""The discussion under a story as readers get it: public comments in order, a bounded page at a time."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import accumulate
from typing import Any
from uuid import UUID

from django.core.exceptions import BadRequest
from django.db.models import Exists, F, OuterRef, Q, Window
from django.db.models.functions import RowNumber
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from articles.archive import Key
from articles.models import Article, Publication
from comments.enums import State, Why
from comments.live import mode_of, retracted
from comments.models import Comment, Discussion, Policy
from comments.modes import Applied, standing_orders
from comments.telling_modes import NOT_LIVE, closed_sentence, read_first_sentence
from newsroom.html import already_clean

TOP_COMMENTS = 50
ANSWERS_UNDER_ONE = 20
"""Of each top comment on a page of the discussion; the rest are on pages of that branch."""
ANSWERS_A_PAGE = 100
"""On a page of one branch."""
PAGE_BYTES = 120_000
"""Of comments on a page, so that what a reader loads does not grow with the discussion."""
MARKUP_BYTES = 900
"""Of each comment's name, time and links, about."""
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
    read_first: str
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
    rows = Publication.objects.published(now).filter(article=article)
    rows = rows.annotate(orders=standing_orders(), is_retracted=retracted(now))
    live = rows.only("path", "section_id", "first_published_at").first()
    url = f"/{live.path if live else None}/comments/"
    applied = mode_of(live, discussion, now) if live else NOT_LIVE
    closed = reason_closed(applied, policy)
    page = _Page(discussion, url, may_answer=not closed and live is not None)
    if applied.why == Why.RETRACTED:
        discussion = None
    entries, next_url = ([], "") if discussion is None else page.read(key, branch)
    return DiscussionPage(
        count=discussion.public_count if discussion else 0,
        mode=applied.mode,
        is_open=page.may_answer,
        reason_closed=closed,
        read_first=read_first_sentence(applied),
        entries=entries,
        next_url=next_url,
        policy=policy,
        url=url,
        new_url=f"{url}new/",
    )


def reason_closed(applied: Applied, policy: Policy | None) -> str:
    """Why nobody can write here now, as a sentence for readers; `""` where they can. No queries."""
    if policy is None:
        return _("No comment policy is in force, so comments are closed.")
    return closed_sentence(applied) if applied.is_closed else ""


def page_of(comment: Comment) -> str:
    """The query string of a thread page that shows a public comment, `""` for the first. At most four queries.

    What the first page has no room for stands first on the page that is named.
    """
    entries, _next_url = _Page(comment.discussion, "", may_answer=False).read(None, None)
    if any(entry.comment.pk == comment.pk for entry in entries):
        return ""
    if comment.root is None:
        return f"?{_after_the_one_before(_tops(Comment.objects.filter(discussion=comment.discussion_id)), comment)}"
    after = _after_the_one_before(_answers(Comment.objects.filter(root=comment.root_id)), comment)
    return f"?branch={comment.root.uid}" + (f"&{after}" if after else "")


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
    # The first condition alone says where in the index to begin.
    return rows.filter(public_since__gte=key.at).filter(Q(public_since__gt=key.at) | Q(pk__gt=key.pk))


def _up_to(rows: Any, key: Key) -> Any:
    """Rows before the one that `key` names."""
    return rows.filter(public_since__lte=key.at).filter(Q(public_since__lt=key.at) | Q(pk__lt=key.pk))


def _after_the_one_before(rows: Any, comment: Comment) -> str:
    """The part of an address that opens the page on which `comment` is the first of `rows`. One query."""
    before: Comment | None = _up_to(rows, _key_of(comment)).reverse().first()
    return f"after={_key_of(before)}" if before else ""


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
        branches = self._first_answers(found[:TOP_COMMENTS])
        entries: list[Entry] = []
        room, last = PAGE_BYTES, None
        for top, answers in branches.items():
            if last and _size(top) > room:
                break
            shown = [top, *_fitting(answers[:ANSWERS_UNDER_ONE], room - _size(top))]
            room -= sum(map(_size, shown))
            entries += self._entries(shown, has_more=len(answers) > len(shown) - 1)
            last = top
        is_whole = last is None or last.pk == found[-1].pk
        return entries, "" if is_whole or last is None else f"{self.url}?after={_key_of(last)}"

    def _first_answers(self, tops: list[Comment]) -> dict[Comment, list[Comment]]:
        """The first answers to each in order of time, one more than are shown. One query."""
        rank = Window(RowNumber(), partition_by=F("root"), order_by=[F("public_since").asc(), F("id").asc()])
        answers = _answers(Comment.objects.filter(root__in=[top.pk for top in tops])).annotate(rank=rank)
        branches: dict[int, list[Comment]] = {top.pk: [] for top in tops}
        for answer in _with_text(answers.filter(rank__lte=ANSWERS_UNDER_ONE + 1)):
            branches[answer.root_id].append(answer)
        return {top: branches[top.pk] for top in tops}

    def _branch(self, top: Comment, key: Key | None) -> tuple[list[Entry], str]:
        rows = _with_text(_answers(Comment.objects.filter(root=top)))
        found = list((_beyond(rows, key) if key else rows)[: ANSWERS_A_PAGE + 1])
        shown = _fitting(found[:ANSWERS_A_PAGE], PAGE_BYTES - _size(top)) or found[:1]
        return self._entries([top, *shown], has_more=len(found) > len(shown)), ""

    def _entries(self, shown: list[Comment], *, has_more: bool) -> list[Entry]:
        """A top comment and its answers depth first; the last one links to the rest where there is more."""
        top, *answers = [self._entry(comment) for comment in shown]
        entries = list(_in_reading_order(top, answers))
        if has_more:
            after = f"&after={_key_of(shown[-1])}" if answers else ""
            entries[-1].more_url = f"{self.url}?branch={top.comment.uid}{after}"
        return entries

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


def _size(comment: Comment) -> int:
    text = comment.current_text if comment.state == State.PUBLIC else None
    return MARKUP_BYTES + (len(text.html.encode()) if text else 0)


def _fitting(comments: list[Comment], room: int) -> list[Comment]:
    """As many of the first as have room."""
    ends = accumulate(map(_size, comments))
    return [comment for comment, end in zip(comments, ends, strict=True) if end <= room]


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
