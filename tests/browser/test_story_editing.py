"""Editors in a real browser: write, schedule, publish; by keyboard, on a phone, without script, under the policy."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from articles import actions
from articles.actions import Content
from articles.models import Article, Publication
from newsroom.accounts.models import User
from tests.factories import make_author, make_section, make_user

BODY = "<p>They do.</p><h2>Who pays</h2><p>You.</p>"
SignIn = Callable[[Page, User], None]


@pytest.fixture
def editor() -> User:
    return make_user(group="Editor", name="Marian Holt")


@pytest.fixture
def story(editor: User) -> Article:
    now = timezone.now()
    section = make_section(name="City", slug="city")
    begun = actions.begin(by=editor, section=section, headline="Night buses return", now=now)
    content = Content("Night buses return", body=BODY, byline=[make_author(name="Ingrid Vasey").pk])
    actions.save(begun, by=editor, content=content, base=0, now=now)
    return begun


def url(story: Article, page: str = "change") -> str:
    return f"/admin/articles/article/{story.pk}/{page}/"


def newest(story: Article) -> Any:
    return story.revisions.order_by("-number")[0]


def test_editor_writes_schedules_and_publishes(page: Page, sign_in: SignIn, editor: User) -> None:
    make_section(name="City", slug="city")
    make_author(name="Ingrid Vasey")
    sign_in(page, editor)
    page.goto("/admin/articles/article/")
    page.get_by_role("link", name="Add story").click()
    expect(page.get_by_label("Headline")).to_be_focused()
    page.keyboard.type("The ferry is late again")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Still needed:")).to_be_visible()
    page.get_by_role("link", name="a byline with at least one author").click()
    expect(page.get_by_label("Author 1")).to_be_focused()
    page.get_by_label("Author 1").select_option("Ingrid Vasey")
    page.get_by_role("textbox", name="Body").click()
    page.keyboard.type("Forty minutes, this time.")
    page.get_by_role("button", name="Publish…").click()
    expect(page.get_by_role("heading", name="Revision 2")).to_be_visible()

    tomorrow = timezone.localtime() + timedelta(days=1)
    page.get_by_label("At a time").check()
    page.get_by_label("Goes live at").fill(tomorrow.strftime("%Y-%m-%dT%H:%M"))
    page.get_by_role("button", name="Publish revision 2").click()
    expect(page.get_by_text("Not published. Goes live")).to_be_visible()
    story = Article.objects.get()
    assert Publication.objects.published(timezone.now()).count() == 0

    page.get_by_role("button", name="Publication…").click()
    page.get_by_label("Now").check()
    page.get_by_role("button", name="Publish revision 2").click()
    expect(page.get_by_text("Live: revision 2.")).to_be_visible()
    page.get_by_role("link", name="Readers’ page").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("The ferry is late again")
    expect(page.get_by_text("Forty minutes, this time.")).to_be_visible()
    assert newest(story).body == "<p>Forty minutes, this time.</p>"


def test_toolbar_makes_crossheads_quotes_and_lists(
    page: Page, sign_in: SignIn, editor: User, story: Article
) -> None:
    sign_in(page, editor)
    page.goto(url(story))
    body = page.get_by_role("textbox", name="Body")
    body.click()
    page.keyboard.press("Control+a")
    page.keyboard.type("Opening")
    page.keyboard.press("Enter")
    page.keyboard.type("## Crosshead")
    page.keyboard.press("Enter")
    page.keyboard.type("> Quote")
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    page.keyboard.type("- Item")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Revision 2 saved.")).to_be_visible()
    assert newest(story).body == (
        "<p>Opening</p><h2>Crosshead</h2><blockquote><p>Quote</p></blockquote><ul><li>Item</li></ul>"
    )


def test_menu_speaks_of_crossheads(page: Page, sign_in: SignIn, editor: User, story: Article) -> None:
    sign_in(page, editor)
    page.goto(url(story))
    page.locator(".prose-menubar__selected").first.click()
    page.get_by_role("button", name="Crosshead", exact=True).click()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Revision 2 saved.")).to_be_visible()
    assert newest(story).body == "<h2>They do.</h2><h2>Who pays</h2><p>You.</p>"


def test_save_by_key_and_warning_before_typed_text_is_lost(
    page: Page, sign_in: SignIn, editor: User, story: Article
) -> None:
    sign_in(page, editor)
    page.goto(url(story))
    page.get_by_label("Headline").fill("Night buses stay")
    expect(page.get_by_text("not saved yet")).to_be_visible()
    asked = []

    def stay(dialog: Any) -> None:
        asked.append(dialog.type)
        dialog.dismiss()

    page.once("dialog", stay)
    page.evaluate("window.location.assign('/admin/')")
    page.wait_for_timeout(300)
    assert asked == ["beforeunload"]
    page.keyboard.press("Control+s")
    expect(page.get_by_text("Revision 2 saved.")).to_be_visible()
    assert newest(story).headline == "Night buses stay"


def test_stale_save_shows_both_texts(page: Page, sign_in: SignIn, editor: User, story: Article) -> None:
    sign_in(page, editor)
    page.goto(url(story))
    page.get_by_label("Headline").fill("Mine")
    theirs = Content("Theirs", body=BODY, byline=newest(story).byline)
    actions.save(story, by=editor, content=theirs, base=1, now=timezone.now())
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("alert")).to_contain_text("saved revision 2 since you began")
    expect(page.locator(".conflict pre")).to_have_text("Theirs")
    expect(page.get_by_label("Headline")).to_have_value("Mine")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Revision 3 saved.")).to_be_visible()


def test_headline_is_counted_as_readers_see_it(
    page: Page, sign_in: SignIn, editor: User, story: Article
) -> None:
    sign_in(page, editor)
    page.goto(url(story))
    count = page.locator(".field--headline .count")
    page.get_by_label("Headline").fill("e\u0301👩‍👩‍👧")
    expect(count).to_have_text("2 of 80")
    page.get_by_label("Headline").fill("x" * 81)
    expect(count).to_have_text("81 of 80: fronts and search engines cut it there")


def test_fields_follow_the_language(page: Page, sign_in: SignIn, editor: User, story: Article) -> None:
    sign_in(page, editor)
    page.goto(url(story))
    page.get_by_label("Language").select_option("fa")
    expect(page.get_by_label("Headline")).to_have_attribute("dir", "rtl")
    expect(page.get_by_role("textbox", name="Body")).to_have_attribute("dir", "rtl")


def test_story_is_written_and_published_without_script(
    page_without_script: Page, sign_in: SignIn, editor: User, story: Article
) -> None:
    page = page_without_script
    sign_in(page, editor)
    page.goto(url(story))
    page.get_by_label("Body").fill("<p>Written as markup.</p>")
    page.get_by_role("button", name="Publish…").click()
    page.get_by_role("button", name="Publish revision 2").click()
    page.get_by_role("link", name="Readers’ page").click()
    expect(page.get_by_text("Written as markup.")).to_be_visible()


@pytest.mark.parametrize("where", ["", "add/", "{pk}/change/", "{pk}/publish/"])
def test_pages_fit_a_phone(where: str, phone: Page, sign_in: SignIn, editor: User, story: Article) -> None:
    sign_in(phone, editor)
    phone.goto("/admin/articles/article/" + where.format(pk=story.pk))
    assert phone.evaluate("document.documentElement.scrollWidth") <= 360
