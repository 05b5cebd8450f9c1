"""A raid and the orders for discussions as people meet them: the row, the banner, pulling back, the story's rail."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import BrowserContext, Page, expect

from articles.models import Publication
from comments import actions
from comments.actions.pull_back import advance
from comments.enums import DiscussionMode
from comments.models import Comment, Discussion, ModeOrder, PullBack, Raid
from newsroom.accounts.models import User
from tests.browser.test_queue import QUEUE, SignIn, complaints, state_of
from tests.factories import make_comment, make_discussion, make_policy, make_publication, make_user


@pytest.fixture
def moderator() -> User:
    return make_user(group="Moderator")


@pytest.fixture
def story() -> Publication:
    make_policy()
    return make_publication()


@pytest.fixture
def raid(story: Publication) -> Raid:
    """Five public and seven held under one story; one held under another."""
    now = timezone.now()
    discussion = make_discussion(story.article)
    for number in range(5):
        make_comment(discussion=discussion, body=f"Shout {number}", submitted_at=now - timedelta(minutes=5))
    raid = Raid.objects.create(
        discussion=discussion,
        since=now - timedelta(minutes=9),
        until=now + timedelta(minutes=50),
        mode=DiscussionMode.PRE_MODERATED,
        why={"newcomers": 30, "comments": 34, "usual": 2},
        begun_at=now - timedelta(minutes=8),
    )
    Discussion.objects.filter(pk=discussion.pk).update(
        breaker_mode=raid.mode, breaker_until=raid.until, raid=raid
    )
    for number in range(7):
        make_comment(state="held", discussion=discussion, body=f"Held shout {number}", raid=raid)
    make_comment(state="held", body="On another story")
    return raid


def page_of(raid: Raid) -> str:
    return f"/admin/moderation/stories/{raid.discussion.article.uid}/"


def work() -> None:
    """The worker does what is to be done."""
    for run in PullBack.objects.filter(state="running"):
        while advance(run.pk, now=timezone.now()):
            pass


def test_a_raid_is_one_row_and_a_banner_and_opens(
    page: Page, sign_in: SignIn, moderator: User, raid: Raid
) -> None:
    sign_in(page, moderator)
    page.goto(QUEUE)
    expect(page.locator(".desk-raid")).to_contain_text("Raid: 7 on")
    expect(page.locator(".desk-banner")).to_contain_text("7 comments wait, and new ones are read first until")
    expect(page.locator(".desk-list li")).to_have_count(1)
    assert complaints(page) == []
    page.locator(".desk-raid a").click()
    expect(page.locator(".desk-list ol li")).to_have_count(7)
    expect(page.locator(".desk-chips")).to_contain_text("raid on")


def test_a_raid_is_pulled_back_and_put_back_from_its_story(
    page: Page, sign_in: SignIn, moderator: User, raid: Raid
) -> None:
    public = list(Comment.objects.filter(state="public").order_by("pk"))
    sign_in(page, moderator)
    page.goto(QUEUE)
    page.get_by_role("link", name="Pull back, pause, end").click()
    assert complaints(page) == []
    page.get_by_role("button", name="Show what it would hold").click()
    expect(page.locator("#pull-back ~ p b").first).to_contain_text("5 comments became public since")
    page.get_by_label("Reason", exact=True).fill("A raid")
    page.get_by_role("button", name="Hold 5 again").click()
    work()
    page.reload()
    expect(page.locator(".desk-ordered").first).to_contain_text("5 of 5 done")
    assert {state_of(comment) for comment in public} == {"held"}
    page.get_by_role("button", name="Put them back").click()
    work()
    assert {state_of(comment) for comment in public} == {"public"}
    page.get_by_role("button", name="Take comments as usual again").click()
    expect(page.locator(".desk-now")).to_have_text("Open.")


def test_a_raid_is_handled_without_script(
    page_without_script: Page, sign_in: SignIn, moderator: User, raid: Raid
) -> None:
    page = page_without_script
    sign_in(page, moderator)
    page.goto(QUEUE)
    page.locator(".desk-raid a").click()
    expect(page.locator(".desk-list ol li")).to_have_count(7)
    page.goto(page_of(raid))
    page.get_by_role("button", name="Decide on all 7…").click()
    expect(page.locator("main")).to_contain_text("7 comments")


@pytest.mark.parametrize("place", ["queue", "story"])
def test_a_raid_fits_a_phone(phone: Page, sign_in: SignIn, moderator: User, raid: Raid, place: str) -> None:
    sign_in(phone, moderator)
    phone.goto(QUEUE if place == "queue" else page_of(raid))
    assert phone.evaluate("document.documentElement.scrollWidth") <= 360
    assert complaints(phone) == []


def test_a_lead_orders_for_a_section(
    new_context: Callable[..., BrowserContext], sign_in: SignIn, story: Publication
) -> None:
    page = new_context(viewport={"width": 360, "height": 740}).new_page()
    sign_in(page, make_user(group="Moderation lead"))
    page.goto("/admin/moderation/modes/")
    page.get_by_label("For", exact=True).select_option(story.section.slug)
    page.get_by_label("Comments are").select_option("closed")
    page.get_by_label("Monday").check()
    page.get_by_label("from", exact=True).fill("07:00")
    page.get_by_label("until", exact=True).fill("22:00")
    page.get_by_label("Reason").fill("Nobody is here at night")
    page.get_by_role("button", name="Order it").click()
    expect(page.locator(".desk-ordered")).to_contain_text("except on Monday, 07:00 to 22:00")
    assert ModeOrder.objects.get().section == story.section
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    assert complaints(page) == []


def test_an_editor_closes_a_discussion_from_the_story_page_and_loses_no_text(
    page: Page, sign_in: SignIn, story: Publication
) -> None:
    sign_in(page, make_user(group="Editor"))
    page.goto(f"/admin/articles/article/{story.article.pk}/change/")
    page.locator("#id_headline").fill("A headline that is not saved yet")
    page.locator("#comments-mode").select_option("closed")
    with page.context.expect_page() as opened:
        page.get_by_role("button", name="Set", exact=True).click()
    expect(opened.value.locator(".desk-now")).to_contain_text("Closed: ordered for this story.")
    assert page.locator("#id_headline").input_value() == "A headline that is not saved yet"
    assert complaints(opened.value) == []


def test_readers_are_told_that_comments_are_closed_and_until_when(page: Page, story: Publication) -> None:
    lead, now = make_user(group="Moderation lead"), timezone.now()
    actions.order(
        None,
        DiscussionMode.CLOSED,
        ends_at=now + timedelta(hours=1),
        reason="Polling day",
        by=lead,
        now=now,
    )
    page.goto(story.get_absolute_url())
    expect(page.locator(".discussion__state")).to_contain_text(
        "Comments are closed on all stories at the moment. They open again on"
    )
