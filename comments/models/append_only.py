"""Rows that are written once: the models refuse what PostgreSQL's triggers refuse, since SQLite has none."""

from typing import Any

from django.db import models

from comments.querysets import AppendOnlyQuerySet, Unchangeable


class AppendOnly(models.Model):
    """A row that is added and never changed or deleted; trying raises `Unchangeable`."""

    objects = AppendOnlyQuerySet.as_manager()

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise Unchangeable.row(self)
        # Without it a row with the key of a stored one would be written over that one.
        super().save(*args, **{**kwargs, "force_insert": True})

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        raise Unchangeable.row(self)


class FrozenOncePosted(models.Model):
    """A row of a policy: free while that is a draft; once it is posted, adding, changing or deleting raises.

    Each write costs one query more.
    """

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.posted_policies().exists():
            raise Unchangeable.row(self)
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        if self.posted_policies().exists():
            raise Unchangeable.row(self)
        return super().delete(*args, **kwargs)

    def posted_policies(self) -> models.QuerySet[Any]:
        """The posted policies that the row belongs to, as it is stored and as it would be."""
        raise NotImplementedError
