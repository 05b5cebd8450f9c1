"""What "waiting" and "public" mean for comments, and the order that pages by key go by."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import models
from django.db.models import F, Q

from comments.enums import SanctionKind, State


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


class PolicyTranslationQuerySet(PolicyPartQuerySet):
    frozen = Q(policy__posted_at__isnull=False)


class RuleTranslationQuerySet(PolicyPartQuerySet):
    frozen = Q(rule__policy__posted_at__isnull=False)


class PolicyQuerySet(AppendOnlyQuerySet):
    frozen = Q(posted_at__isnull=False)

    def posted(self) -> "PolicyQuerySet":
        return self.filter(posted_at__isnull=False)

    def in_force(self, now: datetime) -> Any | None:
        """The version whose `effective_from` was the last to pass; None before the first. One query."""
        return self.posted().filter(effective_from__lte=now).order_by("-effective_from", "-version").first()


class CheckPauseQuerySet(AppendOnlyQuerySet):
    def in_force(self, now: datetime) -> "CheckPauseQuerySet":
        """Pauses that have begun and have not ended, by time or by hand."""
        begun = self.filter(started_at__lte=now, end__isnull=True)
        return begun.filter(Q(until__isnull=True) | Q(until__gt=now))


class CaseQuerySet(models.QuerySet[Any]):
    def open(self) -> "CaseQuerySet":
        """Cases that nobody has closed, which keep what they hold from being erased."""
        return self.filter(closed_at__isnull=True)


class CaseCopyQuerySet(AppendOnlyQuerySet):
    def blank(self, now: datetime) -> int:
        """The words of these copies are gone, their digests stay: the one change that a copy can see."""
        return models.QuerySet.update(self.filter(erased_at__isnull=True), content="", erased_at=now)


class SanctionQuerySet(models.QuerySet[Any]):
    def in_force(self, now: datetime) -> "SanctionQuerySet":
        """Measures that have begun and have not ended, by time or by hand; a warning ends once it is acknowledged.

        What is only proposed has not begun.
        """
        begun = self.filter(starts_at__lte=now, lifted_at__isnull=True)
        begun = begun.exclude(kind=SanctionKind.WARNING, acknowledged_at__isnull=False)
        return begun.filter(Q(ends_at__isnull=True) | Q(ends_at__gt=now))

    def proposed(self) -> "SanctionQuerySet":
        """Proposals that nobody has agreed to or declined yet."""
        return self.filter(decision__isnull=True, declined_at__isnull=True)

    def against(self, commenter_id: int | None, mailbox: str) -> "SanctionQuerySet":
        """Those of a commenter, and of whoever else wrote from the same mailbox (see `comments.mailboxes`)."""
        theirs = Q(mailbox_key=mailbox) if mailbox else Q(pk__in=[])
        return self.filter(theirs | Q(commenter=commenter_id) if commenter_id else theirs)


class CommentQuerySet(models.QuerySet[Any]):
    def public(self) -> "CommentQuerySet":
        """Shown to readers, as far as the comment itself is concerned; its story must be live too."""
        return self.filter(state=State.PUBLIC)

    def held(self) -> "CommentQuerySet":
        return self.filter(state=State.HELD)

    def most_urgent_first(self) -> "CommentQuerySet":
        """The queue's order and its key."""
        return self.order_by("due_at", "id")

    def in_thread_order(self) -> "CommentQuerySet":
        """By the time they became public: a late approval comes after what a reader has already seen."""
        return self.order_by(F("public_since").asc(nulls_last=True), "id")
