"""By what a public page knows that what it shows has changed, without looking at all of it."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from articles.querysets import PageVersionQuerySet


class PageVersion(models.Model):
    """One row of numbers that rise in the transaction of the change, so that they rise in the order of commits.

    `stories` rises with every act that changes which stories readers get, `furniture` with what pages of many
    stories share: sections, authors, topics. Where the row is missing, nothing may be kept.
    """

    ROW = 1

    stories = models.PositiveBigIntegerField(_("stories"), default=0)
    furniture = models.PositiveBigIntegerField(_("furniture"), default=0)

    objects = PageVersionQuerySet.as_manager()

    class Meta:
        verbose_name = _("version of the public pages")
        verbose_name_plural = _("versions of the public pages")

    def __str__(self) -> str:
        return f"{self.stories}/{self.furniture}"
