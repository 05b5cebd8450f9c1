"""The transparency report for readers: month by month, as a page, as CSV and as JSON."""

from datetime import date
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse, StreamingHttpResponse
from django.utils import timezone, translation
from django.utils.translation import get_language

from articles.caching import keep_until_change, public_page, render_public
from articles.structured_data import absolute
from comments.figures import counted_month, counted_months, newest_rules
from comments.links import transparency_path
from comments.transparency import data_of, report_of, rows_of
from comments.views.languages import other_languages, without_language
from newsroom.csv import csv_response

SHOWN = 24
"""Months that the page lists; the files hold as many as there are."""

EVER = 1_200


@public_page
def transparency(request: HttpRequest, year: str = "", month: str = "", language: str = "") -> HttpResponse:
    """One month, the newest where the address names none; 404 for one in which nothing was counted. Four queries."""
    if language == settings.LANGUAGE_CODE:
        return without_language(request, language)
    with translation.override(language or settings.LANGUAGE_CODE):
        return _transparency(request, year, month)


def _transparency(request: HttpRequest, year: str, month: str) -> HttpResponse:
    now, language = timezone.now(), get_language() or settings.LANGUAGE_CODE
    listed = counted_months(SHOWN)
    if year:
        shown = counted_month(_first_day(year, month))
        if shown is None:
            raise Http404
    else:
        shown = listed[0] if listed else None
    context: dict[str, Any] = {
        "months": listed,
        "report": report_of(shown, newest_rules()) if shown else None,
        "canonical": absolute(request.path),
        "promise": settings.MODERATION_PROMISE_MINUTES,
        "languages": other_languages(lambda code: transparency_path(year, month, code)),
    }
    template = "comments/transparency.html"
    return render_public(request, template, context, now=now, language=language, changes=[])


@public_page
def transparency_csv(request: HttpRequest) -> StreamingHttpResponse:
    """All months, a line for each figure. Two queries and one a month."""
    rules = newest_rules()
    rows = (row for counted in counted_months(EVER) for row in rows_of(report_of(counted, rules)))
    response = csv_response("transparency.csv", ("month", "group", "key", "count"), rows)
    return keep_until_change(response, now=timezone.now(), changes=[])


@public_page
def transparency_json(request: HttpRequest) -> HttpResponse:
    """The same, for programs, with the name of each rule. Two queries and one a month."""
    rules = newest_rules()
    data = {
        "rules": {key: {"number": rule.number, "title": rule.title} for key, rule in rules.items()},
        "promised_minutes": settings.MODERATION_PROMISE_MINUTES,
        "months": [data_of(report_of(counted, rules)) for counted in counted_months(EVER)],
    }
    return keep_until_change(JsonResponse(data), now=timezone.now(), changes=[])


def _first_day(year: str, month: str) -> date:
    try:
        return date(int(year), int(month), 1)
    except ValueError:
        raise Http404 from None
