"""Rows of several tables, stored in two trips to the database: for a comment the trips cost more than its rows."""

from collections.abc import Sequence
from functools import lru_cache
from itertools import groupby
from typing import Any

from django.db import connections, models, router, transaction
from django.db.models import Field, Model


def take_keys(*rows: Model) -> None:
    """Each row that has no key gets the next one of its table, so that rows can name each other. One query.

    To be called in the transaction that stores them (on SQLite, one or two queries a table).
    """
    tables: dict[type[Model], list[Model]] = {}
    for row in rows:
        if row.pk is None:
            tables.setdefault(type(row), []).append(row)
    if not tables:
        return
    using = router.db_for_write(next(iter(tables)))
    counts = {model: len(keyless) for model, keyless in tables.items()}
    next_keys = _next_of_sequences if connections[using].vendor == "postgresql" else _next_of_sqlite
    for row, key in zip(
        (row for keyless in tables.values() for row in keyless), next_keys(counts, using), strict=True
    ):
        row.pk = key


def insert(*rows: Model) -> None:
    """All rows, whose keys are taken, are stored in the order given, as `bulk_create` would: without `save()`.

    A row may name one that comes after it. One query (on SQLite, one for each run of rows of a table). Raises
    IntegrityError where one of them clashes; then whoever calls undoes the transaction.
    """
    if not rows:
        return
    using = router.db_for_write(type(rows[0]))
    with transaction.atomic(using, savepoint=False), connections[using].cursor() as cursor:
        tables = [(model, list(alike)) for model, alike in groupby(rows, type)]
        if connections[using].vendor == "postgresql":
            # Values are bound on this side, row by row, so that one trip takes several statements.
            cursor.execute("; ".join(_bound(model, alike, using, cursor) for model, alike in tables))
        else:
            for model, alike in tables:
                begin, places, _fields = _shape(model, using)
                values = [value for row in alike for value in _values(row, using)]
                cursor.execute(begin + ", ".join([places] * len(alike)), values)
    for row in rows:
        row._state.adding, row._state.db = False, using


def _next_of_sequences(counts: dict[type[Model], int], using: str) -> list[int]:
    parts = [
        f"SELECT nextval('{_sequence(model, using)}') FROM generate_series(1, {count})"  # noqa: S608 - our own names
        for model, count in counts.items()
    ]
    with connections[using].cursor() as cursor:
        cursor.execute(" UNION ALL ".join(parts))
        return [key for (key,) in cursor.fetchall()]


@lru_cache
def _sequence(model: type[Model], using: str) -> str:
    connection = connections[using]
    table, key = connection.ops.quote_name(model._meta.db_table), model._meta.pk.column
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_get_serial_sequence(%s, %s)", [table, key])
        return str(cursor.fetchone()[0])


def _next_of_sqlite(counts: dict[type[Model], int], using: str) -> list[int]:
    """Its own table of the highest keys, counted up by hand: there only one transaction writes at a time."""
    keys: list[int] = []
    with connections[using].cursor() as cursor:
        for model, count in counts.items():
            table = model._meta.db_table
            cursor.execute(
                "UPDATE sqlite_sequence SET seq = seq + %s WHERE name = %s RETURNING seq", [count, table]
            )
            found = cursor.fetchall()
            if not found:
                cursor.execute("INSERT INTO sqlite_sequence (name, seq) VALUES (%s, %s)", [table, count])
            highest = found[0][0] if found else count
            keys += range(highest - count + 1, highest + 1)
    return keys


def _bound(model: type[Model], rows: Sequence[Model], using: str, cursor: Any) -> str:
    begin, places, _fields = _shape(model, using)
    return begin + ", ".join(cursor.mogrify(places, _values(row, using)) for row in rows)


def _values(row: Model, using: str) -> list[Any]:
    _begin, _places, fields = _shape(type(row), using)
    connection = connections[using]
    return [field.get_db_prep_save(_value(row, field), connection) for field in fields]


@lru_cache
def _shape(model: type[Model], using: str) -> tuple[str, str, list["Field[Any, Any]"]]:
    quote, fields = connections[using].ops.quote_name, list(model._meta.local_concrete_fields)
    columns = ", ".join(quote(str(field.column)) for field in fields)
    places = f"({', '.join(['%s'] * len(fields))})"
    begin = f"INSERT INTO {quote(model._meta.db_table)} ({columns}) VALUES "  # noqa: S608 - our own names
    return begin, places, fields


def _value(row: Model, field: "Field[Any, Any]") -> Any:
    """What the column holds; of a row that was named before it had its key, the key that it has now."""
    if isinstance(field, models.ForeignKey):
        named: Model | None = field.get_cached_value(row, default=None)
        if named is not None:
            setattr(row, field.attname, named.pk)
    return field.pre_save(row, add=True)
