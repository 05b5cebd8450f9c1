"""Tells an empty database and the demo's own from any other: it never writes into somebody's newsroom."""

from collections.abc import Iterator
from enum import Enum, auto

from django.apps import apps
from django.contrib.auth import get_user_model
from django.db import connection, models

from comments.models import Policy
from newsroom.demo.shapes import Newsroom

OWN_APPS = ("accounts", "articles", "comments")


class Holding(Enum):
    """Whose the database is."""

    NOTHING = auto()
    DEMO = auto()


class ForeignDatabaseError(Exception):
    """The database holds what the demo did not make; the message is a sentence that names some of it."""


def look_at_database(newsroom: Newsroom) -> Holding:
    """Whether the database is empty or holds the demo; raises ForeignDatabaseError if it is neither.

    The demo's database is known by its first policy: posted ones can be neither changed nor deleted. Whatever
    people wrote into a demo since then is part of it. Works before, after and between migrations.
    """
    present = set(connection.introspection.table_names())
    tables = connection.introspection.django_table_names(include_views=False)
    strange = sorted(present - {*tables, "django_migrations"})
    if strange:
        raise ForeignDatabaseError(
            f"The database holds tables that are not the newsroom's, such as {strange[0]}."
        )
    if _is_demo(newsroom, present):
        return Holding.DEMO
    for found in _rows(present):
        raise ForeignDatabaseError(f"The database holds {found} that this command did not make.")
    return Holding.NOTHING


def _is_demo(newsroom: Newsroom, present: set[str]) -> bool:
    if not {Policy._meta.db_table, get_user_model()._meta.db_table} <= present:
        return False
    return Policy.objects.filter(
        version=newsroom.policy.version,
        title=newsroom.policy.title,
        posted_by__email=newsroom.lead.email,
        posted_at__isnull=False,
    ).exists()


def _rows(present: set[str]) -> Iterator[str]:
    for model in _own_models():
        if model._meta.db_table in present and (count := model._default_manager.count()):
            noun = model._meta.verbose_name if count == 1 else model._meta.verbose_name_plural
            yield f"{count} {noun}"


def _own_models() -> Iterator[type[models.Model]]:
    for label in OWN_APPS:
        yield from apps.get_app_config(label).get_models()
