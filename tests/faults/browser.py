"""A client that speaks HTTP, keeps its cookies, and knows when an answer says nothing for certain."""

import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from urllib.parse import urlencode

from tests.faults.ledger import Ledger

TOKEN = "a" * 32
UNCLEAR = frozenset({0, 500, 502, 503, 504})
Fields = Iterable[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back; status 0 where nothing did."""

    status: int
    headers: Mapping[str, str]
    text: str

    @property
    def is_clear(self) -> bool:
        return self.status not in UNCLEAR

    @property
    def location(self) -> str:
        return self.headers.get("Location", "")


class Browser:
    """One person's client. `session` is the key of a session, "" for guests."""

    def __init__(self, port: int, ledger: Ledger, *, session: str = "") -> None:
        self.port, self.ledger = port, ledger
        self.cookie = f"csrftoken={TOKEN}" + (f"; sessionid={session}" if session else "")

    def get(self, path: str, **headers: str) -> Answer:
        return self._ask("GET", path, headers, None)

    def post(self, path: str, fields: Fields) -> Answer:
        headers = {
            "Content-Type": "application/x-www-form-urlencoded",
            "Referer": f"http://127.0.0.1:{self.port}{path}",
        }
        return self._ask("POST", path, headers, urlencode([("csrfmiddlewaretoken", TOKEN), *fields]))

    def _ask(self, method: str, path: str, headers: Mapping[str, str], body: str | None) -> Answer:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=40)
        try:
            connection.request(method, path, body, {"Cookie": self.cookie, **headers})
            response = connection.getresponse()
            text = response.read().decode(errors="replace")
            answer = Answer(response.status, dict(response.getheaders()), text)
        except (OSError, HTTPException):
            answer = Answer(0, {}, "")
        finally:
            connection.close()
        self.ledger.count(method, answer.status, path)
        return answer


def until_clear(ask: Callable[[], Answer], *, seconds: float) -> tuple[Answer, bool]:
    """Asks until there is a clear answer or the time is over; says also whether every answer was clear."""
    until, first, pause = time.monotonic() + seconds, True, 0.1
    while True:
        answer = ask()
        if answer.is_clear or time.monotonic() > until:
            return answer, first and answer.is_clear
        first = False
        time.sleep(pause)
        pause = min(pause * 1.5, 2)
