"""Inserts rows that point at each other in one go: their ids are given out here instead of by the database."""

from collections.abc import Iterable, Iterator
from itertools import count, islice
from typing import Any, TypeVar

from django.core.management.color import no_style
from django.db import connection, models

BATCH = 2_000
Row = TypeVar("Row", bound=models.Model)
Item = TypeVar("Item")


def ids_of(model: type[models.Model]) -> Iterator[int]:
    """Ids that no row has yet, as long as nobody else inserts. One query."""
    highest = model._default_manager.aggregate(highest=models.Max("pk"))["highest"]
    return count((highest or 0) + 1)


def insert(rows: Iterable[Row]) -> None:
    """Stores rows of one kind; the database's own numbering goes on after theirs."""
    found = list(rows)
    if not found:
        return
    model = type(found[0])
    model._default_manager.bulk_create(found, batch_size=BATCH)
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), [model]):
            cursor.execute(statement)


def in_batches(items: Iterable[Item], size: int = BATCH) -> Iterator[list[Item]]:
    source: Any = iter(items)
    while batch := list(islice(source, size)):
        yield batch
