"""The sums of a month's decisions: by act, rule, story, and for leads by who decided."""

import re
from datetime import date
from typing import Any, cast

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from comments.desk.totals import (
    rows_url,
    totals_by_act,
    totals_by_decider,
    totals_by_rule,
    totals_by_sanction,
    totals_by_story,
)
from comments.figures import Counted, counted_month, counted_months, newest_rules
from comments.permissions import can_lead
from comments.views.desk.page import problem, render_in_admin
from newsroom.accounts.models import User

SHOWN = 24


def totals(request: HttpRequest) -> HttpResponse:
    """The month in `?month=2026-10`, else the newest. A constant number of queries."""
    listed = counted_months(SHOWN)
    asked = request.GET.get("month", "")
    shown = _asked_month(asked) if asked else (listed[0] if listed else None)
    if asked and shown is None:
        return problem(
            request, _("Nothing was counted in this month. Write it as 2026-03 or choose one."), status=404
        )
    context: dict[str, Any] = {"months": listed, "shown": shown}
    if shown:
        first, facts = shown.first_day, shown.facts
        context |= {
            "all_url": rows_url(first),
            "acts": totals_by_act(first, facts),
            "rules": totals_by_rule(first, facts, newest_rules()),
            "sanctions": totals_by_sanction(first, facts),
            "stories": totals_by_story(first, facts),
            "deciders": totals_by_decider(first, facts) if can_lead(cast(User, request.user)) else [],
        }
    return render_in_admin(request, "admin/moderation/totals.html", context, title=_("Decisions of a month"))


def _asked_month(asked: str) -> Counted | None:
    if not re.fullmatch(r"[1-9][0-9]{3}-(0[1-9]|1[0-2])", asked):
        return None
    return counted_month(date.fromisoformat(f"{asked}-01"))
