"""The comments of one story and how it takes them."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from comments.enums import DiscussionMode


class Discussion(models.Model):
    """One story's discussion. `version` rises with every public change, in that change's transaction.

    `mode` is what editors ordered for this story, from `mode_from` until `mode_until` where these are set; what
    applies at a moment is for `comments.modes` to say. `closes_at` ends it for good. The breaker's order lasts until
    `breaker_until`, and what is held meanwhile belongs to `raid`.
    """

    article = models.OneToOneField("articles.Article", models.PROTECT, related_name="discussion")
    mode = models.CharField(
        _("mode"), max_length=14, choices=DiscussionMode.choices, default=DiscussionMode.OPEN
    )
    mode_from = models.DateTimeField(_("from"), null=True, blank=True)
    mode_until = models.DateTimeField(_("until"), null=True, blank=True)
    closes_at = models.DateTimeField(_("closes"), null=True, blank=True)
    breaker_mode = models.CharField(
        _("what the breaker does"), max_length=14, choices=DiscussionMode.choices, default=DiscussionMode.OPEN
    )
    breaker_until = models.DateTimeField(_("breaker until"), null=True, blank=True)
    raid = models.ForeignKey(
        "comments.Raid", models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    public_count = models.PositiveIntegerField(_("public comments"), default=0)
    version = models.PositiveIntegerField(_("version"), default=1)
    created_at = models.DateTimeField(_("since"))

    class Meta:
        verbose_name = _("discussion")
        verbose_name_plural = _("discussions")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(mode_from__isnull=True)
                | models.Q(mode_until__isnull=True)
                | models.Q(mode_until__gt=models.F("mode_from")),
                name="mode_ends_after_its_start",
            )
        ]

    def __str__(self) -> str:
        return str(self.article)
