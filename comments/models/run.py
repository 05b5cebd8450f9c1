"""One act on many comments, done one after the other by a job that can be broken off and taken up again."""

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from comments.enums import Act, ItemState, RunScope, RunState


class BulkRun(models.Model):
    """What a moderator wants done to which comments, and how far it is.

    Its items are fixed when it is prepared, with the versions that stood then; act and reasons when it begins. What
    it is about (`commenter`, `discussion`, `like`, or the `place` at the desk) is for its heading alone. A run that
    undoes another `undoes` it.
    """

    uid = models.UUIDField(_("public id"), default=uuid.uuid4, unique=True, editable=False)
    scope = models.CharField(_("what it is about"), max_length=9, choices=RunScope.choices)
    commenter = models.ForeignKey(
        "comments.Commenter", models.PROTECT, null=True, blank=True, related_name="+"
    )
    discussion = models.ForeignKey(
        "comments.Discussion", models.PROTECT, null=True, blank=True, related_name="+"
    )
    like = models.ForeignKey("comments.Comment", models.PROTECT, null=True, blank=True, related_name="+")
    place = models.CharField(_("view and filters"), max_length=600, blank=True, default="", db_default="")
    undoes = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="undone_by")
    of_public = models.BooleanField(_("about public comments"), default=False)
    total = models.PositiveIntegerField(_("comments"), default=0)
    left_out = models.BooleanField(_("there were more"), default=False)
    act = models.CharField(_("act"), max_length=14, choices=Act.choices, blank=True)
    rule_keys = models.JSONField(_("rules"), default=list, blank=True)
    note = models.TextField(_("note to the authors"), blank=True)
    law = models.CharField(_("law"), max_length=200, blank=True)
    why = models.TextField(_("why it is illegal"), blank=True)
    state = models.CharField(_("state"), max_length=8, choices=RunState.choices, default=RunState.PREPARED)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    prepared_at = models.DateTimeField(_("prepared"))
    started_at = models.DateTimeField(_("begun"), null=True, blank=True)
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)

    class Meta:
        verbose_name = _("bulk decision")
        verbose_name_plural = _("bulk decisions")
        ordering = ["-pk"]
        indexes = [models.Index(fields=["by", "-id"], name="run_by_moderator")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state=RunState.PREPARED)
                | (models.Q(started_at__isnull=False) & ~models.Q(act="")),
                name="run_that_began_says_what_it_does",
            )
        ]

    def __str__(self) -> str:
        return f"{self.act} {self.total} {self.prepared_at:%Y-%m-%d %H:%M}"


class BulkItem(models.Model):
    """One comment of a run: as it was seen, and what became of it. `undoes` is the decision to be undone."""

    run = models.ForeignKey(BulkRun, models.CASCADE, related_name="items")
    comment = models.ForeignKey("comments.Comment", models.PROTECT, related_name="+")
    seen_version = models.PositiveIntegerField(_("version that was seen"))
    undoes = models.ForeignKey("comments.Decision", models.PROTECT, null=True, blank=True, related_name="+")
    state = models.CharField(_("state"), max_length=7, choices=ItemState.choices, default=ItemState.WAITING)
    decision = models.OneToOneField(
        "comments.Decision", models.PROTECT, null=True, blank=True, related_name="+"
    )
    skipped_for = models.CharField(_("why it was left"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("comment of a bulk decision")
        verbose_name_plural = _("comments of bulk decisions")
        constraints = [
            models.UniqueConstraint(fields=["run", "comment"], name="comment_once_a_run"),
            models.CheckConstraint(
                condition=(
                    models.Q(state=ItemState.WAITING, decision__isnull=True, skipped_for="")
                    | models.Q(state=ItemState.DONE, decision__isnull=False, skipped_for="")
                    | (models.Q(state=ItemState.SKIPPED, decision__isnull=True) & ~models.Q(skipped_for=""))
                ),
                name="item_is_done_or_says_why_not",
            ),
        ]
        indexes = [models.Index(fields=["run", "state", "id"], name="item_by_state")]

    def __str__(self) -> str:
        return f"{self.run_id}: {self.comment_id}"
