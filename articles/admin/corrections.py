"""Corrections, to be read: they are written with a publication and never changed."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from articles.models import Correction
from newsroom.withholding.permissions import can_withhold


@admin.register(Correction)
class CorrectionAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # not generic at run time
    """The record of corrections, newest first."""

    list_display = ["article", "kind", "at", "by"]
    list_filter = ["kind"]
    list_select_related = ["article", "by"]
    readonly_fields = ["what_was_wrong", "what_stands", "withholding"]
    actions = None

    def get_fields(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        fields = ["article", "kind", "at", "by", "what_was_wrong", "what_stands"]
        return [*fields, "withholding"] if can_withhold(request.user) else fields

    @admin.display(description=_("what was wrong"))
    def what_was_wrong(self, correction: Correction) -> str:
        return correction.text.what_was_wrong if hasattr(correction, "text") else ""

    @admin.display(description=_("what stands now"))
    def what_stands(self, correction: Correction) -> str:
        return correction.text.what_stands if hasattr(correction, "text") else ""

    @admin.display(description=_("legal grounds"))
    def withholding(self, correction: Correction) -> str:
        address = f"{reverse('withhold')}?correction={correction.pk}"
        return format_html('<a href="{}">{}</a>', address, _("Withhold on legal grounds…"))

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest | None = None) -> bool:
        return lookup.startswith("kind")
