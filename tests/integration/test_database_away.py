"""With the database away: every page says so and can be asked again, and what a reader wrote stays in the page."""

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from html.parser import HTMLParser
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import psycopg
import pytest
from django.db import InterfaceError, OperationalError, ProgrammingError
from psycopg_pool import PoolTimeout

from newsroom.outage import is_away
from tests.faults.cluster import free_port, needed_programs, private_cluster
from tests.faults.serving import Server, environment_of, manage, serving

FORM = "/harbour/2026/07/01/ferries/comments/new/"
TOKEN = "a" * 32
SENT = {
    "csrfmiddlewaretoken": TOKEN,
    "name": "Gus Guest",
    "email": "guest@example.org",
    "body": 'First line\nسطر <b>&amp; "quoted"</b>\n',
    "accept_policy": "on",
    "parent": "00000000-0000-4000-8000-000000000001",
    "form_key": "00000000-0000-4000-8000-000000000002",
    "policy_version": "7",
    "started": "123:signed",
    "website": "",
}


@dataclass
class Answer:
    status: int
    headers: dict[str, str]
    text: str

    @property
    def said(self) -> tuple[int, str | None, str | None]:
        return self.status, self.headers.get("Retry-After"), self.headers.get("Cache-Control")


AWAY = (503, "10", "no-store")
AWAY_PRIVATELY = (503, "10", "no-store, private")


def ask(server: Server, path: str, sent: dict[str, str] | None = None, cookie: str = "") -> Answer:
    connection = HTTPConnection("127.0.0.1", server.port, timeout=30)
    headers = {"Cookie": f"csrftoken={TOKEN}; {cookie}", "Content-Type": "application/x-www-form-urlencoded"}
    connection.request("POST" if sent else "GET", path, urlencode(sent or {}), headers)
    response = connection.getresponse()
    answer = Answer(response.status, dict(response.getheaders()), response.read().decode())
    connection.close()
    return answer


class Form(HTMLParser):
    """What a browser would send if the button of the page's only form were pressed."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.fields: dict[str, str] = {}
        self.action, self.writing = "", ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        name, value = given.get("name") or "", given.get("value") or ""
        if tag == "form":
            self.action = given["action"] or ""
        if tag == "textarea":
            self.writing = name
            self.fields[name] = ""
        if tag == "input" and (given.get("type") not in ("checkbox", "radio") or "checked" in given):
            self.fields[name] = value or ("on" if given.get("type") == "checkbox" else "")
        if tag == "button" and name:
            self.fields[name] = value

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            # A browser drops the line end after the opening tag.
            self.fields[self.writing] = self.fields[self.writing].removeprefix("\n")
            self.writing = ""

    def handle_data(self, data: str) -> None:
        if self.writing:
            self.fields[self.writing] += data


@pytest.fixture(scope="module")
def without_database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server whose PostgreSQL has never answered."""
    url = f"postgres://nobody@127.0.0.1:{free_port()}/none"
    with serving(url, tmp_path_factory.mktemp("away"), workers=1) as server:
        yield server


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/harbour/",
        "/harbour/2026/07/01/ferries/",
        "/no/such/page/",
        FORM,
        "/comment-policy/",
        "/sitemap.xml",
        "/admin/",
        "/admin/moderation/",
        "/admin/articles/article/",
    ],
)
@pytest.mark.parametrize("cookie", ["", "sessionid=abcdefghijklmnopqrstuvwxyz012345"])
def test_page_that_needs_the_database_says_that_it_is_away(
    without_database: Server, path: str, cookie: str
) -> None:
    answer = ask(without_database, path, cookie=cookie)
    if path.startswith("/admin/") and not cookie:
        assert answer.status == 302
        return
    assert answer.said == AWAY
    assert "<h1>We cannot show this page at the moment</h1>" in answer.text
    assert "/static/newsroom/css/base.css" in answer.text


def test_sign_in_says_that_the_database_is_away(without_database: Server) -> None:
    sent = {"csrfmiddlewaretoken": TOKEN, "login": "someone@example.org", "password": "a password"}
    assert ask(without_database, "/accounts/login/", sent).said == AWAY


@pytest.mark.parametrize(("path", "status"), [("/healthz", 200), ("/static/newsroom/css/base.css", 200)])
def test_what_needs_no_database_goes_on(without_database: Server, path: str, status: int) -> None:
    assert ask(without_database, path).status == status


@pytest.mark.parametrize("left_out", [(), ("name", "email"), ("accept_policy", "parent")])
@pytest.mark.parametrize("more", [{}, {"ask_moderator": "1"}])
def test_comment_stays_in_its_form_and_the_button_sends_the_same_again(
    without_database: Server, left_out: tuple[str, ...], more: dict[str, str]
) -> None:
    sent = {name: value for name, value in SENT.items() if name not in left_out} | more
    answer = ask(without_database, FORM, sent)
    assert answer.said == AWAY_PRIVATELY
    form = Form(answer.text)
    form.fields["csrfmiddlewaretoken"] = TOKEN  # comes back masked, ever another
    assert (form.action, form.fields) == (FORM, {"parent": "", **sent})


UID = "00000000-0000-4000-8000-000000000003"
WRITTEN = 'First line\nسطر <b>&amp; "quoted"</b>\n'
OTHER_FORMS: dict[str, dict[str, str]] = {
    f"/comments/{UID}/mine/token/resend/": {
        name: value for name, value in SENT.items() if name not in ("name", "email")
    },
    f"/comments/{UID}/report/": {
        "csrfmiddlewaretoken": TOKEN,
        "form_key": SENT["form_key"],
        "started": "123:signed",
        "ground": "rule:respect",
        "explanation": WRITTEN,
        "name": "Gus Guest",
        "email": "guest@example.org",
        "good_faith": "on",
        "website": "",
    },
    f"/comments/{UID}/mine/token/reasons/2/": {"csrfmiddlewaretoken": TOKEN, "text": WRITTEN},
    f"/comments/sanctions/{UID}/token/": {"csrfmiddlewaretoken": TOKEN, "text": WRITTEN},
}


@pytest.mark.parametrize("path", OTHER_FORMS)
def test_correction_report_and_objection_stay_in_their_forms(without_database: Server, path: str) -> None:
    answer = ask(without_database, path, OTHER_FORMS[path])
    assert answer.said == AWAY_PRIVATELY
    form = Form(answer.text)
    form.fields["csrfmiddlewaretoken"] = TOKEN  # comes back masked, ever another
    assert (form.action, form.fields) == (path, OTHER_FORMS[path])


def test_hidden_fields_changed_by_hand_do_no_harm(without_database: Server) -> None:
    sent = {**SENT, "policy_version": "<b>", "form_key": "\x00", "body": "\x00Text"}
    answer = ask(without_database, FORM, sent)
    assert answer.said == AWAY_PRIVATELY
    assert Form(answer.text).fields["body"] == "Text"


def test_database_that_comes_back_is_used_without_a_restart(tmp_path: Path) -> None:
    with private_cluster(needed_programs()) as cluster:
        migrated = manage(environment_of(cluster.url), "migrate", "--verbosity", "0")
        assert (migrated.returncode, migrated.stderr) == (0, "")
        with serving(cluster.url, tmp_path, workers=2) as server:
            server.await_answer("/")
            for _ in range(2):
                cluster.crash()
                assert [ask(server, "/").said for _ in range(4)] == [AWAY] * 4
                cluster.start()
                server.await_answer("/", seconds=20)


# --- which errors say so


def raised(kind: type[Exception], cause: Exception | None) -> Exception:
    error = kind("said so")
    error.__cause__ = cause
    return error


def sqlite_error(code: int) -> sqlite3.OperationalError:
    error = sqlite3.OperationalError("of SQLite")
    error.sqlite_errorcode = code
    return error


@pytest.mark.parametrize(
    ("cause", "away"),
    [
        (psycopg.OperationalError("connection refused"), True),
        (PoolTimeout("waited in vain"), True),
        (psycopg.errors.AdminShutdown(), True),
        (psycopg.errors.CannotConnectNow(), True),
        (psycopg.errors.TooManyConnections(), True),
        (psycopg.errors.LockNotAvailable(), False),
        (psycopg.errors.DeadlockDetected(), False),
        (psycopg.errors.SerializationFailure(), False),
        (psycopg.errors.QueryCanceled(), False),
        (psycopg.errors.DiskFull(), False),
        (sqlite_error(sqlite3.SQLITE_CANTOPEN), True),
        (sqlite_error(sqlite3.SQLITE_IOERR_WRITE), True),
        (sqlite_error(sqlite3.SQLITE_BUSY), False),
        (sqlite_error(sqlite3.SQLITE_ERROR), False),
        (None, False),
    ],
    ids=lambda value: type(value).__name__,
)
def test_only_a_database_out_of_reach_is_away(cause: Exception | None, away: bool) -> None:
    assert is_away(raised(OperationalError, cause)) is away
    assert is_away(raised(ProgrammingError, cause)) is False


def test_wrong_use_of_the_driver_is_not_an_outage() -> None:
    error: Any = raised(InterfaceError, sqlite3.InterfaceError("no such type"))
    assert is_away(error) is False
