"""A query that is made once: for a page that comes from the cache, making and planning it cost more than its answer."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from weakref import WeakSet

from django.db import connections, router
from django.db.models import QuerySet

MOMENT = datetime(1900, 1, 1, tzinfo=UTC)
TEXT = "\ufffe the place of a text \ufffe"


@dataclass(frozen=True, slots=True)
class _Compiled:
    """The SQL for one database, and what stands in each of its places: a named value, or one that stays."""

    compiler: Any
    converters: Any
    sql: str
    places: list[tuple[str | None, Any]]
    planned_on: WeakSet[Any] = field(default_factory=WeakSet)


class Prepared:
    """Asks for the first row of a `values_list()` again and again with other values.

    `make` builds the queryset from its named values; it is called once a database, with the marks of `values`
    (MOMENT for a time, TEXT for a text, each at most once), whose places in the SQL take the real ones later. So
    the SQL may not depend on the values. PostgreSQL keeps the plan too, for as long as a connection lasts: between
    it and the newsroom there may be no pooler that shares connections between transactions.
    """

    def __init__(self, make: Callable[..., QuerySet[Any, Any]], **values: Any) -> None:
        self._make = make
        self._marks = values
        self._compiled: dict[str, _Compiled] = {}

    def first(self, model: Any, **values: Any) -> list[Any] | None:
        """The row with these values, from where `model` is read; None where there is none. One query."""
        using = router.db_for_read(model)
        if using not in self._compiled:
            self._compiled[using] = self._compile(using)
        query, connection = self._compiled[using], connections[using]
        adapted = {name: _adapted(connection, value) for name, value in values.items()}
        sql = _planned(query, connection) if connection.vendor == "postgresql" else query.sql
        with connection.cursor() as cursor:
            cursor.execute(sql, [adapted[name] if name else given for name, given in query.places])
            row = cursor.fetchone()
        return next(iter(query.compiler.apply_converters([row], query.converters))) if row else None

    def _compile(self, using: str) -> _Compiled:
        compiler: Any = self._make(**self._marks).using(using).query.get_compiler(using)
        sql, given = compiler.as_sql()
        converters = compiler.get_converters([column for column, _sql, _alias in compiler.select])
        names = {_adapted(connections[using], mark): name for name, mark in self._marks.items()}
        return _Compiled(compiler, converters, sql, [(names.get(value), value) for value in given])


def _planned(query: _Compiled, connection: Any) -> str:
    """The statement that runs the plan which this connection keeps, made the first time."""
    name = f"newsroom_{hashlib.sha256(query.sql.encode()).hexdigest()[:16]}"
    places = ", ".join(["%s"] * len(query.places))
    connection.ensure_connection()
    if connection.connection not in query.planned_on:
        numbered = query.sql % tuple(f"${number}" for number, _place in enumerate(query.places, 1))
        with connection.wrap_database_errors:
            connection.connection.execute(f"PREPARE {name} AS {numbered}")
        query.planned_on.add(connection.connection)
    return f"EXECUTE {name}({places})" if places else f"EXECUTE {name}"


def _adapted(connection: Any, value: Any) -> Any:
    return connection.ops.adapt_datetimefield_value(value) if isinstance(value, datetime) else value
