"""A moderator's shift: twenty comments by keyboard alone, by touch on a phone, and without script; and its slips."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core import mail
from django.utils import timezone
from playwright.sync_api import BrowserContext, Page, Route, expect

from comments import actions
from comments.models import Comment, CommentFinding, Decision, Letter, Rule
from comments.tasks import deliver
from newsroom.accounts.models import User
from tests.browser.test_queue import QUEUE, SignIn, complaints, heading, state_of
from tests.factories import make_comment, make_commenter, make_discussion, make_policy, make_user

TWENTY = 20


@pytest.fixture
def moderator() -> User:
    return make_user(group="Moderator")


@pytest.fixture
def held() -> list[Comment]:
    """Twenty that wait, by Reader 0 to Reader 19; each fourth has words that rule 3 caught."""
    make_policy()
    discussion = make_discussion()
    comments = [
        make_comment(
            state="held",
            discussion=discussion,
            commenter=make_commenter(name=f"Reader {number}."),
            body="You are a numpty." if number % 4 == 3 else "The harbour needs a crane.",
            submitted_at=timezone.now() - timedelta(minutes=40 - number),
        )
        for number in range(TWENTY)
    ]
    rule = Rule.objects.get(key="respect")
    CommentFinding.objects.bulk_create(
        CommentFinding(
            text=comment.current_text, rule=rule, start=10, end=16, effect="hold", fact="listed_phrase",
            check_name="phrases",
        )
        for comment in comments[3::4]
    )  # fmt: skip
    return comments


def assert_cleared(held: list[Comment], moderator: User) -> None:
    wanted = ["rejected" if number % 4 == 3 else "public" for number in range(TWENTY)]
    assert [state_of(comment) for comment in held] == wanted
    decisions = Decision.objects.filter(decider=moderator)
    assert decisions.count() == TWENTY
    assert set(decisions.filter(act="rejected").values_list("grounds__key", flat=True)) == {"respect"}


def test_twenty_are_cleared_by_keyboard_alone(
    page: Page, sign_in: SignIn, moderator: User, held: list[Comment]
) -> None:
    sign_in(page, moderator)
    page.goto(QUEUE)
    page.evaluate("() => { window.sameDocument = true }")
    for number in range(TWENTY):
        heading(page, f"Reader {number}.")
        if number:
            expect(page.locator("#card h2")).to_be_focused()
        if number % 4 == 3:
            page.keyboard.press("r")
            expect(page.locator("#reject-now")).to_have_text("Reject under rule 3")
            page.keyboard.press("Enter")
        else:
            page.keyboard.press("a")
    expect(page.locator("#card h2")).to_have_text("Nothing is waiting.")
    assert page.evaluate("window.sameDocument") is True
    assert_cleared(held, moderator)


def test_twenty_are_cleared_by_touch_at_360_px(
    phone: Page, sign_in: SignIn, moderator: User, held: list[Comment]
) -> None:
    sign_in(phone, moderator)
    phone.goto(QUEUE)
    for number in range(TWENTY):
        heading(phone, f"Reader {number}.")
        assert phone.evaluate("document.documentElement.scrollWidth") == 360
        if number % 4 == 3:
            phone.locator("#reject > summary").tap()
            phone.locator("#reject-now").tap()
        else:
            phone.locator("#approve").tap()
    expect(phone.locator("#card h2")).to_have_text("Nothing is waiting.")
    assert_cleared(held, moderator)


def test_twenty_are_cleared_without_script(
    page_without_script: Page, sign_in: SignIn, moderator: User, held: list[Comment]
) -> None:
    page = page_without_script
    sign_in(page, moderator)
    page.goto(QUEUE)
    for number in range(TWENTY):
        heading(page, f"Reader {number}.")
        if number % 4 == 3:
            page.get_by_text("Reject…", exact=True).click()
            page.locator("#reject-now").click()
        else:
            page.locator("#approve").click()
    expect(page.locator("#card h2")).to_have_text("Nothing is waiting.")
    assert_cleared(held, moderator)


def test_what_is_undone_is_held_again_was_never_public_and_nobody_hears_of_it(
    page: Page, sign_in: SignIn, moderator: User, held: list[Comment]
) -> None:
    sign_in(page, moderator)
    page.goto(f"{QUEUE}?item={held[3].uid}")
    page.keyboard.press("r")
    page.keyboard.press("Enter")
    expect(page.locator("#status")).to_contain_text("Rejected under rule 3. Mail goes in")
    page.keyboard.press("u")
    heading(page, "Reader 3.")
    expect(page.locator("#status")).to_contain_text("Undone.")
    later = timezone.now() + timedelta(minutes=2)
    for letter in Letter.objects.all():
        deliver(letter.pk, now=later)
    comment = Comment.objects.get(pk=held[3].pk)
    assert (comment.state, comment.public_since, comment.due_at) == ("held", None, held[3].due_at)
    assert (mail.outbox, Letter.objects.filter(state="sent").count()) == ([], 0)
    assert list(Decision.objects.order_by("seq").values_list("act", flat=True)) == ["rejected", "undone"]


def test_stale_decision_is_refused_told_and_can_be_made_again(
    phone: Page, sign_in: SignIn, moderator: User, held: list[Comment]
) -> None:
    sign_in(phone, moderator)
    phone.goto(QUEUE)
    colleague = make_user(group="Moderator")
    actions.reject(held[0].pk, by=colleague, seen_version=1, rule_keys=["links"], now=timezone.now())
    phone.locator("#approve").tap()
    expect(phone.get_by_role("alert").first).to_contain_text("Rejected by a colleague at")
    expect(phone.get_by_role("alert").first).to_contain_text("your approval was not saved.")
    assert state_of(held[0]) == "rejected"
    phone.locator("#go-on").tap()
    heading(phone, "Reader 1.")


def stop_on_the_way(page: Page, address: str) -> Callable[[], Route]:
    """Requests to the address wait for the test, which gets the first by calling what this gives."""
    stopped: list[Route] = []

    def stop(route: Route) -> None:
        stopped.append(route)

    page.route(address, stop)

    def first() -> Route:
        for _ in range(200):
            if stopped:
                return stopped.pop(0)
            page.wait_for_timeout(50)
        raise AssertionError(f"Nothing was sent to {address}.")

    return first


def test_what_is_pressed_before_the_answer_is_there_is_done_when_it_is(
    page: Page, sign_in: SignIn, moderator: User, held: list[Comment]
) -> None:
    sign_in(page, moderator)
    with page.expect_response("**/ahead/"):
        page.goto(QUEUE)
    on_the_way = stop_on_the_way(page, "**/act/")
    page.keyboard.press("a")
    expect(page.locator("#card[aria-busy] h2")).to_contain_text("Reader 1.")
    expect(page.locator("#card[aria-busy] h2")).to_be_focused()
    page.keyboard.press("a")
    on_the_way().continue_()
    on_the_way().continue_()
    heading(page, "Reader 2.")
    assert [state_of(comment) for comment in held[:3]] == ["public", "public", "held"]


def test_a_decision_that_fails_brings_its_card_back_and_forgets_what_was_pressed_on_the_next(
    page: Page, sign_in: SignIn, moderator: User, held: list[Comment]
) -> None:
    sign_in(page, moderator)
    with page.expect_response("**/ahead/"):
        page.goto(QUEUE)
    on_the_way = stop_on_the_way(page, "**/act/")
    page.keyboard.press("a")
    expect(page.locator("#card[aria-busy] h2")).to_contain_text("Reader 1.")
    page.keyboard.press("a")
    on_the_way().abort()
    heading(page, "Reader 0.")
    expect(page.locator("#trouble")).to_contain_text("Not sent: approval of Reader 0.")
    assert [state_of(comment) for comment in held[:2]] == ["held", "held"]


def test_skipping_goes_on_and_comes_back_to_the_first(
    page: Page, sign_in: SignIn, moderator: User, held: list[Comment]
) -> None:
    Comment.objects.filter(pk__in=[comment.pk for comment in held[3:]]).update(state="rejected")
    sign_in(page, moderator)
    page.goto(QUEUE)
    for name in ("Reader 0.", "Reader 1.", "Reader 2."):
        heading(page, name)
        page.keyboard.press("s")
    heading(page, "Reader 0.")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 800, 1280])
def test_axe_finds_nothing_in_the_desks_states(
    new_context: Callable[..., BrowserContext],
    sign_in: SignIn,
    moderator: User,
    held: list[Comment],
    scheme: str,
    width: int,
) -> None:
    page = new_context(viewport={"width": width, "height": 800}, color_scheme=scheme).new_page()
    actions.claim(held[0].pk, by=make_user(group="Moderator"), now=timezone.now())
    sign_in(page, moderator)
    states = [
        f"?item={held[0].uid}",
        "?view=reported",
        "?view=fresh",
        "?rule=links&age=30",
        "?view=watched#list",
    ]
    for query in states:
        page.goto(QUEUE + query)
        assert (query, complaints(page)) == (query, [])
    page.locator("#filter summary").click()
    assert complaints(page) == []
    page.goto(f"{QUEUE}?item={held[3].uid}")
    page.keyboard.press("r")
    page.context.set_offline(True)
    page.locator("#reject-now").click()
    expect(page.locator("#trouble")).to_be_visible()
    assert complaints(page) == []
