"""Sections, topics and authors: entered, merged or retired, never deleted."""

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from articles.actions import slug_from
from articles.models import Author, PageVersion, Section, Topic
from newsroom.html import one_line


class KeptForm(forms.ModelForm):  # type: ignore[type-arg]  # not generic at run time
    """A row that may be retired and, where it knows how, merged into another of its kind."""

    is_retired = forms.BooleanField(
        label=gettext_lazy("Retired"),
        required=False,
        help_text=gettext_lazy("Offered for no new story; its page and its stories stay."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["is_retired"].initial = bool(self.instance.retired_at)
        if "merged_into" in self.fields:
            targets: Any = self.fields["merged_into"]
            targets.queryset = targets.queryset.filter(merged_into=None).exclude(pk=self.instance.pk)

    def clean_name(self) -> str:
        name = one_line(self.cleaned_data["name"])
        if not name:
            raise ValidationError(_("The name needs at least one letter."))
        return name

    def clean_slug(self) -> str:
        slug = slug_from(self.cleaned_data["slug"])
        if not slug:
            raise ValidationError(_("The slug needs letters or digits."))
        return slug

    def clean_merged_into(self) -> Any:
        target = self.cleaned_data["merged_into"]
        if target and self.instance.pk and self.instance.merged_from.exists():
            raise ValidationError(
                _("Others are merged into this one: merge those into the same place first.")
            )
        return target


class KeptAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # not generic at run time
    """What stories are filed under: no deletion, and slugs that stay once readers know them."""

    form = KeptForm
    search_fields = ["name", "slug"]
    list_display = ["name", "slug", "is_in_use"]
    list_filter = [("retired_at", admin.EmptyFieldListFilter)]
    prepopulated_fields = {"slug": ["name"]}
    show_full_result_count = False
    actions = None

    @admin.display(description=gettext_lazy("In use"), boolean=True)
    def is_in_use(self, row: Any) -> bool:
        return not (row.retired_at or getattr(row, "merged_into_id", None))

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest | None = None) -> bool:
        return lookup.startswith("retired_at__isempty")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return ["slug"] if obj else []

    def get_prepopulated_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return {} if obj else self.prepopulated_fields

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Stores the row, retired from now on or in use again as the editor ticked; all pages are made anew."""
        retired = form.cleaned_data["is_retired"]
        obj.retired_at = (obj.retired_at or timezone.now()) if retired else None
        super().save_model(request, obj, form, change)
        PageVersion.objects.rise("furniture")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).order_by(*self.model._meta.ordering)


@admin.register(Section)
class SectionAdmin(KeptAdmin):
    """The desks of the site, in the order in which readers see them."""

    fields = ["name", "slug", "description", "language", "position", "is_retired"]
    list_display = ["name", "slug", "language", "position", "is_in_use"]


@admin.register(Topic)
class TopicAdmin(KeptAdmin):
    """Tags. A merged one sends its readers on."""

    fields = ["name", "slug", "description", "merged_into", "is_retired"]


@admin.register(Author)
class AuthorAdmin(KeptAdmin):
    """Whoever signs stories."""

    fields = ["name", "slug", "role", "biography", "user", "merged_into", "is_retired"]
    list_display = ["name", "role", "slug", "is_in_use"]
