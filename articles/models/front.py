"""Pages of chosen stories: the home front and the sections' fronts, in editions that are never changed."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class Front(models.Model):
    """The home front (no section) or a section's; `version` rises with every change to its draft."""

    section = models.OneToOneField(
        "articles.Section", models.PROTECT, null=True, blank=True, related_name="front"
    )
    version = models.PositiveIntegerField(_("version"), default=1)

    class Meta:
        verbose_name = _("front")
        verbose_name_plural = _("fronts")

    def __str__(self) -> str:
        return str(self.section or _("Home"))


class FrontEdition(models.Model):
    """One arrangement of a front: a draft until it is launched."""

    front = models.ForeignKey(Front, models.PROTECT, related_name="editions")
    number = models.PositiveIntegerField(_("number"))
    launched_at = models.DateTimeField(_("launched"), null=True, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = _("edition")
        verbose_name_plural = _("editions")
        constraints = [models.UniqueConstraint(fields=["front", "number"], name="edition_number_once")]

    def __str__(self) -> str:
        return f"{self.front_id}/{self.number}"


class FrontSlot(models.Model):
    """A chosen story's place in an edition."""

    edition = models.ForeignKey(FrontEdition, models.CASCADE, related_name="slots")
    group = models.CharField(_("group"), max_length=10)
    position = models.PositiveSmallIntegerField(_("position"))
    article = models.ForeignKey("articles.Article", models.PROTECT, related_name="+")
    headline = models.CharField(_("headline for this place"), max_length=200, blank=True)
    pinned_until = models.DateTimeField(_("pinned until"), null=True, blank=True)

    class Meta:
        verbose_name = _("slot")
        verbose_name_plural = _("slots")
        ordering = ["group", "position"]
        constraints = [
            models.UniqueConstraint(fields=["edition", "group", "position"], name="slot_position_once"),
            models.UniqueConstraint(fields=["edition", "article"], name="story_once_a_front"),
        ]

    def __str__(self) -> str:
        return f"{self.edition_id}/{self.group}/{self.position}"
