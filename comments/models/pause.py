"""Automatic checks that who leads moderation has switched off for a while, since they misfire."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from comments.models.append_only import AppendOnly
from comments.querysets import CheckPauseQuerySet


class CheckPause(AppendOnly):
    """A check of a rule, in all versions of the policy, that does not run from a time on.

    It ends at `until`, where that is set, or by a `CheckPauseEnd`, whichever comes first.
    """

    rule_key = models.SlugField(_("rule"), max_length=60)
    check_name = models.CharField(_("check"), max_length=40)
    reason = models.CharField(_("reason"), max_length=500)
    started_at = models.DateTimeField(_("paused"))
    started_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    until = models.DateTimeField(_("until"), null=True, blank=True)

    objects = CheckPauseQuerySet.as_manager()  # type: ignore[misc]

    class Meta:
        verbose_name = _("pause of a check")
        verbose_name_plural = _("pauses of checks")
        ordering = ["-started_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(until__isnull=True) | models.Q(until__gt=models.F("started_at")),
                name="pause_ends_after_its_start",
            )
        ]

    def __str__(self) -> str:
        return f"{self.rule_key}: {self.check_name}"


class CheckPauseEnd(AppendOnly):
    """The end of a pause by somebody's hand."""

    pause = models.OneToOneField(CheckPause, models.PROTECT, related_name="end")
    ended_at = models.DateTimeField(_("ended"))
    ended_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("end of a pause")
        verbose_name_plural = _("ends of pauses")

    def __str__(self) -> str:
        return f"{self.pause_id}, {self.ended_at:%Y-%m-%d %H:%M}"
