"""What browsers report of the content security policy becomes a line in the log, without anything of a person."""

import json
import logging
import re
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import Resolver404, resolve
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from newsroom.networks import network_key
from newsroom.throttle import seconds_to_wait

MOST_BYTES = 16_384
MOST_REPORTS = 10
"""Of one request; further ones are not read."""

KINDS = {"application/csp-report", "application/reports+json", "application/json"}

logger = logging.getLogger(__name__)


@csrf_exempt
@require_POST
def csp_reports(request: HttpRequest) -> HttpResponse:
    """204 once its reports are in the log; they may come in the classic form or in that of the Reporting API.

    A sentence and 415 for another kind of content, 413 for more than MOST_BYTES, 400 for what is no report, 429
    with Retry-After for a network, or a world, that sends very many. No query.
    """
    wait = _seconds_to_wait(request)
    if wait:
        return _answer(
            429, "Too many reports; we have seen enough of them for now.", {"Retry-After": str(wait)}
        )
    if request.content_type not in KINDS:
        return _answer(415, "A report is application/csp-report or application/reports+json.")
    sent = request.read(MOST_BYTES + 1)
    if len(sent) > MOST_BYTES:
        return _answer(413, f"A report has at most {MOST_BYTES} bytes.")
    try:
        lines = [_line(body) for body in _bodies(json.loads(sent))]
    except (ValueError, RecursionError):
        return _answer(400, "This is no report of a content security policy.")
    for line in lines:
        logger.warning("Stopped by the content security policy: %s", line)
    return _answer(204, "")


def _seconds_to_wait(request: HttpRequest) -> int:
    now, most = timezone.now(), settings.CSP_REPORTS_PER_MINUTE
    network = network_key(request.META.get("REMOTE_ADDR", ""))
    return seconds_to_wait("csp-reports", network, most=most, seconds=60, now=now) or seconds_to_wait(
        "csp-reports", "everybody", most=10 * most, seconds=60, now=now
    )


def _bodies(sent: Any) -> list[dict[str, Any]]:
    """The violations in what was sent; ValueError where there is none."""
    if isinstance(sent, dict) and isinstance(sent.get("csp-report"), dict):
        return [sent["csp-report"]]
    reports = [sent] if isinstance(sent, dict) else sent if isinstance(sent, list) else []
    bodies = [
        one["body"]
        for one in reports[:MOST_REPORTS]
        if isinstance(one, dict) and one.get("type") == "csp-violation" and isinstance(one.get("body"), dict)
    ]
    if not bodies:
        raise ValueError("no violation")
    return bodies


def _line(body: dict[str, Any]) -> str:
    """Directive, kind of page, what was blocked and where: no address of a page, which may be somebody's own."""
    directive = _first(body, "effectiveDirective", "effective-directive", "violated-directive")
    page = _first(body, "documentURL", "document-uri")
    blocked = _first(body, "blockedURL", "blocked-uri")
    place = _first(body, "lineNumber", "line-number")
    return f"{_word(directive)} on {_kind_of_page(page)}, blocked {_origin(blocked)}, line {_word(place)}"


def _first(body: dict[str, Any], *names: str) -> str:
    return next((str(body[name])[:2000] for name in names if body.get(name)), "")


def _kind_of_page(address: str) -> str:
    """The name of the page's address, which says what it is and not whose."""
    try:
        return resolve(urlsplit(address).path).view_name or "a page without a name"
    except (Resolver404, ValueError):
        return "no page of ours"


def _origin(address: str) -> str:
    """The site that was asked for, or the browser's own word (inline, eval)."""
    try:
        parts = urlsplit(address)
        return _word(f"{parts.scheme}://{parts.hostname}" if parts.hostname else parts.scheme or address)
    except ValueError:
        return "?"


def _word(text: str) -> str:
    """One short word for a log: nothing that could begin another line or pass for a second entry."""
    return re.sub(r"[^A-Za-z0-9.:/_-]", "?", text)[:100] or "?"


def _answer(status: int, sentence: str, headers: dict[str, str] | None = None) -> HttpResponse:
    text = f"{sentence}\n" if sentence else ""
    response = HttpResponse(text, status=status, content_type="text/plain; charset=utf-8", headers=headers)
    response.headers["Cache-Control"] = "no-store"
    return response
