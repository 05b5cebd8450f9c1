"""Feeds, the sitemap and the small files, as machines read them."""

from datetime import UTC, datetime, timedelta
from xml.etree import ElementTree

import pytest
from django.test import Client
from django.utils import timezone

from articles.models import Publication
from articles.sitemaps import StorySitemap
from tests import factories

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 5, 12, 12, 0, tzinfo=UTC)
DC = "{http://purl.org/dc/elements/1.1/}"
SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"


def items(content: bytes) -> list[ElementTree.Element]:
    return ElementTree.fromstring(content).findall("channel/item")  # noqa: S314 - our own answer


def locations(content: bytes) -> list[str | None]:
    return [found.text for found in ElementTree.fromstring(content).iter(f"{SITEMAP}loc")]  # noqa: S314


def make_story() -> Publication:
    return factories.make_publication(
        article=factories.make_article(
            section=factories.make_section(slug="city", name="City"), slug="mühle"
        ),
        headline="Mill & weir",
        starts_at=NOON,
        authors=[factories.make_author(name="Ann Lee"), factories.make_author(name="Bo Ek")],
        topics=[factories.make_topic(name="Rivers")],
    )


def test_feed_tells_a_story_with_its_permanent_id(client: Client) -> None:
    row = make_story()
    response = client.get("/feeds/rss/")
    (item,) = items(response.content)
    assert response.headers["Content-Type"] == "application/rss+xml; charset=utf-8"
    assert {child.tag: child.text for child in item if child.tag != "category"} == {
        "title": "Mill & weir",
        "link": "http://testserver/city/2026/05/12/m%C3%BChle/",
        "description": "What it is about in one sentence.",
        f"{DC}creator": "Ann Lee, Bo Ek",
        "pubDate": "Tue, 12 May 2026 12:00:00 +0000",
        "guid": row.article.uid.urn,
    }
    assert [child.text for child in item if child.tag == "category"] == ["City", "Rivers"]


def test_section_feed_has_its_section_alone_in_its_language(client: Client) -> None:
    farsi = factories.make_section(slug="farsi", name="فارسی", language="fa")
    factories.make_publication(article=factories.make_article(section=farsi), headline="سلام")
    make_story()
    content = client.get("/feeds/farsi/rss/").content
    channel = ElementTree.fromstring(content).find("channel")  # noqa: S314
    assert channel is not None
    assert channel.findtext("language") == "fa"
    assert [item.findtext("title") for item in items(content)] == ["سلام"]


def test_sitemap_lists_fronts_and_live_stories(client: Client) -> None:
    make_story()
    factories.make_publication(
        article=factories.make_article(section=factories.make_section(slug="old", retired_at=NOON)),
        starts_at=timezone.now() + timedelta(hours=1),
    )
    assert locations(client.get("/sitemap.xml").content) == [
        "http://testserver/",
        "http://testserver/city/",
        "http://testserver/city/2026/05/12/m%C3%BChle/",
    ]


def test_sitemap_too_long_for_one_becomes_an_index(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(StorySitemap, "limit", 2)
    for _ in range(3):
        factories.make_publication()
    assert locations(client.get("/sitemap.xml").content) == [
        "http://testserver/sitemap-fronts.xml",
        "http://testserver/sitemap-stories.xml",
        "http://testserver/sitemap-stories.xml?p=2",
    ]
    assert len(locations(client.get("/sitemap-stories.xml?p=2").content)) == 1


@pytest.mark.parametrize("address", ["/sitemap-stories.xml?p=9", "/sitemap-nothing.xml", "/sitemap.xml?p=x"])
def test_sitemap_page_that_is_none_is_not_found(client: Client, address: str) -> None:
    assert client.get(address).status_code == 404


def test_robots_are_shown_the_sitemap(client: Client) -> None:
    lines = client.get("/robots.txt").content.decode().splitlines()
    assert lines[0] == "User-agent: *"
    assert "Disallow: /admin/" in lines
    assert lines[-1] == "Sitemap: http://testserver/sitemap.xml"


def test_security_contact_does_not_expire_soon(client: Client) -> None:
    text = client.get("/.well-known/security.txt").content.decode()
    fields = dict(line.split(": ", 1) for line in text.splitlines())
    assert fields["Contact"] == "mailto:security@example.org"
    assert datetime.fromisoformat(fields["Expires"]) > timezone.now() + timedelta(days=90)
