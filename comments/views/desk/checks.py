"""The automatic checks of the policy in force: which run, and which a lead has paused, why and since when."""

from datetime import timedelta
from typing import Any, cast

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from comments import pausing
from comments.models import CheckPause, Policy
from comments.permissions import can_lead
from comments.policies import in_force
from comments.posting import Refused
from comments.views.desk.page import render_in_admin
from newsroom.accounts.models import User

MOST_SHOWN = 50


class PauseForm(forms.Form):
    """Which check, for how long, and why."""

    check = forms.CharField(max_length=120, widget=forms.HiddenInput)
    hours = forms.TypedChoiceField(
        label=gettext_lazy("For"),
        choices=[
            (0, gettext_lazy("until somebody ends it")),
            (1, gettext_lazy("1 hour")),
            (24, gettext_lazy("24 hours")),
            (168, gettext_lazy("7 days")),
        ],
        coerce=int,
    )
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=pausing.LONGEST_REASON,
        error_messages={"required": gettext_lazy("Write a reason: it stays in the record.")},
    )


def checks(request: HttpRequest) -> HttpResponse:
    """The list; POST by who leads the desk pauses a check or has it run again (422 with a sentence if not)."""
    now = timezone.now()
    policy = in_force(now)
    if request.method != "POST":
        return _page(request, policy)
    if not can_lead(request.user):
        raise PermissionDenied(_("Only who leads the desk pauses a check."))
    try:
        _act(request, policy)
    except Refused as refused:
        return _page(request, policy, problems=refused.sentences, status=422)
    return redirect("moderation:checks", permanent=False)


def _act(request: HttpRequest, policy: Policy | None) -> None:
    if policy is None:
        raise Refused(_("No policy is in force, so no check runs."))
    who_and_when: Any = {"policy": policy, "by": cast(User, request.user), "now": timezone.now()}
    if "resume" in request.POST:
        pausing.resume_check(request.POST["resume"], **who_and_when)
        return
    form = PauseForm(request.POST)
    if not form.is_valid():
        raise Refused(*(str(error) for errors in form.errors.values() for error in errors))
    hours = form.cleaned_data["hours"]
    pausing.pause_check(
        form.cleaned_data["check"],
        reason=form.cleaned_data["reason"],
        lasts=timedelta(hours=hours) if hours else None,
        **who_and_when,
    )


def _page(
    request: HttpRequest, policy: Policy | None, *, problems: list[str] | None = None, status: int = 200
) -> HttpResponse:
    now = timezone.now()
    history = CheckPause.objects.select_related("started_by", "end__ended_by")[:MOST_SHOWN]
    context = {
        "checks": pausing.checks_of(policy, now) if policy else [],
        "policy": policy,
        "may_pause": can_lead(request.user),
        "form": PauseForm(),
        "written": request.POST.get("check", ""),
        "reason": request.POST.get("reason", ""),
        "problems": problems or [],
        "history": history,
        "now": now,
    }
    return render_in_admin(
        request, "admin/moderation/checks.html", context, title=_("Automatic checks"), status=status
    )
