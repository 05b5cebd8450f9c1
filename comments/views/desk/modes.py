"""How the discussions of a section, or all of them, take comments: what is ordered, what was, and by whom."""

from datetime import datetime
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from articles.models import Section
from comments import actions
from comments.actions import DeskHours, Refused
from comments.actions.modes import LONGEST_REASON
from comments.enums import DiscussionMode
from comments.models import ModeOrder
from comments.models.mode_order import SOMETHING_ORDERED
from comments.views.desk.act import SeeOther
from comments.views.desk.forms import sentences
from comments.views.desk.page import render_in_admin, user_of
from comments.views.desk.story import MOMENT, BadForm

MOST_SHOWN = 100
DAYS = [
    ("1", gettext_lazy("Monday")),
    ("2", gettext_lazy("Tuesday")),
    ("3", gettext_lazy("Wednesday")),
    ("4", gettext_lazy("Thursday")),
    ("5", gettext_lazy("Friday")),
    ("6", gettext_lazy("Saturday")),
    ("7", gettext_lazy("Sunday")),
]
_HOUR: dict[str, Any] = {
    "widget": forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
    "required": False,
    "error_messages": {"invalid": gettext_lazy("this is no time of day. Write it as 22:00.")},
}


class OrderForm(forms.Form):
    """For which discussions, how they take comments, when, and why."""

    section = forms.ModelChoiceField(
        label=gettext_lazy("For"),
        queryset=Section.objects.filter(retired_at=None).order_by("name"),
        required=False,
        empty_label=gettext_lazy("The whole site"),
        to_field_name="slug",
    )
    mode = forms.ChoiceField(
        label=gettext_lazy("Comments are"), choices=[(one.value, one.label) for one in SOMETHING_ORDERED]
    )
    starts_at = forms.DateTimeField(label=gettext_lazy("From (empty: now)"), **MOMENT)
    ends_at = forms.DateTimeField(label=gettext_lazy("Until (empty: until somebody ends it)"), **MOMENT)
    desk_days = forms.MultipleChoiceField(
        label=gettext_lazy("Except on"),
        choices=DAYS,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    desk_opens = forms.TimeField(label=gettext_lazy("from"), **_HOUR)
    desk_shuts = forms.TimeField(label=gettext_lazy("until"), **_HOUR)
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=LONGEST_REASON,
        error_messages={"required": gettext_lazy("write one: it stays in the record.")},
    )

    def clean(self) -> dict[str, Any]:
        sent = super().clean() or self.cleaned_data
        given = [bool(sent.get(name)) for name in ("desk_days", "desk_opens", "desk_shuts")]
        if any(given) and not all(given) and not self.errors:
            self.add_error(
                "desk_days",
                gettext_lazy("desk hours need days, a beginning and an end. Fill in all three, or none."),
            )
        return sent

    def desk_hours(self) -> DeskHours | None:
        sent = self.cleaned_data
        if not sent["desk_days"]:
            return None
        return DeskHours(days="".join(sent["desk_days"]), opens=sent["desk_opens"], shuts=sent["desk_shuts"])


def modes(request: HttpRequest) -> HttpResponse:
    """The orders and the form for a new one; POST orders, or ends an order (422 with sentences if not)."""
    now = timezone.now()
    if request.method != "POST":
        return _page(request, now, OrderForm())
    form = OrderForm(request.POST)
    try:
        if "end" in request.POST:
            _end(request, now)
        else:
            _order(request, form, now)
    except Refused as refused:
        shown = OrderForm() if "end" in request.POST else form
        return _page(request, now, shown, problems=refused.sentence.split("\n"), status=422)
    return SeeOther(request.path)


def _order(request: HttpRequest, form: OrderForm, now: datetime) -> None:
    if not form.is_valid():
        raise BadForm("\n".join(sentences(form)))
    sent = form.cleaned_data
    actions.order(
        sent["section"],
        DiscussionMode(sent["mode"]),
        starts_at=sent["starts_at"],
        ends_at=sent["ends_at"],
        desk=form.desk_hours(),
        reason=sent["reason"],
        by=user_of(request),
        now=now,
    )


def _end(request: HttpRequest, now: datetime) -> None:
    written = request.POST["end"]
    if not (written.isascii() and written.isdecimal() and len(written) < 18):
        raise BadForm(_("There is no such order. Nothing was changed."))
    actions.end_order(int(written), by=user_of(request), now=now)


def _page(
    request: HttpRequest,
    now: datetime,
    form: OrderForm,
    *,
    problems: list[str] | None = None,
    status: int = 200,
) -> HttpResponse:
    rows = ModeOrder.objects.select_related("section", "ordered_by", "end__ended_by")[:MOST_SHOWN]
    lines = [(order, _stands(order, now), _hours(order)) for order in rows]
    context = {
        "form": form,
        "problems": problems or [],
        "left": [line for line in lines if line[1] != "over"],
        "over": [line for line in lines if line[1] == "over"],
    }
    title = _("How discussions take comments")
    return render_in_admin(request, "admin/moderation/modes.html", context, title=title, status=status)


def _stands(order: ModeOrder, now: datetime) -> str:
    if hasattr(order, "end") or (order.ends_at and order.ends_at <= now):
        return "over"
    return "coming" if order.starts_at > now else "on"


def _hours(order: ModeOrder) -> str:
    """ "except on Monday, Tuesday, 07:00 to 22:00", "" without desk hours."""
    if not order.desk_days or order.desk_opens is None or order.desk_shuts is None:
        return ""
    names = dict(DAYS)
    return _("except on %(days)s, %(opens)s to %(shuts)s") % {
        "days": ", ".join(str(names[day]) for day in order.desk_days),
        "opens": f"{order.desk_opens:%H:%M}",
        "shuts": f"{order.desk_shuts:%H:%M}",
    }
