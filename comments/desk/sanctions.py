"""Sanctions as the desk reads them: what holds against a commenter, what their record proposes, what waits for two."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from comments.actions.seconds import may_second, seconds
from comments.desk.log import DecisionLine, line_of, with_what_lines_show
from comments.desk.records import seen
from comments.desk.words import clock, times
from comments.enums import Act, AppealState, LetterState, SanctionKind
from comments.evidence import Record
from comments.models import Appeal, Commenter, CommentFinding, Decision, Letter, Sanction
from comments.moderation.ladder import Proposed
from comments.permissions import can_lead
from comments.standing import proposal, sanctions_of, stands
from newsroom.accounts.models import User

MOST = 100
"""Sanctions that the list shows beside the proposals, the newest first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SanctionLine:
    """A sanction in words: what it is, how it stands, whether it holds now or waits for a second person."""

    uid: str
    name: str
    commenter_uid: str
    measure: str
    state: str
    when: str
    holds: bool
    waits: bool
    is_own: bool


@dataclass(frozen=True, slots=True)
class ProposalLine:
    """What the record proposes, in a sentence, and the address of the form with all of it filled in."""

    sentence: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Objection:
    """An open appeal against a sanction."""

    uid: str
    name: str
    measure: str
    promised: str
    is_late: bool


@dataclass(frozen=True, slots=True)
class Return:
    """A banned author who may be behind a comment."""

    name: str
    uid: str


@dataclass(frozen=True, slots=True)
class StandingCard:
    """How a commenter stands."""

    lines: list[SanctionLine]
    proposal: ProposalLine | None

    @property
    def holding(self) -> list[SanctionLine]:
        """What holds now or waits for a second person."""
        return [line for line in self.lines if line.holds or line.waits]


@dataclass(frozen=True, slots=True, kw_only=True)
class SanctionCard:
    """One sanction with all that a second person, or whoever ends it, needs to know."""

    sanction: Sanction
    line: SanctionLine
    proposed_by: str
    history: list[DecisionLine]
    may_agree: bool
    may_decline: bool
    may_undo: bool
    may_lift: bool
    is_stuck: bool


def standing_of(
    commenter: Commenter, record: Record, *, numbers: Mapping[str, int], viewer_id: int, now: datetime
) -> StandingCard:
    """How the commenter of a loaded record stands. One query."""
    sanctions = sanctions_of(commenter.pk)
    for one in sanctions:
        one.commenter = commenter
    likely = proposal(record, sanctions, now)
    return StandingCard(
        [_line(one, viewer_id, now) for one in sanctions],
        _proposal_line(likely, commenter, numbers, now) if likely else None,
    )


def returns_of(findings: Iterable[CommentFinding]) -> list[Return]:
    """Banned authors that a check takes the comment's for, by what it found. At most one query."""
    ids = {one.details.get("commenter") for one in findings if one.fact == "possible_return"}
    ids = {pk for pk in ids if isinstance(pk, int)}
    if not ids:
        return []
    rows = Commenter.objects.filter(pk__in=ids).order_by("pk").values_list("name", "uid")
    return [Return(name or _("erased"), str(uid)) for name, uid in rows]


def waiting_proposals(viewer_id: int, now: datetime) -> list[SanctionLine]:
    """Proposals that wait for a second person, the oldest first. One query."""
    rows = Sanction.objects.proposed().select_related("commenter").order_by("proposed_at", "pk")[:MOST]
    return [_line(one, viewer_id, now) for one in rows]


def open_objections(now: datetime) -> list[Objection]:
    """Open appeals against sanctions, those promised first on top. One query."""
    rows = Appeal.objects.filter(state=AppealState.OPEN, decision__commenter__isnull=False)
    rows = rows.select_related("decision__sanction", "commenter").order_by("promised_by", "pk")[:MOST]
    return [
        Objection(
            uid=str(made.uid),
            name=made.commenter.name or _("erased"),
            measure=measure_words(made.decision.sanction.kind, made.decision.sanction.days),
            promised=clock(made.promised_by, now),
            is_late=made.promised_by < now,
        )
        for made in rows
    ]


def newest_sanctions(viewer_id: int, now: datetime) -> list[SanctionLine]:
    """The newest sanctions that were decided, in force or over. One query."""
    rows = Sanction.objects.filter(decision__isnull=False).order_by("-starts_at", "-pk")
    rows = rows.select_related("commenter", "decision__undone_by", "decision__appeal")[:MOST]
    return [_line(one, viewer_id, now) for one in rows]


def sanction_with_uid(uid: object) -> Sanction | None:
    """The sanction with a public id. One query."""
    rows = Sanction.objects.select_related(
        "commenter__user",
        "policy",
        "proposed_by",
        "decision__undone_by",
        "decision__appeal",
        "decision__evidence",
    )
    found: Sanction | None = rows.filter(uid=uid).first()
    return found


def sanction_card(sanction: Sanction, viewer: User, now: datetime) -> SanctionCard:
    """The card of a sanction from `sanction_with_uid`. At most eight queries."""
    line = _line(sanction, viewer.pk, now)
    may = line.waits and may_second(viewer, sanction.proposed_by_id)
    return SanctionCard(
        sanction=sanction,
        line=line,
        proposed_by=who(sanction.proposed_by, viewer),
        history=history_of_commenter(sanction.commenter, viewer, now),
        may_agree=may,
        may_decline=may or (line.waits and line.is_own),
        may_undo=_may_undo(sanction),
        may_lift=line.holds and can_lead(viewer),
        is_stuck=line.waits and not may and not seconds(sanction.proposed_by_id).exists(),
    )


def history_of_commenter(commenter: Commenter, viewer: User, now: datetime) -> list[DecisionLine]:
    """All decisions on a commenter, the newest first. Two queries."""
    rows = with_what_lines_show(Decision.objects.filter(commenter=commenter).order_by("-seq"))
    return [line_of(decision, now, viewer) for decision in rows.select_related("commenter")]


def who(user: User | None, viewer: User) -> str:
    """A colleague by name for leads, as such for everybody else."""
    if user is None:
        return _("nobody")
    if user.pk == viewer.pk:
        return _("you")
    return str(user) if can_lead(viewer) else _("a colleague")


def measure_words(kind: str, days: int | None) -> str:
    """ "pre-moderation for 14 days", "suspension for 7 days", "warning", "ban"."""
    word = str(SanctionKind(kind).label).lower()
    if days is None:
        return _("pre-moderation without an end") if kind == SanctionKind.PRE_MODERATION else word
    return ngettext("%(what)s for %(days)d day", "%(what)s for %(days)d days", days) % {
        "what": word,
        "days": days,
    }


def _proposal_line(
    likely: Proposed, commenter: Commenter, numbers: Mapping[str, int], now: datetime
) -> ProposalLine:
    rule = numbers.get(likely.rule_key, f"“{likely.rule_key}”")
    words = {
        "measure": measure_words(likely.rung.kind, likely.rung.days),
        "rule": rule,
        "times": times(likely.times),
        "days": likely.within_days,
    }
    sentence = _("Proposed: %(measure)s, since rule %(rule)s was broken %(times)s in %(days)d days.") % words
    if likely.before is not None:
        before = {
            "measure": measure_words(likely.before.rung.kind, likely.before.rung.days),
            "when": seen(likely.before.at, now),
        }
        sentence = f"{sentence} {_('Before: %(measure)s (%(when)s).') % before}"
    filled = {"kind": likely.rung.kind, "days": likely.rung.days or "", "rule": likely.rule_key}
    return ProposalLine(sentence, f"{_form_url(commenter)}?{urlencode(filled)}")


def _form_url(commenter: Commenter) -> str:
    return reverse("moderation:commenter", args=[commenter.uid])


def _line(one: Sanction, viewer_id: int, now: datetime) -> SanctionLine:
    holds = _holds(one, now)
    return SanctionLine(
        uid=str(one.uid),
        name=one.commenter.name or _("erased"),
        commenter_uid=str(one.commenter.uid),
        measure=measure_words(one.kind, one.days),
        state=_state(one, holds, now),
        when=seen(one.starts_at or one.proposed_at, now),
        holds=holds,
        waits=one.is_open,
        is_own=one.proposed_by_id == viewer_id,
    )


def _holds(one: Sanction, now: datetime) -> bool:
    """As `in_force` has it, of a loaded row."""
    if one.starts_at is None or one.starts_at > now or one.lifted_at is not None:
        return False
    if one.kind == SanctionKind.WARNING and one.acknowledged_at is not None:
        return False
    return one.ends_at is None or one.ends_at > now


def _state(one: Sanction, holds: bool, now: datetime) -> str:
    if one.is_open:
        return _("waits for a second person")
    if one.decision is None:
        return _("declined")
    if getattr(one.decision, "undone_by", None) is not None:
        return _("undone")
    if not stands(one):
        return _("taken back on appeal")
    if one.lifted_at is not None:
        return _("ended early")
    if one.kind == SanctionKind.WARNING:
        return _("not read yet") if holds else _("read")
    if not holds:
        return _("over")
    return _("until %(when)s") % {"when": clock(one.ends_at, now)} if one.ends_at else _("holds")


def _may_undo(one: Sanction) -> bool:
    """Whether the mail about it has not left. At most one query."""
    if one.decision is None or one.lifted_at is not None:
        return False
    appeal = getattr(one.decision, "appeal", None)
    if appeal is not None and appeal.state != AppealState.MOOT:
        return False
    waiting = Letter.objects.filter(decision=one.decision, state=LetterState.WAITING, attempts=0)
    return one.decision.act == Act.SANCTIONED and waiting.exists()
