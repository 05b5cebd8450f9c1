"""Pages kept as made: what they cost, when they are made anew, and that nobody gets one older than its version."""

import gzip
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.db import OperationalError, connection
from django.test import Client
from django.test.signals import template_rendered
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from articles import actions as stories
from articles.models import PageVersion, Publication, Section
from comments import actions
from comments.models import Comment, Discussion
from newsroom.accounts.models import User
from newsroom.groups import make_groups
from tests import factories

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 5, 12, 12, 0, tzinfo=UTC)


@pytest.fixture
def row() -> Publication:
    """A story with an open discussion, in a newsroom in which something was published."""
    factories.make_policy()
    publication = factories.make_publication(
        headline="Ferries stop", topics=[factories.make_topic(slug="ports")]
    )
    factories.make_discussion(publication.article)
    PageVersion.objects.rise("stories")
    return publication


@pytest.fixture
def moderator() -> User:
    make_groups()
    return factories.make_user(group="Moderator")


def approve(comment: Comment, by: User) -> None:
    actions.approve(comment.pk, by=by, seen_version=comment.version, now=timezone.now())
    comment.refresh_from_db()


def remove(comment: Comment, by: User) -> None:
    rule = comment.policy.rules.first()
    assert rule
    actions.remove(comment.pk, by=by, seen_version=comment.version, now=timezone.now(), rule_keys=[rule.key])


@pytest.mark.parametrize("address", ["/", "/{section}/", "/topics/ports/", "/{path}/", "/{path}/comments/"])
def test_page_that_is_kept_costs_one_query(
    client: Client, row: Publication, django_assert_num_queries: DjangoAssertNumQueries, address: str
) -> None:
    address = address.format(section=row.section.slug, path=row.path)
    made = client.get(address)
    with django_assert_num_queries(1):
        kept = client.get(address)
    assert (kept.status_code, kept.content) == (200, made.content)
    own = {"X-Request-ID"}  # each answer has its own
    assert {name: kept[name] for name in kept.headers.keys() - own} == {
        name: made[name] for name in made.headers.keys() - own
    }


@pytest.mark.parametrize("address", ["/", "/{path}/"])
def test_reader_who_has_the_version_gets_304_without_a_body(
    client: Client, row: Publication, django_assert_num_queries: DjangoAssertNumQueries, address: str
) -> None:
    address = address.format(path=row.path)
    etag = client.get(address).headers["ETag"]
    with django_assert_num_queries(1):
        response = client.get(address, headers={"if-none-match": etag})
    assert (response.status_code, response.content) == (304, b"")
    assert response.headers["ETag"] == etag
    assert response.headers["Cache-Control"].startswith("public, max-age=")


def test_page_is_compressed_once_for_readers_who_take_it(client: Client, row: Publication) -> None:
    address = row.get_absolute_url()
    plain = client.get(address)
    first, second = (client.get(address, headers={"accept-encoding": "br, gzip"}) for _ in range(2))
    assert first.content == second.content
    assert gzip.decompress(first.content) == plain.content
    assert (first.headers["Content-Encoding"], first.headers["Vary"]) == ("gzip", "Accept-Encoding")
    assert first.headers["ETag"] == plain.headers["ETag"]
    assert "Content-Encoding" not in plain.headers


def test_page_with_a_query_string_of_ours_is_made_for_its_reader(client: Client, row: Publication) -> None:
    first = client.get("/")
    assert "ETag" in first.headers
    assert "ETag" not in client.get("/corrections/?before=2026-01-01T00:00:00.000000Z.1").headers


def test_address_without_a_story_is_not_kept(client: Client, row: Publication) -> None:
    missing = row.get_absolute_url().replace(row.slug, "nothing-here")
    assert [client.get(missing).status_code for _ in range(2)] == [404, 404]


# --- when a page is made anew


def test_approved_comment_is_on_the_page_at_once_and_a_removed_one_is_gone(
    client: Client, row: Publication, moderator: User
) -> None:
    address = row.get_absolute_url()
    discussion = Discussion.objects.get(article=row.article)
    comment = factories.make_comment(discussion=discussion, state="held", body="The pier is closed too.")
    assert b"The pier is closed too." not in client.get(address).content
    approve(comment, moderator)
    assert b"The pier is closed too." in client.get(address).content
    remove(comment, moderator)
    assert b"The pier is closed too." not in client.get(address).content


def test_public_act_is_on_the_front_at_once(client: Client, row: Publication) -> None:
    article = factories.make_article(section=row.section)
    revision = factories.make_revision(article, headline="Bridge opens", byline=[factories.make_author().pk])
    assert b"Bridge opens" not in client.get("/").content
    stories.publish(article, by=None, revision=revision, now=timezone.now())
    assert b"Bridge opens" in client.get("/").content
    stories.withdraw(article, by=None, note="Wrong bridge", now=timezone.now())
    assert b"Bridge opens" not in client.get("/").content


def test_new_publication_of_a_story_is_on_its_page_at_once(client: Client, row: Publication) -> None:
    address = row.get_absolute_url()
    assert b"Ferries stop" in client.get(address).content
    author = factories.make_author()
    revision = factories.make_revision(row.article, headline="Ferries sail again", byline=[author.pk])
    stories.publish(row.article, by=None, revision=revision, now=timezone.now())
    assert b"Ferries sail again" in client.get(address).content


def test_renamed_section_is_on_every_page_at_once(admin_client: Client, row: Publication) -> None:
    reader, address = Client(), row.get_absolute_url()
    reader.get(address)
    form = {"name": "Waterfront", "slug": row.section.slug, "language": "en", "position": "0"}
    answer = admin_client.post(f"/admin/articles/section/{row.section_id}/change/", form)
    assert answer.status_code == 302
    assert Section.objects.get(pk=row.section_id).name == "Waterfront"
    assert b"Waterfront" in reader.get(address).content


def test_story_takes_comments_from_the_second_at_which_a_policy_is_in_force(client: Client) -> None:
    publication = factories.make_publication(starts_at=NOON)
    PageVersion.objects.rise("stories")
    with time_machine.travel(NOON + timedelta(minutes=1), tick=False) as clock:
        factories.make_policy(effective_from=NOON + timedelta(minutes=2))
        assert b"Add new comment" not in client.get(publication.get_absolute_url()).content
        clock.shift(timedelta(minutes=1))
        assert b"Add new comment" in client.get(publication.get_absolute_url()).content


@pytest.mark.parametrize("field", ["starts_at", "ends_at"])
def test_front_changes_at_the_second_without_any_act(client: Client, field: str) -> None:
    other = {"ends_at": NOON - timedelta(hours=1)} if field == "starts_at" else {"starts_at": NOON}
    publication = factories.make_publication(headline="Tides", starts_at=other.get("starts_at", NOON))
    Publication.objects.filter(pk=publication.pk).update(**{field: NOON + timedelta(minutes=2)})
    PageVersion.objects.rise("stories")
    with time_machine.travel(NOON + timedelta(minutes=1), tick=False) as clock:
        before = b"Tides" in client.get("/").content
        clock.shift(timedelta(minutes=1))
        after = b"Tides" in client.get("/").content
    assert (before, after) == ((False, True) if field == "starts_at" else (True, False))


# --- failure


@contextmanager
def database_away() -> Iterator[None]:
    def refuse(*_about: Any) -> None:
        raise OperationalError("the server closed the connection")

    with connection.execute_wrapper(refuse):
        yield


def test_kept_page_goes_on_while_the_database_is_away(client: Client, row: Publication) -> None:
    address = row.get_absolute_url()
    made = client.get(address)
    with database_away():
        kept = client.get(address)
    assert (kept.status_code, kept.content) == (200, made.content)
    said = [response.headers.get("Cache-Status") for response in (made, kept, client.get(address))]
    assert said == [None, 'newsroom; hit; detail="database away"', None]


def test_kept_page_does_not_outlive_its_story_while_the_database_is_away(client: Client) -> None:
    publication = factories.make_publication(starts_at=NOON, ends_at=NOON + timedelta(minutes=2))
    PageVersion.objects.rise("stories")
    client.raise_request_exception = False
    with time_machine.travel(NOON + timedelta(minutes=1), tick=False) as clock:
        assert client.get(publication.get_absolute_url()).status_code == 200
        clock.shift(timedelta(minutes=1))
        with database_away():
            assert client.get(publication.get_absolute_url()).status_code >= 500


def test_page_is_made_for_each_reader_while_the_cache_is_away(
    client: Client, row: Publication, settings: Any, caplog: pytest.LogCaptureFixture
) -> None:
    away = {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "no_such_table"}
    settings.CACHES = {"default": away, "pages": away}
    with connection.execute_wrapper(_without_cache_table):
        answers = [client.get(row.get_absolute_url()).status_code for _ in range(2)]
    assert answers == [200, 200]
    assert "The cache is away" in caplog.text


def _without_cache_table(execute: Any, sql: str, *about: Any) -> Any:
    """The error without the statement, which would end the test's transaction on PostgreSQL."""
    if "no_such_table" in sql:
        raise OperationalError("no such table")
    return execute(sql, *about)


# --- many at once


def rendered(name: str) -> list[str]:
    """A list that grows by one each time the template is rendered, in whatever thread."""
    seen: list[str] = []

    def note(template: Any, **_about: Any) -> None:
        if template.name == name:
            seen.append(name)

    template_rendered.connect(note, weak=False)
    return seen


@pytest.mark.django_db(transaction=True)
def test_page_that_many_ask_for_at_once_is_made_once(row: Publication) -> None:
    address, together = row.get_absolute_url(), threading.Barrier(6)
    made = rendered("articles/article.html")

    def ask(_number: int) -> int:
        try:
            together.wait()
            return Client().get(address).status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as pool:
        assert list(pool.map(ask, range(6))) == [200] * 6
    assert len(made) == 1


@pytest.mark.django_db(transaction=True)
def test_nobody_gets_a_page_older_than_what_was_committed_when_they_asked(
    row: Publication, moderator: User
) -> None:
    discussion = Discussion.objects.get(article=row.article)
    comments = [
        factories.make_comment(discussion=discussion, state="held", body=f"Thought {number}.")
        for number in range(12)
    ]
    shown: list[str] = []
    gone: list[str] = []
    headline, author = row.headline, factories.make_author()
    over = threading.Event()

    def check() -> list[str]:
        must, must_not = list(shown), list(gone)
        text = Client().get(row.get_absolute_url()).content.decode()
        return [f"{one} is missing" for one in must if one not in text] + [
            f"{one} is still there" for one in must_not if one in text
        ]

    def read(_number: int) -> tuple[int, list[str]]:
        asked, wrong = 0, []
        try:
            while not over.is_set() or not asked:
                wrong += check()
                asked += 1
        finally:
            connection.close()
        return asked, wrong

    with ThreadPoolExecutor(3) as pool:
        readers = [pool.submit(read, number) for number in range(3)]
        try:
            for number, comment in enumerate(comments):
                approve(comment, moderator)
                if number % 3 == 0:
                    remove(comment, moderator)
                    gone.append(f"Thought {number}.")
                else:
                    shown.append(f"Thought {number}.")
                assert check() == []
                edition = f"Ferries, edition {number}."
                revision = factories.make_revision(row.article, headline=edition, byline=[author.pk])
                stories.publish(row.article, by=None, revision=revision, now=timezone.now())
                gone.append(headline)
                headline = edition
                assert check() == []
                assert headline in Client().get(row.get_absolute_url()).content.decode()
        finally:
            over.set()
    counts, wrong = zip(*(reader.result() for reader in readers), strict=True)
    assert list(wrong) == [[], [], []]
    assert min(counts) > 0
