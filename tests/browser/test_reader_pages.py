"""Readers' pages in a real browser: sound for assistive technology, of the right width, usable by keys."""

from collections.abc import Callable
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.utils import timezone
from playwright.sync_api import BrowserContext, Page, expect

from articles.models import Publication
from tests import factories

NewContext = Callable[..., BrowserContext]
BODY = "<p>{words}</p><h2>At the quay</h2><p>{words}</p><blockquote><p>“We waited.”</p></blockquote>"
WORDS = (
    "The ferry stayed at the quay and everyone who wanted to cross it waited for the tide to turn again. " * 4
)


@pytest.fixture
def paper(transactional_db: None) -> dict[str, str]:
    """A small paper in two languages; the addresses of its pages by name."""
    city = factories.make_section(name="City", slug="city", description="The streets.", position=1)
    farsi = factories.make_section(name="فارسی", slug="farsi", language="fa", position=2)
    ann = factories.make_author(name="Ann Lee", slug="ann", biography="She writes about ships.")
    ports = factories.make_topic(name="Ports", slug="ports")
    names = [(city, "Ferries stop for a week"), (farsi, "کتابخانه")]
    rows = [_story(section, f"{name} {number}", ann, ports) for section, name in names for number in range(7)]
    gone = _story(city, "Withdrawn", ann, ports)
    gone.article.withdrawn_at = timezone.now()
    gone.article.save()
    _talk(rows[0])
    return {
        "home": "/",
        "section": "/city/",
        "section from right to left": "/farsi/",
        "story": rows[0].get_absolute_url(),
        "story from right to left": rows[-1].get_absolute_url(),
        "topic": "/topics/ports/",
        "author": "/authors/ann/",
        "corrections": "/corrections/",
        "not found": "/nothing/here/",
        "gone": gone.get_absolute_url(),
        "bad key": "/city/?before=x",
    }


def _story(section: Any, headline: str, author: Any, topic: Any) -> Publication:
    article = factories.make_article(section=section, working_headline=headline)
    revision = factories.make_revision(
        article, kicker="Harbour", dateline="Varnmouth", body=BODY.format(words=WORDS)
    )
    return factories.make_publication(article=article, revision=revision, authors=[author], topics=[topic])


def _talk(row: Publication) -> None:
    factories.make_policy()
    discussion = factories.make_discussion(row.article)
    first = factories.make_comment(discussion=discussion, body="I waited three hours.")
    factories.make_comment(discussion=discussion, parent=first, body="So did I.")
    removed = factories.make_comment(discussion=discussion, state="removed")
    factories.make_comment(discussion=discussion, parent=removed, body="That was uncalled for.")


PAGES = [
    "home",
    "section",
    "section from right to left",
    "story",
    "story from right to left",
    "topic",
    "author",
    "corrections",
    "not found",
    "gone",
    "bad key",
]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_on_any_readers_page(
    paper: dict[str, str], new_context: NewContext, scheme: str
) -> None:
    page = new_context(viewport={"width": 1280, "height": 900}, color_scheme=scheme).new_page()
    found = {}
    for name in PAGES:
        page.goto(paper[name])
        found[name] = [
            (each["id"], each["nodes"][0]["html"]) for each in Axe().run(page).response["violations"]
        ]
    assert found == {name: [] for name in PAGES}


@pytest.mark.parametrize("width", [320, 360, 768, 1280])
def test_no_page_scrolls_sideways_or_has_small_targets(
    paper: dict[str, str], new_context: NewContext, width: int
) -> None:
    page = new_context(viewport={"width": width, "height": 800}).new_page()
    found = {}
    for name in PAGES:
        page.goto(paper[name])
        found[name] = (page.evaluate(_TOO_WIDE), page.evaluate(_SMALL_TARGETS))
    assert found == {name: (False, []) for name in PAGES}


_TOO_WIDE = "document.documentElement.scrollWidth > window.innerWidth"
# WCAG 2.5.8: links within a sentence are excepted, and so is what stands far enough from its neighbours.
_SENTENCES = ".prose p, .prose li, .story__body, .skip, .teaser__headline, .meta, .comment__tag"
_SMALL_TARGETS = f"""() => [...document.querySelectorAll("a, button, input, summary")]
  .filter((target) => !target.closest("{_SENTENCES}"))
  .filter((target) => target.checkVisibility() && target.getBoundingClientRect().height < 24)
  .map((target) => target.outerHTML)"""


FACES = [
    "",
    "Charter",
    "Georgia",
    "Gelasio",
    "Liberation Serif",
    "Noto Serif",
    "DejaVu Serif",
    "DejaVu Serif Condensed",
    "Noto Sans",
    "Noto Serif Display",
]
"""Of very different widths; where one is not installed, the system's own serif face stands in for it."""


@pytest.mark.parametrize("face", FACES)
def test_story_text_has_lines_of_60_to_75_characters_on_a_desk(
    face: str, paper: dict[str, str], page: Page
) -> None:
    page.goto(paper["story"])
    per_line = page.evaluate(
        """(face) => {
          if (face) document.documentElement.style.setProperty("--face-serif", `"${face}", serif`);
          const text = document.querySelector(".story__body > p:not(.dateline):nth-of-type(n + 3)");
          const lines = text.getBoundingClientRect().height / parseFloat(getComputedStyle(text).lineHeight);
          return text.textContent.length / Math.round(lines);
        }""",
        face,
    )
    assert 60 <= per_line <= 76


def test_keyboard_reaches_the_text_first_and_shows_where_it_is(paper: dict[str, str], page: Page) -> None:
    page.goto("/")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the text")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()
    page.keyboard.press("Tab")
    outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert (page.evaluate("document.activeElement.closest('main') !== null"), outline) == (True, "solid")


def test_right_to_left_story_is_mirrored(paper: dict[str, str], page: Page) -> None:
    page.goto(paper["story from right to left"])
    facts = page.locator(".story__facts").bounding_box()
    body = page.locator(".story__body").bounding_box()
    assert facts
    assert body
    assert facts["x"] > body["x"] + body["width"]


def test_comment_form_opens_in_place_and_focus_moves_into_it(paper: dict[str, str], page: Page) -> None:
    page.goto(paper["story"])
    link = page.get_by_role("link", name="Add new comment")
    link.click()
    form = page.locator(".discussion form")
    expect(form).to_be_visible()
    expect(link).to_have_attribute("aria-expanded", "true")
    assert page.evaluate("document.activeElement.form === document.querySelector('.discussion form')")
    assert page.url.endswith(paper["story"])
    page.get_by_role("link", name="Reply to").first.click()
    expect(page.locator(".discussion form")).to_have_count(2)
    assert (
        page.evaluate("new Set([...document.querySelectorAll('[id]')].map((e) => e.id)).size")
        == page.locator("[id]").count()
    )
    assert Axe().run(page).response["violations"] == []
    link.click()
    expect(form.first).to_be_hidden()


def test_without_script_the_link_leads_to_the_form(paper: dict[str, str], page_without_script: Page) -> None:
    page_without_script.goto(paper["story"])
    page_without_script.get_by_role("link", name="Add new comment").click()
    assert page_without_script.url.endswith(f"{paper['story']}comments/new/")
    expect(page_without_script.locator("form[data-comment-form]")).to_be_visible()


def test_stylesheets_and_scripts_of_a_story_stay_small(paper: dict[str, str], page: Page) -> None:
    sizes = {"stylesheet": 0, "script": 0}

    def add(response: Any) -> None:
        kind = response.request.resource_type
        if kind in sizes:
            sizes[kind] += len(response.body())

    page.on("response", add)
    page.goto(paper["story"])
    page.wait_for_load_state("networkidle")
    # Uncompressed here; compressed they may be 30 kB and 20 kB.
    assert 0 < sizes["stylesheet"] < 60_000
    assert 0 < sizes["script"] < 20_000
