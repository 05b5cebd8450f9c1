"""What a reader gets where an address or a form leads nowhere; nobody keeps these answers."""

import sys

from django.core.exceptions import (
    BadRequest,
    RequestDataTooBig,
    TooManyFieldsSent,
    TooManyFilesSent,
)
from django.http import HttpRequest, HttpResponse, HttpResponseServerError
from django.shortcuts import render
from django.template.loader import render_to_string

from newsroom import outage

LIMITS: dict[type[Exception], str] = {
    RequestDataTooBig: "What was sent is larger than any form of this site can be. Nothing was stored.",
    TooManyFieldsSent: "What was sent has more fields than any form of this site. Nothing was stored.",
    TooManyFilesSent: "What was sent has more files than any form of this site. Nothing was stored.",
}


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """One answer for what never was and what is not public yet; not kept, since a story may begin here."""
    response = render(request, "404.html", status=404)
    response.headers["Cache-Control"] = "no-cache"
    return response


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """What was wrong, where a view wrote a sentence (BadRequest) or Django names a limit; else a general one."""
    reason = str(exception) if isinstance(exception, BadRequest) else LIMITS.get(type(exception), "")
    status = 413 if type(exception) in LIMITS else 400
    response = render(request, "400.html", {"reason": reason}, status=status)
    response.headers["Cache-Control"] = "no-store"
    return response


def too_many_requests(request: HttpRequest) -> HttpResponse:
    """Sign-in, sign-up and reset are throttled by account and by client, in spans of a minute for the most part."""
    response = render(request, "429.html", status=429)
    response.headers["Retry-After"] = "60"
    response.headers["Cache-Control"] = "no-store"
    return response


def server_error(request: HttpRequest) -> HttpResponse:
    """Django calls it while it handles what a view or a middleware raised: 503 where the database is away."""
    error = sys.exc_info()[1]
    if error is None or not outage.is_away(error):
        request_id = request.META.get("REQUEST_ID", "")
        return HttpResponseServerError(render_to_string("500.html", {"request_id": request_id}))
    outage.wait_less(error)
    return outage.plain_page(request)
