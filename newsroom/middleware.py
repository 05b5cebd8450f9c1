"""What holds for every request: whose it is, that no cache keeps one person's pages, what no database means."""

from collections.abc import Callable

from django.conf import settings
from django.core.exceptions import MiddlewareNotUsed
from django.http import HttpRequest, HttpResponse
from django.utils.cache import has_vary_header

from newsroom import outage

Answer = Callable[[HttpRequest], HttpResponse]


def client_address(get_response: Answer) -> Answer:
    """Behind a proxy, REMOTE_ADDR is its client's address: the last of X-Forwarded-For, which it wrote itself.

    With the proxy's own, all readers would share one throttle, and anybody could keep the staff from signing in.
    """
    if not settings.BEHIND_PROXY:
        raise MiddlewareNotUsed

    def answer(request: HttpRequest) -> HttpResponse:
        forwarded = request.headers.get("X-Forwarded-For", "").rpartition(",")[2].strip()
        if forwarded:
            request.META["REMOTE_ADDR"] = forwarded
        return get_response(request)

    return answer


def private_unless_said(get_response: Answer) -> Answer:
    """A page that depends on who asks and says nothing of caches is kept by none, a browser's included."""

    def answer(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if has_vary_header(response, "Cookie"):
            response.headers.setdefault("Cache-Control", "no-store, private")
        return response

    return answer


class DatabaseAway:
    """A view that cannot reach the database answers 503; one that does not need it is not touched.

    What fails outside of views, in another middleware, goes to `newsroom.views.server_error`.
    """

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        outage.wait_as_ever()
        return response

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if not outage.is_away(error):
            return None
        outage.wait_less(error)
        return outage.plain_page(request)
