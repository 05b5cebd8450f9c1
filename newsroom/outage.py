"""While the database cannot be reached: how that is known, how it is said, and that waiting for it stays short."""

import logging
import sqlite3

from django.conf import settings
from django.db import InterfaceError, OperationalError, connection
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils import translation

AGAIN_AFTER = 10
"""Seconds after which a client is told to ask again; the pool is back within four of the database's return."""

IMPATIENT = 0.2
"""Seconds that a request waits for a connection once another waited in vain, until one gets through."""

# Classes and codes of https://www.postgresql.org/docs/current/errcodes-appendix.html
_CONNECTING = ("08", "28", "3D", "57P")  # connection, authorisation, no such database, shut down or starting
_TOO_MANY_CONNECTIONS = "53300"
_SQLITE_IOERR, _SQLITE_CANTOPEN = 10, 14

logger = logging.getLogger(__name__)


def is_away(error: BaseException | None) -> bool:
    """Whether an error says that the database cannot be reached: no lock, no clash, no fault of our own."""
    if isinstance(error, OperationalError):
        return _says_away(error.__cause__)
    # SQLite's driver uses this one for misuse alone; PostgreSQL's for lost connections and for misused cursors.
    return isinstance(error, InterfaceError) and not isinstance(error.__cause__, sqlite3.Error) and _is_lost()


def _says_away(cause: BaseException | None) -> bool:
    """The driver's own words. Where no server answered, or a connection broke or never came, there is no code."""
    if cause is None:
        return False
    if isinstance(cause, sqlite3.Error):
        return getattr(cause, "sqlite_errorcode", 0) & 0xFF in (_SQLITE_IOERR, _SQLITE_CANTOPEN)
    code = getattr(cause, "sqlstate", None)
    return code is None or code == _TOO_MANY_CONNECTIONS or code.startswith(_CONNECTING)


def _is_lost() -> bool:
    return connection.connection is None or bool(connection.connection.closed)


def plain_page(_request: HttpRequest) -> HttpResponse:
    """A page that says so, in the site's language. No query."""
    return unavailable("503.html", {})


def unavailable(template: str, context: dict[str, object]) -> HttpResponse:
    """503 with a page that no context processor had a hand in, since those may ask the database."""
    with translation.override(settings.LANGUAGE_CODE):
        html = render_to_string(template, context)
    response = HttpResponse(html, status=503)
    response.headers["Retry-After"] = str(AGAIN_AFTER)
    response.headers["Cache-Control"] = "no-store"
    response.headers["Content-Language"] = settings.LANGUAGE_CODE
    return response


def wait_less(error: BaseException) -> None:
    """From now on requests of this process give up on a connection soon, so that those without need get on."""
    logger.error("The database is away: %s", str(error).strip().partition("\n")[0])
    if pool := getattr(connection, "pool", None):
        pool.timeout = IMPATIENT


def wait_as_ever() -> None:
    """Once this thread has a connection again, requests wait for one as long as the settings say."""
    if connection.connection is not None and (pool := getattr(connection, "pool", None)):
        pool.timeout = connection.settings_dict["OPTIONS"]["pool"]["timeout"]
