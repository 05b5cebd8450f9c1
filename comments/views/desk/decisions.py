"""The log of decisions: the newest first, filtered, a page at a time by key, or all of it as a file."""

from collections.abc import Iterator
from typing import Any, cast
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from articles.archive import NoSuchPlace, page_before
from comments.desk.log import DecisionLine, line_of
from comments.permissions import can_lead
from comments.views.desk.forms import sentences
from comments.views.desk.log_filter import DecisionFilter, chosen
from comments.views.desk.page import problem, read_place, render_in_admin
from newsroom.accounts.models import User
from newsroom.csv import csv_response

PAGE = 50
COLUMNS = (
    "decision",
    "at",
    "act",
    "automatic",
    "undone",
    "rules",
    "versions",
    "grounds",
    "comment",
    "story",
    "name",
    "text",
    "note",
    "appeal",
    "decided_by",
    "sanction",
    "measure",
)


def decisions(request: HttpRequest) -> HttpResponse:
    """The log after `?before=`, filtered. A constant number of queries; a filter that cannot be gives sentences."""
    try:
        before = read_place(request.GET.get("before", ""))
    except NoSuchPlace:
        sentence = _("What follows “before” in this address names no place in the log.")
        return problem(request, sentence, status=400)
    form = _filter(request)
    if not form.is_valid():
        return _unclear(request, form)
    now, viewer = timezone.now(), cast(User, request.user)
    page = page_before(chosen(form.cleaned_data), field="at", before=before, size=PAGE)
    context = {
        "form": form,
        "lines": [line_of(decision, now, viewer) for decision in page.rows],
        "is_filtered": any(form.cleaned_data.values()),
        "older_url": _older(request, page.older),
        "asked": urlencode(_asked(request)),
    }
    return render_in_admin(request, "admin/moderation/decisions.html", context, title=_("Decisions"))


def decisions_csv(request: HttpRequest) -> HttpResponse | StreamingHttpResponse:
    """All of the filtered log as a file, read and sent 500 rows at a time; who decided stands in it for leads."""
    form = _filter(request)
    if not form.is_valid():
        return _unclear(request, form)
    viewer, now = cast(User, request.user), timezone.now()
    found = chosen(form.cleaned_data).iterator(chunk_size=500)
    rows = (_row(line_of(decision, now, viewer)) for decision in found)
    return csv_response("decisions.csv", COLUMNS, rows)


def _row(line: DecisionLine) -> list[Any]:
    return list(_cells(line))


def _cells(line: DecisionLine) -> Iterator[Any]:
    comment = line.comment
    yield line.uid
    yield timezone.localtime(line.at).isoformat(timespec="seconds")
    yield line.name
    yield "yes" if line.is_automatic else "no"
    yield "yes" if line.was_undone else "no"
    yield " ".join(ground.key for ground in line.grounds if ground.version)
    yield " ".join(str(ground.version) for ground in line.grounds if ground.version)
    yield "; ".join(ground.text for ground in line.grounds)
    yield str(comment.uid) if comment else ""
    yield _headline(line)
    yield comment.name if comment else line.commenter.name if line.commenter else ""
    yield line.text
    yield line.note
    yield line.appeal
    yield line.by
    yield str(line.sanction.uid) if line.sanction else ""
    yield line.sanction.kind if line.sanction else ""


def _headline(line: DecisionLine) -> str:
    discussion = line.comment.discussion if line.comment else line.discussion
    return str(discussion.article.working_headline) if discussion else ""


def _filter(request: HttpRequest) -> DecisionFilter:
    return DecisionFilter(request.GET, leads=can_lead(cast(User, request.user)))


def _unclear(request: HttpRequest, form: DecisionFilter) -> HttpResponse:
    context = {"form": form, "problems": sentences(form)}
    return render_in_admin(
        request, "admin/moderation/decisions.html", context, title=_("Decisions"), status=400
    )


def _asked(request: HttpRequest) -> dict[str, str]:
    return {name: str(value) for name, value in request.GET.items() if value and name != "before"}


def _older(request: HttpRequest, key: object) -> str:
    return f"?{urlencode({**_asked(request), 'before': str(key)})}" if key else ""
