"""Sanctions: applied by one person, or beyond seven days proposed by one and agreed to by another; ended early."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from comments.actions.appeals import settle_appeal_of
from comments.actions.bulk import LONGEST_NOTE, leaves_at
from comments.actions.ending import end_sanction, locked_commenter, locked_sanction
from comments.actions.errors import (
    AlreadyLooked,
    NoPolicy,
    NotPossible,
    OwnProposal,
    RuleNeeded,
    RuleUnknown,
    StandingChanged,
    Unacceptable,
)
from comments.actions.seconds import leads, may_second, seconds
from comments.actions.senders import unstorable
from comments.alarms import write_lead_alarm
from comments.decisions import Evidence, Ground, Standing, append_standing
from comments.enums import Act, LetterKind, LetterState, Restriction, SanctionKind
from comments.evidence import record_of
from comments.letters import address_of_commenter
from comments.mail import CitedRule, Statement, cited
from comments.mailboxes import mailbox_key
from comments.models import Appeal, Commenter, Letter, Policy, Rule, Sanction
from comments.permissions import can_lead, can_moderate
from comments.policies import in_force
from comments.rulebook import rules_of
from comments.sanction_letters import sanction_statement, write_outcome, write_sanction
from comments.standing import proposal, sanctions_of, seen_mark
from comments.statements import APPEALS_LAST, Terms, freeze_statements
from newsroom.accounts.models import User

MOST_DAYS = 366
WITH_DAYS = (SanctionKind.PRE_MODERATION, SanctionKind.SUSPENSION)
"""The kinds that may end by time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """What is to be done to a commenter: for so many days (None: without an end), under these rules, with a note."""

    kind: str
    days: int | None = None
    rule_keys: Sequence[str] = ()
    note: str = ""


def sanction(commenter_id: int, measure: Measure, *, by: User, seen: str, now: datetime) -> Sanction:
    """The measure holds from now on and its statement leaves in UNDO_SECONDS; one beyond seven days is a proposal.

    `seen` is `standing.seen_mark` of the page that was decided on. Raises StandingChanged where somebody was first,
    RuleNeeded, RuleUnknown, Unacceptable for a field, NoPolicy, NotPossible, PermissionDenied; then nothing has
    changed. About 20 queries.
    """
    _require_moderator(by)
    try:
        with transaction.atomic():
            commenter = locked_commenter(commenter_id)
            if seen_mark(commenter.pk) != seen:
                raise StandingChanged
            made = planned(commenter, measure, by=by, now=now)
            if not made.needs_second:
                return _begin(made, by=by, now=now)
            made.save()
            _tell_leads_if_nobody_may_agree(made, now)
            return made
    except IntegrityError:
        raise StandingChanged from None


def planned(commenter: Commenter, measure: Measure, *, by: User, now: datetime) -> Sanction:
    """The sanction as it would be, not stored. Raises as `sanction` does. At most seven queries."""
    _require_possible(commenter, measure, by)
    policy = in_force(now)
    if policy is None:
        raise NoPolicy(_("No comment policy is in force, so nobody can have broken it."))
    keys = list(dict.fromkeys(measure.rule_keys))
    if not keys:
        raise RuleNeeded(_("Choose at least one rule that the commenter broke."))
    if Rule.objects.filter(policy=policy, key__in=keys).count() != len(keys):
        raise RuleUnknown(_("One of the rules chosen is not in the policy in force."))
    record = record_of(commenter.pk, now=now)
    recent = [one for one in record.breaches if one.rule_key in keys and one.at > now - timedelta(days=365)]
    if not recent and not measure.note.strip():
        sentence = _(
            "No decision of the last year says that these rules were broken. Say in the note what happened."
        )
        raise Unacceptable("note", sentence)
    likely = proposal(record, sanctions_of(commenter.pk), now)
    return Sanction(
        commenter=commenter,
        kind=measure.kind,
        days=measure.days,
        policy=policy,
        rule_keys=keys,
        breaches=[{"rule": one.rule_key, "at": one.at.isoformat()} for one in recent],
        from_record=bool(
            likely
            and (likely.rung.kind, likely.rung.days) == (measure.kind, measure.days)
            and likely.rule_key in keys
        ),
        note=measure.note.strip(),
        mailbox_key=mailbox_key(address_of_commenter(commenter)),
        proposed_by=by,
        proposed_at=now,
    )


def statement_of(made: Sanction, now: datetime) -> Statement:
    """What the commenter is told of it, if it begins now. Stores nothing. Three queries at most."""
    return sanction_statement(made, _cited(made), _terms(made, now), made.note)


def agree(sanction_id: int, *, by: User, now: datetime) -> Sanction:
    """The proposed sanction holds from now on; its statement leaves in UNDO_SECONDS.

    Raises OwnProposal for who proposed it, AlreadyLooked where it does not wait any more, NotPossible where its
    commenter was erased, PermissionDenied; then nothing has changed.
    """
    with transaction.atomic():
        made = _open_proposal(sanction_id)
        if made.proposed_by_id == by.pk and can_moderate(by):
            raise OwnProposal
        if not may_second(by, made.proposed_by_id):
            raise PermissionDenied
        made.agreed_by = by
        return _begin(made, by=by, now=now)


@transaction.atomic
def decline(sanction_id: int, *, by: User, why: str, now: datetime) -> Sanction:
    """The proposal is off the list and restricts nobody; who proposed it may take it back so. Raises as `agree`."""
    made = _open_proposal(sanction_id)
    if made.proposed_by_id != by.pk and not may_second(by, made.proposed_by_id):
        raise PermissionDenied
    made.declined_by, made.declined_at = by, now
    made.declined_why = _reasons(why, gettext_lazy("Say in at most %(most)d characters why not."))
    made.save(update_fields=["declined_by", "declined_at", "declined_why"])
    return made


@transaction.atomic
def undo_sanction(sanction_id: int, *, by: User, now: datetime) -> Sanction:
    """The sanction is as if it had never been, and the mail about it never leaves.

    Raises NotPossible where the mail has left (without a mail: after UNDO_SECONDS), where it has ended, or where
    its commenter has objected; PermissionDenied.
    """
    _require_moderator(by)
    made = locked_sanction(sanction_id)
    decision = made.decision
    if decision is None or made.lifted_at is not None:
        raise NotPossible(_("This sanction does not hold (any more), so there is nothing to undo."))
    if Appeal.objects.filter(decision=decision).exists():
        raise NotPossible(_("This can no longer be undone: its author has objected. Answer that."))
    letters = Letter.objects.filter(decision=decision)
    stopped = letters.filter(state=LetterState.WAITING, attempts=0).update(state=LetterState.CANCELLED)
    if not stopped and (letters.exists() or now >= leaves_at(decision.at)):
        raise NotPossible(_("This can no longer be undone: the mail about it has left."))
    end_sanction(made, Act.UNDONE, by=by, now=now, undoes=decision)
    return made


@transaction.atomic
def lift(sanction_id: int, *, by: User, reasons: str, now: datetime) -> Sanction:
    """A lead ends the sanction before its time; the commenter is told why, at once. It stays on their record.

    An open appeal against it is settled without an answer. Raises NotPossible where it does not hold any more,
    Unacceptable for the reasons, PermissionDenied.
    """
    if not can_lead(by):
        raise PermissionDenied
    reasons = _reasons(
        reasons, gettext_lazy("Give the commenter your reasons, in at most %(most)d characters.")
    )
    made = locked_sanction(sanction_id)
    if not Sanction.objects.in_force(now).filter(pk=made.pk).exists():
        raise NotPossible(_("This sanction does not hold (any more)."))
    decision = end_sanction(made, Act.LIFTED, by=by, now=now, reasons=reasons)
    settle_appeal_of(made.decision, now=now)
    write_outcome(made, decision, LetterKind.SANCTION_ENDED, reasons=reasons)
    return made


# --- what all of them do


def _begin(made: Sanction, *, by: User, now: datetime) -> Sanction:
    """The decision, its statement and its letter are stored with the sanction, which holds from now on."""
    statement, terms = statement_of(made, now), _terms(made, now)
    decision = append_standing(
        Standing(
            commenter=made.commenter,
            from_kind="",
            to_kind=made.kind,
            policy=made.policy,
            grounds=[Ground.of_rule(rule) for rule in _rules(made.policy, made.rule_keys)],
            evidence=Evidence(note=made.note, statement=statement.text),
        ),
        act=Act.SANCTIONED,
        now=now,
        by=by,
    )
    freeze_statements([(decision, terms, made.commenter.language)])
    made.decision, made.starts_at, made.ends_at, made.note = decision, now, terms.ends_at, ""
    made.save()
    write_sanction(made, decision, statement, send_after=leaves_at(now))
    return made


def _terms(made: Sanction, now: datetime) -> Terms:
    return Terms(
        restriction=Restriction(made.kind),
        automated_detection=made.from_record,
        ends_at=None if made.days is None else now + timedelta(days=made.days),
        appeal_until=now + APPEALS_LAST,
    )


def _rules(policy: Policy, keys: Sequence[str]) -> list[Rule]:
    return list(Rule.objects.filter(policy=policy, key__in=list(keys)).order_by("number"))


def _cited(made: Sanction) -> list[CitedRule]:
    """The rules that it rests on, in its commenter's language."""
    with translation.override(made.commenter.language):
        return [cited(rule) for rule in rules_of(made.policy) if rule.key in made.rule_keys]


def _require_possible(commenter: Commenter, measure: Measure, by: User) -> None:
    if commenter.erased_at is not None:
        raise NotPossible(_("This commenter’s data were erased."))
    if commenter.user_id is None and commenter.confirmed_at is None:
        raise NotPossible(_("Nobody has confirmed this address, so nobody is known to have written from it."))
    if commenter.user_id is not None and commenter.user_id == by.pk:
        raise NotPossible(_("Nobody sanctions themselves."))
    if measure.kind not in SanctionKind.values:
        raise Unacceptable("kind", _("Choose what is to happen."))
    if measure.days is not None and measure.kind not in WITH_DAYS:
        raise Unacceptable("days", _("Only pre-moderation and suspension last a number of days."))
    if measure.days is None and measure.kind == SanctionKind.SUSPENSION:
        raise Unacceptable("days", _("Say for how many days; a suspension without an end is a ban."))
    if measure.days is not None and not 1 <= measure.days <= MOST_DAYS:
        raise Unacceptable("days", _("Between 1 and %(most)d days are possible.") % {"most": MOST_DAYS})
    if len(measure.note) > LONGEST_NOTE or unstorable(measure.note):
        sentence = _("A note has at most %(most)d characters, all of which can be stored.")
        raise Unacceptable("note", sentence % {"most": LONGEST_NOTE})


def _require_moderator(by: User) -> None:
    if not can_moderate(by):
        raise PermissionDenied


def _open_proposal(sanction_id: int) -> Sanction:
    made = locked_sanction(sanction_id)
    if not made.is_open:
        raise AlreadyLooked
    if made.commenter.erased_at is not None:
        raise NotPossible(_("This commenter’s data were erased."))
    return made


def _tell_leads_if_nobody_may_agree(made: Sanction, now: datetime) -> None:
    if not seconds(made.proposed_by_id).exists():
        subject = gettext_lazy("Nobody may agree to a sanction")
        path = f"/admin/moderation/sanctions/{made.uid}/"
        write_lead_alarm(subject, "second_alarm", path, leads(), now=now, what="sanction")


def _reasons(text: str, sentence: Any) -> str:
    text = text.strip()
    if not text or len(text) > LONGEST_NOTE or unstorable(text):
        raise Unacceptable("reasons", sentence % {"most": LONGEST_NOTE})
    return text
