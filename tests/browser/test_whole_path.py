"""A comment's whole way through the product, by its screens alone; and axe on the pages that no other test opens."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.utils import timezone
from playwright.sync_api import BrowserContext, Page, expect

from articles.models import Publication
from comments import tasks
from comments.models import Comment, Letter
from comments.wording import words_of
from newsroom.accounts.models import User
from tests.factories import make_article, make_policy, make_publication, make_section, make_user

NewContext = Callable[..., BrowserContext]
SignIn = Callable[[Page, User], None]
WORDS = "The ferry timetable deserves a second look."


@pytest.fixture
def story(transactional_db: None) -> Publication:
    make_policy()
    return make_publication(article=make_article(section=make_section(name="City", slug="city")))


def guest_sends(page: Page, story: Publication, words: str) -> None:
    page.goto(f"{story.get_absolute_url()}comments/new/")
    page.get_by_label("Your name").fill("Gus Guest")
    page.get_by_label("Your e-mail address").fill("gus@example.org")
    page.get_by_role("textbox", name="Your comment").fill(words)
    page.get_by_label("I have read version 1").check()
    page.wait_for_timeout(1100)
    page.get_by_role("button", name="Send comment").click()
    expect(page.get_by_role("heading", name="One more step: confirm your address")).to_be_visible()
    letter = Letter.objects.filter(kind="confirmation").latest("id")
    found = re.search(r"https?://[^/\s]+(/comments/confirm/\S+)", words_of(letter).text)
    assert found
    page.goto(found[1])
    page.get_by_role("button", name="Yes, confirm this comment").click()
    expect(page.get_by_text("Waiting for a moderator. Nobody else can see it.")).to_be_visible()


def test_guest_confirms_and_the_page_shows_what_a_moderator_approved(
    new_context: NewContext, story: Publication, sign_in: SignIn
) -> None:
    guest, desk = new_context().new_page(), new_context().new_page()
    guest_sends(guest, story, WORDS)
    guest.goto(story.get_absolute_url())
    expect(guest.get_by_text(WORDS)).to_have_count(0)
    sign_in(desk, make_user(group="Moderator"))
    desk.goto("/admin/moderation/")
    expect(desk.locator("#card")).to_contain_text(WORDS)
    desk.get_by_role("button", name="Approve", exact=True).click()
    expect(desk.locator("#status")).to_contain_text("Approved")
    # Anew, as a browser may show its own copy for ten seconds.
    guest.reload()
    expect(guest.get_by_text(WORDS)).to_be_visible()


def test_rejected_authors_mail_quotes_the_rule_and_undo_stops_it(
    new_context: NewContext, story: Publication, sign_in: SignIn
) -> None:
    guest, desk = new_context().new_page(), new_context().new_page()
    guest_sends(guest, story, WORDS)
    sign_in(desk, make_user(group="Moderator"))
    desk.goto("/admin/moderation/")
    for state in ("cancelled", "sent"):
        desk.keyboard.press("r")
        desk.keyboard.press("3")
        desk.keyboard.press("Enter")
        expect(desk.locator("#status")).to_contain_text("Rejected under rule 3")
        letter = Letter.objects.filter(kind="statement").latest("id")
        if state == "cancelled":
            desk.keyboard.press("u")
            expect(desk.locator("#card")).to_contain_text(WORDS)
        tasks.deliver(letter.pk, now=timezone.now() + timedelta(seconds=61))
        letter.refresh_from_db()
        assert letter.state == state
    assert "Argue with arguments, not with insults." in words_of(letter).text
    assert "/comment-policy/1/#rule-3" in words_of(letter).text
    assert Comment.objects.get().state == "rejected"


def of_visitors(story: Publication) -> list[str]:
    return [
        "/accounts/login/",
        "/accounts/signup/",
        "/accounts/password/reset/",
        "/nowhere/",
        "/comments/confirm/x/",
    ]


OF_STAFF = [
    "/accounts/profile/",
    "/accounts/email/",
    "/accounts/password/change/",
    "/accounts/2fa/",
    "/accounts/logout/",
]
OF_ADMINISTRATORS = ["/admin/", "/admin/accounts/user/", "/admin/accounts/user/add/", "/admin/auth/group/"]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_on_accounts_errors_and_the_admin(
    new_context: NewContext, story: Publication, sign_in: SignIn, scheme: str
) -> None:
    # Axe itself writes inline styles while it looks at a page that scrolls.
    page = new_context(color_scheme=scheme, bypass_csp=True).new_page()
    found = faults(page, of_visitors(story))
    sign_in(page, make_user(is_staff=True, is_superuser=True))
    assert found | faults(page, [*OF_STAFF, *OF_ADMINISTRATORS]) == {}


def faults(page: Page, addresses: list[str]) -> dict[str, list[str]]:
    """Axe's complaints by address, without addresses that have none."""
    found = {}
    for address in addresses:
        page.goto(address)
        violations = Axe().run(page).response["violations"]
        if violations:
            found[address] = [f"{each['id']}: {each['nodes'][0]['html'][:120]}" for each in violations]
    return found
