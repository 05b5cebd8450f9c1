"""A discussion that was overrun, what was done about it, and which comments were pulled back and put back."""

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from comments.enums import DiscussionMode, TrialState


class Raid(models.Model):
    """Comments of one discussion that are one row for the desk: those held from `since` until `until`.

    `why` is what tripped the breaker, as counts; empty where a moderator pulled comments back by hand.
    """

    uid = models.UUIDField(_("public id"), default=uuid.uuid4, unique=True, editable=False)
    discussion = models.ForeignKey("comments.Discussion", models.PROTECT, related_name="raids")
    since = models.DateTimeField(_("since"))
    until = models.DateTimeField(_("until"))
    mode = models.CharField(_("mode"), max_length=14, choices=DiscussionMode.choices)
    why = models.JSONField(_("why"), default=dict)
    begun_at = models.DateTimeField(_("noticed"))
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        verbose_name = _("raid")
        verbose_name_plural = _("raids")
        ordering = ["-begun_at", "-id"]
        indexes = [models.Index(fields=["until"], name="raid_until")]

    def __str__(self) -> str:
        return f"{self.discussion_id} {self.since:%Y-%m-%d %H:%M}"


class PullBack(models.Model):
    """Everything that became public in one discussion from `since` until it was begun is held again, or put back.

    `cursor_at` and `cursor_id` are the place of the last comment that was looked at. One that `undoes` another puts
    back exactly what that one held.
    """

    uid = models.UUIDField(_("public id"), default=uuid.uuid4, unique=True, editable=False)
    discussion = models.ForeignKey("comments.Discussion", models.PROTECT, related_name="pull_backs")
    raid = models.ForeignKey("comments.Raid", models.PROTECT, null=True, blank=True, related_name="+")
    undoes = models.OneToOneField("self", models.PROTECT, null=True, blank=True, related_name="undone_by")
    since = models.DateTimeField(_("public since"))
    reason = models.CharField(_("reason"), max_length=500, blank=True)
    state = models.CharField(_("state"), max_length=8, choices=TrialState.choices, default=TrialState.RUNNING)
    total = models.PositiveIntegerField(_("comments"), default=0)
    done = models.PositiveIntegerField(_("done"), default=0)
    skipped = models.PositiveIntegerField(_("left as they are"), default=0)
    cursor_at = models.DateTimeField(null=True, blank=True)
    cursor_id = models.BigIntegerField(default=0)
    started_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    started_at = models.DateTimeField(_("begun"))
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)

    class Meta:
        verbose_name = _("pull-back")
        verbose_name_plural = _("pull-backs")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.discussion_id} {self.started_at:%Y-%m-%d %H:%M}"


class PulledBack(models.Model):
    """A comment that a pull-back held, and the decision by which it did."""

    run = models.ForeignKey(PullBack, models.PROTECT, related_name="items")
    decision = models.OneToOneField("comments.Decision", models.PROTECT, related_name="pulled_back")

    class Meta:
        verbose_name = _("comment pulled back")
        verbose_name_plural = _("comments pulled back")

    def __str__(self) -> str:
        return f"{self.run_id}: {self.decision_id}"
