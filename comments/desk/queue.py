"""The queue: a view's comments, a page at a time by key, so that deciding never shifts a page, and its figures."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.db.models.functions import Left
from django.utils.translation import gettext as _

from articles.archive import Key
from comments.desk.filters import Filters
from comments.desk.findings import reasons_of
from comments.desk.stories import headlines_of
from comments.desk.views import COUNTED, HELD, REVIEW, Asker, View
from comments.desk.why import reports_in_words
from comments.desk.words import age
from comments.enums import State
from comments.models import Claim, Comment, CommentFinding, Decision

PAGE = 25
LONG_PAGE = 100
"""For whoever clears a raid: as many rows as one bulk decision is comfortably about."""
EXCERPT = 160
MOST_COUNTED = 10_000
"""Where a figure of the statistics stops: a longer queue needs no exact one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One comment as the list shows it, in words. `pick` names its box, `mark` says that a colleague has it."""

    uid: str
    version: int
    name: str
    headline: str
    excerpt: str
    why: str
    age: str
    pick: str
    mark: str


@dataclass(frozen=True, slots=True, kw_only=True)
class QueuePage:
    """A page of a view. `next_after` is the key that the next one begins after, None where it ends."""

    rows: list[Row]
    size: int
    next_after: Key | None

    @property
    def longer(self) -> int:
        """How many rows a longer page has where there are more than this one shows, else 0."""
        return LONG_PAGE if self.size == PAGE and self.next_after else 0


def rows_of(view: View, filters: Filters, asker: Asker, own: Sequence[str] = ()) -> QuerySet[Any]:
    """The comments of a view that fit the filters, in the view's order; those of raids only where asked for."""
    rows = view.rows(asker)
    if view.folds_raids and not filters.opens_raids:
        rows = rows.filter(raid=None)
    return view.ordered(filters.applied(rows, view, asker, own))


def queue_page(
    rows: QuerySet[Any], view: View, asker: Asker, after: Key | None = None, *, size: int = PAGE
) -> QueuePage:
    """A page of a view after a place. Three queries, however many wait: the page, its findings, its stories."""
    found = [_Waiting(*row) for row in view.after(rows, after).values_list(*_columns(view))[: size + 1]]
    shown = found[:size]
    findings = _findings_of([one.text for one in shown])
    headlines = headlines_of({one.article: one.working_headline for one in shown}, asker.now)
    return QueuePage(
        size=size,
        rows=[_row(one, view, headlines[one.article], findings[one.text], asker) for one in shown],
        next_after=Key(shown[-1].place, shown[-1].pk) if len(found) > size else None,
    )


def waiting_count() -> int:
    """How many wait in all, counted up to MOST_COUNTED. One query."""
    return int(Comment.objects.held()[:MOST_COUNTED].count())


def new_since(view: View, rows: QuerySet[Any], since: datetime) -> int:
    """How many of a view's rows began to wait after a moment, counted up to COUNTED. One query."""
    return int(rows.filter(**{f"{view.since}__gt": since}).order_by()[:COUNTED].count())


def waiting_after(key: Key | None) -> QuerySet[Any]:
    """Held comments after a place but for those of raids, the most urgent first; a range of `comment_due`."""
    return HELD.after(Comment.objects.held().filter(raid=None), key)


def last_decided_at() -> datetime | None:
    """When somebody at the desk last decided anything. One query."""
    return (
        Decision.objects.filter(automatic=False, decider__isnull=False).values_list("at", flat=True).first()
    )


def claimed_by_others(uids: Collection[object], asker: Asker) -> set[str]:
    """Which of the comments colleagues are deciding on. One query."""
    claims = Claim.objects.filter(comment__uid__in=list(uids), until__gt=asker.now)
    return {
        str(uid) for uid in claims.exclude(moderator=asker.user_id).values_list("comment__uid", flat=True)
    }


@dataclass(frozen=True, slots=True)
class _Waiting:
    """What a row is made of, as `_columns` orders it."""

    pk: int
    place: datetime
    since: datetime | None
    submitted_at: datetime
    uid: object
    version: int
    state: str
    name: str
    open_reports: int
    article: int
    working_headline: str
    text: int | None
    beginning: str | None
    claimed_by: int | None
    claimed_until: datetime | None


def _columns(view: View) -> list[Any]:
    """Of the columns of five tables the few that a row shows: rows of models would cost three times as much."""
    own = ["pk", view.place, view.since, "submitted_at", "uid", "version", "state", "name", "open_reports"]
    story = ["discussion__article", "discussion__article__working_headline"]
    text = ["current_text", Left("current_text__body", 2 * EXCERPT)]
    return [*own, *story, *text, "claim__moderator", "claim__until"]


def _findings_of(texts: Collection[int | None]) -> dict[int | None, list[CommentFinding]]:
    """What was found in each text, with what a row says of the rule. One query."""
    findings = CommentFinding.objects.filter(text__in=texts).select_related("rule")
    rule = ("rule__number", "rule__key", "rule__title", "rule__gravity")
    by_text: dict[int | None, list[CommentFinding]] = defaultdict(list)
    for one in findings.only(
        "text", "start", "end", "entry", "effect", "fact", "details", "standing", "check_name", *rule
    ):
        by_text[one.text_id].append(one)
    return by_text


def _row(
    waiting: _Waiting, view: View, headline: str, findings: Sequence[CommentFinding], asker: Asker
) -> Row:
    until = waiting.claimed_until
    taken = until and until > asker.now and waiting.claimed_by != asker.user_id
    return Row(
        uid=str(waiting.uid),
        version=waiting.version,
        name=waiting.name,
        headline=headline,
        excerpt=" ".join((waiting.beginning or "").split())[:EXCERPT],
        why=_why(waiting, findings) if view.name != REVIEW else _("To be reviewed"),
        age=age(waiting.since or waiting.submitted_at, asker.now),
        pick=_("Select the comment by %(name)s") % {"name": waiting.name},
        mark=_("with a colleague") if taken else "",
    )


def _why(waiting: _Waiting, findings: Sequence[CommentFinding]) -> str:
    """The gravest finding of a comment that waits; of a public one that it is, unless something was found."""
    reasons = reasons_of(waiting.beginning or "", findings)
    said = reasons.gravest if waiting.state == State.HELD or reasons.found else _("Public")
    if not waiting.open_reports:
        return said
    return f"{reports_in_words(waiting.open_reports)}; {said}"
