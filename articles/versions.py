"""What tells whether a public page still stands as it was made: a version, read by one query and by index."""

from collections.abc import Hashable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from articles.models import Article, PageVersion, Publication
from newsroom.prepared import MOMENT, Prepared


@dataclass(frozen=True, slots=True)
class Version:
    """`key` is equal as long as a page would be made the same; `changes` are the times at which it will not.

    Whoever gets a page made for a key reads the key first: then the page is that old or newer, never older. A page
    without a key may be kept by nobody here.
    """

    key: tuple[Hashable, ...] | None
    changes: list[datetime]


def version_of_lists(now: datetime) -> Version:
    """The version of every page that lists stories. One query.

    It changes with each public act, with what pages share, when a story appears or goes by time, and at midnight.
    """
    row = _LISTS.first(PageVersion, now=now)
    if row is None:
        return Version(None, _next_changes(now))
    stories, furniture, *times = row
    past, coming = times[:3], times[3:]
    return Version((stories, furniture, *past, timezone.localdate(now)), [at for at in coming if at])


def _next_changes(now: datetime) -> list[datetime]:
    rows = [_coming(Publication, "starts_at", now), _coming(Publication, "ends_at", now)]
    found = [row.first() for row in (*rows, _coming(Article, "embargo_until", now))]
    return [row[0] for row in found if row]


def _lists(now: datetime) -> QuerySet[Any, Any]:
    fields = [(Publication, "starts_at"), (Publication, "ends_at"), (Article, "embargo_until")]
    times: dict[str, Any] = {f"last_{name}": _past(model, name, now)[:1] for model, name in fields}
    times |= {f"next_{name}": _coming(model, name, now)[:1] for model, name in fields}
    rows: QuerySet[Any, Any] = PageVersion.objects.filter(pk=PageVersion.ROW).annotate(**times)
    return rows.values_list("stories", "furniture", *times)


def _past(model: Any, field: str, now: datetime) -> QuerySet[Any, Any]:
    rows = model.objects.filter(**{f"{field}__lte": now})
    found: QuerySet[Any, Any] = rows.order_by(f"-{field}").values_list(field)
    return found


def _coming(model: Any, field: str, now: datetime) -> QuerySet[Any, Any]:
    found: QuerySet[Any, Any] = (
        model.objects.filter(**{f"{field}__gt": now}).order_by(field).values_list(field)
    )
    return found


_LISTS = Prepared(_lists, now=MOMENT)
