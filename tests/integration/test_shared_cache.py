"""One cache for several servers: what they share through it, and what is left while it is away."""

import sqlite3
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.cache import caches
from django.core.management import call_command
from django.test import Client, override_settings

from newsroom.cache import SharedCache
from tests import factories
from tests.faults.reader import Answer, as_header, ask, send_comment
from tests.faults.redis import Store, private_store
from tests.faults.serving import Server, environment_of, manage, serving

pytestmark = pytest.mark.xdist_group("shared cache")
STAFF = "moderator@example.org"
PASSWORD = "a password to measure with"


@pytest.fixture(scope="module")
def store() -> Iterator[Store]:
    with private_store() as store:
        yield store


# --- the backend alone


def test_what_one_process_keeps_another_has(store: Store) -> None:
    one, other = (SharedCache(store.url, {}) for _process in range(2))
    one.set("a", {"b": 1}, 60)
    assert (other.get("a"), other.add("a", 2), other.get_many(["a", "z"])) == (
        {"b": 1},
        False,
        {"a": {"b": 1}},
    )
    other.set_many({"c": 3, "d": 4}, 60)
    assert (one.incr("c", 2), one.has_key("d"), one.touch("d", 60), one.delete("d")) == (5, True, True, True)
    one.delete_many(["a", "c"])
    assert other.get_many(["a", "c", "d"]) == {}


@pytest.mark.parametrize("away", ["killed", "frozen"])
def test_cache_that_is_away_is_this_process_alone_and_soon(away: str) -> None:
    with private_store() as store:
        one, other = (SharedCache(store.url, {"LOCATION": name}) for name in ("one", "other"))
        one.set("page", "shared", 60)
        store.kill() if away == "killed" else store.freeze()
        begun = time.monotonic()
        assert [one.get("page") for _ in range(100)] == [None] * 100
        assert one.add("page", "own", 60) is True
        assert (one.get("page"), other.add("page", "own", 60)) == ("own", False)
        assert time.monotonic() - begun < 2
        store.start() if away == "killed" else store.thaw()
        one._rest._until = 0
        assert one.get("page") == (None if away == "killed" else "shared")


def test_redis_that_was_restarted_between_two_questions_is_asked_again(store: Store) -> None:
    cache = SharedCache(store.url, {})
    cache.set("a", 1, 60)
    store.kill()
    store.start()
    cache.set("a", 2, 60)
    assert SharedCache(store.url, {}).get("a") == 2


@pytest.mark.django_db
def test_page_is_kept_in_a_table_of_the_database(client: Client, django_assert_num_queries: Any) -> None:
    call_command("createcachetable", "shared_cache")
    backend = "django.core.cache.backends.db.DatabaseCache"
    pages = {"BACKEND": backend, "LOCATION": "shared_cache"}
    with override_settings(CACHES={**settings.CACHES, "pages": pages}):
        from articles.models import PageVersion

        publication = factories.make_publication()
        PageVersion.objects.rise("stories")
        made = client.get(publication.get_absolute_url())
        with django_assert_num_queries(2):
            kept = client.get(publication.get_absolute_url())
        assert (kept.status_code, kept.content) == (200, made.content)
        caches["pages"].clear()


# --- two servers


@dataclass
class Newsroom:
    """Two servers with one database and one Redis, and a story."""

    servers: list[Server]
    store: Store
    database: Path
    story: str

    def get(self, path: str, server: int, cookies: str = "") -> Answer:
        return ask(self.servers[server].port, path, Cookie=cookies)

    def sign_in(self, server: int, password: str = PASSWORD) -> Answer:
        form = self.get("/accounts/login/", server)
        token = form.cookies["csrftoken"]
        sent = {"csrfmiddlewaretoken": token, "login": STAFF, "password": password}
        return ask(self.servers[server].port, "/accounts/login/", sent, Cookie=f"csrftoken={token}")

    def change_story(self) -> None:
        """What its page shows has changed, so that it is made anew."""
        with sqlite3.connect(self.database, timeout=20) as connection:
            connection.execute("UPDATE articles_pageversion SET furniture = furniture + 1")
        connection.close()


@pytest.fixture(scope="module")
def newsroom(store: Store, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Newsroom]:
    folder = tmp_path_factory.mktemp("two")
    database = folder / "newsroom.sqlite3"
    url = f"sqlite:///{database}"
    environment = environment_of(url, DEMO_PASSWORD=PASSWORD)
    made = manage(environment, "make_newsroom", "--stories", "3", "--thread", "3", "--held", "1")
    assert made.returncode == 0, made.stderr
    with sqlite3.connect(database) as connection:
        [(path,)] = connection.execute("SELECT path FROM articles_publication ORDER BY id LIMIT 1")
    connection.close()
    with ExitStack() as stack:
        folders = [folder / name for name in ("first", "second")]
        for one in folders:
            one.mkdir()
        more = {"CACHE_URL": store.url, "SITE_URL": "http://127.0.0.1"}
        servers = [stack.enter_context(serving(url, one, workers=2, **more)) for one in folders]
        yield Newsroom(servers, store, database, f"/{path}/")


def test_page_is_made_once_for_all_servers(newsroom: Newsroom) -> None:
    newsroom.get(newsroom.story, 0)
    newsroom.change_story()
    before = newsroom.store.calls("mset")
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda number: newsroom.get(newsroom.story, number % 2), range(24)))
    assert {(answer.status, answer.headers["ETag"]) for answer in answers} == {
        (200, answers[0].headers["ETag"])
    }
    assert newsroom.store.calls("mset") - before == 1


def test_who_signed_in_at_one_server_is_signed_in_at_the_other(newsroom: Newsroom) -> None:
    answer = newsroom.sign_in(0)
    assert answer.status == 302, answer.text[:500]
    cookies = as_header(answer.cookies)
    page = newsroom.get("/admin/moderation/", 1, cookies)
    # The message that signing in left is shown by whichever server makes the next page.
    assert (page.status, "Successfully signed in" in page.text) == (200, True)


def test_failed_sign_ins_are_counted_over_all_servers(newsroom: Newsroom) -> None:
    tries = [newsroom.sign_in(number % 2, "not the password") for number in range(12)]
    said = ["Too many failed" in answer.text or answer.status == 429 for answer in tries]
    assert (said[0], said[-1]) == (False, True)
    assert said.count(False) <= 10


@pytest.mark.parametrize("away", ["killed", "frozen"])
def test_cache_that_goes_in_the_middle_costs_no_answer(newsroom: Newsroom, away: str) -> None:
    def read(number: int) -> int:
        if number == 20:
            newsroom.store.kill() if away == "killed" else newsroom.store.freeze()
        return newsroom.get(newsroom.story, number % 2).status

    try:
        with ThreadPoolExecutor(4) as pool:
            assert set(pool.map(read, range(80))) == {200}
        assert newsroom.get("/accounts/login/", 0).status == 200
        assert newsroom.sign_in(1, "not the password").status in {200, 429}
        sent = send_comment(
            newsroom.servers[0].port, newsroom.story, f"Sent: {away}, no cache.", address="a@b.example"
        )
        assert sent == 303
    finally:
        newsroom.store.start() if away == "killed" else newsroom.store.thaw()
