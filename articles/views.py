"""Readers' pages that need stories alone: sections, topics, authors, corrections."""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from urllib.parse import unquote

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone

from articles import reading
from articles.archive import PAGE, Key, Page, page_before
from articles.caching import public_page, render_public
from articles.models import Author, Section, Topic
from articles.origins import made_page
from articles.querysets import PublicationQuerySet
from articles.stored_pages import stored_page
from articles.structured_data import absolute
from articles.versions import Version, version_of_lists

TOP_STORIES = 4


def list_page(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A public page of stories in pages: its first one is kept as made, the older ones are made for each reader.

    The view also gets `now` and the version of all lists. One query more.
    """

    @public_page
    def answer(request: HttpRequest, **address: str) -> HttpResponse:
        now = timezone.now()

        def make(version: Version) -> HttpResponse:
            return view(request, version=version, now=now, **address)

        if "before" in request.GET:
            return made_page(lambda: version_of_lists(now), make)
        return stored_page(request, lambda: version_of_lists(now), make, now=now)

    return answer


@list_page
def section_front(request: HttpRequest, slug: str, *, version: Version, now: datetime) -> HttpResponse:
    """A section's newest stories, then older ones in pages. Six queries with the masthead's."""
    section = get_object_or_404(Section, slug=slug)
    if moved := _to_stored_spelling(request, "section", section.slug):
        return moved
    rows = reading.teasers(now).filter(section=section)
    page = _page_of(request, rows, on_top=1 + TOP_STORIES)
    context = {
        "section": section,
        "is_section": True,
        **_front_of(page, is_first="before" not in request.GET),
    }
    return _list_page(
        request, "articles/section.html", context, page, version=version, now=now, language=section.language
    )


@list_page
def topic(request: HttpRequest, slug: str, *, version: Version, now: datetime) -> HttpResponse:
    """A topic's stories. A merged one redirects; one without a live story is 404, so that no name leaks."""
    found = get_object_or_404(Topic.objects.select_related("merged_into"), slug=slug)
    here = found.merged_into or found
    if moved := _to_stored_spelling(request, "topic", here.slug):
        return moved
    page = _page_of(request, reading.teasers(now).filter(topic_links__topic=here))
    if not page.rows and "before" not in request.GET:
        raise Http404
    context = {"topic": here, "stories": page.rows}
    return _list_page(request, "articles/topic.html", context, page, version=version, now=now)


@list_page
def author(request: HttpRequest, slug: str, *, version: Version, now: datetime) -> HttpResponse:
    """Who an author is and what they wrote. A merged author redirects."""
    found = get_object_or_404(Author.objects.select_related("merged_into"), slug=slug)
    here = found.merged_into or found
    if moved := _to_stored_spelling(request, "author", here.slug):
        return moved
    page = _page_of(request, reading.teasers(now).filter(byline__author=here))
    context = {"author": here, "stories": page.rows}
    return _list_page(request, "articles/author.html", context, page, version=version, now=now)


@list_page
def corrections(request: HttpRequest, *, version: Version, now: datetime) -> HttpResponse:
    """All corrections of stories that are live, newest first."""
    page = page_before(reading.corrections_of_live_stories(now), field="at", before=_before(request))
    return _list_page(
        request, "articles/corrections.html", {"corrections": page.rows}, page, version=version, now=now
    )


def _list_page(
    request: HttpRequest,
    template: str,
    context: dict[str, Any],
    page: Page,
    *,
    version: Version,
    now: datetime,
    language: str = settings.LANGUAGE_CODE,
) -> HttpResponse:
    before = f"?before={request.GET['before']}" if "before" in request.GET else ""
    links = {
        "canonical": absolute(request.path) + before,
        "older": f"{request.path}?before={page.older}" if page.older else "",
        "newest": request.path if before else "",
    }
    return render_public(
        request, template, links | context, now=now, language=language, changes=version.changes
    )


def _page_of(request: HttpRequest, rows: PublicationQuerySet, *, on_top: int = 0) -> Page:
    before = _before(request)
    return page_before(
        rows, field="first_published_at", before=before, size=PAGE if before else PAGE + on_top
    )


def _before(request: HttpRequest) -> Key | None:
    return Key.read(request.GET["before"]) if "before" in request.GET else None


def _front_of(page: Page, *, is_first: bool) -> dict[str, Any]:
    rows = page.rows
    if not is_first or not rows:
        return {"lead": None, "top": [], "stories": rows}
    return {
        "lead": rows[0],
        "opening": reading.opening(rows[0]),
        "top": rows[1 : 1 + TOP_STORIES],
        "stories": rows[1 + TOP_STORIES :],
    }


def _to_stored_spelling(request: HttpRequest, name: str, slug: str) -> HttpResponse | None:
    """A permanent redirect where the address spells the slug in another way, or names what was merged."""
    stored = reverse(name, args=[slug])
    return None if request.path == unquote(stored) else HttpResponsePermanentRedirect(stored)
