"""What machines ask for: feeds, the sitemap, and the two small files of manners and security."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib.sitemaps import Sitemap
from django.contrib.sitemaps import views as sitemap_views
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from articles.caching import keep_until_change, public_page
from articles.feeds import SectionFeed, SiteFeed
from articles.origins import made_page
from articles.sitemaps import FrontSitemap, StorySitemap
from articles.structured_data import absolute
from articles.versions import version_of_lists

SECURITY_TXT_DAYS = 180
_CLOSED_TO_ROBOTS = ["/admin/", "/accounts/", "/comments/", "/search/", "/*/comments/new/"]


@public_page
def feed(request: HttpRequest, slug: str = "") -> HttpResponse:
    """RSS of the whole site, or of one section."""

    def make(now: datetime) -> HttpResponse:
        return SectionFeed(now)(request, slug=slug) if slug else SiteFeed(now)(request)

    return _listed(make)


@public_page
def sitemap(request: HttpRequest) -> HttpResponse:
    """One sitemap while all addresses fit into one; from then on an index of its pages (`?p=2`)."""

    def make(now: datetime) -> HttpResponse:
        stories = StorySitemap(now)
        maps = _maps(stories)
        if "p" not in request.GET and stories.paginator.num_pages > 1:
            return sitemap_views.index(request, maps, sitemap_url_name="sitemap_part").render()
        return sitemap_views.sitemap(request, maps).render()

    return _listed(make)


@public_page
def sitemap_part(request: HttpRequest, section: str) -> HttpResponse:
    """The addresses of one kind, as the index names them."""

    def make(now: datetime) -> HttpResponse:
        return sitemap_views.sitemap(request, _maps(StorySitemap(now)), section=section).render()

    return _listed(make)


def _listed(make: Callable[[datetime], HttpResponse]) -> HttpResponse:
    """What lists stories for machines: made for each that asks, of the lists' version in force or newer."""
    now = timezone.now()
    return made_page(
        lambda: version_of_lists(now),
        lambda version: keep_until_change(make(now), now=now, changes=version.changes),
    )


@public_page
def robots_txt(_request: HttpRequest) -> HttpResponse:
    """Which addresses hold nothing for a search engine, and where the sitemap is."""
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in _CLOSED_TO_ROBOTS)]
    return _text([*lines, "", f"Sitemap: {absolute('/sitemap.xml')}"])


@public_page
def security_txt(_request: HttpRequest) -> HttpResponse:
    """Where to report a weakness (RFC 9116)."""
    expires = timezone.now().replace(microsecond=0) + timedelta(days=SECURITY_TXT_DAYS)
    contact = f"Contact: {settings.SECURITY_CONTACT}"
    address = f"Canonical: {absolute('/.well-known/security.txt')}"
    return _text([contact, f"Expires: {expires.isoformat()}", address])


def _maps(stories: StorySitemap) -> dict[str, type[Sitemap[Any]] | Sitemap[Any]]:
    return {"fronts": FrontSitemap(), "stories": stories}


def _text(lines: list[str]) -> HttpResponse:
    response = HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")
    response.headers["Cache-Control"] = "public, max-age=3600"
    return response
