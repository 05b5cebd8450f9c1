"""Trying a draft of the policy on comments that are there already, before readers are held to it."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from comments.enums import TrialState


class PolicyTrial(models.Model):
    """One trial of one draft as it then was. It goes from the newest comment back; `cursor` is where it has come to.

    `checks` and `lists` are the rules' checks and the revisions of the phrase lists on which it began: what is
    saved meanwhile does not change a trial half-way. `counts` maps paths as `comments.trials` writes them.
    """

    policy = models.ForeignKey("comments.Policy", models.CASCADE, related_name="trials")
    content_seal = models.CharField(_("mark of the draft that was tried"), max_length=32)
    checks = models.JSONField(_("checks"), default=list)
    lists = models.JSONField(_("revisions of phrase lists"), default=dict)
    days = models.PositiveSmallIntegerField(_("days"))
    since = models.DateTimeField(_("comments from"))
    until = models.DateTimeField(_("comments until"))
    state = models.CharField(_("state"), max_length=8, choices=TrialState.choices, default=TrialState.RUNNING)
    total = models.PositiveIntegerField(_("comments to judge"), default=0)
    cursor = models.BigIntegerField(_("last comment judged"), null=True, blank=True)
    counts = models.JSONField(_("counts"), default=dict)
    started_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    started_at = models.DateTimeField(_("begun"))
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)

    class Meta:
        verbose_name = _("trial of a draft")
        verbose_name_plural = _("trials of drafts")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.policy_id} {self.started_at:%Y-%m-%d %H:%M}"


class TrialFlip(models.Model):
    """A comment with which the draft would have done something else than was done."""

    trial = models.ForeignKey(PolicyTrial, models.CASCADE, related_name="flips")
    comment = models.ForeignKey("comments.Comment", models.CASCADE, related_name="+")
    was = models.CharField(_("was"), max_length=7)
    would = models.CharField(_("would be"), max_length=7)
    rule_keys = models.JSONField(_("rules"), default=list)

    class Meta:
        verbose_name = _("flip of a trial")
        verbose_name_plural = _("flips of trials")
        constraints = [models.UniqueConstraint(fields=["trial", "comment"], name="flip_once_a_trial")]
        indexes = [models.Index(fields=["trial", "was", "would", "-comment"], name="flip_by_kind")]

    def __str__(self) -> str:
        return f"{self.trial_id}: {self.comment_id}"
