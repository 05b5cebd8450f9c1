"""What was taken down as illegal by one person, to be confirmed by a second."""

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class SecondLook(models.Model):
    """A decision that names a law, and what a second person says of it. The comment stays down either way.

    `decider` is copied from the decision for the constraint to see it. Where nobody has looked by `due_at`, or whoever
    did has doubts, those who lead the desk are told, once.
    """

    uid = models.UUIDField(_("public id"), default=uuid.uuid4, unique=True, editable=False)
    decision = models.OneToOneField("comments.Decision", models.PROTECT, related_name="second_look")
    decider = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    due_at = models.DateTimeField(_("to be confirmed by"))
    leads_told_at = models.DateTimeField(_("leads told"), null=True, blank=True)
    answer = models.OneToOneField(
        "comments.Decision", models.PROTECT, null=True, blank=True, related_name="answers_look"
    )
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    answered_at = models.DateTimeField(_("answered"), null=True, blank=True)

    class Meta:
        verbose_name = _("second look")
        verbose_name_plural = _("second looks")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(answered_by__isnull=True) | ~models.Q(answered_by=models.F("decider")),
                name="second_look_by_another",
            ),
            models.CheckConstraint(
                condition=(
                    models.Q(answered_by__isnull=True, answered_at__isnull=True, answer__isnull=True)
                    | models.Q(answered_by__isnull=False, answered_at__isnull=False, answer__isnull=False)
                ),
                name="second_look_answered_whole",
            ),
        ]
        indexes = [
            models.Index(
                fields=["due_at", "id"],
                name="second_look_waiting",
                condition=models.Q(answered_at__isnull=True),
            )
        ]

    def __str__(self) -> str:
        return f"{self.decision_id} {self.due_at:%Y-%m-%d %H:%M}"
