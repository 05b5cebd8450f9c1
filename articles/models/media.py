"""Pictures and the sizes made of them."""

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class Picture(models.Model):
    """One picture of the library with what a reader and a lawyer need to know of it."""

    uid = models.UUIDField(_("public id"), default=uuid.uuid4, unique=True, editable=False)
    file = models.FileField(_("file"), upload_to="pictures/")
    digest = models.CharField(_("digest"), max_length=64, unique=True)
    title = models.CharField(_("title"), max_length=200)
    alt = models.CharField(_("alternative text"), max_length=300, blank=True)
    caption = models.CharField(_("caption"), max_length=500, blank=True)
    credit = models.CharField(_("credit"), max_length=200, blank=True)
    rights = models.CharField(_("rights"), max_length=200, blank=True)
    rights_end = models.DateTimeField(_("end of rights"), null=True, blank=True)
    width = models.PositiveIntegerField(_("width in pixels"))
    height = models.PositiveIntegerField(_("height in pixels"))
    focal_x = models.FloatField(_("focal point, share of the width"), default=0.5)
    focal_y = models.FloatField(_("focal point, share of the height"), default=0.5)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    uploaded_at = models.DateTimeField(_("uploaded"))

    class Meta:
        verbose_name = _("picture")
        verbose_name_plural = _("pictures")

    def __str__(self) -> str:
        return self.title


class Rendition(models.Model):
    """A picture cut and scaled to one shape, width and format."""

    picture = models.ForeignKey(Picture, models.CASCADE, related_name="renditions")
    ratio = models.CharField(_("ratio"), max_length=5)
    format = models.CharField(_("format"), max_length=4)
    width = models.PositiveIntegerField(_("width in pixels"))
    height = models.PositiveIntegerField(_("height in pixels"))
    file = models.FileField(_("file"), upload_to="renditions/")

    class Meta:
        verbose_name = _("rendition")
        verbose_name_plural = _("renditions")
        constraints = [
            models.UniqueConstraint(fields=["picture", "ratio", "format", "width"], name="rendition_once")
        ]

    def __str__(self) -> str:
        return f"{self.picture_id} {self.ratio} {self.width}"
