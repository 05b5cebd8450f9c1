"""Cases as the desk's pages list and show them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Q
from django.utils.translation import gettext as _

from articles.archive import Key, Page, page_before
from articles.models import Article
from comments.actions.cases import MOST_ITEMS, Subject
from comments.actions.deadlines import NEAR
from comments.cases import (
    Frozen,
    acts_of,
    decision_said,
    frozen_items,
    sentence_of,
    state_said,
    waiting_erasures,
)
from comments.desk.words import age, clock
from comments.enums import CaseOutcome
from comments.models import Case, CaseAct

PAGE = 50
NEWEST = 200
"""Acts that a page shows; the file has all."""
OFFERED = 20
"""Open cases to which a comment or story can be added from the form of a new one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseLine:
    """A case in a list, or at the head of its page."""

    uid: str
    number: int
    title: str
    kind: str
    sender: str
    due: str
    mark: str
    is_overdue: bool
    is_open: bool
    outcome: str
    closed: str
    items: int
    has_comment: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ActLine:
    """One act in words."""

    by: str
    at: datetime
    what: str
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemCard:
    """A frozen item with its copy, and whether there is more to freeze by now."""

    frozen: Frozen
    title: str
    decisions: list[tuple[str, str]]
    facts: dict[str, Any]
    uid: str
    has_changed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseCard:
    """All that a case's page shows."""

    case: Case
    line: CaseLine
    items: list[ItemCard]
    acts: list[ActLine]
    has_older_acts: bool
    erasures: int
    is_full: bool


def case_with_uid(uid: object) -> Case | None:
    """The case with a public id. One query."""
    found: Case | None = Case.objects.select_related("opened_by").filter(uid=uid).first()
    return found


def open_cases(asked: Q, after: Key | None) -> Page:
    """A page of the open cases, those due first on top; its key is where the next one begins. One query."""
    rows = Case.objects.open().filter(asked)
    if after:
        # The first condition alone says where in the index to begin.
        rows = rows.filter(deadline__gte=after.at)
        rows = rows.filter(Q(deadline__gt=after.at) | Q(pk__gt=after.pk))
    found = list(_counted(rows).order_by("deadline", "pk")[: PAGE + 1])
    shown = found[:PAGE]
    return Page(shown, Key(shown[-1].deadline, shown[-1].pk) if len(found) > PAGE else None)


def closed_cases(asked: Q, before: Key | None) -> Page:
    """A page of the closed cases, the newest closed first. One query."""
    rows = _counted(Case.objects.filter(asked, closed_at__isnull=False).order_by("-closed_at", "-id"))
    return page_before(rows, field="closed_at", before=before, size=PAGE)


def _counted(rows: Any) -> Any:
    return rows.annotate(item_count=Count("items"))


def case_line(case: Case, now: datetime) -> CaseLine:
    """A case in words, with its items where they were counted, and whether it has the comment that it was asked for,
    or only its story. No query."""
    number = {"number": case.pk}
    return CaseLine(
        uid=str(case.uid),
        number=case.pk,
        title=_("Case %(number)d") % number,
        kind=str(case.get_kind_display()),
        sender=case.sender,
        due=clock(case.deadline, now),
        mark=_mark(case, now),
        is_overdue=case.is_open and case.deadline < now,
        is_open=case.is_open,
        outcome=str(CaseOutcome(case.outcome).label) if case.outcome else "",
        closed=clock(case.closed_at, now) if case.closed_at else "",
        items=getattr(case, "item_count", 0),
        has_comment=getattr(case, "has_comment", True),
    )


def _mark(case: Case, now: datetime) -> str:
    """What is said of its deadline: nothing while there is time."""
    if not case.is_open or case.deadline > now + NEAR:
        return ""
    if case.deadline < now:
        return _("overdue by %(age)s") % {"age": age(case.deadline, now)}
    return _("due in %(age)s") % {"age": age(now, case.deadline)}


def case_card(case: Case, now: datetime) -> CaseCard:
    """Four queries, however much is in the case."""
    items = frozen_items(case)
    acts = acts_of(case, NEWEST + 1)
    return CaseCard(
        case=case,
        line=case_line(case, now),
        items=[_item_card(item, items) for item in items],
        acts=[_act_line(act) for act in acts[:NEWEST]],
        has_older_acts=len(acts) > NEWEST,
        erasures=waiting_erasures(case).count() if case.is_open else 0,
        is_full=len(items) >= MOST_ITEMS,
    )


def _act_line(act: CaseAct) -> ActLine:
    return ActLine(by=str(act.by), at=act.at, what=sentence_of(act), note=act.note)


def _item_card(frozen: Frozen, items: list[Frozen]) -> ItemCard:
    facts, item = frozen.facts or {}, frozen.item
    subject = item.comment or item.article
    return ItemCard(
        frozen=frozen,
        title=_title(frozen, facts),
        decisions=[(one["at"], decision_said(one)) for one in facts.get("decisions", [])],
        facts=facts,
        uid=str(subject.uid) if subject else "",
        has_changed=_has_changed(frozen, items),
    )


def _title(frozen: Frozen, facts: dict[str, Any]) -> str:
    if not facts:
        return _("Story, erased") if frozen.is_story else _("Comment, erased")
    if frozen.is_story:
        return _("Story “%(name)s”, revision %(version)d") % facts
    told = {"name": facts["name"], "state": state_said(facts).lower()}
    return _("Comment by %(name)s, %(state)s") % told


def _has_changed(frozen: Frozen, items: list[Frozen]) -> bool:
    """Whether a comment has another version by now than any copy in the case."""
    comment = frozen.item.comment
    if comment is None or frozen.facts is None:
        return False
    newest = max(one.item.subject_version for one in items if one.item.comment_id == comment.pk)
    return frozen.item.subject_version == newest < comment.version


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """What a new case is to be about, as its form names it."""

    subject: Subject
    title: str
    excerpt: str
    value: str


def named(subject: Subject) -> Named:
    """A comment with its text, or a story. At most one query."""
    if isinstance(subject, Article):
        title = _("Story “%(name)s”") % {"name": subject.working_headline}
        return Named(subject=subject, title=title, excerpt="", value=str(subject.uid))
    text = subject.current_text.body if subject.current_text else ""
    title = _("Comment by %(name)s on “%(story)s”") % {
        "name": subject.name,
        "story": subject.discussion.article.working_headline,
    }
    return Named(subject=subject, title=title, excerpt=text, value=str(subject.uid))


def cases_to_add_to(now: datetime) -> list[CaseLine]:
    """The open cases that are due first. One query."""
    return [case_line(case, now) for case in Case.objects.open().order_by("deadline", "pk")[:OFFERED]]
