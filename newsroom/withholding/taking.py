"""Takes words out of rows and puts them back, whatever tables they are in: subjects say which."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, cast

from django.apps import apps
from django.db import models
from django.utils.functional import Promise

from newsroom.withholding.models import Ending, WithheldOriginal, Withholding, WithholdingEnd

Put = Callable[[Any], Any]
"""What stands in a column afterwards, of what stood in it before."""


def says(sentence: str) -> Put:
    """The sentence, where there was a text; nothing stays nothing."""
    return lambda before: sentence if before else before


def empties(nothing: Any) -> Put:
    """Nothing, in the form that the column has for it."""
    return lambda _before: nothing


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Rows of one table in which words of a subject stand, and what is put in their columns.

    `marks` are further columns that are set where a row changes; `name` is the place's in the record.
    """

    name: str
    title: str | Promise
    rows: models.QuerySet[Any]
    puts: Mapping[str, Put]
    marks: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Found:
    """How many rows of a place have words that would be taken out."""

    name: str
    title: str | Promise
    count: int


def look(places: Iterable[Place]) -> list[Found]:
    """What there is to take out, by place, without those that have nothing. One query a place."""
    counted = [Found(one.name, one.title, sum(bool(_change(row, one)) for row in one.rows)) for one in places]
    return [found for found in counted if found.count]


def take_out(places: Iterable[Place]) -> tuple[list[dict[str, Any]], dict[str, int]]:
    """The words are out of these rows; returns the rows as they were, and how many of each place changed.

    To be called in a transaction that has locked the subject. One query a place and one a row that changes.
    """
    taken: list[dict[str, Any]] = []
    counts: dict[str, int] = {}
    for place in places:
        for row in place.rows.select_for_update(of=("self",), no_key=True).order_by("pk"):
            if not (change := _change(row, place)):
                continue
            taken.append(_kept(row, change, place.marks))
            _rows(row._meta.label).filter(pk=row.pk).update(**change, **place.marks)
            counts[place.name] = counts.get(place.name, 0) + 1
    return taken, counts


def _change(row: models.Model, place: Place) -> dict[str, Any]:
    """The columns of a row that would change, and to what."""
    put = {name: value(getattr(row, name)) for name, value in place.puts.items()}
    return {name: after for name, after in put.items() if after != _plain(getattr(row, name))}


def _plain(value: Any) -> Any:
    return bytes(value) if isinstance(value, memoryview) else value


def _kept(row: models.Model, change: Mapping[str, Any], marks: Iterable[str]) -> dict[str, Any]:
    return {
        "model": row._meta.label,
        "pk": row.pk,
        "fields": {name: _written(row, name, getattr(row, name)) for name in change},
        "marks": {name: _written(row, name, getattr(row, name)) for name in marks},
        "put": {name: _written(row, name, after) for name, after in change.items()},
    }


def _written(row: models.Model, name: str, value: Any) -> Any:
    """The value as JSON can hold it."""
    if value is None:
        return None
    stand_in = type(row)(**{name: value})
    return cast(Any, row._meta.get_field(name)).value_to_string(stand_in)


def put_back(original: WithheldOriginal) -> int:
    """Each column that still says that it is withheld has its words again; returns how many rows changed.

    What was written over since, or erased, stays as it is.
    """
    changed = 0
    for kept in original.rows:
        model = apps.get_model(kept["model"])
        row = _rows(kept["model"]).select_for_update(of=("self",), no_key=True).filter(pk=kept["pk"]).first()
        if row is None:
            continue
        still = [name for name, put in kept["put"].items() if _written(row, name, getattr(row, name)) == put]
        back = {name: _read(model, name, kept["fields"][name]) for name in still}
        if back:
            marks = {name: _read(model, name, before) for name, before in kept["marks"].items()}
            _rows(kept["model"]).filter(pk=row.pk).update(**back, **marks)
            changed += 1
    return changed


def _read(model: type[models.Model], name: str, written: Any) -> Any:
    return None if written is None else cast(Any, model._meta.get_field(name)).to_python(written)


def _rows(label: str) -> Any:
    # The plain manager: one of a model's own may leave rows out.
    return apps.get_model(label)._base_manager


def as_they_were(label: str) -> dict[int, dict[str, Any]]:
    """By row of a table, what originals keep of its columns, as these were before any act. One query."""
    found: dict[int, dict[str, Any]] = {}
    for original in WithheldOriginal.objects.order_by("-withholding"):
        for row in original.rows:
            if row["model"] == label:
                found.setdefault(row["pk"], {}).update(row["fields"])
    return found


def forget_person(person: str, *, now: datetime) -> int:
    """Of what was withheld of an erased person nothing stays; the acts do. Returns how many originals went."""
    kept = WithheldOriginal.objects.filter(withholding__person=person)
    ended = list(kept.values_list("withholding", flat=True))
    WithholdingEnd.objects.bulk_create(
        WithholdingEnd(withholding_id=pk, kind=Ending.DESTROYED, why="Its author was erased.", at=now)
        for pk in ended
    )
    kept.delete()
    return len(ended)


def forget_rows(label: str, keys: Collection[int]) -> None:
    """Of these rows of a table nothing is kept in any original. One query for each original."""
    if not keys:
        return
    for original in WithheldOriginal.objects.select_for_update():
        rows = [row for row in original.rows if not (row["model"] == label and row["pk"] in keys)]
        if len(rows) != len(original.rows):
            WithheldOriginal.objects.filter(pk=original.pk).update(rows=rows)


def withholdings_of(subject: str, key: object) -> models.QuerySet[Withholding]:
    """The acts on one subject, the newest first, with how they ended."""
    return Withholding.objects.filter(subject=subject, key=str(key)).select_related("by", "end")
