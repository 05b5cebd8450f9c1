"""Warnings, pre-moderation, suspensions and bans, which end by time without a worker."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from comments.enums import SanctionKind


class Sanction(models.Model):
    """A measure against a commenter, from a time to a time; each one is a decision with a statement."""

    commenter = models.ForeignKey("comments.Commenter", models.PROTECT, related_name="sanctions")
    kind = models.CharField(_("kind"), max_length=14, choices=SanctionKind.choices)
    decision = models.OneToOneField(
        "comments.Decision", models.PROTECT, null=True, blank=True, related_name="sanction"
    )
    starts_at = models.DateTimeField(_("from"))
    ends_at = models.DateTimeField(_("until"), null=True, blank=True)
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    agreed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    acknowledged_at = models.DateTimeField(_("acknowledged"), null=True, blank=True)
    lifted_at = models.DateTimeField(_("lifted"), null=True, blank=True)

    class Meta:
        verbose_name = _("sanction")
        verbose_name_plural = _("sanctions")
        indexes = [models.Index(fields=["commenter", "starts_at"], name="sanction_by_commenter")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.starts_at:%Y-%m-%d}"
