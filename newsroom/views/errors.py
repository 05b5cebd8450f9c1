"""What a reader gets where an address or a form leads nowhere; nobody keeps these answers."""

import sys

from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views import defaults

from newsroom import outage


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """One answer for what never was and what is not public yet; not kept, since a story may begin here."""
    response = render(request, "404.html", status=404)
    response.headers["Cache-Control"] = "no-cache"
    return response


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """What was wrong, where a view wrote a sentence (BadRequest); a general one where Django refused."""
    reason = str(exception) if isinstance(exception, BadRequest) else ""
    response = render(request, "400.html", {"reason": reason}, status=400)
    response.headers["Cache-Control"] = "no-store"
    return response


def server_error(request: HttpRequest) -> HttpResponse:
    """Django calls it while it handles what a view or a middleware raised: 503 where the database is away."""
    error = sys.exc_info()[1]
    if error is None or not outage.is_away(error):
        return defaults.server_error(request)
    outage.wait_less(error)
    return outage.plain_page(request)
