"""Words withheld on legal grounds."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class WithholdingConfig(AppConfig):
    name = "newsroom.withholding"
    label = "withholding"
    verbose_name = _("Withheld on legal grounds")
