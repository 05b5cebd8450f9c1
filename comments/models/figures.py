"""What was decided in a day or a month, counted from the decisions so that no page has to."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from comments.enums import Span


class Figures(models.Model):
    """The counts of one day or month of the site's calendar. A cache: `comments.counting` can make each row anew.

    `facts` maps a path such as "ground/rejected/rule/links" to how often that was; `comments.figures` reads it.
    """

    span = models.CharField(_("span"), max_length=5, choices=Span.choices)
    first_day = models.DateField(_("first day"))
    facts = models.JSONField(_("counts"), default=dict)
    counted_at = models.DateTimeField(_("counted"))

    class Meta:
        verbose_name = _("figures")
        verbose_name_plural = _("figures")
        constraints = [models.UniqueConstraint(fields=["span", "first_day"], name="figures_once_a_span")]

    def __str__(self) -> str:
        return f"{self.span} {self.first_day}"
