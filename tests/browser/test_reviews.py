"""Second review and practice in a browser: by keys, without script, and as axe finds them."""

from collections.abc import Callable

import pytest
from django.utils import timezone
from playwright.sync_api import BrowserContext, Page, expect

from comments import actions
from comments.models import Comment, Practice, SecondReview
from newsroom.accounts.models import User
from tests.browser.test_queue import QUEUE, SignIn, complaints
from tests.factories import make_comment, make_commenter, make_discussion, make_policy, make_user


@pytest.fixture
def reviewer() -> User:
    return make_user(group="Moderation lead", name="Lea")


@pytest.fixture
def decided(reviewer: User) -> list[Comment]:
    """Anna's was approved and Bert's rejected under rule 3, by a newcomer."""
    make_policy()
    discussion, newcomer = make_discussion(), make_user(group="Moderator", name="Mina")
    made = [
        make_comment(state="held", discussion=discussion, commenter=make_commenter(name=name))
        for name in ("Anna", "Bert")
    ]
    actions.approve(made[0].pk, by=newcomer, seen_version=1, now=timezone.now())
    actions.reject(made[1].pk, by=newcomer, seen_version=1, rule_keys=["respect"], now=timezone.now())
    return made


def test_second_review_goes_by_the_same_keys_and_tells_afterwards(
    page: Page, sign_in: SignIn, reviewer: User, decided: list[Comment]
) -> None:
    sign_in(page, reviewer)
    page.goto(f"{QUEUE}?view=review")
    card = page.locator("#card:not([aria-busy]) h2")
    expect(card).to_contain_text("Second review: comment by Anna")
    page.keyboard.press("a")
    expect(card).to_contain_text("Second review: comment by Bert")
    expect(page.locator("#status")).to_contain_text("A colleague had decided the same: approved.")
    page.keyboard.press("r")
    page.keyboard.press("2")
    expect(page.locator("#reject-now")).to_have_text("I’d reject under rule 2")
    page.keyboard.press("Enter")
    expect(card).to_have_text("No decision of a colleague is to be reviewed.")
    expect(page.locator("#status")).to_contain_text("decided otherwise: rejected under rule 3.")
    assert list(SecondReview.objects.order_by("pk").values_list("agrees", flat=True)) == [True, False]


def test_practice_works_without_script(
    page_without_script: Page, sign_in: SignIn, reviewer: User, decided: list[Comment]
) -> None:
    page = page_without_script
    sign_in(page, reviewer)
    page.goto(f"{QUEUE}practice/")
    page.get_by_role("button", name="Begin").click()
    for _comment in decided:
        page.get_by_role("button", name="I would publish it").click()
        expect(page.locator(".practice-answer")).to_contain_text("The desk:")
        page.locator(".practice-next").click()
    expect(page.get_by_role("status").first).to_have_text("Done: 1 of 2 as the desk had decided.")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1280])
def test_axe_finds_nothing_in_reviews_and_practice(
    new_context: Callable[..., BrowserContext],
    sign_in: SignIn,
    reviewer: User,
    decided: list[Comment],
    scheme: str,
    width: int,
) -> None:
    # Axe itself writes inline styles while it looks at a page that scrolls.
    size = {"width": width, "height": 800}
    page = new_context(viewport=size, color_scheme=scheme, bypass_csp=True).new_page()
    sign_in(page, reviewer)
    page.goto(f"{QUEUE}?view=review")
    assert complaints(page) == []
    page.locator("#reject > summary").click()
    assert complaints(page) == []
    page.locator("#rules input").first.check()
    page.locator("#reject-now").click()
    expect(page.locator("#status")).to_contain_text("decided otherwise")
    page.goto(f"{QUEUE}statistics/")
    page.get_by_text("Where the second look differed").click()
    assert complaints(page) == []
    page.goto(f"{QUEUE}practice/")
    page.get_by_role("button", name="Begin").click()
    assert complaints(page) == []
    page.get_by_role("button", name="I would publish it").click()
    assert complaints(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") == width
    assert Practice.objects.count() == 1
