"""The public, never deletable record of what was wrong and what now stands."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from articles.enums import CorrectionKind
from newsroom.append_only import AppendOnly


class Correction(AppendOnly):
    """That a story was corrected, when and by whom. The database refuses change and deletion."""

    article = models.ForeignKey("articles.Article", models.PROTECT, related_name="corrections")
    publication = models.ForeignKey(
        "articles.Publication", models.PROTECT, null=True, blank=True, related_name="corrections"
    )
    kind = models.CharField(_("kind"), max_length=14, choices=CorrectionKind.choices)
    at = models.DateTimeField(_("at"), db_index=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("correction")
        verbose_name_plural = _("corrections")
        ordering = ["-at", "-id"]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.at:%Y-%m-%d}"


class CorrectionText(models.Model):
    """A correction's words, apart from its record so that a court can have them withheld."""

    correction = models.OneToOneField(Correction, models.PROTECT, related_name="text")
    what_was_wrong = models.TextField(_("what was wrong"), max_length=2000)
    what_stands = models.TextField(_("what stands now"), max_length=2000)
    withheld_at = models.DateTimeField(_("withheld on legal grounds"), null=True, blank=True)

    class Meta:
        verbose_name = _("text of a correction")
        verbose_name_plural = _("texts of corrections")

    def __str__(self) -> str:
        return str(self.correction_id)
