"""A reader without a browser: opens pages, fills in the comment form as it stands, and sends it."""

from dataclasses import dataclass
from html.parser import HTMLParser
from http.client import HTTPConnection
from http.cookies import SimpleCookie
from urllib.parse import urlencode


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    headers: dict[str, str]
    text: str
    cookies: dict[str, str]
    """Those that it set, by name."""


def ask(
    port: int, path: str, sent: dict[str, str] | None = None, *, seconds: float = 30, **headers: str
) -> Answer:
    """What the server at a port of loopback answers; OSError where it does not within `seconds`."""
    connection = HTTPConnection("127.0.0.1", port, timeout=seconds)
    if sent is not None:
        headers["Content-Type"] = "application/x-www-form-urlencoded"
    try:
        connection.request("GET" if sent is None else "POST", path, urlencode(sent or {}), headers)
        response = connection.getresponse()
        given = SimpleCookie()
        for header in response.headers.get_all("Set-Cookie", []):
            given.load(header)
        cookies = {name: morsel.value for name, morsel in given.items()}
        return Answer(response.status, dict(response.getheaders()), response.read().decode(), cookies)
    finally:
        connection.close()


def send_comment(port: int, story: str, body: str, *, address: str) -> int:
    """The status of sending it by the story's form; 303 or 302 once it is stored."""
    path = f"{story}comments/new/"
    form = ask(port, path)
    if form.status != 200:
        return form.status
    fields = _Fields(form.text).fields
    fields |= {"name": "Gus Guest", "email": address, "body": body, "accept_policy": "on"}
    return ask(port, path, fields, Cookie=as_header(form.cookies)).status


def as_header(cookies: dict[str, str]) -> str:
    return "; ".join(f"{name}={value}" for name, value in cookies.items())


class _Fields(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__()
        self.fields: dict[str, str] = {}
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "input" and given.get("type") == "hidden" and given.get("name"):
            self.fields[given["name"] or ""] = given.get("value") or ""
