"""Long lists in pages by key: what came before this row, so that new ones push nothing out of sight."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Self

from django.core.exceptions import BadRequest
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

PAGE = 20
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_KEY = re.compile(r"([0-9]{1,17})-([0-9]{1,18})")


class NoSuchPlace(BadRequest):
    """An address asks for a page of a list that cannot be; the message is a sentence for the reader."""


@dataclass(frozen=True, slots=True)
class Key:
    """A row's place in an order by a time and its id; written as `<microseconds since 1970>-<id>`."""

    at: datetime
    pk: int

    @classmethod
    def read(cls, text: str) -> Self:
        """The key that an address names; raises NoSuchPlace on anything else."""
        match = _KEY.fullmatch(text)
        try:
            if match:
                return cls(_EPOCH + timedelta(microseconds=int(match[1])), int(match[2]))
        except OverflowError:
            pass
        raise NoSuchPlace(_("What follows “before” in this address does not name a place in the list."))

    def __str__(self) -> str:
        return f"{(self.at - _EPOCH) // timedelta(microseconds=1)}-{self.pk}"


@dataclass(frozen=True, slots=True)
class Page:
    """Some rows of a list, and the key of the last one where older ones follow."""

    rows: list[Any]
    older: Key | None


def page_before(rows: QuerySet[Any], *, field: str, before: Key | None, size: int = PAGE) -> Page:
    """The newest `size` rows before a key; `rows` is ordered by `-field`, `-id`. One query."""
    if before:
        # The first condition alone says where in the index to begin.
        rows = rows.filter(**{f"{field}__lte": before.at})
        rows = rows.filter(Q(**{f"{field}__lt": before.at}) | Q(pk__lt=before.pk))
    found = list(rows[: size + 1])
    shown = found[:size]
    older = Key(getattr(shown[-1], field), shown[-1].pk) if len(found) > size else None
    return Page(shown, older)
