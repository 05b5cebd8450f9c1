"""What waits for a second person, and which cases are due, in the desk's bar."""

from datetime import datetime
from typing import Any

from django import template
from django.db.models import Count, QuerySet, Value
from django.utils import timezone

from comments.actions.deadlines import NEAR
from comments.actions.second_looks import waiting_looks
from comments.enums import AppealState
from comments.models import Appeal, Case, Sanction
from newsroom.prepared import MOMENT, Prepared

register = template.Library()


@register.simple_tag
def waiting_beside() -> dict[str, int]:
    """`two`: how many proposals, decisions as illegal and objections to sanctions wait for somebody; `cases`: how many
    open cases are due within a day, or overdue. One query."""
    found = dict(_WAITING.rows(Sanction, soon=timezone.now() + NEAR))
    cases = found.pop("cases", 0)
    return {"two": sum(found.values()), "cases": cases}


def _waiting(soon: datetime) -> QuerySet[Any, Any]:
    objections = Appeal.objects.filter(state=AppealState.OPEN, decision__commenter__isnull=False)
    rows = [
        waiting.order_by()
        .annotate(what=Value(what))
        .values("what")
        .annotate(n=Count("pk"))
        .values_list("what", "n")
        for what, waiting in (
            ("looks", waiting_looks()),
            ("proposals", Sanction.objects.proposed()),
            ("objections", objections),
            ("cases", Case.objects.open().filter(deadline__lte=soon)),
        )
    ]
    return rows[0].union(*rows[1:], all=True)


_WAITING = Prepared(_waiting, soon=MOMENT)
