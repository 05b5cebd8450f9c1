"""Every state of the moderation desk, as a moderator meets it: one test each."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.db import transaction
from django.utils import timezone
from playwright.sync_api import Page, Route, expect

from articles.models import Article
from comments import actions
from comments.models import Claim, Comment, CommentFinding, CommentText, Decision, Policy, Report, UnsentNote
from newsroom.accounts.models import User
from tests.browser.conftest import Traffic
from tests.browser.test_queue import QUEUE, SignIn, heading, state_of
from tests.factories import (
    PASSWORD,
    make_comment,
    make_commenter,
    make_discussion,
    make_policy,
    make_section,
    make_user,
)

NOTE = "A note that took me long."


@pytest.fixture
def moderator() -> User:
    return make_user(group="Moderator")


@pytest.fixture
def held() -> list[Comment]:
    """Two comments that wait, by Anna and Bert."""
    make_policy()
    discussion = make_discussion()
    return [
        make_comment(
            state="held",
            discussion=discussion,
            commenter=make_commenter(name=name),
            body=f"{name} has a thought about the harbour.",
            submitted_at=timezone.now() - timedelta(minutes=minutes),
        )
        for name, minutes in (("Anna", 22), ("Bert", 20))
    ]


@pytest.fixture
def desk(page: Page, sign_in: SignIn, moderator: User) -> Callable[..., Page]:
    """Opens the desk as the moderator."""

    def open_desk(query: str = "") -> Page:
        sign_in(page, moderator)
        page.goto(QUEUE + query)
        return page

    return open_desk


Desk = Callable[..., Page]


def write_note(page: Page) -> None:
    page.keyboard.press("r")
    page.keyboard.press("2")
    page.fill("#reject #note", NOTE)


def assert_kept(page: Page) -> None:
    """What was chosen and written still stands in the form."""
    expect(page.locator("#reject #note")).to_have_value(NOTE)
    expect(page.locator("#rules").get_by_label("Few links")).to_be_checked()


def test_nothing_waiting_says_when_was_decided_last_and_where_there_is_work(
    desk: Desk, moderator: User, held: list[Comment]
) -> None:
    for comment in held:
        actions.approve(comment.pk, by=moderator, seen_version=1, now=timezone.now())
    make_comment(state="public", name="Cleo", submitted_at=timezone.now())
    page = desk()
    expect(page.locator("#card h2")).to_have_text("Nothing is waiting.")
    at = timezone.localtime(Decision.objects.latest("at").at)
    expect(page.locator("#card")).to_contain_text(f"Last decided {at:%H:%M}.")
    page.locator("#card").get_by_role("link", name="Fresh: 1").click()
    heading(page, "Cleo")


def test_a_filter_that_finds_nothing_says_what_waits_elsewhere(desk: Desk, held: list[Comment]) -> None:
    make_section(name="Sport", slug="sport")
    page = desk("?section=sport&rule=respect")
    expect(page.locator("#card h2")).to_have_text("Nothing matches Sport and rule 3.")
    expect(page.locator("#card")).to_contain_text("2 wait elsewhere.")
    page.get_by_role("link", name="Clear filter").click()
    heading(page, "Anna")


def claim_by_colleague(comment: Comment) -> Claim:
    colleague = make_user(group="Moderator")
    actions.claim(comment.pk, by=colleague, now=timezone.now())
    return Claim.objects.get()


def test_a_comment_that_a_colleague_has_can_be_read_and_not_decided(desk: Desk, held: list[Comment]) -> None:
    claim = claim_by_colleague(held[0])
    page = desk()
    heading(page, "Bert")
    expect(page.locator("#list li").first).to_contain_text("with a colleague")
    page.keyboard.press("k")
    heading(page, "Anna")
    until = timezone.localtime(claim.until)
    expect(page.locator("#card")).to_contain_text(f"A colleague has this until {until:%H:%M}.")
    expect(page.locator("#card")).to_contain_text("a thought about the harbour")
    assert page.locator("#approve, #reject").count() == 0
    assert page.get_by_role("button", name="Take over").count() == 0
    page.get_by_role("link", name="Next", exact=True).click()
    heading(page, "Bert")


def test_who_leads_takes_a_comment_over(page: Page, sign_in: SignIn, held: list[Comment]) -> None:
    claim_by_colleague(held[0])
    lead = make_user(group="Moderation lead")
    sign_in(page, lead)
    page.goto(f"{QUEUE}?item={held[0].uid}")
    page.get_by_role("button", name="Take over").click()
    expect(page.locator("#status")).to_contain_text("Taken over.")
    page.keyboard.press("a")
    heading(page, "Bert")
    assert (state_of(held[0]), Decision.objects.get().decider) == ("public", lead)


def test_decided_by_a_colleague_is_said_and_the_note_kept(desk: Desk, held: list[Comment]) -> None:
    page = desk()
    actions.approve(held[0].pk, by=make_user(group="Moderator"), seen_version=1, now=timezone.now())
    write_note(page)
    page.click("#reject-now")
    at = timezone.localtime(Decision.objects.get().at)
    told = f"Approved by a colleague at {at:%H:%M}, your rejection was not saved."
    expect(page.get_by_role("alert").first).to_contain_text(told)
    page.get_by_text("Decide again").click()
    assert_kept(page)
    page.click("#go-on")
    heading(page, "Bert")
    assert (state_of(held[0]), Decision.objects.count()) == ("public", 1)


def change_text(comment: Comment, body: str) -> None:
    text = CommentText.objects.create(
        comment=comment, number=2, body=body, html=f"<p>{body}</p>", renderer=1, fingerprint="0" * 64,
        created_at=timezone.now(),
    )  # fmt: skip
    Comment.objects.filter(pk=comment.pk).update(current_text=text, version=2)


def test_a_text_that_its_author_changed_is_shown_as_a_difference_and_decided_afresh(
    desk: Desk, held: list[Comment]
) -> None:
    page = desk()
    change_text(held[0], "Anna has another thought about the harbour.")
    at = timezone.localtime()
    page.keyboard.press("a")
    expect(page.get_by_role("alert").first).to_contain_text(
        f"The author changed this at {at:%H:%M}, your approval was not saved."
    )
    expect(page.locator(".card-change ins")).to_contain_text("another")
    expect(page.locator(".card-change del")).to_contain_text("a")
    assert state_of(held[0]) == "held"
    page.keyboard.press("a")
    heading(page, "Bert")
    assert state_of(held[0]) == "public"


def test_a_comment_that_its_author_withdrew_offers_only_the_next(desk: Desk, held: list[Comment]) -> None:
    page = desk()
    actions.withdraw(held[0].pk, now=timezone.now(), seen_version=1)
    page.keyboard.press("a")
    expect(page.locator("#card")).to_contain_text("Its author has withdrawn this comment.")
    assert page.locator(".acts button").count() == 0
    page.locator("#skip").click()
    heading(page, "Bert")


def test_a_comment_under_a_withdrawn_story_offers_only_the_next(desk: Desk, held: list[Comment]) -> None:
    Article.objects.filter(discussion=held[0].discussion).update(withdrawn_at=timezone.now())
    other = make_comment(state="held", commenter=make_commenter(name="Cleo"))
    page = desk(f"?item={held[0].uid}")
    expect(page.locator("#card")).to_contain_text("The story was withdrawn, and its discussion with it.")
    assert page.locator(".acts button").count() == 0
    page.locator("#skip").click()
    heading(page, "Cleo")
    expect(page.locator("#list li[data-shown]")).to_have_count(1)
    assert other.state == "held"


def test_a_check_that_did_not_finish_is_named_as_the_reason(desk: Desk, held: list[Comment]) -> None:
    CommentFinding.objects.create(
        text=held[0].current_text, standing="check_unavailable", check_name="links", fact="check_unavailable",
        effect="hold", details={"rule": "links"},
    )  # fmt: skip
    page = desk()
    expect(page.locator("#card")).to_contain_text(
        "Rule 2’s check “Links” did not finish. Held for that reason."
    )
    expect(page.locator(".card-why")).to_contain_text("rule 2’s check “Links” did not finish")


def test_a_lost_connection_is_said_and_nothing_is_sent_by_itself(desk: Desk, held: list[Comment]) -> None:
    page = desk()
    write_note(page)
    page.context.set_offline(True)
    page.click("#reject-now")
    expect(page.locator("#trouble")).to_contain_text("Not sent: rejection of Anna.")
    assert_kept(page)
    page.context.set_offline(False)
    assert state_of(held[0]) == "held"
    page.click("#retry")
    heading(page, "Bert")
    expect(page.locator("#trouble")).to_be_hidden()
    assert state_of(held[0]) == "rejected"


def test_a_connection_lost_while_reading_is_said_until_it_is_back(desk: Desk, held: list[Comment]) -> None:
    page = desk()
    expect(page.locator("#lost")).to_be_hidden()
    page.context.set_offline(True)
    page.evaluate("document.dispatchEvent(new Event('desk:news'))")
    expect(page.locator("#lost")).to_contain_text("The connection is lost")
    heading(page, "Anna")
    page.context.set_offline(False)
    page.evaluate("document.dispatchEvent(new Event('desk:news'))")
    expect(page.locator("#lost")).to_be_hidden()


def test_an_ended_session_is_signed_into_on_a_new_tab_and_nothing_is_lost(
    desk: Desk, moderator: User, held: list[Comment]
) -> None:
    page = desk()
    page.locator("#list .current input[name=pick]").check()
    write_note(page)
    Session.objects.all().delete()
    page.click("#reject-now")
    expect(page.locator("#trouble")).to_contain_text("You are signed out.")
    assert_kept(page)
    with page.context.expect_page() as opened:
        page.get_by_role("link", name="Sign in on a new tab").click()
    tab = opened.value
    tab.fill("input[name=login]", moderator.email)
    tab.fill("input[name=password]", PASSWORD)
    tab.click("main button[type=submit]")
    tab.wait_for_url("**/admin/")
    tab.close()
    expect(page.locator("#list .current input[name=pick]")).to_be_checked()
    page.click("#retry")
    heading(page, "Bert")
    assert (state_of(held[0]), Decision.objects.get().evidence.note) == ("rejected", NOTE)


def test_a_claim_near_its_end_is_asked_about_and_any_key_keeps_it(desk: Desk, held: list[Comment]) -> None:
    page = desk()
    page.clock.install()
    page.reload()
    page.clock.fast_forward("04:10")
    expect(page.locator("#still")).to_contain_text("Still deciding?")
    mine = Claim.objects.filter(comment=held[0])
    mine.update(until=timezone.now() + timedelta(seconds=50))
    with page.expect_response("**/claim/"):
        page.keyboard.press("Shift")
    page.clock.run_for(1_000)
    expect(page.locator("#still")).to_be_empty()
    assert mine.get().until > timezone.now() + timedelta(minutes=4)


def test_scrolling_keeps_a_claim(desk: Desk, held: list[Comment]) -> None:
    page = desk()
    page.clock.install()
    page.reload()
    page.clock.fast_forward("04:10")
    expect(page.locator("#still")).to_contain_text("Still deciding?")
    page.locator("#card h2").hover()
    with page.expect_response("**/claim/"):
        page.mouse.wheel(0, 100)
    page.clock.run_for(1_000)
    expect(page.locator("#still")).to_be_empty()


def test_a_page_loaded_again_keeps_its_comment_and_one_that_is_left_lets_it_go(
    desk: Desk, held: list[Comment], traffic: Traffic
) -> None:
    page = desk()
    for times in (1, 2, 3):
        page.reload()
        traffic.wait_for("/release/", times)
        assert Claim.objects.filter(comment=held[0]).exists()
    page.goto("/")
    traffic.wait_for("/release/", 4)
    assert not Claim.objects.exists()


def test_a_claim_that_was_lost_loses_no_note(desk: Desk, moderator: User, held: list[Comment]) -> None:
    page = desk()
    write_note(page)
    with page.expect_response("**/claim/"):
        page.keyboard.press("Tab")
    assert UnsentNote.objects.get().text == NOTE
    colleague = make_user(group="Moderator")
    Claim.objects.filter(comment=held[0]).update(moderator=colleague)
    page.click("#reject-now")
    expect(page.get_by_role("alert").first).to_contain_text("A colleague has this until")
    assert state_of(held[0]) == "held"
    actions.release(by=colleague)
    page.goto(f"{QUEUE}?item={held[0].uid}")
    expect(page.locator("#card")).to_contain_text(f"Your note is kept: {NOTE}")
    page.keyboard.press("r")
    expect(page.locator("#reject #note")).to_have_value(NOTE)


def test_leaving_the_page_lets_the_comment_go(desk: Desk, held: list[Comment]) -> None:
    page = desk()
    assert Claim.objects.filter(comment=held[0]).exists()
    page.goto("/admin/")
    for _ in range(50):
        if not Claim.objects.exists():
            break
        page.wait_for_timeout(100)
    assert Claim.objects.count() == 0


def test_without_a_policy_the_desk_says_so_and_links_to_posting_one(page: Page, sign_in: SignIn) -> None:
    make_policy(effective_from=timezone.now() + timedelta(days=1))
    make_comment(state="held")
    sign_in(page, make_user(group="Moderation lead"))
    page.goto(QUEUE)
    expect(page.locator(".desk-banner")).to_have_text("No policy is posted, so comments are closed. Post one")
    page.get_by_role("link", name="Post one").click()
    expect(page.locator("h1, h2").first).to_contain_text("olicy")


def test_a_server_error_gives_a_sentence_with_its_request_and_the_card_stays(
    desk: Desk, held: list[Comment]
) -> None:
    page = desk()
    write_note(page)

    def fail(route: Route) -> None:
        route.fulfill(status=500, headers={"X-Request-ID": "c0ffee11"}, body="<h1>Something went wrong</h1>")

    page.route("**/act/", fail)
    page.click("#reject-now")
    expect(page.locator("#trouble")).to_contain_text(
        "Not saved: rejection of Anna. The server answered with an error (request c0ffee11)."
    )
    assert_kept(page)
    page.unroute("**/act/")
    page.click("#retry")
    heading(page, "Bert")


def test_news_are_told_at_the_top_and_move_nothing(desk: Desk, held: list[Comment]) -> None:
    page = desk()
    actions.approve(held[1].pk, by=make_user(group="Moderator"), seen_version=1, now=timezone.now())
    make_comment(
        state="held", discussion=held[0].discussion, commenter=make_commenter(name="Cleo"),
        submitted_at=timezone.now() + timedelta(seconds=1),
    )  # fmt: skip
    page.evaluate("document.dispatchEvent(new Event('desk:news'))")
    expect(page.locator("#news")).to_have_text("1 new. Show")
    row = page.locator("#list li").nth(1)
    expect(row).to_contain_text("Approved by a colleague at")
    expect(page.locator("#list li[data-shown]")).to_have_count(2)
    heading(page, "Anna")
    page.locator("#news a").click()
    expect(page.locator("#list li[data-shown]")).to_have_count(2)
    expect(page.locator("#list")).to_contain_text("Cleo")


def test_an_empty_desk_is_told_of_what_comes(desk: Desk) -> None:
    make_policy()
    page = desk()
    expect(page.locator("#list")).to_contain_text("The list is empty.")
    make_comment(
        state="held",
        commenter=make_commenter(name="Cleo"),
        submitted_at=timezone.now() + timedelta(seconds=1),
    )
    page.evaluate("document.dispatchEvent(new Event('desk:news'))")
    page.locator("#news a").click()
    heading(page, "Cleo")


def test_a_reported_comment_says_why_it_stands_where_it_stands(desk: Desk, held: list[Comment]) -> None:
    grave = make_comment(state="public", commenter=make_commenter(name="Cleo"))
    for _ in range(2):
        Report.objects.create(
            comment=grave, rule=Policy.objects.get().rules.get(number=3), explanation="He insults my mother.",
            created_at=timezone.now(),
        )  # fmt: skip
    with transaction.atomic():
        actions.reports_changed(grave.pk, now=timezone.now())
    page = desk("?view=reported")
    heading(page, "Cleo")
    expect(page.locator(".card-why")).to_have_text("Why here: 2 reports")
    expect(page.locator("#card")).to_contain_text("He insults my mother.")
    page.keyboard.press("a")
    expect(page.locator("#card h2")).to_have_text("No report is open.")
    assert (state_of(grave), set(Report.objects.values_list("state", flat=True))) == ("public", {"dismissed"})


def test_keys_switched_off_in_the_profile_do_nothing_at_the_desk(
    desk: Desk, moderator: User, held: list[Comment]
) -> None:
    page = desk()
    page.goto("/accounts/profile/")
    page.get_by_label("single keys at the moderation desk").uncheck()
    page.get_by_role("button", name="Save").click()
    page.goto(QUEUE)
    assert page.locator("#keys").count() == 0
    page.locator("#card h2").focus()
    for key in "ajrsu":
        page.keyboard.press(key)
    heading(page, "Anna")
    assert [state_of(comment) for comment in held] == ["held", "held"]
    assert page.locator("#reject[open]").count() == 0
