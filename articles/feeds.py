"""RSS for the site and for each section: the newest live stories, told apart by their permanent id."""

from datetime import datetime
from html import escape
from typing import Any

from django.conf import settings
from django.contrib.syndication.views import Feed
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.feedgenerator import Rss201rev2Feed

from articles import reading
from articles.models import Publication, Section
from articles.querysets import PublicationQuerySet
from articles.structured_data import absolute, description_of

LENGTH = 50


class _StoryFeed(Feed[Publication, Any]):
    feed_type = Rss201rev2Feed
    item_guid_is_permalink = False

    def __init__(self, now: datetime) -> None:
        self.now = now

    def newest(self) -> PublicationQuerySet:
        return reading.teasers(self.now).select_related("article").prefetch_related("topics")

    def item_title(self, item: Publication) -> str:
        return item.headline

    def item_description(self, item: Publication) -> str:
        # Readers of feeds take a description for HTML, and ours is text.
        return escape(description_of(item), quote=False)

    def item_link(self, item: Publication) -> str:
        return absolute(item.get_absolute_url())

    def item_guid(self, item: Publication) -> str:
        return item.article.uid.urn

    def item_pubdate(self, item: Publication) -> datetime:
        return item.first_published_at

    def item_updateddate(self, item: Publication) -> datetime:
        return item.updated_at

    def item_author_name(self, item: Publication) -> str:
        return ", ".join(place.author.name for place in item.byline.all())

    def item_categories(self, item: Publication) -> list[str]:
        return [item.section.name, *(topic.name for topic in item.topics.all())]


class SiteFeed(_StoryFeed):
    """The newest stories of all sections."""

    title = settings.SITE_NAME
    description = settings.SITE_NAME
    language = settings.LANGUAGE_CODE

    def link(self) -> str:
        return absolute("/")

    def feed_url(self) -> str:
        return absolute(reverse("site_feed"))

    def items(self) -> PublicationQuerySet:
        return self.newest()[:LENGTH]


class SectionFeed(_StoryFeed):
    """The newest stories of one section, in its language."""

    def get_object(self, request: HttpRequest, slug: str) -> Section:
        section = get_object_or_404(Section, slug=slug)
        self.language = section.language
        return section

    def title(self, section: Section) -> str:
        return f"{section.name} – {settings.SITE_NAME}"

    def description(self, section: Section) -> str:
        return section.description or section.name

    def link(self, section: Section) -> str:
        return absolute(reverse("section", args=[section.slug]))

    def feed_url(self, section: Section) -> str:
        return absolute(reverse("section_feed", args=[section.slug]))

    def items(self, section: Section) -> PublicationQuerySet:
        return self.newest().filter(section=section)[:LENGTH]
