"""Corrections, to be read: they are written with a publication and never changed."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from articles.models import Correction


@admin.register(Correction)
class CorrectionAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # not generic at run time
    """The record of corrections, newest first."""

    list_display = ["article", "kind", "at", "by"]
    list_filter = ["kind"]
    list_select_related = ["article", "by"]
    actions = None

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest | None = None) -> bool:
        return lookup.startswith("kind")
