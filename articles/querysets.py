"""What "live" means, said once: a publication that has started and not ended, of a story nobody took away."""

from datetime import datetime
from typing import Any

from django.db import models
from django.db.models import F, Q


class PublicationQuerySet(models.QuerySet[Any]):
    def published(self, now: datetime) -> "PublicationQuerySet":
        """Publications that readers get at `now`; a predicate on time, so that no job has to run."""
        return self.filter(
            Q(ends_at__isnull=True) | Q(ends_at__gt=now),
            Q(article__embargo_until__isnull=True) | Q(article__embargo_until__lte=now),
            starts_at__lte=now,
            article__blocked_at__isnull=True,
            article__withdrawn_at__isnull=True,
        )

    def upcoming(self, now: datetime) -> "PublicationQuerySet":
        """Scheduled publications that were not cancelled (a cancelled one ends as it starts)."""
        return self.filter(Q(ends_at__isnull=True) | Q(ends_at__gt=F("starts_at")), starts_at__gt=now)

    def newest_first(self) -> "PublicationQuerySet":
        """Order of every front and archive: by first publication, then id, so that pages go by key."""
        return self.order_by("-first_published_at", "-id")


class PageVersionQuerySet(models.QuerySet[Any]):
    def rise(self, number: str) -> None:
        """Every page that depends on `number` is made anew once the caller's transaction is committed.

        To be called as the transaction's last write: the row stays locked until its end. One query, two more the
        first time.
        """
        row = self.filter(pk=self.model.ROW)
        if not row.update(**{number: F(number) + 1}):
            self.bulk_create([self.model(pk=self.model.ROW)], ignore_conflicts=True)
            row.update(**{number: F(number) + 1})
