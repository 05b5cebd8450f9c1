"""Public pages kept as they were made, once for each version: such a page costs one query and one look-up."""

import gzip
import hashlib
import logging
import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.cache import caches
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response
from django.utils.connection import ConnectionProxy

from articles.caching import keep_until_change
from articles.origins import origin_of
from articles.versions import Version
from newsroom.release import release

KEPT = 3600
"""Seconds after which a page is made anew though nothing says that it changed."""

MAKING = 10
"""Seconds after which whoever makes a page is taken for dead."""

PATIENCE = 3.0
"""Seconds to wait for another's making before making the page oneself."""

WITHOUT_DATABASE = 'newsroom; hit; detail="database away"'
"""Cache-Status (RFC 9211) of a page that went out as it was kept last, since nobody could say whether it changed."""

LEVEL = 6
"""Of gzip: what more would save costs more time than it is worth for a page that lasts seconds."""

cache: Any = ConnectionProxy(caches, "pages")

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Kept:
    """A page as it goes out in one encoding, and the version that it was made of."""

    version: Version
    headers: dict[str, str]
    body: bytes


def stored_page(
    request: HttpRequest,
    read_version: Callable[[], Version],
    make: Callable[[Version], HttpResponse],
    *,
    now: datetime,
) -> HttpResponse:
    """The page at this path, of the version that `read_version` gives or newer; only a 200 is kept.

    304 without a look-up where the reader has this version. However many ask at the same time, `make` runs once for
    a version in all processes that share the cache; a cache that is away only costs time. Where no database can be
    asked, what was kept last goes on until the time at which it would have changed, and Cache-Status says so; else
    the error is the caller's.
    """
    shelf = _Shelf(request)
    try:
        version, make = origin_of(read_version, make)
    except (OperationalError, InterfaceError):
        kept = shelf.last()
        if kept is None or any(at <= now for at in kept.version.changes):
            raise
        response = _sent(kept, kept.version, now)
        response.headers["Cache-Status"] = WITHOUT_DATABASE
        return response
    if version.key is None or settings.DEBUG:
        return make(version)
    headers = shelf.headers(version)
    if _is_fresh(request, headers):
        return keep_until_change(HttpResponse(status=304, headers=headers), now=now, changes=version.changes)
    kept = shelf.of(version) or shelf.of_another_maker(version)
    return _sent(kept, version, now) if kept else _made(shelf, version, make(version), now)


def _is_fresh(request: HttpRequest, headers: dict[str, str]) -> bool:
    conditional = get_conditional_response(request, etag=headers["ETag"])
    return conditional is not None and conditional.status_code == 304


def _sent(kept: Kept, version: Version, now: datetime) -> HttpResponse:
    return keep_until_change(HttpResponse(kept.body, headers=kept.headers), now=now, changes=version.changes)


def _made(shelf: "_Shelf", version: Version, response: HttpResponse, now: datetime) -> HttpResponse:
    if response.status_code != 200:
        return response
    return _sent(shelf.keep(version, response), version, now)


class _Shelf:
    """The place of one address in the cache, in the encoding that this reader takes."""

    def __init__(self, request: HttpRequest) -> None:
        self.address = f"{release()}:{hashlib.sha256(request.path.encode()).hexdigest()[:32]}"
        self.encoding = (
            "gzip" if re.search(r"\bgzip\b", request.headers.get("Accept-Encoding", "")) else "identity"
        )

    def headers(self, version: Version) -> dict[str, str]:
        """What says which version this is. The tag is weak: it is one for all encodings."""
        mark = hashlib.sha256(f"{self.address}{version.key}".encode()).hexdigest()[:20]
        return {"ETag": f'W/"{mark}"', "Vary": "Accept-Encoding"}

    def last(self) -> Kept | None:
        """What was kept last, of whatever version. One look-up."""
        kept: Kept | None = _ask(cache.get, self._name(self.encoding))
        return kept

    def of(self, version: Version) -> Kept | None:
        kept = self.last()
        return kept if kept and kept.version.key == version.key else None

    def of_another_maker(self, version: Version) -> Kept | None:
        """None for the one who is to make the page; the others wait, and get what was made."""
        name = f"making:{self.headers(version)['ETag']}"
        until = time.monotonic() + PATIENCE
        while not _ask(cache.add, name, 1, MAKING, without=True) and time.monotonic() < until:
            time.sleep(0.02)
            if kept := self.of(version):
                return kept
        # Whoever had the lock may have been done between the look-up and the lock.
        return self.of(version)

    def keep(self, version: Version, response: HttpResponse) -> Kept:
        """Keeps the page in both encodings and returns the one that was asked for."""
        headers = dict(response.items()) | self.headers(version)
        identity = Kept(version, headers, response.content)
        packed = gzip.compress(response.content, LEVEL, mtime=0)
        zipped = Kept(version, headers | {"Content-Encoding": "gzip"}, packed)
        pages = {"identity": identity, "gzip": zipped}
        _ask(cache.set_many, {self._name(encoding): page for encoding, page in pages.items()}, KEPT)
        _ask(cache.delete, f"making:{headers['ETag']}")
        return pages[self.encoding]

    def _name(self, encoding: str) -> str:
        return f"page:{self.address}:{encoding}"


def _ask(command: Callable[..., Any], *about: Any, without: Any = None) -> Any:
    """What the cache answers, or `without` where it cannot: a page can be made without it."""
    try:
        return command(*about)
    except Exception:
        log.warning("The cache is away; pages are made anew for each reader.", exc_info=True)
        return without
