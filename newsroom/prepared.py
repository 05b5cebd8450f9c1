"""A query that is made once: for a page that comes from the cache, making and planning it cost more than its answer."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count
from typing import Any
from uuid import UUID
from weakref import WeakSet

from django.db import connections, router
from django.db.models import QuerySet
from django.db.models.query import ModelIterable, get_related_populators

MOMENT = datetime(1900, 1, 1, tzinfo=UTC)
TEXT = "\ufffe the place of a text \ufffe"
NUMBER = 1_900_010_100
PUBLIC_ID = UUID(int=NUMBER)
_NUMBERS = count(1)
"""Of plans: a connection is one process's, so a name that is new to the process is new to it."""


@dataclass(frozen=True, slots=True)
class _Compiled:
    """The SQL for one database, and what stands in each of its places: a named value, or one that stays."""

    compiler: Any
    converters: Any
    sql: str
    places: list[tuple[str | None, Any]]
    plan: str
    read: Callable[[Sequence[Any]], Any]
    planned_on: WeakSet[Any] = field(default_factory=WeakSet)


class Prepared:
    """Asks for the rows of a queryset (of a model's, or of a `values_list()`) again and again with other values.

    `make` builds the queryset from its named values; it is called once a database, with the marks of `values`
    (MOMENT for a time, TEXT for a text, NUMBER for a key, PUBLIC_ID for a UUID; two of a kind need marks that
    differ), whose places in the SQL take the real ones later. So the SQL may not depend on the values. PostgreSQL
    keeps the plan too, for as long as a connection lasts: between it and the newsroom there may be no pooler that
    shares connections between transactions.
    Words that stay, such as states, stand in the SQL itself, so that a plan for all values may use an index of a part.
    """

    def __init__(self, make: Callable[..., QuerySet[Any, Any]], **values: Any) -> None:
        self._make = make
        self._marks = values
        self._compiled: dict[str, _Compiled] = {}

    def first(self, model: Any, **values: Any) -> Any | None:
        """The first row with these values, from where `model` is read; None where there is none. One query."""
        return next(iter(self.rows(model, **values)), None)

    def rows(self, model: Any, **values: Any) -> list[Any]:
        """All rows with these values. One query."""
        using = router.db_for_read(model)
        if using not in self._compiled:
            self._compiled[using] = self._compile(using)
        query, connection = self._compiled[using], connections[using]
        adapted = {name: _adapted(connection, value) for name, value in values.items()}
        found = _rows(query, connection, [adapted[name] if name else given for name, given in query.places])
        if found and query.converters:
            found = list(query.compiler.apply_converters(found, query.converters))
        return [query.read(row) for row in found]

    def _compile(self, using: str) -> _Compiled:
        rows = self._make(**self._marks).using(using)
        compiler: Any = rows.query.get_compiler(using)
        sql, given = compiler.as_sql()
        converters = compiler.get_converters([column for column, _sql, _alias in compiler.select])
        names = {_adapted(connections[using], mark): name for name, mark in self._marks.items()}
        sql, given = _with_words(sql, given, names)
        places = [(names.get(value), value) for value in given]
        read = _reader_of_rows(compiler, using) if rows._iterable_class is ModelIterable else _as_it_is
        return _Compiled(compiler, converters, sql, places, f"newsroom_{next(_NUMBERS)}", read)


def _with_words(sql: str, given: Sequence[Any], names: Collection[Any]) -> tuple[str, list[Any]]:
    """The SQL with each word that stays in its place, and the values of the other places."""
    parts = sql.split("%s")
    if "%%" in sql or len(parts) != len(given) + 1:
        return sql, list(given)
    stays = [isinstance(value, str) and value not in names and value.isidentifier() for value in given]
    places = [f"'{value}'" if is_word else "%s" for value, is_word in zip(given, stays, strict=True)]
    written = "".join(part + place for part, place in zip(parts, [*places, ""], strict=True))
    return written, [value for value, is_word in zip(given, stays, strict=True) if not is_word]


def _as_it_is(row: Sequence[Any]) -> Sequence[Any]:
    return row


def _reader_of_rows(compiler: Any, using: str) -> Callable[[Sequence[Any]], Any]:
    """Makes a row of a model of the columns, with the rows that were selected beside it, as a queryset would."""
    columns = compiler.klass_info["select_fields"]
    names = [column.target.attname for column, _sql, _alias in compiler.select[columns[0] : columns[-1] + 1]]
    # The stubs are those of a later Django.
    beside = get_related_populators(compiler.klass_info, compiler.select, using)  # type: ignore[call-arg]
    model, annotated = compiler.klass_info["model"], list(compiler.annotation_col_map.items())

    def read(row: Sequence[Any]) -> Any:
        found = model.from_db(using, names, row[columns[0] : columns[-1] + 1])
        for one in beside:
            one.populate(row, found)
        for name, place in annotated:
            setattr(found, name, row[place])
        return found

    return read


def _rows(query: _Compiled, connection: Any, values: list[Any]) -> list[Sequence[Any]]:
    if connection.vendor != "postgresql":
        return _ask(connection, query.sql, values)
    connection.ensure_connection()
    _plan(query, connection)
    if _is_unwatched(connection):
        rows = _ask_at_once(query, connection, values)
        if rows is not None:
            return rows
    places = ", ".join(["%s"] * len(values))
    return _ask(connection, f"EXECUTE {query.plan}({places})" if places else f"EXECUTE {query.plan}", values)


def _ask(connection: Any, sql: str, values: list[Any]) -> list[Sequence[Any]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        rows: list[Sequence[Any]] = cursor.fetchall()
    return rows


def _plan(query: _Compiled, connection: Any) -> None:
    """This connection keeps the statement's plan; it is made the first time."""
    if connection.connection not in query.planned_on:
        numbered = query.sql % tuple(f"${number}" for number, _place in enumerate(query.places, 1))
        with connection.wrap_database_errors:
            connection.connection.execute(f"PREPARE {query.plan} AS {numbered}")
        query.planned_on.add(connection.connection)


def _is_unwatched(connection: Any) -> bool:
    """Whether nobody counts queries or wraps them, and no transaction has to begin before this one."""
    watched = connection.queries_logged or connection.execute_wrappers
    return not watched and connection.get_autocommit()


def _ask_at_once(query: _Compiled, connection: Any, values: list[Any]) -> list[Sequence[Any]] | None:
    """The rows by libpq itself, in a third of the time that a cursor takes around it.

    None where it failed: then whoever asks does so by a cursor, which says in Django's words why.
    """
    psycopg, pg = connection.Database, connection.connection
    transformer = psycopg.adapt.Transformer(pg)
    with connection.wrap_database_errors:
        sent = transformer.dump_sequence(values, [psycopg.adapt.PyFormat.TEXT] * len(values))
        result = pg.pgconn.exec_prepared(query.plan.encode(), sent)
        if result.status != psycopg.pq.ExecStatus.TUPLES_OK:
            return None
        transformer.set_pgresult(result)
        rows: list[Sequence[Any]] = transformer.load_rows(0, result.ntuples, tuple)
    return rows


def _adapted(connection: Any, value: Any) -> Any:
    if isinstance(value, datetime):
        return connection.ops.adapt_datetimefield_value(value)
    if isinstance(value, UUID) and not connection.features.has_native_uuid_field:
        return value.hex
    return value
