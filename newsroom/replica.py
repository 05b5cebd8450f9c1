"""A second PostgreSQL that follows the first: what may be read from it, and whether it has what the first had."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any
from weakref import WeakKeyDictionary

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, DatabaseError, Error, connections

from newsroom.resting import Rest

ALIAS = "replica"
READ = {"accounts", "articles", "comments"}
"""Apps whose tables public pages show. Sessions, jobs and the cache's table are the primary's alone."""

LAG = 2
"""Seconds that the replica may be behind while nobody can ask the primary, by its own word."""

resting = Rest("The replica", seconds=2)
primary_resting = Rest("The primary", seconds=1)
_is_read: ContextVar[bool] = ContextVar("replica_is_read", default=False)


class Router:
    """Everything is read and written on the primary, except for what is read inside of `reading()`."""

    def db_for_read(self, model: Any, **_hints: Any) -> str:
        return ALIAS if _is_read.get() and model._meta.app_label in READ else DEFAULT_DB_ALIAS

    def db_for_write(self, _model: Any, **_hints: Any) -> str:
        return DEFAULT_DB_ALIAS

    def allow_relation(self, _one: Any, _other: Any, **_hints: Any) -> bool:
        """Rows of both are rows of one newsroom."""
        return True

    def allow_migrate(self, db: str, _app_label: str, **_hints: Any) -> bool | None:
        return False if db == ALIAS else None


@contextmanager
def reading() -> Iterator[None]:
    """What is read inside comes from the replica; what somebody writes still goes to the primary."""
    token = _is_read.set(True)
    try:
        yield
    finally:
        _is_read.reset(token)


def is_usable() -> bool:
    """Whether there is one that has not failed just now. Asks nobody."""
    return ALIAS in settings.DATABASES and not resting.is_on


# --- what the primary had when it was last asked


@dataclass(frozen=True, slots=True)
class _Seen:
    """How far the primary's journal reached, and when this process learnt it."""

    place: str
    at: float


_seen: _Seen | None = None
_histories: WeakKeyDictionary[Any, str] = WeakKeyDictionary()
_last_history = ""

REMEMBERED = 1.0
"""Seconds after which the primary is asked again how far it is."""

_PLACE = "SELECT pg_current_wal_flush_lsn()::text"
_HISTORY = (
    "SELECT CASE WHEN pg_is_in_recovery() THEN ''"
    " ELSE substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8) END"
)
_HAS_IT = (
    "SELECT COALESCE(pg_last_wal_replay_lsn() >= %s::pg_lsn, FALSE)"
    " AND (COALESCE(pg_last_wal_receive_lsn() <= pg_last_wal_replay_lsn(), TRUE)"
    " OR COALESCE(clock_timestamp() - pg_last_xact_replay_timestamp() < %s * interval '1 second', FALSE))"
)


def remember_primary() -> None:
    """To be called when the primary has answered: at most once a second it is asked how far it is. One query."""
    global _seen  # noqa: PLW0603 - one primary for the whole process
    if ALIAS not in settings.DATABASES or (_seen and time.monotonic() - _seen.at < REMEMBERED):
        return
    with connections[DEFAULT_DB_ALIAS].cursor() as cursor:
        cursor.execute(_PLACE)
        _seen = _Seen(cursor.fetchone()[0], time.monotonic())


def has_what_was_seen() -> bool:
    """Whether the replica shows all that the primary had when this process last asked it, and lags no more than LAG.

    False where this process never could ask: nobody knows then how old the replica is. One query, to the replica.
    """
    if _seen is None or not is_usable():
        return False
    try:
        with connections[ALIAS].cursor() as cursor:
            cursor.execute(_HAS_IT, [_seen.place, LAG])
            return bool(cursor.fetchone()[0])
    except (DatabaseError, Error) as error:
        resting.begin(error)
        return False


def history() -> str:
    """Which of PostgreSQL's timelines the primary is on: another after each promotion, "" on SQLite.

    A replica that is promoted may lack the old primary's last changes and count on from there: the same numbers then
    stand for other contents. Asked once a connection.
    """
    global _last_history  # noqa: PLW0603 - as above
    connection = connections[DEFAULT_DB_ALIAS]
    if connection.vendor != "postgresql":
        return ""
    connection.ensure_connection()
    raw = connection.connection
    if raw not in _histories:
        with connection.wrap_database_errors:
            _histories[raw] = raw.execute(_HISTORY).fetchone()[0]
    _last_history = _histories[raw]
    return _last_history


def last_history() -> str:
    """The timeline of the primary that this process saw last. Asks nobody."""
    return _last_history
