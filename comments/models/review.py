"""A second look at decisions by another moderator, who does not see what was decided, and practice for newcomers."""

from django.conf import settings
from django.db import models
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from comments.enums import ReviewKind, Verdict


class SecondReview(models.Model):
    """A decision that another moderator is to decide on again, blind; what they would have done, and whether it agrees.

    Made in the decision's transaction. It changes nothing by itself. `seen_version` is the comment's after the
    decision: once it has moved on, there is nothing to review any more.
    """

    decision = models.OneToOneField("comments.Decision", models.PROTECT, related_name="review")
    comment = models.ForeignKey("comments.Comment", models.PROTECT, related_name="reviews")
    seen_version = models.PositiveIntegerField(_("version to review"))
    decider = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    kind = models.CharField(_("why it is reviewed"), max_length=8, choices=ReviewKind.choices)
    made_at = models.DateTimeField(_("decided"))
    reviewer = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    verdict = models.CharField(_("verdict"), max_length=7, choices=Verdict.choices, blank=True)
    rule_keys = models.JSONField(_("rules"), default=list, blank=True)
    agrees = models.BooleanField(_("agrees"), null=True, blank=True)
    answered_at = models.DateTimeField(_("reviewed"), null=True, blank=True)

    class Meta:
        verbose_name = _("second review")
        verbose_name_plural = _("second reviews")
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(decider=F("reviewer")), name="nobody_reviews_their_own"
            ),
            models.CheckConstraint(
                condition=(
                    models.Q(answered_at__isnull=True, reviewer__isnull=True, agrees__isnull=True, verdict="")
                    | (
                        models.Q(answered_at__isnull=False, reviewer__isnull=False, agrees__isnull=False)
                        & ~models.Q(verdict="")
                    )
                ),
                name="review_is_answered_or_open",
            ),
        ]
        indexes = [
            models.Index(
                fields=["made_at", "comment"],
                condition=models.Q(answered_at__isnull=True),
                name="review_open",
            ),
            models.Index(fields=["answered_at"], name="review_answered"),
        ]

    def __str__(self) -> str:
        return f"{self.decision_id}: {self.kind}"


class Practice(models.Model):
    """A moderator's go at decided comments: `decisions` by id, `answers` as far as they have come."""

    moderator = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="practices")
    decisions = models.JSONField(_("decisions"), default=list)
    answers = models.JSONField(_("answers"), default=list)
    started_at = models.DateTimeField(_("begun"))
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)

    class Meta:
        verbose_name = _("practice")
        verbose_name_plural = _("practices")
        ordering = ["-pk"]
        indexes = [models.Index(fields=["moderator", "-id"], name="practice_newest")]

    def __str__(self) -> str:
        return f"{self.moderator_id}: {len(self.answers)} of {len(self.decisions)}"
