"""What one person took down as illegal is confirmed by a second; unconfirmed it stays down, and the leads are told."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_tasks import task

from comments.actions.errors import AlreadyLooked, NotPossible, OwnDecision, Unacceptable
from comments.actions.seconds import leads, may_second, seconds
from comments.actions.senders import unstorable
from comments.actions.state import Change, change_state
from comments.alarms import write_lead_alarm
from comments.decisions import Evidence
from comments.enums import Act, State
from comments.models import Comment, Decision, SecondLook
from comments.permissions import can_moderate
from newsroom.accounts.models import User

LONGEST_REASONS = 2_000
ONE_MAIL = timedelta(hours=1)
"""For so long the leads get one mail that nobody may confirm what is taken down, however much that is."""
_PATH = "/admin/moderation/illegal/"


def ask_for_second_look(decisions: Sequence[Decision], *, by: User, now: datetime) -> None:
    """Each decision, which names a law, is to be confirmed by another person within SECOND_LOOK_HOURS.

    To be called in the transaction of the decisions. Where nobody may confirm them the leads are told at once, else
    once that time is over: by a job, and on the desk in any case. Four queries.
    """
    due = _full_hour(now + timedelta(hours=settings.SECOND_LOOK_HOURS))
    nobody = not seconds(by.pk).exists()
    told = nobody and SecondLook.objects.filter(leads_told_at__gt=now - ONE_MAIL).exists()
    SecondLook.objects.bulk_create(
        SecondLook(decision=decision, decider=by, due_at=due, leads_told_at=now if nobody else None)
        for decision in decisions
    )
    if told:
        return
    if nobody:
        subject = gettext_lazy("Nobody may confirm what was taken down as illegal")
        write_lead_alarm(subject, "second_alarm", _PATH, leads(), now=now, what="nobody")
    else:
        tell_of_unconfirmed.using(run_after=due).enqueue()


def _full_hour(at: datetime) -> datetime:
    """The next full hour, so that many that were taken down together are due together, and make one mail."""
    begun = at.replace(minute=0, second=0, microsecond=0)
    return begun if begun == at else begun + timedelta(hours=1)


def waiting_looks() -> QuerySet[SecondLook]:
    """Those that nobody has answered, of decisions that still hold: the comment is down because of them."""
    later = Decision.objects.filter(
        comment=OuterRef("decision__comment"),
        seq__gt=OuterRef("decision__seq"),
        act__in=(Act.UNDONE, Act.RESTORED, Act.GRANTED),
    )
    down = SecondLook.objects.filter(decision__comment__state__in=(State.REJECTED, State.REMOVED))
    return down.filter(answered_at__isnull=True).exclude(Exists(later))


def second(look_id: int, *, agrees: bool, reasons: str, by: User, now: datetime) -> Decision:
    """A second person confirms the decision, or has doubts, of which the leads are told at once.

    The comment stays down either way; a decision of its own says so. Raises OwnDecision for who made the first,
    AlreadyLooked where somebody was first or it does not hold any more, Unacceptable for reasons that are
    missing (doubts need some), PermissionDenied; then nothing has changed. About 12 queries.
    """
    reasons = reasons.strip()
    if (not agrees and not reasons) or len(reasons) > LONGEST_REASONS or unstorable(reasons):
        sentence = _("Say in at most %(most)d characters what you doubt; those who lead the desk read it.")
        raise Unacceptable("reasons", sentence % {"most": LONGEST_REASONS})
    with transaction.atomic():
        found = SecondLook.objects.select_related("decision").filter(pk=look_id).first()
        if found is None or found.decision.comment_id is None:
            raise NotPossible
        _require_second(found, by)
        comment = _locked(found.decision.comment_id)
        look = waiting_looks().filter(pk=look_id).first()
        if look is None:
            raise AlreadyLooked
        change = Change(comment, evidence=Evidence(note=reasons))
        decision = change_state(change, act=Act.SECONDED if agrees else Act.DOUBTED, now=now, by=by)
        look.answer, look.answered_by, look.answered_at = decision, by, now
        look.leads_told_at = look.leads_told_at or (None if agrees else now)
        look.save(update_fields=["answer", "answered_by", "answered_at", "leads_told_at"])
        if not agrees:
            subject = gettext_lazy("Doubts about what was taken down as illegal")
            path = f"{_PATH}{look.uid}/"
            write_lead_alarm(subject, "second_alarm", path, leads(), now=now, what="doubts")
        return decision


@task
def tell_of_unconfirmed() -> None:
    """The job behind decisions that were to be confirmed; running it twice tells nobody twice."""
    tell_leads_of_unconfirmed(now=timezone.now())


@transaction.atomic
def tell_leads_of_unconfirmed(*, now: datetime) -> int:
    """The leads get one mail about all that nobody has confirmed in time; returns how many those are."""
    due = waiting_looks().filter(due_at__lte=now, leads_told_at__isnull=True)
    late = list(due.values_list("pk", flat=True))
    told = SecondLook.objects.filter(pk__in=late, leads_told_at__isnull=True).update(leads_told_at=now)
    if told:
        subject = gettext_lazy("Nobody has confirmed what was taken down as illegal")
        write_lead_alarm(subject, "second_alarm", _PATH, leads(), now=now, what="late", count=told)
    return told


def _locked(comment_id: int) -> Comment:
    rows = Comment.objects.select_for_update(of=("self",), no_key=True).select_related("discussion", "policy")
    comment: Comment = rows.get(pk=comment_id)
    return comment


def _require_second(look: SecondLook, by: User) -> None:
    if look.decider_id == by.pk and can_moderate(by):
        raise OwnDecision(_("You took this down, so somebody else has to look at it."))
    if not may_second(by, look.decider_id):
        raise PermissionDenied
