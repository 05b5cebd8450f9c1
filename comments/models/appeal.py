"""An author's objection to a decision, answered by somebody else than who decided."""

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from comments.enums import AppealState


class Appeal(models.Model):
    """One objection to one decision. `decider` is copied from the decision for the constraint to see it.

    So is `proposer`, who proposed a sanction that a second person agreed to: both have made up their minds.
    """

    uid = models.UUIDField(_("public id"), default=uuid.uuid4, unique=True, editable=False)
    decision = models.OneToOneField("comments.Decision", models.PROTECT, related_name="appeal")
    decider = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    proposer = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    commenter = models.ForeignKey("comments.Commenter", models.PROTECT, related_name="appeals")
    text = models.TextField(_("objection"), max_length=3000)
    state = models.CharField(_("state"), max_length=8, choices=AppealState.choices, default=AppealState.OPEN)
    created_at = models.DateTimeField(_("received"))
    promised_by = models.DateTimeField(_("answer promised by"))
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    answered_at = models.DateTimeField(_("answered"), null=True, blank=True)
    reasons = models.TextField(_("reasons"), max_length=3000, blank=True)

    class Meta:
        verbose_name = _("appeal")
        verbose_name_plural = _("appeals")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(answered_by__isnull=True)
                | models.Q(decider__isnull=True)
                | ~models.Q(answered_by=models.F("decider")),
                name="appeal_answered_by_another",
            ),
            models.CheckConstraint(
                condition=models.Q(answered_by__isnull=True)
                | models.Q(proposer__isnull=True)
                | ~models.Q(answered_by=models.F("proposer")),
                name="appeal_answered_by_a_third",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.decision_id} {self.created_at:%Y-%m-%d}"
