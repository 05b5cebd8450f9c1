"""A query whose SQL is made once a process: for a page that comes from the cache, making it costs more than asking."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from django.db import connections, router
from django.db.models import QuerySet

MOMENT = datetime(1900, 1, 1, tzinfo=UTC)
TEXT = "\ufffe the place of a text \ufffe"


class Prepared:
    """Asks for the first row of a `values_list()` again and again with other values.

    `make` builds the queryset from its named values; it is called once a database, with the marks of `values`
    (MOMENT for a time, TEXT for a text, each at most once), whose places in the SQL take the real ones later. So
    the SQL may not depend on the values.
    """

    def __init__(self, make: Callable[..., QuerySet[Any, Any]], **values: Any) -> None:
        self._make = make
        self._marks = values
        self._compiled: dict[str, tuple[Any, Any, str, list[Any]]] = {}

    def first(self, model: Any, **values: Any) -> list[Any] | None:
        """The row with these values, from where `model` is read; None where there is none. One query."""
        using = router.db_for_read(model)
        if using not in self._compiled:
            self._compiled[using] = self._compile(using)
        compiler, converters, sql, places = self._compiled[using]
        connection = connections[using]
        adapted = {name: _adapted(connection, value) for name, value in values.items()}
        with connection.cursor() as cursor:
            cursor.execute(sql, [adapted[name] if name else given for name, given in places])
            row = cursor.fetchone()
        return next(iter(compiler.apply_converters([row], converters))) if row else None

    def _compile(self, using: str) -> tuple[Any, Any, str, list[Any]]:
        compiler: Any = self._make(**self._marks).using(using).query.get_compiler(using)
        sql, given = compiler.as_sql()
        converters = compiler.get_converters([column for column, _sql, _alias in compiler.select])
        names = {_adapted(connections[using], mark): name for name, mark in self._marks.items()}
        return compiler, converters, sql, [(names.get(value), value) for value in given]


def _adapted(connection: Any, value: Any) -> Any:
    return connection.ops.adapt_datetimefield_value(value) if isinstance(value, datetime) else value
