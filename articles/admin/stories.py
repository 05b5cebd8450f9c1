"""Stories in the admin: who sees which, the list, and the addresses of their pages and verbs."""

from collections.abc import Callable
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import smart_split, unescape_string_literal
from django.utils.translation import gettext_lazy as _

from articles.actions import said
from articles.admin import panel, story
from articles.admin.listing import (
    LabelFilter,
    NewestStories,
    StandingFilter,
    StoryList,
    WhoseFilter,
    stories_with,
    with_standing,
)
from articles.admin.preview import preview
from articles.admin.wording import badge
from articles.models import Article
from articles.permissions import can_draft, can_edit_all, can_see

FILTERS = {
    "section__id__exact",
    *(each.parameter_name for each in (StandingFilter, LabelFilter, WhoseFilter)),
}


@admin.register(Article)
class ArticleAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # not generic at run time
    """The desk's list of stories; the story page and the publish panel are modules of their own."""

    list_display = ["working_headline", "state_in_words", "section", "byline", "last_change"]
    list_display_links = ["working_headline"]
    list_filter = [StandingFilter, "section", LabelFilter, WhoseFilter]
    list_select_related = ["section", "created_by"]
    list_per_page = 50
    search_fields = ["working_headline", "slug", "created_by__name", "publications__authors__name"]
    search_help_text = _("Headline, slug, or author")
    ordering = ["-changed_at", "-pk"]
    sortable_by = ["last_change"]
    paginator = NewestStories
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    actions = None

    @admin.display(description=_("State"))
    def state_in_words(self, article: Article) -> SafeString:
        colour, words = badge(article, timezone.now())
        return format_html('<span class="badge badge--{}">{}</span>', colour, words)

    @admin.display(description=_("By"))
    def byline(self, article: Any) -> str:
        return ", ".join(article.byline_names) or str(article.created_by or "–")

    @admin.display(description=_("Last change"), ordering="changed_at")
    def last_change(self, article: Article) -> str:
        return said(article.changed_at)

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        return super().changelist_view(request, {"title": _("Stories"), **(extra_context or {})})

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.has_change_permission(request, obj)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        if obj is None:
            return can_draft(request.user) or can_edit_all(request.user)
        return can_see(request.user, obj)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return can_draft(request.user)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_change_permission(request)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Article]:
        """Editors see all stories, reporters their own."""
        stories = with_standing(super().get_queryset(request), timezone.now())
        return stories if can_edit_all(request.user) else stories.filter(created_by=request.user.pk)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """Stories that have each word in headline, slug, or the name of an author or of who began it.

        Names are looked up first, since they are few: the stories are then found without a join. Two queries a word.
        """
        for word in smart_split(search_term):
            is_quoted = word[0] in "\"'" and word[0] == word[-1] and len(word) > 1
            queryset = queryset.filter(stories_with(unescape_string_literal(word) if is_quoted else word))
        return queryset, False

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[StoryList]:
        return StoryList

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest | None = None) -> bool:
        return lookup in FILTERS

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """The story page: empty for a new story."""
        if object_id is None:
            if not self.has_add_permission(request):
                raise PermissionDenied
            return story.page(self.admin_site, request, None)
        found = self.get_object(request, object_id)
        if found is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)  # type: ignore[attr-defined, no-any-return]
        return story.page(self.admin_site, request, found)

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        return redirect("admin:articles_article_change", object_id)

    def get_urls(self) -> list[URLPattern]:
        pages = {
            "publish": panel.page,
            "unschedule": panel.unschedule,
            "end": panel.end,
            "withdraw": panel.withdraw,
            "reinstate": panel.reinstate,
            "submit": story.submit,
            "send-back": story.send_back,
            "ready": story.mark_ready,
            "save-and-publish": story.save_and_publish,
        }
        verbs = [
            path(f"<int:pk>/{name}/", self._view(view), name=f"articles_article_{name.replace('-', '_')}")
            for name, view in pages.items()
        ]
        seen = path("<int:pk>/revisions/<int:number>/", self._view(preview), name="articles_article_preview")
        return [*verbs, seen, *super().get_urls()]

    def _view(self, view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        """The view for signed-in staff who may see the story: others get 403, unknown stories 404."""

        def wrapped(request: HttpRequest, pk: int, **kwargs: Any) -> HttpResponse:
            found = Article.objects.select_related("section", "created_by").filter(pk=pk).first()
            if not self.has_change_permission(request):
                raise PermissionDenied
            if found is None:
                raise Http404(_("There is no story with this number."))
            if not can_see(request.user, found):
                raise PermissionDenied
            return view(self.admin_site, request, found, **kwargs)

        return self.admin_site.admin_view(wrapped)
