"""Statements of reasons to download for the European Union's transparency database, by those who lead the desk."""

import json
from collections.abc import Iterable, Iterator
from datetime import timedelta
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from comments.counting import midnight
from comments.eu_database import FIELDS, as_row, entries
from comments.views.desk.forms import sentences
from comments.views.desk.page import render_in_admin
from newsroom.csv import csv_response

LONGEST = timedelta(days=366)
_DAY: dict[str, Any] = {
    "widget": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    "error_messages": {
        "required": gettext_lazy("it is missing."),
        "invalid": gettext_lazy("there is no such day. Write it as 2025-03-31."),
    },
}


class SpanForm(forms.Form):
    """Which days, and as what."""

    since = forms.DateField(label=gettext_lazy("First day"), **_DAY)
    until = forms.DateField(label=gettext_lazy("Last day"), **_DAY)
    format = forms.ChoiceField(label=gettext_lazy("File"), choices=[("json", "JSON"), ("csv", "CSV")])

    def clean(self) -> dict[str, Any]:
        sent = super().clean() or self.cleaned_data
        since, until = sent.get("since"), sent.get("until")
        if since and until and until < since:
            self.add_error("until", gettext_lazy("this day is before the first."))
        elif since and until and (until - since > LONGEST or since.year < 1970 or until.year > 2999):
            self.add_error("until", gettext_lazy("a file holds a year at most, between 1970 and 2999."))
        return sent


def statements(request: HttpRequest) -> HttpResponseBase:
    """The form; with `?since=&until=&format=` the file, made as it is sent."""
    yesterday = timezone.localdate() - timedelta(days=1)
    if "since" not in request.GET:
        form = SpanForm(initial={"since": yesterday.replace(day=1), "until": yesterday, "format": "json"})
        return _show(request, form)
    form = SpanForm(request.GET)
    if not form.is_valid():
        return _show(request, form, problems=sentences(form), status=400)
    sent = form.cleaned_data
    found = entries(midnight(sent["since"]), midnight(sent["until"] + timedelta(days=1)), now=timezone.now())
    name = f"statements-{sent['since']}-{sent['until']}"
    if sent["format"] == "csv":
        return csv_response(f"{name}.csv", FIELDS, map(as_row, found))
    response = StreamingHttpResponse(_json_lines(found), content_type="application/json")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.json"'
    return response


def _json_lines(found: Iterable[dict[str, Any]]) -> Iterator[str]:
    yield '{"statements": ['
    for number, entry in enumerate(found):
        yield (",\n" if number else "\n") + json.dumps(entry, ensure_ascii=False)
    yield "\n]}\n"


def _show(
    request: HttpRequest, form: SpanForm, *, problems: list[str] | None = None, status: int = 200
) -> HttpResponse:
    context = {"form": form, "problems": problems or []}
    title = _("Statements of reasons for the EU’s database")
    return render_in_admin(request, "admin/moderation/statements.html", context, title=title, status=status)
