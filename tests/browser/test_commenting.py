"""Readers comment in a real browser, with script and without, by keyboard alone; leads post the policy."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.utils import timezone
from playwright.sync_api import BrowserContext, Page, expect

from articles.models import Publication
from comments import links, posting
from comments.models import Comment, Letter, Policy
from comments.wording import words_of
from newsroom.accounts.models import User
from tests.factories import (
    make_article,
    make_comment,
    make_discussion,
    make_policy,
    make_publication,
    make_section,
    make_user,
)

NewContext = Callable[..., BrowserContext]
SignIn = Callable[[Page, User], None]
LINKS = "See https://a.example/1 and https://b.example/2 and https://c.example/3 for the figures."
MENDED = "See https://a.example/1 and https://b.example/2 for the figures."


@pytest.fixture
def story(transactional_db: None) -> Publication:
    make_policy()
    section = make_section(name="City", slug="city")
    story = make_publication(
        article=make_article(section=section, working_headline="Ferries stop for a week")
    )
    discussion = make_discussion(story.article)
    first = make_comment(discussion=discussion, body="I waited three hours at the quay.")
    make_comment(discussion=discussion, body="So did I.", parent=first)
    return story


def confirmation_path() -> str:
    letter = Letter.objects.get(kind="confirmation")
    found = re.search(r"https?://[^/\s]+(/comments/confirm/\S+)", words_of(letter).text)
    assert found
    return found[1]


def write(page: Page, body: str) -> None:
    page.get_by_label("Your name").fill("Gus Guest")
    page.get_by_label("Your e-mail address").fill("gus@example.org")
    page.get_by_role("textbox", name="Your comment").fill(body)
    page.get_by_label("I have read version 1").check()


def open_form(page: Page, story: Publication) -> None:
    page.goto(f"{story.get_absolute_url()}comments/new/")


def refused_mended_confirmed_held(page: Page, story: Publication) -> None:
    open_form(page, story)
    write(page, LINKS)
    page.get_by_role("button", name="Send comment").click()
    expect(page.get_by_role("heading", name="Your comment was not sent. Your text is kept.")).to_be_visible()
    expect(page.get_by_role("link", name="Rule 2: Few links")).to_have_attribute(
        "href", "/comment-policy/1/#rule-2"
    )
    expect(page.locator("mark")).to_have_text("https://c.example/3")
    expect(page.get_by_role("button", name="Send to a moderator anyway")).to_be_visible()
    expect(page.get_by_role("textbox", name="Your comment")).to_have_value(LINKS)
    assert Comment.objects.filter(name="Gus Guest").count() == 0
    page.get_by_role("textbox", name="Your comment").fill(MENDED)
    page.get_by_role("button", name="Send comment").click()
    expect(page.get_by_role("heading", name="One more step: confirm your address")).to_be_visible()
    page.goto(confirmation_path())
    page.get_by_role("button", name="Yes, confirm this comment").click()
    expect(page.get_by_text("Waiting for a moderator. Nobody else can see it.")).to_be_visible()
    assert Comment.objects.get(name="Gus Guest").state == "held"


def test_guest_is_refused_mends_confirms_and_is_held(page: Page, story: Publication) -> None:
    refused_mended_confirmed_held(page, story)


def test_guest_does_the_same_without_script(page_without_script: Page, story: Publication) -> None:
    refused_mended_confirmed_held(page_without_script, story)


def test_form_is_filled_and_sent_by_keyboard_alone(page: Page, story: Publication) -> None:
    page.goto(story.get_absolute_url())
    page.get_by_role("link", name="Add new comment").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_label("Your name")).to_be_focused()
    page.keyboard.type("Gus Guest")
    page.keyboard.press("Tab")
    page.keyboard.type("gus@example.org")
    page.keyboard.press("Tab")
    page.keyboard.type("The ferry was late again.")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    page.wait_for_timeout(1100)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="One more step: confirm your address")).to_be_visible()


def test_errors_take_the_focus_and_lead_to_their_fields(page: Page, story: Publication) -> None:
    open_form(page, story)
    page.get_by_role("button", name="Send comment").click()
    expect(page.locator(".error-summary")).to_be_focused()
    page.get_by_role("link", name="Write something: the comment is empty.").click()
    expect(page.get_by_role("textbox", name="Your comment")).to_be_focused()
    described = page.get_by_role("textbox", name="Your comment").get_attribute("aria-describedby") or ""
    assert [page.locator(f"[id='{each}']").count() for each in described.split()] == [1] * len(
        described.split()
    )
    assert "id_body_error" in described.split()


def test_unsent_text_is_not_lost_without_a_question(page: Page, story: Publication) -> None:
    questions: list[str] = []

    def stay(dialog: object) -> None:
        questions.append(dialog.type)  # type: ignore[attr-defined]
        dialog.dismiss()  # type: ignore[attr-defined]

    page.on("dialog", stay)
    open_form(page, story)
    page.get_by_role("textbox", name="Your comment").fill("Half a thought")
    expect(page.locator(".comment-form__count")).to_have_text("14 characters")
    page.get_by_role("link", name="Cancel").click()
    page.wait_for_timeout(200)
    assert questions == ["beforeunload"]
    expect(page.get_by_role("textbox", name="Your comment")).to_have_value("Half a thought")


def test_reply_opens_in_place_on_a_phone(phone: Page, story: Publication) -> None:
    phone.goto(story.get_absolute_url())
    phone.get_by_role("link", name="Reply to").first.tap()
    expect(phone.get_by_role("textbox", name="Your comment")).to_be_visible()
    expect(phone.get_by_text("I waited three hours at the quay.")).to_have_count(2)


def test_author_takes_a_comment_back(page: Page, story: Publication) -> None:
    comment = make_comment(discussion=story.article.discussion, body="I regret this.")
    page.goto(links.mine_path(comment))
    page.get_by_text("Take this comment back").click()
    page.get_by_role("button", name="Take it back").click()
    expect(page.get_by_text("Taken back by you.")).to_be_visible()
    page.goto(story.get_absolute_url())
    expect(page.get_by_text("I regret this.")).to_have_count(0)


def test_lead_drafts_changes_previews_and_posts(page: Page, story: Publication, sign_in: SignIn) -> None:
    sign_in(page, make_user(group="Moderation lead"))
    page.goto("/admin/comments/policy/")
    page.get_by_role("button", name="Draft the next version").click()
    page.get_by_label("Most links {max_links}").fill("4")
    page.get_by_role("button", name="Save and preview").click()
    expect(page.get_by_text("At most 4 links in a comment.")).to_be_visible()
    page.goto(f"/admin/comments/policy/{Policy.objects.get(version=2).pk}/post/")
    page.get_by_role("button", name="Post version 2").click()
    expect(page.get_by_text("Version 2 is posted.")).to_be_visible()
    page.goto("/comment-policy/")
    expect(page.get_by_text("At most 4 links in a comment.")).to_be_visible()


def pages_to_look_at(story: Publication, lead: User) -> dict[str, str]:
    """Readers' pages and those of the policy's admin, by name."""
    held = make_comment(discussion=story.article.discussion, state="held", body="Waiting.")
    make_policy(version=2, effective_from=timezone.now() + timedelta(days=1))
    draft = posting.draft_next(by=lead, now=timezone.now())
    admin = "/admin/comments/policy/"
    return {
        "story": story.get_absolute_url(),
        "thread": f"{story.get_absolute_url()}comments/",
        "form": f"{story.get_absolute_url()}comments/new/",
        "mine": f"{links.mine_path(held)}?sent=1",
        "unknown link": "/comments/confirm/nonsense/",
        "policy": "/comment-policy/",
        "announced": "/comment-policy/2/",
        "versions": admin,
        "draft": f"{admin}{draft.pk}/change/",
        "read": f"{admin}{Policy.objects.get(version=1).pk}/change/",
        "post": f"{admin}{draft.pk}/post/",
        "phrases": "/admin/comments/phraselist/add/",
    }


def faults_of(page: Page) -> list[str]:
    found = Axe().run(page).response["violations"]
    return [f"{each['id']}: {node['html']}" for each in found for node in each["nodes"]]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(new_context: NewContext, story: Publication, sign_in: SignIn, scheme: str) -> None:
    lead = make_user(group="Moderation lead")
    page = new_context(color_scheme=scheme, viewport={"width": 1280, "height": 900}).new_page()
    sign_in(page, lead)
    faults = {}
    for name, address in pages_to_look_at(story, lead).items():
        page.goto(address)
        faults[name] = faults_of(page)
    assert {name: found for name, found in faults.items() if found} == {}


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_on_a_refused_form(
    new_context: NewContext, story: Publication, scheme: str
) -> None:
    page = new_context(color_scheme=scheme, viewport={"width": 360, "height": 740}).new_page()
    open_form(page, story)
    write(page, LINKS)
    page.get_by_role("button", name="Send comment").click()
    expect(page.locator(".error-summary")).to_be_visible()
    assert faults_of(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") == 360
