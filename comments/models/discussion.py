"""The comments of one story and how it takes them."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from comments.enums import DiscussionMode


class Discussion(models.Model):
    """One story's discussion. `version` rises with every public change, in that change's transaction."""

    article = models.OneToOneField("articles.Article", models.PROTECT, related_name="discussion")
    mode = models.CharField(
        _("mode"), max_length=14, choices=DiscussionMode.choices, default=DiscussionMode.OPEN
    )
    closes_at = models.DateTimeField(_("closes"), null=True, blank=True)
    public_count = models.PositiveIntegerField(_("public comments"), default=0)
    version = models.PositiveIntegerField(_("version"), default=1)
    created_at = models.DateTimeField(_("since"))

    class Meta:
        verbose_name = _("discussion")
        verbose_name_plural = _("discussions")

    def __str__(self) -> str:
        return str(self.article)
