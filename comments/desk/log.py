"""Decisions as the desk reads them again: in sentences, with their grounds, and whether they can be taken back."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast

from django.conf import settings
from django.db.models import OuterRef, Prefetch, QuerySet, Subquery
from django.utils.translation import gettext as _

from comments.desk.words import clock, under_rules
from comments.enums import Act, GroundKind, LetterState, StandingReason
from comments.models import (
    Comment,
    Commenter,
    CommentText,
    Decision,
    DecisionEvidence,
    DecisionGround,
    Discussion,
    Letter,
    Sanction,
)
from comments.permissions import can_lead
from newsroom.accounts.models import User

UNDOABLE = frozenset({Act.APPROVED, Act.REJECTED, Act.REMOVED, Act.RESTORED})


@dataclass(frozen=True, slots=True, kw_only=True)
class GroundLine:
    """A ground in words, and where it can be read; its key, and a rule's version, for whoever counts."""

    text: str
    key: str
    url: str = ""
    version: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionLine:
    """One decision as log and history show it. `uid` is the decision's, for undoing it."""

    uid: str
    at: datetime
    name: str
    act: str
    by: str
    is_automatic: bool
    grounds: list[GroundLine]
    text: str
    note: str
    explanation: str
    statement: str
    appeal: str
    to_state: str
    was_undone: bool
    undo: str
    comment: Comment | None
    discussion: Discussion | None
    commenter: Commenter | None
    sanction: Sanction | None
    has_words: bool


def with_what_lines_show(decisions: QuerySet[Any]) -> QuerySet[Any]:
    """Decisions with all that a line says of them: two queries more than none, however many there are."""
    grounds = DecisionGround.objects.select_related("rule__policy")
    return decisions.select_related(
        "decider",
        "evidence",
        "letter",
        "undone_by",
        "appeal",
        "comment__discussion__article",
        "discussion__article",
        "comment__current_text",
    ).prefetch_related(Prefetch("grounds", queryset=grounds))


def with_what_they_were_about(decisions: QuerySet[Any]) -> QuerySet[Any]:
    """Decisions from `with_what_lines_show` with the text that each was made on, and the sanction that it is about.

    No query more for the texts; where decisions are on commenters, one for their sanctions.
    """
    texts = CommentText.objects.filter(comment=OuterRef("comment"), created_at__lte=OuterRef("at"))
    sanctions = Sanction.objects.filter(decision__isnull=False).select_related("decision__appeal")
    shown = Prefetch("commenter__sanctions", queryset=sanctions, to_attr="sanctions_shown")
    decided_text = Subquery(texts.order_by("-number").values("body")[:1])
    rows: QuerySet[Any] = decisions.annotate(decided_text=decided_text)
    return rows.select_related("commenter").prefetch_related(shown)


def history_of(comment: Comment, now: datetime, viewer: User) -> list[DecisionLine]:
    """All decisions on a comment, the newest first. Two queries."""
    decisions = with_what_lines_show(Decision.objects.filter(comment=comment).order_by("-seq"))
    return [line_of(decision, now, viewer) for decision in with_what_they_were_about(decisions)]


def line_of(decision: Decision, now: datetime, viewer: User) -> DecisionLine:
    """The line of a loaded decision; which colleague decided is for leads to know. No query."""
    evidence = getattr(decision, "evidence", None)
    appeal = getattr(decision, "appeal", None)
    return DecisionLine(
        uid=str(decision.uid),
        at=decision.at,
        name=decision.act,
        act=str(Act(decision.act).label),
        by=_by(decision, viewer),
        is_automatic=decision.automatic,
        grounds=[ground_line(ground) for ground in decision.grounds.all()],
        text=_text(decision),
        note=evidence.note if evidence else "",
        explanation=evidence.explanation if evidence else "",
        statement=evidence.statement if evidence else "",
        appeal=str(appeal.get_state_display()) if appeal else "",
        to_state=decision.to_state_label,
        was_undone=getattr(decision, "undone_by", None) is not None,
        undo=str(decision.uid) if can_be_undone(decision, now) else "",
        comment=decision.comment,
        discussion=decision.discussion,
        commenter=decision.commenter,
        sanction=_sanction(decision),
        has_words=_has_words(evidence),
    )


def _text(decision: Decision) -> str:
    """The text that was decided on, which its author may have mended since; else the one there is."""
    decided: str | None = getattr(decision, "decided_text", None)
    now = decision.comment.current_text if decision.comment else None
    return decided if decided is not None else now.body if now else ""


def _sanction(decision: Decision) -> Sanction | None:
    """The sanction that a decision on a commenter began, ended or confirmed, where these were read with it."""
    shown: list[Sanction] = getattr(decision.commenter, "sanctions_shown", [])
    if decision.act == Act.SANCTIONED:
        return next((one for one in shown if one.decision_id == decision.pk), None)
    alike = [one for one in shown if one.kind == decision.from_state]
    return next((one for one in alike if decision.at in (one.lifted_at, _answered_at(one))), None)


def _answered_at(sanction: Sanction) -> datetime | None:
    appeal = getattr(sanction.decision, "appeal", None)
    return appeal.answered_at if appeal else None


def _has_words(evidence: DecisionEvidence | None) -> bool:
    """Whether somebody wrote something with a decision that stands there still."""
    if evidence is None or evidence.withheld_at:
        return False
    return bool(evidence.note or evidence.explanation or evidence.statement)


def ground_line(ground: DecisionGround) -> GroundLine:
    """A rule by its number and version, any other ground in its own words."""
    if ground.rule:
        text = _("Rule %(number)d, %(title)s (version %(version)d)") % {
            "number": ground.rule.number,
            "title": ground.rule.title,
            "version": ground.rule.policy.version,
        }
        url = f"{ground.rule.policy.get_absolute_url()}#rule-{ground.rule.number}"
        return GroundLine(text=text, key=ground.key, url=url, version=ground.rule.policy.version)
    if ground.kind == GroundKind.STANDING and ground.key in StandingReason.values:
        return GroundLine(text=str(StandingReason(ground.key).label), key=ground.key)
    if ground.kind == GroundKind.LAW:
        return GroundLine(text=_("Law: %(law)s") % {"law": ground.key}, key=ground.key)
    return GroundLine(text=ground.key, key=ground.key)


def letter_of(decision: Decision) -> Letter | None:
    """The mail about a loaded decision, if one is sent."""
    return cast(Letter | None, getattr(decision, "letter", None))


def can_be_undone(decision: Decision, now: datetime) -> bool:
    """Whether a loaded decision is a person's, stands, and no mail about it has left (without one: for 60 s)."""
    if decision.act not in UNDOABLE or decision.automatic or getattr(decision, "undone_by", None) is not None:
        return False
    letter = letter_of(decision)
    if letter:
        return letter.state == LetterState.WAITING and letter.attempts == 0
    return now < decision.at + timedelta(seconds=settings.UNDO_SECONDS)


def rule_numbers(decision: Decision) -> list[int]:
    """The numbers of the rules that a loaded decision names."""
    return sorted(ground.rule.number for ground in decision.grounds.all() if ground.rule)


def sentence_of(decision: Decision) -> str:
    """ "Rejected under rule 3." for a loaded decision; what is undone is not done under rules."""
    numbers = [] if decision.act == Act.UNDONE else rule_numbers(decision)
    words = [str(Act(decision.act).label).capitalize(), under_rules(numbers)]
    return f"{' '.join(word for word in words if word)}."


def what_happened(decision: Decision, viewer_id: int | None, now: datetime) -> str:
    """ "Approved by a colleague at 02:11" for a decision with its decider."""
    act, at = str(Act(decision.act).label).capitalize(), clock(decision.at, now)
    if decision.act == Act.WITHDRAWN:
        return _("%(act)s at %(at)s") % {"act": act, "at": at}
    if decision.decider_id is None:
        return _("%(act)s automatically at %(at)s") % {"act": act, "at": at}
    if decision.decider_id == viewer_id:
        return _("%(act)s by yourself at %(at)s") % {"act": act, "at": at}
    return _("%(act)s by a colleague at %(at)s") % {"act": act, "at": at}


def _by(decision: Decision, viewer: User) -> str:
    if decision.automatic:
        return _("Automatic")
    if decision.decider is None:
        return _("The author")
    if decision.decider_id == viewer.pk:
        return _("You")
    return str(decision.decider) if can_lead(viewer) else _("A colleague")
