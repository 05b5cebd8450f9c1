"""What "waiting" and "public" mean for comments, and the order that pages by key go by."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import models
from django.db.models import F, Q

from comments.enums import State


class Unchangeable(Exception):
    """Somebody tried to change or delete what stands for ever: a decision, a seal, a posted policy."""

    @classmethod
    def row(cls, row: models.Model) -> "Unchangeable":
        return cls(f"{row._meta.verbose_name} {row.pk} stands and cannot be changed or deleted.")


class AppendOnlyQuerySet(models.QuerySet[Any]):
    """Adds and reads; changing or deleting raises `Unchangeable` where a row is `frozen` (here: all)."""

    frozen = Q()

    def _refuse_frozen(self) -> None:
        row = self.order_by().filter(self.frozen).first()
        if row is not None:
            raise Unchangeable.row(row)

    def update(self, **changes: Any) -> int:
        self._refuse_frozen()
        return super().update(**changes)

    def delete(self) -> tuple[int, dict[str, int]]:
        self._refuse_frozen()
        return super().delete()

    def bulk_update(self, objs: Iterable[Any], fields: Iterable[str], batch_size: int | None = None) -> int:
        rows = list(objs)
        self.filter(pk__in=[row.pk for row in rows])._refuse_frozen()
        return super().bulk_update(rows, fields, batch_size)


class PolicyPartQuerySet(AppendOnlyQuerySet):
    """Rows of a policy, which freeze when it is posted; none is added to a posted one."""

    def bulk_create(self, objs: Iterable[Any], *args: Any, **kwargs: Any) -> list[Any]:
        rows = list(objs)
        for row in rows:
            if row.posted_policies().exists():
                raise Unchangeable.row(row)
        return super().bulk_create(rows, *args, **kwargs)


class RuleQuerySet(PolicyPartQuerySet):
    frozen = Q(policy__posted_at__isnull=False)


class RuleCheckQuerySet(PolicyPartQuerySet):
    frozen = Q(rule__policy__posted_at__isnull=False)


class PolicyQuerySet(AppendOnlyQuerySet):
    frozen = Q(posted_at__isnull=False)

    def posted(self) -> "PolicyQuerySet":
        return self.filter(posted_at__isnull=False)

    def in_force(self, now: datetime) -> Any | None:
        """The version whose `effective_from` was the last to pass; None before the first. One query."""
        return self.posted().filter(effective_from__lte=now).order_by("-effective_from", "-version").first()


class CommentQuerySet(models.QuerySet[Any]):
    def public(self) -> "CommentQuerySet":
        """Shown to readers, as far as the comment itself is concerned; its story must be live too."""
        return self.filter(state=State.PUBLIC)

    def held(self) -> "CommentQuerySet":
        return self.filter(state=State.HELD)

    def oldest_first(self) -> "CommentQuerySet":
        """The queue's order and its key."""
        return self.order_by("held_since", "id")

    def in_thread_order(self) -> "CommentQuerySet":
        """By the time they became public: a late approval comes after what a reader has already seen."""
        return self.order_by(F("public_since").asc(nulls_last=True), "id")
