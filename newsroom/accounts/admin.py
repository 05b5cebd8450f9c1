"""Who works here, for administrators: staff are entered, put into groups and switched off, never deleted."""

from typing import Any

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.forms import CheckboxSelectMultiple
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from newsroom.accounts.models import User
from newsroom.accounts.people import mark_confirmed


@admin.register(User)
class PersonAdmin(UserAdmin):  # type: ignore[type-arg]  # not generic at run time
    """People with a sign-in, by address."""

    list_display = ["email", "name", "is_staff", "is_active", "date_joined"]
    list_filter = ["is_staff", "is_active", "groups"]
    search_fields = ["email", "name"]
    ordering = ["email"]
    readonly_fields = ["last_login", "date_joined", "pseudonymised_at"]
    fieldsets = [
        (None, {"fields": ["email", "name", "language", "password"]}),
        (_("Rights"), {"fields": ["is_active", "is_staff", "is_superuser", "groups"]}),
        (_("Dates"), {"fields": ["last_login", "date_joined", "pseudonymised_at"]}),
    ]
    add_fieldsets = [(None, {"fields": ["email", "name", "password1", "password2", "is_staff", "groups"]})]
    filter_horizontal = []

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Four groups are ticked in a list; the admin's two boxes are for hundreds."""
        kwargs["widget"] = CheckboxSelectMultiple
        return db_field.formfield(**kwargs)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody: decisions and revisions name people for ever."""
        return False

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        """Stores the person; an address that an administrator entered counts as confirmed."""
        super().save_model(request, obj, form, change)
        if not change or "email" in form.changed_data:
            mark_confirmed(obj)
