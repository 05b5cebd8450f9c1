"""One person's data out of, or away from, all apps."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from articles import privacy as articles
from comments import privacy as comments
from comments.cases import waiting_addresses
from newsroom.accounts import privacy as accounts

APPS = {"accounts": accounts, "articles": articles, "comments": comments}
PERSONAL_FIELDS = {model: fields for app in APPS.values() for model, fields in app.PERSONAL_FIELDS.items()}


def export_person(address: str) -> dict[str, Any]:
    """What the newsroom holds of whoever has this address, by app, as JSON can hold it. Changes nothing."""
    return {name: app.export_person(address) for name, app in APPS.items()}


def is_kept_out(address: str, *, now: datetime) -> bool:
    """Whether a suspension or ban holds for this mailbox, by a keyed form that outlives erasure. One query."""
    return comments.is_kept_out(address, now=now)


@transaction.atomic
def erase_person(address: str, *, now: datetime) -> int:
    """Takes the person out of all apps at once, or out of none. Returns how many records were touched.

    Discussions and stories are erased before the sign-in, which is what they find the person by. Raises
    ErasureSuspended while an open case holds something of them.
    """
    return sum(APPS[name].erase_person(address, now=now) for name in ("comments", "articles", "accounts"))


@dataclass(frozen=True, slots=True)
class Erasure:
    """What became of a request: how many records were touched, or which open cases it waits for, by their numbers."""

    records: int
    waits_for: list[int]


def ask_for_erasure(address: str, *, now: datetime) -> Erasure:
    """The person is erased; or, while open cases hold something of them, their comments are withdrawn and the rest
    is done by a worker once the last of these is closed (`carry_out_erasures`)."""
    try:
        return Erasure(erase_person(address, now=now), [])
    except comments.ErasureSuspended:
        return Erasure(0, [case.pk for case in comments.erase_later(address, now=now)])


def carry_out_erasures(*, now: datetime) -> int:
    """Erases who asked for it and of whom no open case holds anything any more; returns how many persons.

    One query where nobody waits; for each who waits a few.
    """
    return sum(_carry_out(address, now) for address in waiting_addresses())


def _carry_out(address: str, now: datetime) -> bool:
    try:
        erase_person(address, now=now)
    except comments.ErasureSuspended:
        return False
    return True
