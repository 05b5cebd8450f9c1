"""Pages for one person: nobody keeps them, no search engine lists them, their address goes nowhere."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import translation
from django.views.decorators.http import require_http_methods

View = Callable[..., HttpResponse]


class SeeOther(HttpResponseRedirect):
    """After a form was taken: the next page is asked for with GET."""

    status_code = 303


def private_page(view: View) -> View:
    """GET, HEAD and POST, with headers that keep the page and its address private.

    The referrer stays on this site and is not left out altogether: browsers that leave it out send "null" as
    the origin of a form, and the form would be taken for a forged one.
    """

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = view(request, *args, **kwargs)
        response.headers["Cache-Control"] = "no-store, private"
        response.headers["X-Robots-Tag"] = "noindex, nofollow"
        response.headers["Referrer-Policy"] = "same-origin"
        return response

    return require_http_methods(["GET", "HEAD", "POST"])(guarded)


def render_private(
    request: HttpRequest, template: str, context: dict[str, Any], *, language: str, status: int = 200
) -> HttpResponse:
    """The page in the language of the story that it is about."""
    with translation.override(language):
        response = render(request, template, context, status=status)
    response.headers["Content-Language"] = language
    return response
