"""Asking a colleague and what is kept of the rules, in a browser: by key, on a phone, and as axe finds it."""

from collections.abc import Callable

import pytest
from django.utils import timezone
from playwright.sync_api import BrowserContext, Page, expect

from comments import actions
from comments.actions.guidance import keep_guidance
from comments.models import Comment, Question
from newsroom.accounts.models import User
from tests.browser.test_queue import QUEUE, SignIn, complaints, heading
from tests.factories import make_comment, make_commenter, make_discussion, make_policy, make_user


@pytest.fixture
def lead() -> User:
    return make_user(group="Moderation lead", name="Lea")


@pytest.fixture
def held(lead: User) -> list[Comment]:
    """Two that wait, by Anna and Bert; rule 3 has an example for, one against, and a ready-made note."""
    make_policy()
    discussion = make_discussion()
    for breaks, text in ((True, "You numpty."), (False, "That is numpty logic.")):
        example = {
            "rule_key": "respect",
            "breaks": breaks,
            "text": text,
            "why": "A person, or what they say.",
        }
        keep_guidance("example", None, by=lead, now=timezone.now(), **example)
    canned = {"rule_key": "respect", "language": "", "title": "Tone", "text": "Argue with arguments."}
    keep_guidance("note", None, by=lead, now=timezone.now(), **canned)
    return [
        make_comment(state="held", discussion=discussion, commenter=make_commenter(name=name))
        for name in ("Anna", "Bert")
    ]


def test_e_asks_a_colleague_and_the_card_is_theirs(
    page: Page, phone: Page, sign_in: SignIn, lead: User, held: list[Comment]
) -> None:
    sign_in(page, make_user(group="Moderator", name="Mina"))
    page.goto(QUEUE)
    heading(page, "Anna")
    page.keyboard.press("e")
    expect(page.locator("#ask-to")).to_be_focused()
    page.locator("#ask-to").select_option("Lea")
    page.fill("#ask-what", "Satire?")
    page.get_by_role("button", name="Pass it on").click()
    heading(page, "Bert")
    expect(page.locator("#status")).to_contain_text("Passed to Lea.")
    sign_in(phone, lead)
    phone.goto(f"{QUEUE}?view=asked")
    heading(phone, "Anna")
    expect(phone.locator(".card-asked")).to_contain_text("Satire?")
    phone.get_by_text("Answer without deciding").tap()
    phone.fill("#answer-text", "It is.")
    phone.get_by_role("button", name="Answer, and give it back").tap()
    expect(phone.locator("#status")).to_contain_text("Answered.")
    assert Question.objects.get().settled_at is not None


def test_reject_shows_examples_and_puts_the_ready_made_note_into_the_mail(
    page: Page, sign_in: SignIn, lead: User, held: list[Comment]
) -> None:
    sign_in(page, lead)
    page.goto(QUEUE)
    page.keyboard.press("r")
    page.keyboard.press("3")
    page.get_by_text("Examples of rule 3").click()
    expect(page.locator(".rule-examples")).to_contain_text("That is numpty logic.")
    page.locator("#canned").select_option("3. Tone")
    expect(page.locator("#mail")).to_contain_text("Argue with arguments.")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1280])
def test_axe_finds_nothing_where_colleagues_meet(
    new_context: Callable[..., BrowserContext],
    sign_in: SignIn,
    lead: User,
    held: list[Comment],
    scheme: str,
    width: int,
) -> None:
    mina = make_user(group="Moderator", name="Mina")
    actions.ask(held[0].pk, by=mina, to=lead, note="Satire?", seen_version=1, now=timezone.now())
    actions.add_note(held[0], by=mina, text="Writes for the stage.", now=timezone.now())
    # Axe itself writes inline styles while it looks at a page that scrolls.
    size = {"width": width, "height": 800}
    page = new_context(viewport=size, color_scheme=scheme, bypass_csp=True).new_page()
    sign_in(page, lead)
    page.goto(f"{QUEUE}?item={held[0].uid}")
    for summary in ("Answer without deciding", "Write a note for colleagues"):
        page.get_by_text(summary, exact=True).click()
    page.locator("#asking > summary").click()
    assert complaints(page) == []
    page.locator("#reject > summary").click()
    page.locator(".rule-examples summary").click()
    assert complaints(page) == []
    page.goto(f"{QUEUE}rules/")
    page.get_by_text("Add an example to rule 3").click()
    page.locator(".desk-run summary", has_text="Change").first.click()
    assert complaints(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") == width
