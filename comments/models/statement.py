"""The statement of reasons as codes: what is told to the author in words, and to the public as figures."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from comments.enums import Restriction, Source
from comments.models.append_only import AppendOnly


class Statement(AppendOnly):
    """What Article 17(3) of Regulation (EU) 2022/2065 asks to be said of one decision, frozen with it.

    Its ground is in the decision's grounds, its words in the evidence: here is only what never has to be erased.
    `ends_at` is None where the restriction has no end of its own.
    """

    decision = models.OneToOneField("comments.Decision", models.PROTECT, related_name="statement_of_reasons")
    restriction = models.CharField(_("restriction"), max_length=14, choices=Restriction.choices)
    ends_at = models.DateTimeField(_("ends"), null=True, blank=True)
    source = models.CharField(_("source"), max_length=10, choices=Source.choices)
    automated_detection = models.BooleanField(_("found by automatic means"))
    automated_decision = models.BooleanField(_("decided by automatic means"))
    language = models.CharField(_("language"), max_length=10)
    appeal_until = models.DateTimeField(_("can be appealed until"))

    class Meta:
        verbose_name = _("statement of reasons")
        verbose_name_plural = _("statements of reasons")

    def __str__(self) -> str:
        return f"{self.get_restriction_display()}, {self.get_source_display()}"
