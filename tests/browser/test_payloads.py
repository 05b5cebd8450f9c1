"""Hostile texts through the doors by which they come, in the real pages, with the browser's own guard switched off."""

import contextlib
import json
import os
import re
import uuid
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import BrowserContext, Dialog, Page, Request

from articles import actions as newsroom
from articles.models import Publication
from comments import actions
from comments.models import Comment
from newsroom.accounts.models import User
from tests import factories
from tests.integration.commenting import Desk

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
A_STORY, A_DISCUSSION = 40, 100
ACTIVE = """() => {
  const bad = [];
  for (const element of document.querySelectorAll('*')) for (const {name, value} of element.attributes) {
    const address = value.replace(/[\\s\\x00-\\x20]/g, '').toLowerCase();
    if (name.startsWith('on')) bad.push(`${element.tagName} ${name}=${value}`);
    const followed = ['href', 'src', 'action', 'formaction', 'xlink:href', 'data'].includes(name);
    if (followed && /^(javascript|vbscript|data:text)/.test(address)) bad.push(`${element.tagName} ${name}=${value}`);
  }
  return bad;
}"""


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


every_text = pytest.mark.parametrize("texts_of", [own, shared])


def note_down(door: str, texts: int, stored: int, shown: str) -> None:
    """A row of the table that `tests.browser.payload_table` makes of a run."""
    if path := os.environ.get("PAYLOAD_ROWS"):
        with Path(path).open("a", encoding="utf-8") as rows:
            print(json.dumps([door, texts, stored, shown]), file=rows)


AHEAD = re.compile(r"/admin/moderation/comments/[0-9a-f-]{36}/ahead/")
"""The next card, which the desk's own script asks for before it is needed."""


class Watch:
    """A page without the policy that forbids script, and all that hostile text brought about in it."""

    def __init__(self, page: Page, base: str) -> None:
        self.page, self.base, self.seen = page, base, list[str]()
        page.on("dialog", self._dialog)
        page.on("request", self._request)

    def _dialog(self, dialog: Dialog) -> None:
        self.seen.append(f"{self.page.url}: dialog {dialog.message}")
        dialog.dismiss()

    def _request(self, request: Request) -> None:
        ours = request.url.startswith((f"{self.base}/static/", "data:image/"))
        main = request.is_navigation_request() and request.frame == self.page.main_frame
        ahead = request.resource_type == "fetch" and AHEAD.fullmatch(request.url.removeprefix(self.base))
        if not (main and request.url.startswith(self.base)) and not ours and not ahead:
            self.seen.append(f"{self.page.url}: {request.resource_type} {request.url}")

    def look(self, path: str) -> None:
        self.page.goto(path)
        self.seen += [f"{self.page.url}: {found}" for found in self.page.evaluate(ACTIVE)]

    def look_through(self, path: str, items: str) -> int:
        """This page and those that it leads on to; how many items of the kind they showed together."""
        count = 0
        while path:
            self.look(path)
            count += self.page.locator(items).count()
            onward = self.page.locator("a[rel=next], .thread__more a, #next-page")
            path = str(onward.first.evaluate("link => link.href")) if onward.count() else ""
        return count


@pytest.fixture
def watch(new_context: Callable[..., BrowserContext], live_server: Any) -> Watch:
    return Watch(new_context(bypass_csp=True).new_page(), live_server.url)


@pytest.fixture
def desk(watch: Watch) -> Iterator[Desk]:
    desk = Desk(rules=[{"key": "respect", "title": "Respect others", "text": "Argue with arguments."}])
    desk.trust(desk.reader)
    yield desk
    assert watch.seen == []


def test_the_watch_sees_what_raw_text_does(watch: Watch) -> None:
    """Whoever watches must be able to see: the same texts, put into a page as they are, are all alarms."""
    watch.page.goto("/")
    watch.page.set_content("".join(OWN[:4]))
    watch.page.wait_for_timeout(300)
    watch.seen += watch.page.evaluate(ACTIVE)
    kinds = {one.partition(": ")[2].partition(" ")[0] or one.partition(" ")[0] for one in watch.seen}
    assert "dialog" in kinds
    assert any("onerror" in one for one in watch.seen)
    assert any("href=javascript:" in one for one in watch.seen)


def said(desk: Desk, texts: list[str]) -> list[Comment]:
    """Comments with these texts, under names that are as hostile; what holds nothing to read is refused."""
    comments = []
    for place, text in enumerate(texts):
        if place % A_DISCUSSION == 0:
            desk.article = factories.make_publication().article
        desk.reader.name = text[:70]
        with contextlib.suppress(actions.Unacceptable):
            comments.append(desk.send(text))
    return comments


def stories_of(comments: list[Comment]) -> list[Publication]:
    articles = {comment.discussion.article_id for comment in comments}
    return list(Publication.objects.filter(article__in=articles).order_by("pk"))


@every_text
def test_comments_and_names_do_nothing_on_the_readers_pages(
    desk: Desk, watch: Watch, texts_of: Callable[[], list[str]]
) -> None:
    comments = said(desk, texts_of())
    shown = sum(
        watch.look_through(story.get_absolute_url(), "#comments li.comment, .thread li.comment")
        for story in stories_of(comments)
    )
    assert shown == len(comments)
    assert len(comments) > 0.9 * len(texts_of())
    stories = f"{len(stories_of(comments))} stories"
    note_down("comment and name, on the readers' pages", len(texts_of()), len(comments), stories)


@every_text
def test_comments_and_names_do_nothing_on_the_desk(
    desk: Desk,
    watch: Watch,
    sign_in: Callable[[Page, User], None],
    texts_of: Callable[[], list[str]],
) -> None:
    comments = said(desk, texts_of())
    Comment.objects.update(state="held", held_since=timezone.now(), due_at=timezone.now())
    sign_in(watch.page, desk.moderator)
    watch.seen.clear()
    picks = watch.look_through("/admin/moderation/?rows=100", "input[name=pick]")
    assert picks >= len(comments)
    note_down("comment and name, in the queue", len(texts_of()), len(comments), "the queue by 100")


@every_text
def test_stories_do_nothing_on_the_readers_pages(
    desk: Desk, watch: Watch, texts_of: Callable[[], list[str]]
) -> None:
    texts, section = texts_of(), factories.make_section(name="Hostile", slug="hostile")
    author = factories.make_author(name="<b onclick=alert(1)>Ann</b>")
    for start in range(0, len(texts), A_STORY):
        told = texts[start : start + A_STORY]
        line = newsroom_line(told)
        now = timezone.now() - timedelta(minutes=5)
        story = newsroom.begin(by=None, section=section, headline=line, slug=f"s-{uuid.uuid4().hex}", now=now)
        content = newsroom.Content(
            headline=line,
            kicker=line[:60],
            standfirst=line,
            dateline=line[:60],
            body="<p>Begun.</p>" + "".join(f"<p>{number}</p>{text}" for number, text in enumerate(told)),
            byline=(author.pk,),
        )
        revision = newsroom.save(story, by=None, content=content, base=0, now=now)
        watch.look(newsroom.publish(story, by=None, revision=revision, now=now).get_absolute_url())
    for path in ("/", "/hostile/"):
        watch.look(path)
    stories = Publication.objects.filter(section=section).count()
    note_down(
        "story (all fields), by the actions", len(texts), len(texts), f"{stories} stories, home, section"
    )


def newsroom_line(told: list[str]) -> str:
    """A headline of the first of these texts that can be one."""
    lines = (" ".join(text.replace("\x00", "").split())[:190] for text in told)
    return next(line for line in lines if "<" in line)
