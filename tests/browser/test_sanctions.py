"""Sanctions in the browser: by keyboard from the card to the proposal, by touch and without script to the agreement."""

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from articles.models import Publication
from comments import links
from comments.models import Sanction
from newsroom.accounts.models import User
from tests.browser.test_queue import QUEUE, SignIn, complaints
from tests.factories import make_comment
from tests.integration.sanctioning import Sanctions

PHONE = {"viewport": {"width": 360, "height": 740}, "has_touch": True, "is_mobile": True}


@pytest.fixture
def desk() -> Sanctions:
    """A reader who broke rule 3 three times and was warned and watched for it before; one more comment waits."""
    desk = Sanctions()
    for kind, days in (("warning", None), ("pre_moderation", 14), ("suspension", 30)):
        made = desk.sanction(kind, days)
        Sanction.objects.filter(pk=made.pk).update(acknowledged_at=desk.now)
    Sanction.objects.filter(kind="suspension").update(lifted_at=desk.now)
    desk.now = desk.now.replace(microsecond=desk.now.microsecond)
    Sanction.objects.update(starts_at=desk.now.replace(year=desk.now.year - 1, month=12, day=1))
    desk.break_rule(3)
    make_comment(commenter=desk.against, state="held", policy=desk.policy, body="And once more.")
    return desk


def no_sideways_scrolling(page: Page) -> None:
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_ban_is_proposed_by_keyboard_and_agreed_to_on_a_phone_without_script(
    page: Page, sign_in: SignIn, new_context: Callable[..., BrowserContext], desk: Sanctions
) -> None:
    sign_in(page, desk.moderator)
    page.goto(QUEUE)
    expect(page.locator(".desk-side")).to_contain_text(
        "Proposed: ban, since rule 3 was broken three times in 30 days. Before: suspension for 30 days"
    )
    page.get_by_role("link", name="Look at it").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("radio", name="Ban")).to_be_checked()
    expect(page.get_by_role("checkbox", name="3 Respect others")).to_be_checked()
    page.get_by_label("Note to the commenter").focus()
    page.keyboard.type("We have warned you, watched you and kept you out.")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#mail")).to_contain_text("You cannot send comments any more")
    expect(page.locator("#mail")).to_contain_text("until somebody agrees, it restricts nobody")
    assert complaints(page) == []
    page.get_by_role("button", name="Propose it").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("You proposed this, so somebody else has to agree.")).to_be_visible()
    assert complaints(page) == []
    phone = new_context(java_script_enabled=False, **PHONE).new_page()
    _agree(phone, sign_in, desk.second)
    assert Sanction.objects.get(kind="ban").agreed_by == desk.second


def _agree(phone: Page, sign_in: SignIn, second: User) -> None:
    sign_in(phone, second)
    phone.goto(f"{QUEUE}sanctions/")
    phone.get_by_role("link", name="Ban").tap()
    phone.get_by_role("button", name="Agree: ban from now on").tap()
    expect(phone.get_by_text("Holds.")).to_be_visible()
    expect(phone.get_by_role("button", name="Undo")).to_be_visible()


def test_banned_reader_is_told_in_the_form_and_objects(
    page: Page, sign_in: SignIn, new_context: Callable[..., BrowserContext], desk: Sanctions
) -> None:
    made = desk.sanction("ban", None)
    sign_in(page, desk.reader)
    story = Publication.objects.get(article=desk.article).get_absolute_url()
    page.goto(f"{story}comments/new/")
    expect(page.get_by_role("heading", level=1)).to_have_text("You cannot send comments any more")
    assert complaints(page) == []
    page.get_by_role("link", name="Why, and how you can object").click()
    page.get_by_label("Why do you think that we are wrong?").fill("It was my brother.")
    page.get_by_role("button", name="Send the objection").click()
    expect(page.get_by_text("We have your objection.")).to_be_visible()
    assert complaints(page) == []
    phone = new_context(**PHONE).new_page()
    phone.goto(links.sanction_path(made))
    no_sideways_scrolling(phone)


def test_pages_fit_a_phone(
    new_context: Callable[..., BrowserContext], sign_in: SignIn, desk: Sanctions
) -> None:
    made = desk.propose()
    phone = new_context(**PHONE).new_page()
    sign_in(phone, desk.lead)
    for path in ("sanctions/", f"sanctions/{made.uid}/", f"commenters/{desk.against.uid}/", "illegal/"):
        phone.goto(f"{QUEUE}{path}")
        no_sideways_scrolling(phone)
        assert complaints(phone) == []
