"""Rows that are written once: the models refuse what PostgreSQL's triggers refuse, since SQLite has none."""

from typing import Any

from django.db import models
from django.utils.translation import gettext as _


class Unchangeable(Exception):
    """Somebody tried to change or delete a row that stands for ever."""


class AppendOnlyQuerySet(models.QuerySet[Any]):
    """Adds and reads; changing or deleting raises `Unchangeable`."""

    def update(self, **changes: Any) -> int:
        raise Unchangeable(_refusal(self.model))

    def delete(self) -> tuple[int, dict[str, int]]:
        raise Unchangeable(_refusal(self.model))


class AppendOnly(models.Model):
    """A row that is added and never changed or deleted; trying raises `Unchangeable`."""

    objects = AppendOnlyQuerySet.as_manager()

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise Unchangeable(_refusal(type(self)))
        # Without it a row with the key of a stored one would be written over that one.
        super().save(*args, **{**kwargs, "force_insert": True})

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        raise Unchangeable(_refusal(type(self)))


def _refusal(model: type[models.Model]) -> str:
    return _("A %(row)s stands for ever: it is never changed or deleted.") % {"row": model._meta.verbose_name}
