"""The moderation desk as moderators use it: by keyboard, by touch, without script; and what it looks like to axe."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.contrib.sessions.models import Session
from django.utils import timezone
from playwright.sync_api import BrowserContext, Page, expect

from comments import actions
from comments.models import Comment, CommentFinding, Decision, Rule
from newsroom.accounts.models import User
from tests.factories import RULES, make_comment, make_commenter, make_discussion, make_policy, make_user

SignIn = Callable[[Page, User], None]
QUEUE = "/admin/moderation/"


@pytest.fixture
def moderator() -> User:
    return make_user(group="Moderator")


@pytest.fixture
def held() -> list[Comment]:
    """Three comments that wait, the oldest first, by Anna, Bert and Cleo; a rule caught words of the first."""
    make_policy()
    discussion = make_discussion()
    comments = [
        make_comment(
            state="held",
            discussion=discussion,
            commenter=make_commenter(name=name),
            body=f"{name} thinks that you are a numpty, https://example.org/{'long' * 30}",
            submitted_at=timezone.now() - timedelta(minutes=minutes),
        )
        for name, minutes in (("Anna", 40), ("Bert", 20), ("Cleo", 10))
    ]
    CommentFinding.objects.create(
        text=comments[0].current_text,
        rule=Rule.objects.get(key="respect"),
        start=27,
        end=33,
        effect="hold",
        fact="listed_phrase",
        check_name="phrases",
    )
    return comments


def heading(page: Page, name: str) -> None:
    """The card is this commenter's, and the answer that brought it is there."""
    expect(page.locator("#card:not([aria-busy]) h2")).to_contain_text(f"Comment by {name}")


def state_of(comment: Comment) -> str:
    return str(Comment.objects.get(pk=comment.pk).state)


def complaints(page: Page) -> list[str]:
    found = Axe().run(page).response["violations"]
    return [f"{one['id']}: {[node['html'][:150] for node in one['nodes']]}" for one in found]


def test_keyboard_alone_approves_rejects_and_undoes(
    page: Page, sign_in: SignIn, moderator: User, held: list[Comment]
) -> None:
    sign_in(page, moderator)
    page.goto(QUEUE)
    heading(page, "Anna")
    page.keyboard.press("j")
    heading(page, "Bert")
    page.keyboard.press("a")
    heading(page, "Cleo")
    expect(page.locator("#card h2")).to_be_focused()
    expect(page.locator("#status")).to_contain_text("Approved. Mail goes in")
    page.keyboard.press("k")
    heading(page, "Anna")
    page.keyboard.press("r")
    expect(page.locator("#reject-now")).to_have_text("Reject under rule 3")
    page.keyboard.press("2")
    expect(page.locator("#reject-now")).to_have_text("Reject under rules 2 and 3")
    expect(page.locator("#mail")).to_contain_text("At most 2 links in a comment.")
    page.keyboard.press("Enter")
    heading(page, "Cleo")
    expect(page.locator("#status")).to_contain_text("Rejected under rules 2 and 3.")
    page.keyboard.press("u")
    heading(page, "Anna")
    assert [state_of(comment) for comment in held] == ["held", "public", "held"]


def test_rejecting_without_a_rule_asks_for_one_and_escape_closes(
    page: Page, sign_in: SignIn, moderator: User, held: list[Comment]
) -> None:
    sign_in(page, moderator)
    page.goto(f"{QUEUE}?item={held[1].uid}")
    page.keyboard.press("r")
    expect(page.locator("#reject-now")).to_have_text("Choose a rule")
    page.keyboard.press("Enter")
    expect(page.locator("#rules")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("#reject-now")).to_be_hidden()
    assert state_of(held[1]) == "held"


@pytest.fixture
def answer(moderator: User) -> Comment:
    """An answer that waits, by somebody who has commented before, under a policy of twelve rules; and one more."""
    more = [
        {"key": f"rule-{number}", "title": f"Rule {number}", "text": "Be so kind."} for number in range(4, 13)
    ]
    make_policy(rules=[*RULES, *more])
    discussion, author = make_discussion(), make_commenter(name="Anna")
    make_comment(body="What Anna said before", commenter=author)
    asked = make_comment(body="What is being answered", discussion=discussion)
    make_comment(state="held", body="By Bert", commenter=make_commenter(name="Bert"))
    return make_comment(
        state="held",
        body="The answer",
        discussion=discussion,
        parent=asked,
        commenter=author,
        submitted_at=timezone.now() - timedelta(minutes=40),
    )


def test_each_key_that_opens_something_opens_it(
    page: Page, sign_in: SignIn, moderator: User, answer: Comment
) -> None:
    sign_in(page, moderator)
    page.goto(QUEUE)
    heading(page, "Anna")
    page.keyboard.press("t")
    expect(page.locator(".card-parent blockquote")).to_be_visible()
    page.keyboard.press("t")
    expect(page.locator(".card-parent blockquote")).to_be_hidden()
    page.keyboard.press("h")
    expect(page.locator("#history")).to_contain_text("What Anna said before")
    expect(page.locator("#history ul")).to_be_visible()
    page.keyboard.press("?")
    expect(page.get_by_text("what is being answered", exact=True)).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_text("what is being answered", exact=True)).to_be_hidden()
    expect(page.locator("#card h2")).to_be_focused()
    page.keyboard.press("/")
    field = page.locator("#filter input:not([type=hidden])").first
    expect(field).to_be_focused()
    expect(field).to_have_value("")
    page.keyboard.press("Escape")
    expect(field).to_be_hidden()
    with page.context.expect_page() as opened:
        page.keyboard.press("o")
    expect(opened.value.locator("h1")).to_have_text(answer.discussion.article.working_headline)
    opened.value.close()
    heading(page, "Anna")
    page.keyboard.press("x")
    expect(page.locator("#list .current input[name=pick]")).to_be_checked()
    page.keyboard.press("b")
    expect(page.get_by_role("button", name="Approve selected")).to_be_focused()
    page.keyboard.press("Enter")
    heading(page, "Bert")
    expect(page.locator("#status")).to_contain_text("Approved.")
    assert state_of(answer) == "public"


def test_t_opens_what_stood_before_where_nothing_is_answered(
    page: Page, sign_in: SignIn, moderator: User, held: list[Comment]
) -> None:
    make_comment(
        discussion=held[0].discussion,
        body="What stood here",
        submitted_at=timezone.now() - timedelta(hours=2),
    )
    sign_in(page, moderator)
    page.goto(QUEUE)
    page.keyboard.press("t")
    expect(page.get_by_text("What stood here")).to_be_visible()


def test_two_digits_tick_rules_where_there_are_more_than_nine_and_n_goes_to_the_note(
    page: Page, sign_in: SignIn, moderator: User, answer: Comment
) -> None:
    sign_in(page, moderator)
    page.goto(QUEUE)
    page.keyboard.press("n")
    note = page.locator("#reject #note")
    expect(note).to_be_focused()
    expect(note).to_have_value("")
    page.keyboard.press("Escape")
    expect(note).to_be_hidden()
    page.keyboard.press("r")
    expect(page.locator("#rules")).to_be_focused()
    for digit in "1203":
        page.keyboard.press(digit)
    expect(page.locator("#reject-now")).to_have_text("Reject under rules 3 and 12")
    page.keyboard.press("0")
    page.keyboard.press("3")
    expect(page.locator("#reject-now")).to_have_text("Reject under rule 12")
    page.keyboard.press("n")
    page.keyboard.type("12 is enough.")
    page.locator("#rules").focus()
    page.keyboard.press("Enter")
    heading(page, "Bert")
    decision = Decision.objects.get(comment=answer, act="rejected")
    assert list(decision.grounds.values_list("key", flat=True)) == ["rule-12"]
    assert decision.evidence.note == "12 is enough."


def test_keys_do_nothing_in_fields(page: Page, sign_in: SignIn, moderator: User, held: list[Comment]) -> None:
    sign_in(page, moderator)
    page.goto(QUEUE)
    page.keyboard.press("r")
    page.locator("#reject #note").press_sequentially("aj1?")
    expect(page.locator("#reject #note")).to_have_value("aj1?")
    assert [state_of(comment) for comment in held] == ["held"] * 3


def test_space_and_enter_approve_only_from_a_button(
    page: Page, sign_in: SignIn, moderator: User, held: list[Comment]
) -> None:
    sign_in(page, moderator)
    page.goto(QUEUE)
    page.locator("#card h2").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Space")
    heading(page, "Anna")
    assert state_of(held[0]) == "held"
    page.locator("#approve").focus()
    page.keyboard.press("Enter")
    heading(page, "Bert")


def test_the_next_card_comes_without_loading_the_page(
    page: Page, sign_in: SignIn, moderator: User, held: list[Comment]
) -> None:
    sign_in(page, moderator)
    page.goto(QUEUE)
    page.evaluate("() => { window.sameDocument = true }")
    page.keyboard.press("a")
    heading(page, "Bert")
    assert page.evaluate("window.sameDocument") is True


def test_colleagues_decision_is_told_in_the_page_and_the_note_kept(
    page: Page, sign_in: SignIn, moderator: User, held: list[Comment]
) -> None:
    sign_in(page, moderator)
    page.goto(QUEUE)
    actions.approve(held[0].pk, by=make_user(group="Moderator"), seen_version=1, now=timezone.now())
    page.keyboard.press("r")
    page.fill("#reject #note", "A note that took me long.")
    page.click("#reject-now")
    expect(page.get_by_role("alert").first).to_contain_text("your rejection was not saved.")
    page.get_by_text("Decide again").click()
    expect(page.locator("#reject #note")).to_have_value("A note that took me long.")
    page.click("#go-on")
    heading(page, "Bert")
    assert (state_of(held[0]), Decision.objects.count()) == ("public", 1)


def test_signed_out_meanwhile_says_so_and_keeps_the_page(
    page: Page, sign_in: SignIn, moderator: User, held: list[Comment]
) -> None:
    sign_in(page, moderator)
    page.goto(QUEUE)
    Session.objects.all().delete()
    page.keyboard.press("r")
    page.fill("#reject #note", "Not to be lost.")
    page.click("#reject-now")
    expect(page.locator("#trouble")).to_contain_text("You are signed out.")
    expect(page.locator("#reject #note")).to_have_value("Not to be lost.")
    assert state_of(held[0]) == "held"


def test_everything_works_without_script(
    page_without_script: Page, sign_in: SignIn, moderator: User, held: list[Comment]
) -> None:
    page = page_without_script
    sign_in(page, moderator)
    page.goto(QUEUE)
    page.get_by_role("button", name="Approve", exact=True).click()
    heading(page, "Bert")
    page.get_by_text("Reject…", exact=True).click()
    page.locator("#rules").get_by_label("Few links").check()
    page.get_by_role("button", name="Show the mail").click()
    expect(page.locator("#mail")).to_contain_text("At most 2 links")
    page.get_by_role("button", name="Reject under the rules ticked").click()
    heading(page, "Cleo")
    expect(page.locator("#status")).to_contain_text("Rejected under rule 2. Mail goes in")
    page.get_by_role("button", name="Undo").click()
    heading(page, "Bert")
    page.locator("input[name=pick]").first.check()
    page.get_by_role("button", name="Approve selected").click()
    expect(page.locator("#status")).to_contain_text("Approved.")
    assert [state_of(comment) for comment in held] == ["public", "public", "held"]


def test_bulk_keeps_its_place_and_undoes_all(
    page: Page, sign_in: SignIn, moderator: User, held: list[Comment]
) -> None:
    sign_in(page, moderator)
    page.goto(QUEUE)
    for box in page.locator("input[name=pick]").all()[:2]:
        box.check()
    page.keyboard.press("j")
    heading(page, "Bert")
    expect(page.locator("input[name=pick]:checked")).to_have_count(2)
    page.get_by_role("button", name="Approve selected").click()
    expect(page.locator("#status")).to_contain_text("Approved 2.")
    page.get_by_role("button", name="Undo all").click()
    expect(page.locator("#status")).to_contain_text("Undone 2.")
    assert [state_of(comment) for comment in held] == ["held"] * 3


def test_phone_shows_one_card_with_its_foot_and_the_list_behind_a_link(
    phone: Page, sign_in: SignIn, moderator: User, held: list[Comment]
) -> None:
    sign_in(phone, moderator)
    phone.goto(QUEUE)
    approve = phone.locator("#approve").bounding_box()
    reject = phone.locator("#reject > summary").bounding_box()
    skip = phone.locator("#skip").bounding_box()
    assert approve
    assert reject
    assert skip
    assert min(approve["height"], reject["height"], skip["height"]) >= 48
    assert skip["x"] - (reject["x"] + reject["width"]) >= 16
    assert approve["x"] - (skip["x"] + skip["width"]) >= 16
    assert approve["y"] + approve["height"] <= 740
    phone.get_by_role("link", name="List").tap()
    expect(phone.locator("#card")).to_be_hidden()
    phone.locator("#list li a").nth(1).tap()
    heading(phone, "Bert")
    expect(phone.locator("#list")).to_be_hidden()
    phone.locator("#approve").tap()
    heading(phone, "Cleo")
    phone.locator("#undo").tap()
    heading(phone, "Bert")
    phone.locator("#reject > summary").tap()
    phone.locator("#rules").get_by_label("Few links").check()
    phone.locator("#reject-now").tap()
    heading(phone, "Cleo")
    assert [state_of(comment) for comment in held] == ["held", "rejected", "held"]


@pytest.mark.parametrize("path", ["", "decisions/", "comments/{uid}/"])
def test_no_page_scrolls_sideways_at_320_px(
    new_context: Callable[..., BrowserContext],
    sign_in: SignIn,
    moderator: User,
    held: list[Comment],
    path: str,
) -> None:
    actions.approve(held[1].pk, by=moderator, seen_version=1, now=timezone.now())
    page = new_context(viewport={"width": 320, "height": 640}).new_page()
    sign_in(page, moderator)
    page.goto(QUEUE + path.format(uid=held[1].uid))
    assert page.evaluate("document.documentElement.scrollWidth") == 320


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1280])
def test_axe_finds_nothing_on_the_desk(
    new_context: Callable[..., BrowserContext],
    sign_in: SignIn,
    moderator: User,
    held: list[Comment],
    scheme: str,
    width: int,
) -> None:
    page = new_context(viewport={"width": width, "height": 800}, color_scheme=scheme).new_page()
    sign_in(page, moderator)
    page.goto(QUEUE)
    assert complaints(page) == []
    page.keyboard.press("r")
    assert complaints(page) == []
    page.keyboard.press("Escape")
    page.locator("#approve").click()
    heading(page, "Bert")
    assert complaints(page) == []
    for path in (f"comments/{held[0].uid}/", "decisions/", "decisions/?since=2025-02-30"):
        page.goto(QUEUE + path)
        assert complaints(page) == []
