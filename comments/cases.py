"""What open cases hold now, and for whom erasure waits because of them; what a case and its acts say in words."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils import formats, timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from articles.enums import ArticleState
from articles.models import PublicationByline, Revision, WorkingCopy
from comments.actions.freezing import read_copy
from comments.enums import Act, CaseKind, CaseOutcome, CaseVerb, StandingReason, State
from comments.models import Case, CaseAct, CaseItem, Comment, Commenter, WaitingErasure
from newsroom.html import text_of
from newsroom.prepared import NUMBER, Prepared

COUNTED = 100
"""Counting open cases stops here."""

NAMES: dict[str, str | Promise] = {
    "kind": gettext_lazy("kind"),
    "sender": gettext_lazy("sender"),
    "reference": gettext_lazy("their reference"),
    "about": gettext_lazy("what is asked"),
    "received_at": gettext_lazy("received"),
    "deadline": gettext_lazy("deadline"),
}


# --- what is held


def cases_with(comment: Comment) -> list[Case]:
    """Open cases in which the comment or its story is, those due first on top; `has_comment` says which. One query."""
    return _WITH.rows(Case, comment=comment.pk, article=comment.discussion.article_id)


def _with(comment: int, article: int) -> QuerySet[Any]:
    items = CaseItem.objects.filter(case=OuterRef("pk"))
    rows: QuerySet[Any] = Case.objects.open().annotate(has_comment=Exists(items.filter(comment=comment)))
    return rows.filter(Q(has_comment=True) | Exists(items.filter(article=article))).order_by("deadline", "pk")


_WITH = Prepared(_with, comment=NUMBER, article=NUMBER + 1)


def open_deadlines() -> list[datetime]:
    """The deadlines of the open cases, the nearest first, at most COUNTED. One query."""
    return [deadline for (deadline,) in _DEADLINES.rows(Case)]


_DEADLINES = Prepared(
    lambda: Case.objects.open().order_by("deadline", "pk").values_list("deadline")[:COUNTED]
)


def cases_with_story(article_id: int) -> list[Case]:
    """Open cases in which the story itself is, those due first on top. One query."""
    items = CaseItem.objects.filter(case=OuterRef("pk"), article=article_id)
    rows = Case.objects.open().filter(Exists(items)).select_related("opened_by")
    return list(rows.order_by("deadline", "pk"))


def holding(address: str) -> list[Case]:
    """Open cases that hold a comment by whoever has this address, or a story that they worked on. One query."""
    address = address.lower()
    wrote = Q(comment__commenter__user__email=address)
    wrote |= Q(comment__commenter__user=None, comment__commenter__address=address)
    worked = (
        Exists(Revision.objects.filter(article=OuterRef("article"), created_by__email=address))
        | Exists(WorkingCopy.objects.filter(article=OuterRef("article"), editor__email=address))
        | Exists(
            PublicationByline.objects.filter(
                publication__article=OuterRef("article"), author__user__email=address
            )
        )
    )
    items = CaseItem.objects.filter(wrote | worked)
    return list(Case.objects.open().filter(pk__in=items.values("case")).order_by("deadline", "pk"))


def held_commenters() -> QuerySet[Any]:
    """The ids of commenters of whom an open case holds a comment."""
    held = CaseItem.objects.filter(comment__isnull=False, case__closed_at__isnull=True)
    return held.values("comment__commenter")


def waiting_addresses() -> list[str]:
    """Where erasure waits for cases, by the address that the person has now. One query."""
    rows = WaitingErasure.objects.select_related("user").order_by("pk")
    return [waiting.user.email if waiting.user else waiting.address for waiting in rows]


def waits_since(commenter: Commenter) -> datetime | None:
    """When a commenter asked to be erased who waits for a case. One query."""
    theirs = Q(address=commenter.address) | Q(user__isnull=False, user=commenter.user_id)
    return WaitingErasure.objects.filter(theirs).values_list("asked_at", flat=True).first()


def waiting_erasures(case: Case) -> QuerySet[Any]:
    """Erasures that were asked for by authors of the comments in a case, and are not done yet."""
    authors = case.items.filter(comment__isnull=False)
    return WaitingErasure.objects.filter(
        Q(address__in=authors.values("comment__commenter__address"))
        | Q(user__in=authors.values("comment__commenter__user"))
    )


# --- what is said of them


@dataclass(frozen=True, slots=True)
class Frozen:
    """An item with its copy as facts; None where that is erased."""

    item: CaseItem
    facts: dict[str, Any] | None
    content: str
    erased_at: datetime | None
    withheld_at: datetime | None

    @property
    def is_story(self) -> bool:
        return self.item.article_id is not None

    @property
    def texts(self) -> list[tuple[dict[str, Any], str]]:
        """Each text of a comment, or each revision of a story that has its words, with these as plain text."""
        facts = self.facts or {}
        if self.is_story:
            return [(one, text_of(one["body"])) for one in facts.get("revisions", []) if "body" in one]
        return [(one, one["text"]) for one in facts.get("texts", [])]


def frozen_items(case: Case) -> list[Frozen]:
    """All items of a case in the order in which they were frozen. One query."""
    rows = case.items.select_related("copy", "comment", "article", "frozen_by").order_by("number")
    return [
        Frozen(
            item=item,
            facts=read_copy(item.copy.content) if item.copy.content else None,
            content=item.copy.content,
            erased_at=item.copy.erased_at,
            withheld_at=item.copy.withheld_at,
        )
        for item in rows
    ]


def sentence_of(act: CaseAct) -> str:
    """What an act says, without who and when: "changed the deadline: from 3 May to 7 May". No query."""
    said = str(CaseVerb(act.verb).label)
    if act.verb == CaseVerb.ADDED:
        return _("froze item %(number)d") % {"number": act.item.number if act.item else 0}
    if act.verb == CaseVerb.CLOSED:
        return f"{said}: {CaseOutcome(act.details['outcome']).label}"
    if act.verb == CaseVerb.EXPORTED:
        return f"{said}, SHA-256 {act.details['digest']}"
    changes = [_change(name, *values) for name, values in act.details.items() if name in NAMES]
    return f"{said}: {'; '.join(changes)}" if changes else said


def _change(name: str, old: str, new: str) -> str:
    told = {"name": NAMES[name], "old": _shown(name, old) or "–", "new": _shown(name, new) or "–"}
    return _("%(name)s from “%(old)s” to “%(new)s”") % told


def _shown(name: str, value: str) -> str:
    if name in ("received_at", "deadline"):
        at = timezone.localtime(datetime.fromisoformat(value))
        return formats.date_format(at, "j F Y, H:i")
    if name == "kind":
        return str(CaseKind(value).label)
    return value


def decision_said(decided: Mapping[str, Any]) -> str:
    """A decision from a copy, without its time: "Rejected by the desk: rule 3, Respect others (version 2)"."""
    act = str(Act(decided["act"]).label) if decided["act"] in Act.values else decided["act"]
    by = {"desk": _(" by the desk"), "automatic": _(", automatically")}.get(decided["by"], "")
    grounds = "; ".join(_ground(ground) for ground in decided["grounds"])
    undone = _(", undone later") if decided["undone"] else ""
    return f"{act.capitalize()}{by}{undone}{': ' if grounds else ''}{grounds}"


def _ground(ground: Mapping[str, Any]) -> str:
    if "rule" in ground:
        return _("rule %(rule)d, %(title)s (version %(policy)d)") % ground
    if ground["key"] in StandingReason.values:
        return str(StandingReason(ground["key"]).label)
    return str(ground["key"])


def state_said(facts: Mapping[str, Any]) -> str:
    """The state of a comment or story when it was frozen, in words."""
    known = dict(ArticleState.choices if facts["what"] == "story" else State.choices)
    return str(known.get(facts["state"], facts["state"]))


def acts_of(case: Case, newest: int) -> list[CaseAct]:
    """The newest acts of a case, the newest first. One query."""
    return list(case.acts.select_related("by", "item").order_by(F("seq").desc())[:newest])
