"""The deadlines of cases: those who lead are told a day before, once, by a job."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy
from django_tasks import task

from comments.actions.seconds import leads
from comments.alarms import write_lead_alarm
from comments.enums import LetterKind
from comments.models import Case

NEAR = timedelta(hours=24)
"""So long before its deadline a case is marked, and those who lead are told."""


def tell_when_near(case: Case) -> None:
    """Those who lead will be told; to be called in the transaction that sets the deadline."""
    tell_of_deadline.using(run_after=case.deadline - NEAR).enqueue(case.pk)


@task
def tell_of_deadline(case_id: int) -> None:
    """The job behind each deadline; running it twice, or after the deadline was moved, tells nobody twice."""
    tell_leads_of_deadline(case_id, now=timezone.now())


@transaction.atomic
def tell_leads_of_deadline(case_id: int, *, now: datetime) -> bool:
    """Those who lead are mailed that an open case is due within a day; returns whether they had to be told."""
    case = Case.objects.open().select_for_update().filter(pk=case_id, deadline__lte=now + NEAR).first()
    if case is None or case.alarmed_for == case.deadline:
        return False
    case.alarmed_for = case.deadline
    case.save(update_fields=["alarmed_for"])
    write_lead_alarm(
        gettext_lazy("The deadline of a case is near"),
        "case_alarm",
        f"/admin/moderation/cases/{case.uid}/",
        leads(),
        now=now,
        kind=LetterKind.CASE_ALARM,
        number=case.pk,
        deadline=case.deadline.isoformat(),
    )
    return True
