"""What the payload run shares: the hostile texts, the doors by which they come, and a watch over what they bring about.

`python -m tests.browser.payload_table` runs all doors with all texts.
"""

import json
import os
import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Dialog, Page, Request, Route

from comments.models import Letter
from newsroom.accounts.models import User

SHARED = Path(__file__).resolve().parents[3] / "shared" / "data" / "xss"
OWN = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg onload=alert(1)><animate onbegin=alert(1)></svg>",
    "<a href='javascript:alert(1)'>read</a>",
    "<a href=' java\nscript:alert(1)'>read</a>",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "</textarea></title></script><script>alert(1)</script>",
    '"><input autofocus onfocus=alert(1)>',
    "' onmouseover='alert(1)",
    "<math><mtext><table><mglyph><style><!--</style><img src onerror=alert(1)>",
    "[read](javascript:alert(1)) *<b onclick=alert(1)>* > <q>",
    "{{ 7|add:7 }}{% include 'admin/base.html' %}",
    'https://example.org/"onclick=alert(1) data:text/html,<script>alert(1)</script>',
]
DOORS = {
    "comments": "comment and name, the comment form",
    "refusals": "comment that is refused, with what was caught",
    "long names": "name that is too long",
    "cards": "comment that is held, with what was caught",
    "editor": "story, the editor's page in the browser",
    "raw": "story, raw POST, saved anew and over an older one",
    "importer": "story, import_story",
    "corrections": "correction (no form yet)",
    "authors": "author: name, biography",
    "sections": "section: name, description",
    "topics": "topic: name, description",
    "policy": "policy: title, introduction, rules",
    "phrases": "phrase list, typed and imported",
    "notes": "note to the author, law and why",
    "colleagues": "question, answer and note among colleagues",
    "guidance": "ready-made note and example of a rule",
    "modes": "reason for a mode of discussions",
    "reports": "report: name, explanation",
    "appeals": "appeal and its answer",
    "sanctions": "sanction: note, objection, answer",
    "cases": "case: sender, reference, request, notes",
    "withholding": "legal ground and remark",
    "profiles": "public name of who works here",
    "searches": "searches, filters and addresses",
}
"""All of them, by the name under which a test reports; the payload command misses the one that does not."""


def own() -> list[str]:
    return OWN


def shared() -> list[str]:
    texts = []
    for name, key in (("payloads.jsonl", "payload"), ("parser_stress.jsonl", "input")):
        if not (path := SHARED / name).exists():
            pytest.skip(f"The shared data set xss/{name} is not beside this checkout.")
        with path.open(encoding="utf-8") as lines:
            texts += [json.loads(line)[key] for line in lines]
    return texts


Texts = Callable[[], list[str]]
every_text = pytest.mark.parametrize("texts_of", [own, pytest.param(shared, marks=pytest.mark.long)])

# --- in pieces that a field takes


def sendable(text: str) -> str:
    """The text as any program can send it: in UTF-8, and without NUL, which would have the whole batch refused."""
    return text.replace("\x00", "").encode("utf-8", "replace").decode()


def in_parts(texts: list[str], size: int) -> Iterator[list[str]]:
    """Parts of so many texts."""
    for start in range(0, len(texts), size):
        yield [sendable(text) for text in texts[start : start + size]]


def in_lengths(texts: Iterable[str], length: int, *, joined_by: str = " ") -> list[str]:
    """Texts put together up to a length; of a longer one its beginning and its end."""
    pieces, together = [], ""
    for text in map(sendable, texts):
        for part in [text] if len(text) <= length else [text[:length], text[-length:]]:
            if together and len(together) + len(joined_by) + len(part) > length:
                pieces.append(together)
                together = ""
            together = f"{together}{joined_by}{part}" if together else part
    return [*pieces, together]


def in_lines(texts: Iterable[str], length: int) -> list[str]:
    """The same for a field of one line."""
    return in_lengths((" ".join(sendable(text).split()) for text in texts), length)


def some(pieces: list[str], most: int = 150) -> list[str]:
    """An even share of them, for a short field of a door that takes all texts in a longer field."""
    return pieces[:: -(-len(pieces) // most)]


def turned(pieces: list[str], number: int) -> str:
    """One of the pieces for each number, from the start again after the last."""
    return pieces[number % len(pieces)]


# --- what is looked at

ACTIVE = """() => {
  const bad = [];
  for (const element of document.querySelectorAll('*')) for (const {name, value} of element.attributes) {
    if (name.startsWith('on')) bad.push(`${element.tagName} ${name}=${value}`);
    if (!['href', 'src', 'action', 'formaction', 'xlink:href', 'data'].includes(name)) continue;
    // As the browser itself reads it: it drops line ends and tabs within, and takes no other character for them.
    const address = URL.canParse(value, document.baseURI) ? new URL(value, document.baseURI).href : '';
    if (/^(javascript:|vbscript:|data:text)/.test(address)) bad.push(`${element.tagName} ${name}=${value}`);
  }
  for (const element of document.querySelectorAll('iframe, frame, object, embed, base, meta[http-equiv=refresh]'))
    bad.push(element.outerHTML);
  for (const script of document.querySelectorAll('script:not([src])'))
    if (!script.nonce && !script.type.endsWith('json') && script.type !== 'importmap') bad.push(script.outerHTML);
  return bad;
}"""
AHEAD = re.compile(r"/admin/moderation/(comments/[0-9a-f-]{36}/(ahead|claim|preview)/|news/.*|release/)")
"""What the desk's own script asks for: the next card, news, a claim."""


class Watch:
    """A page without the policy that forbids script, and all that hostile text brought about in it."""

    def __init__(self, page: Page, base: str) -> None:
        self.page, self.base, self.seen = page, base, list[str]()
        page.on("dialog", self._dialog)
        page.on("request", self._request)

    def _dialog(self, dialog: Dialog) -> None:
        if dialog.type == "beforeunload":  # the story page, which is left with what was typed
            dialog.accept()
            return
        self.seen.append(f"{self.page.url}: dialog {dialog.message}")
        dialog.dismiss()

    def _request(self, request: Request) -> None:
        ours = request.url.startswith((f"{self.base}/static/", f"{self.base}/admin/jsi18n/", "data:image/"))
        main = request.is_navigation_request() and request.frame == self.page.main_frame
        asked = request.resource_type in ("fetch", "ping") and AHEAD.match(
            request.url.removeprefix(self.base)
        )
        if not (main and request.url.startswith(self.base)) and not ours and not asked:
            self.seen.append(f"{self.page.url}: {request.resource_type} {request.url}")

    def sign_in(self, user: User) -> Client:
        """The page is this person's from now on, and so is the client."""
        client = Client(headers={"host": self.base.removeprefix("http://")})
        client.force_login(user)
        name = settings.SESSION_COOKIE_NAME
        cookie: Any = {"name": name, "value": client.cookies[name].value, "url": self.base}
        self.page.context.clear_cookies()
        self.page.context.add_cookies([cookie])
        return client

    def sign_out(self) -> None:
        self.page.context.clear_cookies()

    def look(self, path: str, status: int = 200) -> None:
        """Opens the page, which must be the one that was meant."""
        answer = self.page.goto(path)
        assert answer is not None
        assert answer.status == status, f"{answer.status} and not {status}: {path[:300]}"
        self.seen += [f"{self.page.url}: {found}" for found in self.page.evaluate(ACTIVE)]

    def look_at(self, answer: Any, status: int) -> None:
        """Shows what a form that was sent is answered with, at the address that answered."""
        assert answer.status_code == status, answer.content.decode()[:4_000]

        def give(route: Route) -> None:
            route.fulfill(status=status, content_type=answer.headers["Content-Type"], body=answer.content)

        path = answer.request["PATH_INFO"]
        self.page.route(f"{self.base}{path}", give, times=1)
        self.look(path, status)

    def look_through(self, path: str, items: str) -> int:
        """This page and those that it leads on to; how many items of the kind they showed together."""
        count = 0
        while path:
            self.look(path)
            count += self.page.locator(items).count()
            onward = self.page.locator("a[rel=next], .thread__more a, #next-page")
            path = str(onward.first.evaluate("link => link.href")) if onward.count() else ""
        return count

    def look_at_html(self, html: str) -> None:
        """Opens it as a mail program or a feed reader does that lets everything through."""
        self.page.set_content(html)
        self.seen += [f"mail or feed: {found}" for found in self.page.evaluate(ACTIVE)]

    def look_at_letters(self) -> int:
        """Opens the HTML of every mail that waits; how many there were."""
        letters = list(Letter.objects.exclude(html=""))
        for letter in letters:
            self.look_at_html(letter.html)
        Letter.objects.update(html="")
        return len(letters)

    def report(self, door: str, texts: Texts, stored: int, shown: str) -> None:
        """A row of the table that `tests.browser.payload_table` makes of a run."""
        if path := os.environ.get("PAYLOAD_ROWS"):
            with Path(path).open("a", encoding="utf-8") as rows:
                print(json.dumps([DOORS[door], len(texts()), stored, shown, len(self.seen)]), file=rows)


def newsroom_line(told: list[str]) -> str:
    """A headline of the first of these texts that can be one."""
    lines = (" ".join(sendable(text).split())[:190] for text in told)
    return next(line for line in lines if "<" in line)
