"""One person's data out of, or away from, all apps."""

from datetime import datetime
from typing import Any

from django.db import transaction

from articles import privacy as articles
from comments import privacy as comments
from newsroom.accounts import privacy as accounts

APPS = {"accounts": accounts, "articles": articles, "comments": comments}
PERSONAL_FIELDS = {model: fields for app in APPS.values() for model, fields in app.PERSONAL_FIELDS.items()}


def export_person(address: str) -> dict[str, Any]:
    """What the newsroom holds of whoever has this address, by app, as JSON can hold it. Changes nothing."""
    return {name: app.export_person(address) for name, app in APPS.items()}


@transaction.atomic
def erase_person(address: str, *, now: datetime) -> int:
    """Takes the person out of all apps at once, or out of none. Returns how many records were touched.

    Discussions and stories are erased before the sign-in, which is what they find the person by.
    """
    return sum(APPS[name].erase_person(address, now=now) for name in ("comments", "articles", "accounts"))
