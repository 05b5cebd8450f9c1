"""Every public address for search engines: the fronts, and all live stories with their last update."""

from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.sitemaps import Sitemap
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.encoding import iri_to_uri

from articles.models import Publication, Section


class _SiteMap(Sitemap[Any]):
    """Addresses begin with the site's own, whatever host was asked."""

    limit = 40_000

    def get_protocol(self, protocol: str | None = None) -> str:
        return urlsplit(settings.SITE_URL).scheme

    def get_domain(self, site: Any = None) -> str:
        return urlsplit(settings.SITE_URL).netloc


class FrontSitemap(_SiteMap):
    """The home front and the sections'."""

    def items(self) -> list[str]:
        slugs = Section.objects.filter(retired_at=None).values_list("slug", flat=True)
        return ["/", *(reverse("section", args=[slug]) for slug in slugs)]

    def location(self, item: str) -> str:
        return item


class StorySitemap(_SiteMap):
    """Live stories, newest first."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def items(self) -> QuerySet[Publication]:
        live = Publication.objects.published(self.now).newest_first()
        return live.only("path", "updated_at", "first_published_at")

    def lastmod(self, item: Publication) -> datetime:
        return item.updated_at

    def location(self, item: Publication) -> str:
        return iri_to_uri(item.get_absolute_url()) or ""
