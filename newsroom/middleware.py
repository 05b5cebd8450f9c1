"""What holds for every request: whose it is, that no cache keeps one person's pages, what no database means."""

import logging
import secrets
from collections.abc import Callable
from contextvars import ContextVar

from csp.constants import HEADER
from csp.middleware import CheckableLazyObject, CSPMiddleware
from csp.utils import build_policy
from django.conf import settings
from django.core.exceptions import MiddlewareNotUsed
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils.cache import has_vary_header

from newsroom import headers, outage

Answer = Callable[[HttpRequest], HttpResponse]


def strict_headers(get_response: Answer) -> Answer:
    """Every answer has the headers of `newsroom.headers`, those that another middleware makes included."""
    strict = headers.strict_headers()

    def answer(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        for name, value in strict.items():
            response.headers.setdefault(name, value)
        return response

    return answer


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


_request_id: ContextVar[str] = ContextVar("request_id", default="-")


def request_id(get_response: Answer) -> Answer:
    """Each request has a short id: in its answer, in each line that is logged meanwhile, and on the page of a fault."""

    def answer(request: HttpRequest) -> HttpResponse:
        name = secrets.token_hex(4)
        request.META["REQUEST_ID"] = name
        reset = _request_id.set(name)
        try:
            response = get_response(request)
        finally:
            _request_id.reset(reset)
        response.headers["X-Request-ID"] = name
        return response

    return answer


class WithRequestId(logging.Filter):
    """Puts the id of the request at hand into a line of the log, "-" outside of requests."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.request_id = _request_id.get()
        return True


def private_unless_said(get_response: Answer) -> Answer:
    """A page that depends on who asks and says nothing of caches is kept by none, a browser's included."""

    def answer(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if has_vary_header(response, "Cookie"):
            response.headers.setdefault("Cache-Control", "no-store, private")
        return response

    return answer


class ContentSecurityPolicy(CSPMiddleware):
    """csp's own, which writes the policy anew for each response, twice; without a nonce it is one for all.

    A page that asked for a nonce, or has a policy or an exemption of its own, goes csp's way.
    """

    def __init__(self, get_response: Answer) -> None:
        super().__init__(get_response)
        is_one = settings.CONTENT_SECURITY_POLICY.keys() == {"DIRECTIVES"} and not build_policy(
            report_only=True
        )
        self.policy = build_policy() if is_one and not settings.DEBUG else ""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        has_own = any(name.startswith("_csp") for name in (*vars(request), *vars(response)))
        if has_own or not self.policy:
            return super().process_response(request, response)
        response.headers.setdefault(HEADER, self.policy)
        request.csp_nonce = CheckableLazyObject(self._csp_nonce_post_response)  # type: ignore[attr-defined]
        return response


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
