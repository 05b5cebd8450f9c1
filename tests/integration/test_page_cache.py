"""nginx as docs/nginx.conf has it, before gunicorn and PostgreSQL: what it keeps, how long, and what never."""

import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from http.client import HTTPConnection
from http.cookiejar import CookieJar
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlencode, urlsplit
from urllib.request import HTTPCookieProcessor, OpenerDirector, Request, build_opener

import pytest

from articles.caching import LONGEST
from tests.faults.cluster import Cluster, needed_programs, private_cluster
from tests.faults.front import Front, configuration, in_front, needed_nginx
from tests.faults.serving import Server, environment_of, manage, serving

pytestmark = pytest.mark.xdist_group("page_cache")
PASSWORD = "a long enough password"
ABOUT_THE_OLDEST_HELD = """
from comments.links import mine_path
from comments.models import Comment
one = Comment.objects.held().order_by("pk").first()
print(one.discussion.article.publications.get().get_absolute_url(), one.get_absolute_url(), mine_path(one))
"""
APPROVE_AND_PUBLISH = """
from django.utils import timezone
from articles import actions as stories
from articles.models import Author, Section
from comments import actions
from comments.models import Comment
from newsroom.accounts.models import User
one = Comment.objects.held().order_by("pk").first()
moderator = User.objects.get(email="moderator@example.org")
actions.approve(one.pk, by=moderator, seen_version=one.version, now=timezone.now())
now = timezone.now()
section = Section.objects.filter(retired_at=None).first()
story = stories.begin(by=None, section=section, headline="Ferries stop", now=now)
content = stories.Content("Ferries stop", body="<p>They do.</p>", byline=[Author.objects.first().pk])
revision = stories.save(story, by=None, content=content, base=0, now=now)
stories.publish(story, by=None, revision=revision, now=now)
"""


@dataclass
class Place:
    """All that runs, and one comment that waits: its story's address, its own, and its author's view of it."""

    cluster: Cluster
    server: Server
    front: Front
    environment: dict[str, str]
    story: str
    comment: str
    mine: str

    def run(self, code: str) -> str:
        done = manage(self.environment, "shell", "--verbosity", "0", "--command", code)
        assert (done.returncode, done.stderr) == (0, "")
        return done.stdout


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    nginx, programs, folder = needed_nginx(), needed_programs(), tmp_path_factory.mktemp("kept")
    with private_cluster(programs) as cluster:
        more = {"BEHIND_PROXY": "true", "DEMO_PASSWORD": PASSWORD}
        environment = environment_of(cluster.url, **more)
        made = manage(environment, "make_newsroom", "--stories", "15", "--thread", "100", "--held", "5")
        assert made.returncode == 0, made.stderr
        with (
            serving(cluster.url, folder, workers=2, **more) as server,
            in_front(nginx, folder, origin=server.port) as front,
        ):
            found = Place(cluster, server, front, environment, "", "", "")
            found.story, found.comment, found.mine = found.run(ABOUT_THE_OLDEST_HELD).split()
            yield found


@dataclass
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes


def ask(port: int, path: str, **headers: str) -> Answer:
    connection = HTTPConnection("127.0.0.1", port, timeout=30)
    connection.request("GET", path, headers=headers)
    response = connection.getresponse()
    answer = Answer(response.status, dict(response.getheaders()), response.read())
    connection.close()
    return answer


def became_of(front: Front, path: str) -> list[str]:
    """What nginx did with each request for the address so far, in order."""
    return [line.split()[3] for line in front.answers() if line.split()[1] == path]


def kept(front: Front) -> set[str]:
    """The keys of all pages that nginx has in its folder."""
    files = [path for path in (front.folder / "cache").rglob("*") if path.is_file()]
    keys = [re.search(rb"\nKEY: (.*)\n", path.read_bytes()) for path in files]
    return {found[1].decode() for found in keys if found}


def key_of(path: str, encoding: str = "") -> str:
    return f"http://127.0.0.1{path}:{encoding}"


def test_page_is_kept_plain_and_as_the_newsroom_compressed_it(place: Place) -> None:
    address = "/corrections/"
    direct = ask(place.server.port, address, **{"Accept-Encoding": "gzip"})
    ways = ["gzip", "br;q=1.0, gzip;q=0.8", "deflate, gzip", "identity", ""]
    answers = [ask(place.front.port, address, **{"Accept-Encoding": way}) for way in ways]
    assert [answer.headers.get("Content-Encoding") for answer in answers] == ["gzip"] * 3 + [None] * 2
    assert [answer.body for answer in answers[:3]] == [direct.body] * 3
    assert became_of(place.front, address) == ["MISS", "HIT", "HIT", "MISS", "HIT"]
    assert {answer.headers["Cache-Control"] for answer in answers} == {"public, max-age=0, must-revalidate"}
    assert {key_of(address, "gzip"), key_of(address)} <= kept(place.front)


def test_browser_that_has_the_page_gets_304_from_nginx(place: Place) -> None:
    tag = ask(place.front.port, "/").headers["ETag"]
    again = ask(place.front.port, "/", **{"If-None-Match": tag})
    assert (again.status, again.body) == (304, b"")
    assert became_of(place.front, "/")[-1] == "HIT"


def test_what_was_approved_or_published_is_there_within_ten_seconds(place: Place) -> None:
    uid = place.comment.split("/")[2]
    pages = {place.story: f"comment-{uid}".encode(), "/": b"Ferries stop"}
    for path, wanted in pages.items():
        assert wanted not in ask(place.front.port, path).body
    place.run(APPROVE_AND_PUBLISH)
    done, waited = time.monotonic(), {}
    while len(waited) < len(pages) and time.monotonic() - done < LONGEST + 5:
        for path, wanted in pages.items():
            if path not in waited and wanted in ask(place.front.port, path).body:
                waited[path] = time.monotonic() - done
        time.sleep(0.1)
    assert set(waited) == set(pages)
    assert max(waited.values()) <= LONGEST + 0.5  # the request itself may take as long on a busy machine
    assert "HIT" in became_of(place.front, "/")


# --- what belongs to one person


def browser() -> OpenerDirector:
    return build_opener(HTTPCookieProcessor(CookieJar()))


def fill_in(visitor: OpenerDirector, address: str, **fields: str) -> Any:
    """Opens a page with a form and sends it with these fields and its token."""
    page = visitor.open(address).read().decode()
    [token] = set(re.findall(r'name="csrfmiddlewaretoken" value="([^"]+)"', page))
    sent = urlencode({"csrfmiddlewaretoken": token, **fields}).encode()
    try:
        return visitor.open(Request(address, sent))  # noqa: S310 - an address of this test's own
    except HTTPError as answer:
        return answer


def test_nothing_that_belongs_to_one_person_is_kept(place: Place) -> None:
    root = f"http://127.0.0.1:{place.front.port}"
    staff = browser()
    signed_in = fill_in(staff, f"{root}/accounts/login/", login="moderator@example.org", password=PASSWORD)
    assert signed_in.status == 200
    form = f"{place.story}comments/new/"
    private = ["/admin/", "/admin/moderation/", "/accounts/profile/", "/accounts/login/", form, place.mine]
    for path in private * 2:
        assert staff.open(root + path).status == 200, path
    public = ask(place.front.port, place.story).body
    assert staff.open(root + place.story).read() == public
    after = [ask(place.front.port, path) for path in ("/admin/moderation/", "/accounts/profile/")]
    assert [answer.status for answer in after] == [302, 302]
    assert {state for path in private for state in became_of(place.front, path)} == {"MISS", "-"}
    assert [
        key for key in kept(place.front) if any(urlsplit(key).path.startswith(path) for path in private)
    ] == []


def test_answer_to_a_form_is_never_kept(place: Place) -> None:
    form = f"{place.story}comments/new/"
    reader = browser()
    for _ in range(2):
        said = fill_in(
            reader, f"http://127.0.0.1:{place.front.port}{form}", body="Where is the ferry?", name="Rita"
        )
        assert "Rita" in said.read().decode()
    posted = [line for line in place.front.answers() if line.startswith("POST ") and form in line]
    assert posted == [f"POST {form} 422 -"] * 2
    assert "Rita" not in ask(place.front.port, form).body.decode()


# --- while the newsroom cannot answer


def test_kept_page_goes_on_while_the_database_is_away_and_after(place: Place) -> None:
    before = ask(place.front.port, place.story).body
    try:
        place.cluster.crash()
        place.server.kill()  # what its processes kept of pages is gone too: all that they can say is 503
        place.server.start()
        place.server.await_answer("/healthz")
        time.sleep(LONGEST + 1)
        assert ask(place.server.port, place.story).status == 503
        stale = ask(place.front.port, place.story)
        assert (stale.status, stale.body) == (200, before)
        assert became_of(place.front, place.story)[-1] == "STALE"
        unknown = ask(place.front.port, "/comment-policy/")
        assert (unknown.status, unknown.headers["Retry-After"]) == (503, "10")
        place.server.kill()
        assert ask(place.front.port, place.story).body == before
    finally:
        place.cluster.start()
        place.server.kill()
        place.server.start()
    place.server.await_answer("/comment-policy/")
    assert ask(place.front.port, "/comment-policy/").status == 200
    ask(place.front.port, place.story)
    assert became_of(place.front, place.story)[-1] in ("EXPIRED", "MISS", "REVALIDATED")


def test_shipped_configuration_without_what_has_to_be_changed_is_said(
    tmp_path: Path, monkeypatch: Any
) -> None:
    lacking = tmp_path / "nginx.conf"
    lacking.write_text("server {\n    listen 80;\n}\nserver {\n    listen 443 ssl;\n}\n")
    monkeypatch.setattr("tests.faults.front.SHIPPED", lacking)
    with pytest.raises(ValueError, match="ssl_certificate"):
        configuration(tmp_path, port=1, origins=[2])
