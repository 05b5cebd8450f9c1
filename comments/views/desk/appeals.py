"""The desk's appeals: the list, and one with the form that answers it."""

from datetime import datetime
from typing import Any, cast

from django import forms
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from comments import actions
from comments.actions.appeals import LONGEST_REASONS
from comments.actions.errors import AlreadyAnswered, Refused, Unacceptable
from comments.desk.appeals import (
    appeal_card,
    appeal_with_uid,
    how_answered,
    open_appeals,
    sanction_appeal_card,
)
from comments.models import Appeal
from comments.views.desk.act import SeeOther
from comments.views.desk.forms import read_uid, sentences
from comments.views.desk.page import problem, render_in_admin
from comments.views.desk.sanctions import about
from newsroom.accounts.models import User


class AnswerForm(forms.Form):
    """The answer to an appeal, with the reasons that its author is mailed."""

    answer = forms.ChoiceField(
        label=gettext_lazy("Answer"),
        choices=[("grant", "grant"), ("refuse", "refuse")],
        error_messages={
            "required": gettext_lazy("it is missing. Press one of the buttons."),
            "invalid_choice": gettext_lazy("it is neither of the two. Nothing was changed."),
        },
    )
    reasons = forms.CharField(
        label=gettext_lazy("Reasons"),
        max_length=LONGEST_REASONS,
        error_messages={"required": gettext_lazy("the author is owed some. Nothing was changed.")},
    )


def appeals(request: HttpRequest) -> HttpResponse:
    """The open appeals, those promised first on top."""
    now, by = timezone.now(), cast(User, request.user)
    context = {"rows": open_appeals(by, now)}
    return render_in_admin(request, "admin/moderation/appeals.html", context, title=_("Appeals"))


def appeal(request: HttpRequest, uid: str) -> HttpResponse:
    """One appeal; POST answers it. Whoever comes second is told, and keeps what they wrote (409)."""
    now, known = timezone.now(), read_uid(uid)
    made = appeal_with_uid(known) if known else None
    if made is None:
        return _no_such_appeal(request)
    if request.method != "POST":
        return _show(request, made, now)
    form = AnswerForm(request.POST)
    if not form.is_valid():
        return _show(request, made, now, problems=sentences(form), status=400)
    said, by = form.cleaned_data, cast(User, request.user)
    granted = said["answer"] == "grant"
    try:
        actions.answer_appeal(made.pk, granted=granted, reasons=said["reasons"], by=by, now=now)
    except Refused as refused:
        status = 400 if isinstance(refused, Unacceptable) else 409
        current = refused.appeal if isinstance(refused, AlreadyAnswered) else None
        told = [refused.sentence] + ([f"{how_answered(current, by, now)}."] if current else [])
        return _show(request, appeal_with_uid(made.uid) or made, now, problems=told, status=status)
    return SeeOther(request.path)


def _show(
    request: HttpRequest, made: Appeal, now: datetime, *, problems: list[str] | None = None, status: int = 200
) -> HttpResponse:
    by = cast(User, request.user)
    context: dict[str, Any] = {
        "answered": how_answered(made, by, now),
        "problems": problems or [],
        "reasons": request.POST.get("reasons", "").replace("\x00", ""),
    }
    if against := sanction_appeal_card(made, by, now):
        context |= {"appeal": against, **about(against.card.sanction.commenter, by, now)}
        title = _("Appeal by %(name)s") % {"name": against.card.line.name}
        template = "admin/moderation/appeal_sanction.html"
        return render_in_admin(request, template, context, title=title, status=status)
    card = appeal_card(made, by, now)
    if card is None:
        return _no_such_appeal(request)
    context |= {"appeal": card, "card": card.card}
    title = _("Appeal by %(name)s") % {"name": card.card.comment.name}
    return render_in_admin(request, "admin/moderation/appeal.html", context, title=title, status=status)


def _no_such_appeal(request: HttpRequest) -> HttpResponse:
    return problem(request, _("There is no such appeal (any more). Nothing was changed."), status=404)
