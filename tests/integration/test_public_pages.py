"""Readers' pages: what is on them, what is not, how long a cache may keep them, and what they cost."""

import json
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.db.migrations.recorder import MigrationRecorder
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.utils import timezone, translation
from django.utils.translation import gettext
from django.views.defaults import server_error
from pytest_django import DjangoAssertNumQueries

from articles.archive import PAGE
from articles.models import Address, PageVersion, Publication
from comments.moderation.checks import CHECKS
from newsroom import outage
from tests import factories

pytestmark = pytest.mark.django_db
AddressOf = Callable[[Publication], str]
NOON = datetime(2026, 5, 12, 12, 0, tzinfo=UTC)


@pytest.fixture
def client() -> Client:
    """A browser that would be refused without a token, if any page here asked for one."""
    return Client(enforce_csrf_checks=True)


def headlines(response: HttpResponse) -> list[str]:
    return re.findall(r'class="teaser__headline"><a href="[^"]*">([^<]*)<', response.content.decode())


def story(headline: str = "Ferries stop", **fields: Any) -> Publication:
    return factories.make_publication(headline=headline, **fields)


def max_age(response: HttpResponse) -> int:
    match = re.fullmatch(r"public, max-age=([0-9]+)", response.headers["Cache-Control"])
    assert match, response.headers["Cache-Control"]
    return int(match[1])


PUBLIC = {
    "home": lambda row: "/",
    "section": lambda row: f"/{row.section.slug}/",
    "story": lambda row: row.get_absolute_url(),
    "topic": lambda row: f"/topics/{row.topics.get().slug}/",
    "author": lambda row: f"/authors/{row.authors.get().slug}/",
    "corrections": lambda row: "/corrections/",
    "feed": lambda row: "/feeds/rss/",
    "section feed": lambda row: f"/feeds/{row.section.slug}/rss/",
    "sitemap": lambda row: "/sitemap.xml",
}
public_page = pytest.mark.parametrize("address_of", PUBLIC.values(), ids=PUBLIC.keys())


@public_page
def test_public_page_is_the_same_for_everybody(client: Client, address_of: AddressOf) -> None:
    row = story(topics=[factories.make_topic()])
    address = address_of(row)
    anonymous = client.get(address)
    client.force_login(factories.make_user(group="Editor"))
    editor = client.get(address, headers={"accept-language": "fa"})
    assert anonymous.status_code == 200
    assert editor.content == anonymous.content
    for response in (anonymous, editor):
        assert response.cookies == {}
        assert response.headers.get("Vary", "Accept-Encoding") == "Accept-Encoding"
        assert b"csrf" not in response.content
        assert max_age(response) <= 10


@public_page
def test_public_page_answers_head_and_refuses_the_rest(client: Client, address_of: AddressOf) -> None:
    address = address_of(story(topics=[factories.make_topic()]))
    assert client.head(address).status_code == 200
    assert [client.post(address).status_code, client.put(address).status_code] == [405, 405]


@public_page
def test_scheduled_story_is_nowhere_until_its_second(client: Client, address_of: AddressOf) -> None:
    topic, author, section = (
        factories.make_topic(),
        factories.make_author(),
        factories.make_section(slug="city"),
    )
    article = factories.make_article(section=section, slug="ferries")
    row = story(
        article=article, authors=[author], topics=[topic], starts_at=NOON, ends_at=NOON + timedelta(hours=1)
    )
    addresses = ["/city/2026/05/12/ferries/", "Ferries stop"]

    def shown(at: datetime) -> bool:
        with time_machine.travel(at, tick=False):
            response = client.get(address_of(row))
        return response.status_code == 200 and any(text in response.content.decode() for text in addresses)

    expected = address_of(row) != "/corrections/"
    second = timedelta(seconds=1)
    assert not shown(NOON - second)
    assert shown(NOON) == expected
    assert shown(NOON + timedelta(hours=1) - second) == expected
    assert not shown(NOON + timedelta(hours=1))


@pytest.mark.parametrize("address_of", [PUBLIC["home"], PUBLIC["section"], PUBLIC["story"], PUBLIC["feed"]])
@pytest.mark.parametrize(
    ("seconds_left", "kept"), [(3600, 10), (10.5, 10), (7, 7), (3.9, 3), (0.5, 0)], ids=str
)
def test_nothing_is_kept_past_the_end_of_a_story(
    client: Client, address_of: AddressOf, seconds_left: float, kept: int
) -> None:
    row = story(starts_at=NOON, ends_at=NOON + timedelta(hours=2))
    with time_machine.travel(NOON + timedelta(hours=2, seconds=-seconds_left), tick=False):
        assert max_age(client.get(address_of(row))) == kept


@pytest.mark.parametrize("address", ["/", "/city/", "/authors/ann/", "/feeds/rss/", "/sitemap.xml"])
def test_fronts_are_not_kept_past_a_start_or_the_end_of_an_embargo(client: Client, address: str) -> None:
    section = factories.make_section(slug="city")
    author = factories.make_author(slug="ann")
    article = factories.make_article(section=section, embargo_until=NOON + timedelta(seconds=4))
    story(article=article, authors=[author], starts_at=NOON - timedelta(hours=1))
    article = factories.make_article(section=section)
    story(article=article, authors=[author], starts_at=NOON + timedelta(seconds=6))
    with time_machine.travel(NOON, tick=False):
        assert max_age(client.get(address)) == 4
    with time_machine.travel(NOON + timedelta(seconds=4), tick=False):
        assert max_age(client.get(address)) == 2
    with time_machine.travel(NOON + timedelta(seconds=6), tick=False):
        assert max_age(client.get(address)) == 10


def test_date_in_the_masthead_is_not_kept_past_midnight(client: Client) -> None:
    with time_machine.travel(datetime(2026, 5, 12, 21, 59, 57, tzinfo=UTC), tick=False):
        assert max_age(client.get("/")) == 3


# --- a story


def test_story_shows_what_its_publication_says(client: Client) -> None:
    authors = [
        factories.make_author(name="Ann Lee", slug="ann"),
        factories.make_author(name="Bo Ek", slug="bo"),
    ]
    row = story(
        "Ferries & <trains> stop",
        kicker="Strikes",
        standfirst="No sailings until Monday.",
        dateline="Varnmouth",
        label="analysis",
        authors=authors,
        topics=[factories.make_topic(name="Ports", slug="ports")],
        starts_at=NOON,
    )
    page = client.get(row.get_absolute_url()).content.decode()
    assert '<h1 class="story__headline">Ferries &amp; &lt;trains&gt; stop</h1>' in page
    assert '<p class="story__standfirst">No sailings until Monday.</p>' in page
    assert '<span class="label">Analysis</span> Strikes' in " ".join(page.split())
    byline = re.search(r'<p class="byline">(.*?)</p>', page, re.DOTALL)
    assert byline
    assert re.sub(r"<[^>]+>", "", byline[1]).strip() == "By Ann Lee and Bo Ek"
    assert '<a rel="author" href="/authors/ann/">Ann Lee</a>' in page
    assert '<a rel="tag" href="/topics/ports/">Ports</a>' in page
    assert '<time datetime="2026-05-12T14:00:00+02:00" dir="auto">12 May 2026, 14:00 CEST</time>' in page
    assert "<h2>A crosshead</h2><p>The second paragraph.</p>" in page


def test_update_is_told_only_where_it_was_material(client: Client) -> None:
    row = story(starts_at=NOON)
    assert b"Updated" not in client.get(row.get_absolute_url()).content
    Publication.objects.update(updated_at=NOON + timedelta(hours=2))
    assert b"Updated" in client.get(row.get_absolute_url()).content


def test_page_speaks_its_storys_language_and_not_the_visitors(client: Client) -> None:
    section = factories.make_section(slug="farsi", language="fa")
    row = story("سلام", article=factories.make_article(section=section))
    response = client.get(row.get_absolute_url(), headers={"accept-language": "de"})
    assert b'<html lang="fa" dir="rtl">' in response.content
    assert response.headers["Content-Language"] == "fa"
    assert b'<html lang="en" dir="ltr">' in client.get("/", headers={"accept-language": "fa"}).content


def test_robots_read_the_story_as_data(client: Client) -> None:
    row = story(
        "</script><b>& more", authors=[factories.make_author(name="Ann Lee", slug="ann")], starts_at=NOON
    )
    page = client.get(row.get_absolute_url()).content.decode()
    (block,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page, re.DOTALL)
    assert not set("<>&") & set(block)
    data = json.loads(block)
    address = f"http://testserver{row.get_absolute_url()}"
    assert data["@type"] == "NewsArticle"
    assert data["headline"] == "</script><b>& more"
    assert data["author"] == [{"@type": "Person", "name": "Ann Lee", "url": "http://testserver/authors/ann/"}]
    assert data["datePublished"] == "2026-05-12T12:00:00+00:00"
    assert data["mainEntityOfPage"] == address
    assert f'<link rel="canonical" href="{address}">' in page
    assert f'<meta property="og:url" content="{address}">' in page


# --- addresses without a live story


def test_old_address_leads_to_the_new_one(client: Client) -> None:
    row = story(starts_at=NOON)
    Address.objects.create(path="city/2020/01/02/old", article=row.article, created_at=NOON)
    response = client.get("/city/2020/01/02/old/")
    assert (response.status_code, response.headers["Location"]) == (301, row.get_absolute_url())
    assert max_age(response) == 10


def test_address_of_a_scheduled_update_is_unknown_until_its_time(client: Client) -> None:
    later = timezone.now() + timedelta(hours=1)
    row = story(ends_at=later)
    story(article=row.article, starts_at=later, path="city/2026/05/12/minister-resigns")
    assert client.get("/city/2026/05/12/minister-resigns/").status_code == 404


def test_ended_and_withdrawn_stories_are_gone_and_say_so(client: Client) -> None:
    ended = story(ends_at=timezone.now() - timedelta(minutes=1))
    withdrawn = story()
    withdrawn.article.withdrawn_at = timezone.now()
    withdrawn.article.save()
    first, second = client.get(ended.get_absolute_url()), client.get(withdrawn.get_absolute_url())
    assert [first.status_code, second.status_code] == [410, 410]
    assert b"This story is no longer available" in first.content
    assert b"This story was withdrawn" in second.content
    assert b"Ferries" not in first.content + second.content


def test_story_that_never_was_public_is_like_none(client: Client) -> None:
    now = timezone.now()
    hour = timedelta(hours=1)
    scheduled = story(starts_at=now + hour)
    embargoed = story(article=factories.make_article(embargo_until=now + hour))
    cancelled = story(starts_at=now - hour, ends_at=now - hour)
    withdrawn_before = story(
        article=factories.make_article(withdrawn_at=now - 2 * hour), starts_at=now - hour
    )
    blocked_before = story(article=factories.make_article(blocked_at=now - 2 * hour), starts_at=now - hour)
    nothing = re.sub(rb"<time.*?</time>", b"", client.get("/a/2026/01/01/b/").content)
    for row in (scheduled, embargoed, cancelled, withdrawn_before, blocked_before):
        response = client.get(row.get_absolute_url())
        assert response.status_code == 404
        assert response.headers["Cache-Control"] == "no-cache"
        assert re.sub(rb"<time.*?</time>", b"", response.content) == nothing


def test_other_spellings_lead_to_the_stored_one(client: Client) -> None:
    section = factories.make_section(slug="kultur")
    row = story(article=factories.make_article(section=section, slug="mühle"), starts_at=NOON)
    stored = "/kultur/2026/05/12/m%C3%BChle/"
    assert client.get(row.get_absolute_url()).status_code == 200
    for spelling in ("/kultur/2026/05/12/mu\u0308hle/", "/Kultur/2026/05/12/Mühle/"):
        response = client.get(spelling)
        assert (response.status_code, response.headers["Location"]) == (301, stored)


@pytest.mark.parametrize(
    "address",
    [
        "/nowhere/",
        "/nowhere/2026/13/45/slug/",
        "/nowhere/2026/5/1/slug/",
        "/nowhere/۲۰۲۶/۰۵/۰۱/slug/",
        "/nowhere/2026/05/01/a%00b/",
        "/nowhere/2026/05/01/" + "x" * 500 + "/",
        "/topics/nowhere/",
        "/authors/nowhere/",
        "/feeds/nowhere/rss/",
        "/nowhere/2026/05/01/%ff%fe/",
    ],
)
def test_address_that_leads_nowhere_gets_a_helpful_page(client: Client, address: str) -> None:
    response = client.get(address)
    assert response.status_code == 404
    assert b"There is no page at this address" in response.content
    assert response.cookies == {}


# --- fronts and lists


def test_home_has_each_story_once_newest_first(client: Client) -> None:
    city, sport = factories.make_section(position=1), factories.make_section(position=2)
    for hour in range(8):
        section = sport if hour % 2 else city
        story(
            f"Hour {hour}",
            article=factories.make_article(section=section),
            starts_at=NOON + timedelta(hours=hour),
        )
    shown = headlines(client.get("/"))
    assert shown == ["Hour 7", "Hour 6", "Hour 5", "Hour 4", "Hour 3", "Hour 2", "Hour 0", "Hour 1"]


def test_home_without_stories_says_so(client: Client) -> None:
    assert b"Nothing has been published yet" in client.get("/").content


def test_updated_story_stands_once_at_its_first_time(client: Client) -> None:
    first = story("Before", starts_at=NOON, ends_at=NOON + timedelta(hours=3))
    story("Newer", article=factories.make_article(section=first.section), starts_at=NOON + timedelta(hours=1))
    story("After", article=first.article, starts_at=NOON + timedelta(hours=3), first_published_at=NOON)
    assert headlines(client.get(f"/{first.section.slug}/")) == ["Newer", "After"]


def test_archive_goes_by_key_and_skips_nothing_while_stories_arrive(client: Client) -> None:
    author = factories.make_author(slug="ann")
    for hour in range(PAGE + 3):
        story(f"Hour {hour}", authors=[author], starts_at=NOON + timedelta(hours=hour))
    first = client.get("/authors/ann/")
    older = re.search(r'rel="next" href="([^"]+)"', first.content.decode())
    assert older
    story("Late", authors=[author], starts_at=NOON + timedelta(days=9))
    second = client.get(older[1])
    assert headlines(first) == [f"Hour {hour}" for hour in range(PAGE + 2, 2, -1)]
    assert headlines(second) == ["Hour 2", "Hour 1", "Hour 0"]
    assert b'rel="next"' not in second.content


@pytest.mark.parametrize(
    "key", ["", "x", "1-", "-1", "1-1-1", "1" * 18 + "-1", "99999999999999999-" + "9" * 19, "%00-1", "٣-٤"]
)
def test_archive_refuses_a_key_that_names_no_place(client: Client, key: str) -> None:
    factories.make_section(slug="city")
    response = client.get(f"/city/?before={key}")
    assert response.status_code == 400
    assert "“before”" in response.content.decode()


def test_merged_topic_and_author_lead_to_what_took_their_place(client: Client) -> None:
    topic, author = factories.make_topic(slug="ports"), factories.make_author(slug="ann")
    factories.make_topic(slug="harbour", merged_into=topic)
    factories.make_author(slug="anne", merged_into=author)
    story(topics=[topic], authors=[author])
    assert client.get("/topics/harbour/").headers["Location"] == "/topics/ports/"
    assert client.get("/authors/anne/").headers["Location"] == "/authors/ann/"


def test_topic_whose_stories_all_wait_is_unknown(client: Client) -> None:
    story(topics=[factories.make_topic(slug="resignation")], starts_at=timezone.now() + timedelta(hours=1))
    assert client.get("/topics/resignation/").status_code == 404


@pytest.mark.parametrize(
    ("address", "queries"),
    [("/", 8), ("/city/", 6), ("/topics/ports/", 5), ("/authors/ann/", 5), ("/feeds/rss/", 4)],
)
@pytest.mark.parametrize("rows", [1, 3])
def test_lists_cost_the_same_at_any_length(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries, address: str, queries: int, rows: int
) -> None:
    section = factories.make_section(slug="city")
    topic, author = factories.make_topic(slug="ports"), factories.make_author(slug="ann")
    for _ in range(3 * rows):
        authors = [author, factories.make_author()]
        for place in (section, factories.make_section()):
            story(article=factories.make_article(section=place), topics=[topic], authors=authors)
    PageVersion.objects.rise("stories")
    with django_assert_num_queries(queries):
        client.get(address)


@pytest.mark.parametrize("rows", [1, 3])
def test_story_costs_the_same_with_any_number_of_authors_topics_and_comments(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries, rows: int
) -> None:
    row = story(
        authors=[factories.make_author() for _ in range(rows)],
        topics=[factories.make_topic() for _ in range(rows)],
    )
    factories.make_policy()
    discussion = factories.make_discussion(row.article)
    for _ in range(rows):
        factories.make_comment(discussion=discussion)
    # Five for the story and the masthead, six for the discussion.
    with django_assert_num_queries(11):
        client.get(row.get_absolute_url())


# --- the rest


def test_error_page_of_the_server_needs_no_database(
    rf: RequestFactory, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(0):
        response = server_error(rf.get("/"))
    assert response.status_code == 500
    assert b"Something went wrong on our side" in response.content


def test_health_asks_nothing_and_readiness_asks_the_database(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(0):
        health = client.get("/healthz")
    ready = client.get("/readyz")
    assert (health.status_code, health.content) == (200, b"ok\n")
    assert (ready.status_code, ready.content) == (200, b"ready\n")
    assert health.headers["Cache-Control"] == ready.headers["Cache-Control"] == "no-store"


def test_readiness_fails_while_a_migration_waits(client: Client) -> None:
    MigrationRecorder.Migration.objects.filter(app="articles").delete()
    response = client.get("/readyz")
    assert (response.status_code, response.content) == (503, b"migrations waiting\n")


def test_furniture_of_a_persian_page_is_persian(client: Client) -> None:
    section = factories.make_section(slug="farsi", language="fa")
    row = story("سلام", label="opinion", article=factories.make_article(section=section))
    page = client.get(row.get_absolute_url()).content.decode()
    assert [word in page for word in ("نوشتهٔ", "انتشار:", "یادداشت", "پرش به متن")] == [True] * 4


def test_a_persian_newsroom_says_in_persian_that_its_database_is_away(settings: Any) -> None:
    settings.LANGUAGE_CODE = "fa"
    page = outage.plain_page(HttpRequest()).content.decode()
    words = ('<html lang="fa" dir="rtl">', "پایگاه دادهٔ ما پاسخ نمی‌دهد", "رفتن به صفحهٔ نخست")
    assert [word in page for word in words] == [True] * 3


def test_titles_of_all_checks_are_there_in_persian() -> None:
    """The policy page names a check that is paused, and no program gathers these words."""
    with translation.override("fa"):
        assert [spec.title for spec in CHECKS.values() if gettext(spec.title) == spec.title] == []
