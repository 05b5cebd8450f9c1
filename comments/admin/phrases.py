"""The admin's pages of phrase lists: each save is a new revision, and those before stay to be read."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from comments import phrase_lists, posting
from comments.admin.phrase_forms import ImportForm, PhrasesForm
from comments.models import PhraseList
from comments.phrase_files import LARGEST
from newsroom.accounts.models import User

MOST_REVISIONS = 10
"""Revisions shown below a list; all are kept."""


@admin.register(PhraseList)
class PhraseListAdmin(admin.ModelAdmin[PhraseList]):
    """Lists that rules bind by name."""

    list_display = ["name"]
    actions = None
    change_list_template = "admin/comments/policy/phrase_lists.html"

    def has_add_permission(self, request: HttpRequest) -> bool:
        return isinstance(request.user, User) and posting.may_post(request.user)

    def has_change_permission(self, request: HttpRequest, obj: PhraseList | None = None) -> bool:
        return self.has_add_permission(request)

    def has_view_permission(self, request: HttpRequest, obj: PhraseList | None = None) -> bool:
        return self.has_add_permission(request)

    def has_delete_permission(self, request: HttpRequest, obj: PhraseList | None = None) -> bool:
        return False

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        return [
            path("import/", wrap(self.import_view), name="comments_phraselist_import"),
            *super().get_urls(),
        ]

    def import_view(self, request: HttpRequest) -> HttpResponse:
        """Takes a file or a text, shows what would be new and gone, and saves it as a revision once that is confirmed.

        Nothing is kept between the two: the entries travel in the page, and are read again as if new.
        """
        if not isinstance(request.user, User) or not posting.may_post(request.user):
            raise PermissionDenied
        if request.method == "POST" and "entries" in request.POST:
            return self._save_import(request, request.user)
        form = ImportForm(
            request.POST or None, request.FILES or None, initial={"name": request.GET.get("name")}
        )
        shown: dict[str, Any] = {}
        if request.method == "POST" and form.is_valid():
            try:
                shown = _preview(form)
            except posting.Refused as refused:
                form.add_error("file" if form.cleaned_data["file"] else "text", refused.sentences)
        return self._import_page(request, form=form, **shown)

    def _save_import(self, request: HttpRequest, by: User) -> HttpResponse:
        form = PhrasesForm(request.POST)
        if form.is_valid() and self._saved(by, form):
            messages.success(request, _("The list has a new revision. It counts from now on."))
            return HttpResponseRedirect(reverse("admin:comments_phraselist_changelist"))
        again = ImportForm(initial={"name": request.POST.get("name", ""), "text": request.POST["entries"]})
        problems = [str(error) for errors in form.errors.values() for error in errors]
        return self._import_page(request, form=again, problems=problems)

    def _import_page(self, request: HttpRequest, **shown: Any) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Import a phrase list"),
            **shown,
        }
        failed = request.method == "POST" and "difference" not in shown
        template = "admin/comments/policy/phrase_import.html"
        return TemplateResponse(request, template, context, status=422 if failed else 200)

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """The newest revision as a form, the others below it; saving adds a revision."""
        found = self.get_object(request, object_id) if object_id else None
        if object_id and found is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)  # type: ignore[attr-defined, no-any-return]
        if not isinstance(request.user, User) or not posting.may_post(request.user):
            raise PermissionDenied
        revisions = list(found.revisions.select_related("created_by")[:MOST_REVISIONS]) if found else []
        newest = revisions[0] if revisions else None
        initial = {
            "name": found.name if found else "",
            "entries": phrase_lists.written_entries(newest.entries) if newest else "",
            "seen": newest.number if newest else 0,
        }
        form = PhrasesForm(request.POST if request.method == "POST" else None, initial=initial)
        if found:
            form.fields["name"].disabled = True
        if request.method == "POST" and form.is_valid() and self._saved(request.user, form):
            messages.success(request, _("The list has a new revision. It counts from now on."))
            return HttpResponseRedirect(reverse("admin:comments_phraselist_changelist"))
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": found.name if found else _("New phrase list"),
            "form": form,
            "revisions": revisions,
        }
        status = 422 if request.method == "POST" else 200
        return TemplateResponse(request, "admin/comments/policy/phrase_list.html", context, status=status)

    def _saved(self, by: User, form: PhrasesForm) -> bool:
        said = form.cleaned_data
        try:
            entries = phrase_lists.read_entries(said["entries"])
            phrase_lists.revise_list(
                said["name"], by=by, entries=entries, seen=said["seen"], now=timezone.now()
            )
        except posting.Refused as refused:
            for sentence in refused.sentences:
                form.add_error("entries", sentence)
        return not form.errors


def _preview(form: ImportForm) -> dict[str, Any]:
    """What saving would do to the list. One query. Refused with a sentence for each wrong line."""
    said = form.cleaned_data
    entries = (
        phrase_lists.read_file(said["file"].read(LARGEST + 1))
        if said["file"]
        else phrase_lists.read_entries(said["text"])
    )
    newest = phrase_lists.newest_revision(said["name"])
    return {
        "name": said["name"],
        "seen": newest.number if newest else 0,
        "entries": phrase_lists.written_entries(entries),
        "count": len(entries),
        "difference": phrase_lists.difference(newest.entries if newest else [], entries),
    }
