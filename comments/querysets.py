"""What "waiting" and "public" mean for comments, and the order that pages by key go by."""

from datetime import datetime
from typing import Any

from django.db import models
from django.db.models import F

from comments.enums import State


class PolicyQuerySet(models.QuerySet[Any]):
    def posted(self) -> "PolicyQuerySet":
        return self.filter(posted_at__isnull=False)

    def in_force(self, now: datetime) -> Any | None:
        """The version with the greatest `effective_from` that has passed, or None before the first. One query."""
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
        """By the time they became public, so that a late approval comes after what a reader has already seen."""
        return self.order_by(F("public_since").asc(nulls_last=True), "id")
