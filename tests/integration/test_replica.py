"""With a streaming replica that follows, lags, stops or is promoted: nobody gets less than was committed."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.faults.cluster import Cluster, Standby, either, needed_programs, private_cluster, standby_of
from tests.faults.editor import Editor
from tests.faults.reader import ask, send_comment
from tests.faults.serving import Server, environment_of, manage, serving

pytestmark = pytest.mark.xdist_group("replica")
STORED = 303
QUICK = "fsync=off"  # what is crashed here is PostgreSQL, not the machine


@dataclass
class Newsroom:
    """One server beside a primary and its standby, an editor, and one story that is looked at."""

    primary: Cluster
    standby: Standby
    server: Server
    editor: Editor
    story: str
    other: str

    def get(self, path: str) -> tuple[int, str]:
        answer = ask(self.server.port, path)
        return answer.status, answer.text

    def post(self, body: str) -> int:
        return send_comment(self.server.port, self.story, body, address="guest@example.org")

    def title(self) -> str:
        return self.get(self.story)[1].partition("<title>")[2].partition("</title>")[0]

    def await_standby(self) -> None:
        """The standby has what is committed now, and the server has forgotten that it ever failed."""
        text = f"Level {time.monotonic()}"
        self.editor.ask("headline", self.other, text)
        before = self.standby.read_by_newsroom()

        def is_read() -> bool:
            assert self.get("/feeds/rss/")[0] == 200  # kept by nobody
            return self.standby.read_by_newsroom() > before

        until(is_read)


def until(holds: Callable[[], bool], seconds: float = 30) -> None:
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, "It did not become so in time."
        time.sleep(0.2)


@pytest.fixture(scope="module")
def primary() -> Iterator[Cluster]:
    with private_cluster(needed_programs(), QUICK) as cluster:
        made = manage(
            environment_of(cluster.url), "make_newsroom", "--stories", "12", "--thread", "2", "--held", "2"
        )
        assert made.returncode == 0, made.stderr
        yield cluster


@pytest.fixture
def newsroom(primary: Cluster, tmp_path: Path) -> Iterator[Newsroom]:
    with (
        standby_of(primary, QUICK, "log_statement=all") as standby,
        running(primary, standby, tmp_path) as made,
    ):
        yield made


@contextmanager
def running(primary: Cluster, standby: Standby, folder: Path) -> Iterator[Newsroom]:
    url = either(primary, standby)
    editor = Editor(environment_of(url))
    try:
        with serving(url, folder, workers=1, REPLICA_URL=standby.url) as server:
            first, second, *_others = editor.ask("paths")
            yield Newsroom(primary, standby, server, editor, first, second)
    finally:
        editor.end()
        if not (primary.data / "postmaster.pid").exists():
            primary.start()


def test_page_is_made_on_the_replica_and_shows_what_was_committed(newsroom: Newsroom) -> None:
    for number in range(5):
        newsroom.editor.ask("headline", newsroom.story, f"Ferries {number}")
        assert newsroom.title().startswith(f"Ferries {number}")
    newsroom.await_standby()
    for path in ("/", f"{newsroom.story}comments/", "/feeds/rss/", "/sitemap.xml", "/corrections/"):
        before = newsroom.standby.read_by_newsroom()
        assert (newsroom.get(path)[0], newsroom.standby.read_by_newsroom() > before) == (200, True), path


def test_delayed_replica_makes_no_page_older(newsroom: Newsroom) -> None:
    newsroom.editor.ask("headline", newsroom.story, "Before the delay")
    newsroom.await_standby()
    newsroom.standby.delay(60)
    newsroom.editor.ask("headline", newsroom.story, "While it lags")
    assert newsroom.title().startswith("While it lags")
    assert "While it lags" in newsroom.get("/")[1]
    newsroom.editor.ask("withdraw", newsroom.story)
    assert newsroom.get(newsroom.story)[0] == 410
    assert "While it lags" not in newsroom.get("/")[1] + newsroom.get("/feeds/rss/")[1]
    newsroom.editor.ask("bring_back", newsroom.story, "Here again")
    assert newsroom.title().startswith("Here again")
    assert newsroom.post("Sent: while it lags, and lags.") == STORED


def test_stopped_replica_costs_no_answer_and_is_read_again_when_it_is_back(newsroom: Newsroom) -> None:
    newsroom.await_standby()
    newsroom.standby.crash()
    for number in range(4):
        newsroom.editor.ask("headline", newsroom.story, f"Without it {number}")
        assert newsroom.title().startswith(f"Without it {number}")
        assert newsroom.get("/sitemap.xml")[0] == 200
    assert newsroom.post("Sent: while it is stopped, quite.") == STORED
    newsroom.standby.start()
    newsroom.await_standby()


def test_pages_go_on_from_the_replica_while_the_primary_is_away_and_after_its_promotion(
    newsroom: Newsroom,
) -> None:
    newsroom.editor.ask("headline", newsroom.story, "Before the fall")
    newsroom.await_standby()
    before = ask(newsroom.server.port, newsroom.story).headers["ETag"]
    newsroom.primary.crash()
    for path in (newsroom.story, newsroom.other, "/", "/feeds/rss/", f"{newsroom.story}comments/"):
        assert newsroom.get(path)[0] == 200, path
    assert newsroom.title().startswith("Before the fall")
    assert newsroom.post("Sent: while nothing can be stored.") == 503
    newsroom.standby.promote()
    until(lambda: newsroom.post("Sent: after the promotion, here.") == STORED)
    newsroom.editor.ask("headline", newsroom.other, "On the new primary")
    assert "On the new primary" in newsroom.get(newsroom.other)[1]
    until(lambda: ask(newsroom.server.port, newsroom.story).headers["ETag"] != before)
    assert newsroom.title().startswith("Before the fall")
    assert newsroom.editor.ask("comments")[-1:] == ["Sent: after the promotion, here."]


def test_replica_that_lags_is_not_believed_while_the_primary_is_away(newsroom: Newsroom) -> None:
    newsroom.editor.ask("headline", newsroom.story, "Long ago")
    newsroom.await_standby()
    newsroom.standby.delay(60)
    newsroom.editor.ask("headline", newsroom.story, "Just now")
    time.sleep(1.1)  # after which the server asks the primary again how far it is
    assert newsroom.title().startswith("Just now")
    assert newsroom.get(newsroom.other)[0] == 200  # from here on it is kept
    newsroom.primary.crash()
    assert newsroom.title().startswith("Just now")
    assert [newsroom.get(path)[0] for path in ("/feeds/rss/", newsroom.other)] == [503, 200]
