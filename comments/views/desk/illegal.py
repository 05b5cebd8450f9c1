"""What was taken down as illegal, for a second person to confirm: the list, and one."""

from datetime import datetime

from django import forms
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from comments import actions
from comments.actions.errors import Refused, Unacceptable
from comments.actions.second_looks import LONGEST_REASONS
from comments.desk.illegal import look_card, look_with_uid, waiting_rows
from comments.models import SecondLook
from comments.views.desk.act import SeeOther
from comments.views.desk.forms import read_uid, sentences
from comments.views.desk.page import problem, render_in_admin, user_of


class LookForm(forms.Form):
    """What the second person says."""

    answer = forms.ChoiceField(
        label=gettext_lazy("Answer"),
        choices=[("confirm", "confirm"), ("doubt", "doubt")],
        error_messages={
            "required": gettext_lazy("it is missing. Press one of the buttons."),
            "invalid_choice": gettext_lazy("it is neither of the two. Nothing was changed."),
        },
    )
    reasons = forms.CharField(
        label=gettext_lazy("What you doubt"), required=False, max_length=LONGEST_REASONS
    )


def illegal(request: HttpRequest) -> HttpResponse:
    """What waits for a second person, those due first on top."""
    now = timezone.now()
    context = {"rows": waiting_rows(user_of(request), now)}
    title = _("Taken down as illegal")
    return render_in_admin(request, "admin/moderation/illegal.html", context, title=title)


def look(request: HttpRequest, uid: str) -> HttpResponse:
    """One; POST confirms it or doubts it. Whoever comes second is told, and keeps what they wrote (409)."""
    now, known = timezone.now(), read_uid(uid)
    found = look_with_uid(known) if known else None
    if found is None:
        return _nothing(request)
    if request.method != "POST":
        return _show(request, found, now)
    form = LookForm(request.POST)
    if not form.is_valid():
        return _show(request, found, now, problems=sentences(form), status=400)
    said = form.cleaned_data
    agrees = said["answer"] == "confirm"
    try:
        actions.second(found.pk, agrees=agrees, reasons=said["reasons"], by=user_of(request), now=now)
    except Refused as refused:
        status = 400 if isinstance(refused, Unacceptable) else 409
        latest = look_with_uid(found.uid) or found
        return _show(request, latest, now, problems=[refused.sentence], status=status)
    return SeeOther(request.path)


def _show(
    request: HttpRequest,
    found: SecondLook,
    now: datetime,
    *,
    problems: list[str] | None = None,
    status: int = 200,
) -> HttpResponse:
    card = look_card(found, user_of(request), now)
    if card is None:
        return _nothing(request)
    context = {
        "look": card,
        "card": card.card,
        "problems": problems or [],
        "reasons": request.POST.get("reasons", "").replace("\x00", ""),
    }
    title = _("Taken down as illegal: comment by %(name)s") % {"name": card.card.comment.name}
    return render_in_admin(request, "admin/moderation/look.html", context, title=title, status=status)


def _nothing(request: HttpRequest) -> HttpResponse:
    return problem(
        request, _("There is nothing to confirm at this address. Nothing was changed."), status=404
    )
