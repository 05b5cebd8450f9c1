"""Requests are UTF-8: whoever sends one may not choose how its fields and its address are decoded."""

import codecs
from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.conf import settings
from django.utils.http import parse_header_parameters

from newsroom.headers import remembered_https, strict_headers

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

REFUSAL = "This site reads UTF-8 only; this request says that it is written in something else.\n"


def reads(content_type: str) -> bool:
    """Whether a request with this Content-Type is decoded as UTF-8; a character set nobody knows is ignored."""
    try:
        charset = parse_header_parameters(content_type)[1].get("charset", "")
    except (LookupError, ValueError):  # a parameter that is itself encoded in a way that cannot be read
        return False
    try:
        return codecs.lookup(charset).name == "utf-8"
    except (LookupError, ValueError):
        return True


def is_https(environ: "WSGIEnvironment") -> bool:
    """Whether the reader's browser asked by https, of which a proxy tells where there is one."""
    name, https = settings.SECURE_PROXY_SSL_HEADER or ("wsgi.url_scheme", "https")
    return bool(environ.get(name) == https)


def utf_8_only(application: "WSGIApplication") -> "WSGIApplication":
    """The application, with 400 and a sentence for requests in another character set.

    It stands before Django, which decodes the address in the set named while it makes its request, outside of
    what catches errors. Some sets that Python knows decode nothing (`hex`, `undefined`), some make half
    surrogates (`unicode_escape`), which no database and no page can take.
    """

    def answer(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        if reads(environ.get("CONTENT_TYPE") or ""):
            return application(environ, start_response)
        headers = {"Content-Type": "text/plain; charset=utf-8", "Cache-Control": "no-store"}
        headers |= strict_headers() | (remembered_https() if is_https(environ) else {})
        start_response("400 Bad Request", list(headers.items()))
        return [REFUSAL.encode()]

    return answer
