"""Appeals: an author objects to a decision once, and somebody other than whoever made it answers with reasons."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from comments import alarms, letters, mail
from comments.actions.ending import end_sanction, locked_commenter
from comments.actions.errors import (
    AlreadyAnswered,
    AlreadyAppealed,
    AppealTooLate,
    NotPossible,
    OwnDecision,
    Unacceptable,
)
from comments.actions.seconds import leads, may_second, seconds
from comments.actions.senders import unstorable
from comments.actions.state import Change, change_state
from comments.actions.transitions import ANSWERS
from comments.decisions import Evidence, Standing, append_standing
from comments.enums import Act, AppealState, LetterKind, State
from comments.models import Appeal, Comment, Commenter, Decision, Sanction
from comments.permissions import can_lead, can_moderate
from comments.sanction_letters import write_outcome
from newsroom.accounts.models import User

LONGEST_APPEAL = 3_000
LONGEST_REASONS = 3_000
_DOWN = (State.REJECTED, State.REMOVED)


@transaction.atomic
def appeal(decision: Decision, text: str, *, now: datetime) -> Appeal:
    """The author objects to the decision that took their comment down, or that sanctioned them; an answer is
    promised for a set time.

    Whoever calls has made sure that it is the author. Where nobody may answer, the leads are told by mail. Raises
    Unacceptable for the text, AlreadyAppealed, AppealTooLate, or NotPossible where the decision does not stand
    (any more). At most eleven queries.
    """
    text = text.strip()
    if not text or len(text) > LONGEST_APPEAL or unstorable(text):
        sentence = _("Say in at most %(most)d characters why you think that we are wrong.")
        raise Unacceptable("text", sentence % {"most": LONGEST_APPEAL})
    if decision.comment_id is None:
        made = _appeal_of_sanction(decision, text, now)
        if not answerers(made).exists():
            alarms.write_alarm(made, None, leads(), now=now)
        return made
    comment = _locked(decision.comment_id)
    stands = Decision.objects.filter(
        pk=decision.pk, undone_by__isnull=True, statement_of_reasons__isnull=False
    )
    stood = stands.select_related("statement_of_reasons").first()
    if comment is None or stood is None or not _is_latest(stood, comment):
        raise NotPossible(_("This decision does not stand any more, so there is nothing to object to."))
    if now > stood.statement_of_reasons.appeal_until:
        raise AppealTooLate
    made = _stored(stood, comment.commenter, text, now)
    if not answerers(made).exists():
        alarms.write_alarm(made, comment, leads(), now=now)
    return made


def _appeal_of_sanction(decision: Decision, text: str, now: datetime) -> Appeal:
    """The same against a sanction, in force or over, that was neither undone nor ended early."""
    commenter = locked_commenter(decision.commenter_id or 0)
    rows = Sanction.objects.filter(decision=decision, lifted_at__isnull=True)
    made = rows.select_related("decision__statement_of_reasons").first()
    if made is None:
        raise NotPossible(_("This decision does not stand any more, so there is nothing to object to."))
    if now > made.decision.statement_of_reasons.appeal_until:
        raise AppealTooLate
    return _stored(made.decision, commenter, text, now, proposer=made.proposed_by)


def _stored(
    decision: Decision, commenter: Commenter, text: str, now: datetime, *, proposer: User | None = None
) -> Appeal:
    try:
        with transaction.atomic():
            return Appeal.objects.create(
                decision=decision,
                decider=decision.decider,
                proposer=proposer,
                commenter=commenter,
                text=text,
                created_at=now,
                promised_by=now + timedelta(days=settings.APPEAL_PROMISE_DAYS),
            )
    except IntegrityError:
        raise AlreadyAppealed(Appeal.objects.get(decision=decision)) from None


def _locked(comment_id: int | None) -> Comment | None:
    """The comment, locked before its appeal, as everybody locks it who decides on it."""
    rows = Comment.objects.select_related("commenter__user", "discussion__article", "current_text", "policy")
    found: Comment | None = rows.select_for_update(of=("self",), no_key=True).filter(pk=comment_id).first()
    return found


def _is_latest(decision: Decision, comment: Comment) -> bool:
    """Whether the comment is down because of this very decision."""
    if comment.state not in _DOWN:
        return False
    later = comment.decisions.filter(seq__gt=decision.seq).exclude(act__in=ANSWERS)
    return not later.exists()


# --- who answers


def answerers(made: Appeal) -> QuerySet[User]:
    """Who may answer: moderators other than whoever decided; where there is none, editors. One query, two at most."""
    return seconds(made.decider_id, made.proposer_id)


def can_answer(user: User, made: Appeal) -> bool:
    """Whether this person may answer this appeal. At most one query."""
    return may_second(user, made.decider_id, made.proposer_id)


# --- the answer


def answer_appeal(appeal_id: int, *, granted: bool, reasons: str, by: User, now: datetime) -> Decision:
    """The appeal is granted, and the comment public where it stood before, or it is refused; its author is mailed.

    A comment that never was public stands where those stand that become public now. The answer is a decision of its
    own, with its reasons; nobody can take it back. Raises Unacceptable for the reasons, OwnDecision, AlreadyAnswered
    where somebody else was first, NotPossible where there is nothing to answer any more, PermissionDenied; then
    nothing has changed. 20 queries.
    """
    reasons = reasons.strip()
    if not reasons or len(reasons) > LONGEST_REASONS or unstorable(reasons):
        sentence = _("Give the author your reasons, in at most %(most)d characters.")
        raise Unacceptable("reasons", sentence % {"most": LONGEST_REASONS})
    with transaction.atomic():
        found = Appeal.objects.select_related("decision").get(pk=appeal_id)
        if found.decision.comment_id is None:
            commenter = locked_commenter(found.commenter_id)
            made = _answerable(appeal_id, by)
            return _answered_sanction(made, commenter, granted=granted, reasons=reasons, by=by, now=now)
        comment = _locked(found.decision.comment_id)
        made = _answerable(appeal_id, by)
        if comment is None or comment.state not in _DOWN:
            raise NotPossible(_("The comment is not down any more, so there is nothing to answer."))
        return _answered(made, comment, granted=granted, reasons=reasons, by=by, now=now)


def _answerable(appeal_id: int, by: User) -> Appeal:
    """The appeal, locked, which this person may answer and nobody has."""
    rows = Appeal.objects.select_for_update(of=("self",), no_key=True).select_related("answered_by")
    made: Appeal = rows.get(pk=appeal_id)
    _require_right(by, made)
    if made.state != AppealState.OPEN:
        raise AlreadyAnswered(made)
    return made


def _answered(
    made: Appeal, comment: Comment, *, granted: bool, reasons: str, by: User, now: datetime
) -> Decision:
    change = Change(comment, evidence=Evidence(note=reasons))
    decision = change_state(change, act=Act.GRANTED if granted else Act.CONFIRMED, now=now, by=by)
    _keep_answer(made, granted=granted, reasons=reasons, by=by, now=now)
    letters.cancel_overtaken([comment])
    mail.write_appeal_outcome(made, comment, decision, letters.headlines([comment], now))
    return decision


def _answered_sanction(
    made: Appeal, commenter: Commenter, *, granted: bool, reasons: str, by: User, now: datetime
) -> Decision:
    """Granted, the sanction ends if it has not, and counts on no record; refused, it stands."""
    sanction = Sanction.objects.select_related("policy").get(decision=made.decision_id)
    if sanction.lifted_at is not None or commenter.erased_at is not None:
        raise NotPossible(_("This sanction does not stand any more, so there is nothing to answer."))
    sanction.commenter = commenter
    if granted:
        decision = end_sanction(sanction, Act.GRANTED, by=by, now=now, reasons=reasons)
    else:
        standing = Standing(
            commenter=commenter,
            from_kind=sanction.kind,
            to_kind=sanction.kind,
            policy=sanction.policy,
            evidence=Evidence(note=reasons),
        )
        decision = append_standing(standing, act=Act.CONFIRMED, now=now, by=by)
    _keep_answer(made, granted=granted, reasons=reasons, by=by, now=now)
    write_outcome(sanction, decision, LetterKind.APPEAL_OUTCOME, reasons=reasons)
    return decision


def _keep_answer(made: Appeal, *, granted: bool, reasons: str, by: User, now: datetime) -> None:
    made.state = AppealState.GRANTED if granted else AppealState.REFUSED
    made.answered_by, made.answered_at, made.reasons = by, now, reasons
    made.save(update_fields=["state", "answered_by", "answered_at", "reasons"])


def _require_right(by: User, made: Appeal) -> None:
    if by.pk in (made.decider_id, made.proposer_id) and (can_moderate(by) or can_lead(by)):
        raise OwnDecision
    if not can_answer(by, made):
        raise PermissionDenied


def settle_appeals(comments: Sequence[Comment], state: AppealState, *, now: datetime) -> None:
    """Open appeals of comments that are not down any more, for another reason, have that outcome. One query."""
    of_these = Q(decision__comment__in=[comment.pk for comment in comments], state=AppealState.OPEN)
    Appeal.objects.filter(of_these).update(state=state, answered_at=now)


def settle_appeal_of(decision: Decision | None, *, now: datetime) -> None:
    """An open appeal of a sanction that has ended by other means is settled without an answer. One query."""
    rows = Appeal.objects.filter(decision=decision, state=AppealState.OPEN)
    rows.update(state=AppealState.MOOT, answered_at=now)
