"""Many at once, as moderators meet it: with script and without, what axe makes of it, and its width on a phone."""

from collections.abc import Callable

import pytest
from django.utils import timezone
from playwright.sync_api import BrowserContext, Page, expect

from comments import runs
from comments.enums import Act, RunScope
from comments.models import BulkRun, Comment
from newsroom.accounts.models import User
from tests.browser.test_queue import QUEUE, SignIn, complaints, state_of
from tests.factories import make_comment, make_discussion, make_policy, make_user


@pytest.fixture
def moderator() -> User:
    return make_user(group="Moderator")


@pytest.fixture
def held() -> list[Comment]:
    make_policy()
    discussion = make_discussion()
    return [
        make_comment(state="held", discussion=discussion, body=f"Buy crane {number}.") for number in range(7)
    ]


def work() -> None:
    """The worker does what is to be done."""
    for run in BulkRun.objects.filter(state="running"):
        while runs.advance(run.pk, now=timezone.now()):
            pass


def test_bulk_shows_count_and_sample_then_progress_then_the_result_and_undo(
    page: Page, sign_in: SignIn, moderator: User, held: list[Comment]
) -> None:
    sign_in(page, moderator)
    page.goto(QUEUE)
    page.get_by_text("Decide on all that wait").click()
    page.get_by_role("button", name="on this story").click()
    expect(page.locator(".desk-run")).to_contain_text("7 comments, as they stand now.")
    expect(page.locator(".run-items li")).to_have_count(5)
    page.get_by_label("Respect others").check()
    page.get_by_role("button", name="Reject 7").click()
    expect(page.get_by_role("status").first).to_have_text("Running: 0 of 7 comments.")
    work()
    # The page asks by itself.
    expect(page.get_by_role("status").first).to_have_text("Done. Rejected under rule 3: 7.")
    assert {state_of(comment) for comment in held} == {"rejected"}
    page.get_by_role("button", name="Undo all 7").click()
    work()
    expect(page.get_by_role("status").first).to_have_text("Done. Undone: 7.")
    assert {state_of(comment) for comment in held} == {"held"}


def test_bulk_works_without_script(
    page_without_script: Page, sign_in: SignIn, moderator: User, held: list[Comment]
) -> None:
    page = page_without_script
    sign_in(page, moderator)
    page.goto(QUEUE)
    page.get_by_text("Decide on all that wait").click()
    page.get_by_role("button", name="on this story").click()
    page.get_by_role("button", name="Approve 7").click()
    expect(page.get_by_role("status").first).to_have_text("Running: 0 of 7 comments.")
    work()
    page.get_by_role("link", name="Look again").click()
    expect(page.get_by_role("status").first).to_have_text("Done. Approved: 7.")
    assert {state_of(comment) for comment in held} == {"public"}


def test_whole_list_is_decided_on_after_a_look_at_how_many(
    page: Page, sign_in: SignIn, moderator: User, held: list[Comment]
) -> None:
    sign_in(page, moderator)
    page.goto(QUEUE)
    page.get_by_role("button", name="Decide on the whole list…").click()
    expect(page.locator(".desk-run")).to_contain_text("7 comments, as they stand now.")
    page.get_by_role("button", name="Approve 7").click()
    work()
    expect(page.get_by_role("status").first).to_have_text("Done. Approved: 7.")
    assert {state_of(comment) for comment in held} == {"public"}


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1280])
def test_axe_finds_nothing_on_pages_of_bulk_decisions(
    new_context: Callable[..., BrowserContext],
    sign_in: SignIn,
    moderator: User,
    held: list[Comment],
    scheme: str,
    width: int,
) -> None:
    items = [(comment.pk, comment.version) for comment in held]
    reasons = runs.Reasons(rule_keys=["respect"])
    made = [
        runs.prepare(items[:number], RunScope.SELECTION, by=moderator, now=timezone.now())
        for number in (7, 3, 2)
    ]
    for run in made[1:]:
        runs.begin(run.pk, Act.REJECTED, by=moderator, now=timezone.now(), reasons=reasons)
    while runs.advance(made[1].pk, now=timezone.now()):
        pass
    page = new_context(viewport={"width": width, "height": 800}, color_scheme=scheme).new_page()
    sign_in(page, moderator)
    for path in (f"bulk/{made[0].uid}/", f"bulk/{made[1].uid}/", f"bulk/{made[2].uid}/", "bulk/"):
        page.goto(QUEUE + path)
        assert (path, complaints(page)) == (path, [])
        assert page.evaluate("document.documentElement.scrollWidth") == width
