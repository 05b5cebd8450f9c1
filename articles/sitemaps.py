"""Every public address for search engines: the fronts, and all live stories with their last update."""

from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.sitemaps import Sitemap
from django.core.paginator import Page, Paginator
from django.db.models import Max, Min, QuerySet
from django.urls import reverse
from django.utils.encoding import iri_to_uri
from django.utils.functional import cached_property

from articles.models import Article, Publication, Section


class _SiteMap(Sitemap[Any]):
    """Addresses begin with the site's own, whatever host was asked."""

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


class _ByNumber(Paginator):  # type: ignore[type-arg]  # not generic at run time
    """Pages by the stories' own numbers, so that a page reads its range alone and a story stays on its page.

    A page has fewer stories than there is room for where some are not live. One query for where numbers begin and end.
    """

    @cached_property
    def _ends(self) -> tuple[int, int]:
        ends = Article.objects.aggregate(lowest=Min("pk"), highest=Max("pk"))
        return ends["lowest"] or 1, ends["highest"] or 0

    @cached_property
    def count(self) -> int:
        lowest, highest = self._ends
        return highest - lowest + 1

    def page(self, number: int | str) -> Page[Any]:
        valid = self.validate_number(number)
        first = self._ends[0] + (valid - 1) * self.per_page
        rows: Any = self.object_list
        return Page(rows.filter(article__gte=first, article__lt=first + self.per_page), valid, self)


class StorySitemap(_SiteMap):
    """Live stories, newest first, in pages of at most `limit`. Two queries a page."""

    limit = 500

    def __init__(self, now: datetime) -> None:
        self.now = now

    @property
    def paginator(self) -> Paginator:  # type: ignore[type-arg]
        return _ByNumber(self.items(), self.limit)

    def get_latest_lastmod(self) -> None:
        """Not told: finding the newest update would read every story."""

    def items(self) -> QuerySet[Publication]:
        live = Publication.objects.published(self.now).newest_first()
        return live.only("path", "updated_at", "first_published_at")

    def lastmod(self, item: Publication) -> datetime:
        return item.updated_at

    def location(self, item: Publication) -> str:
        return iri_to_uri(item.get_absolute_url()) or ""
