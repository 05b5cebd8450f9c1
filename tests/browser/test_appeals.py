"""From the mail that a comment was turned down to the comment being back: by keyboard alone, and without script."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.utils import timezone
from playwright.sync_api import BrowserContext, Locator, Page, expect

from articles.models import Publication
from comments import tasks
from comments.models import Comment, Letter
from newsroom.accounts.models import User
from tests.factories import (
    make_comment,
    make_commenter,
    make_discussion,
    make_policy,
    make_publication,
    make_user,
)

NewContext = Callable[..., BrowserContext]
SignIn = Callable[[Page, User], None]
OBJECTION = "I meant the harbour board, which is a public body."
REASONS = "It names a public body, not a person."
MOST_TABS = 80


@pytest.fixture
def story(transactional_db: None, settings: Any) -> Publication:
    """A story whose discussion has a comment with an answer, then another; mails about decisions leave at once."""
    settings.UNDO_SECONDS = 0
    make_policy()
    return make_publication()


@pytest.fixture
def thread(story: Publication) -> list[Comment]:
    """In the readers' order: a first comment, one by Ada that answers it, a later one."""
    discussion = make_discussion(story.article)
    hours_ago = [timezone.now() - timedelta(hours=hours) for hours in (3, 2, 1)]
    first = make_comment(discussion=discussion, body="The crane is late.", submitted_at=hours_ago[0])
    ada = make_commenter(name="Ada", address="ada@example.org")
    answer = make_comment(
        discussion=discussion, body="The board slept.", commenter=ada, parent=first, submitted_at=hours_ago[1]
    )
    later = make_comment(discussion=discussion, body="It will come.", submitted_at=hours_ago[2])
    return [first, answer, later]


def mailed_link(kind: str, ending: str) -> str:
    """Delivers what is to be mailed, and gives the path of the link in the newest mail of a kind."""
    letter = Letter.objects.filter(kind=kind).latest("id")
    tasks.deliver(letter.pk, now=timezone.now() + timedelta(seconds=1))
    sent = mail.outbox[-1]
    assert (sent.to, sent.extra_headers["Message-ID"]) == (["ada@example.org"], letter.message_id)
    found = re.search(rf"https?://[^/\s]+(/comments/\S*{ending})\s", str(sent.body))
    assert found
    return found[1]


def shown_in(page: Page, story: Publication) -> list[str]:
    page.goto(f"{story.get_absolute_url()}?{timezone.now().timestamp()}")
    return [text.strip() for text in page.locator("#comments .comment__body").all_inner_texts()]


def tab_to(page: Page, goal: Locator) -> None:
    """Goes on with the tabulator until the goal has the focus, as somebody without a mouse would."""
    expect(goal).to_be_visible()
    for _ in range(MOST_TABS):
        page.keyboard.press("Tab")
        if goal.evaluate("one => one === document.activeElement"):
            return
    raise AssertionError(f"{goal} cannot be reached within {MOST_TABS} steps.")


def press(page: Page, goal: Locator) -> None:
    tab_to(page, goal)
    page.keyboard.press("Enter")


def write(page: Page, field: Locator, words: str) -> None:
    tab_to(page, field)
    page.keyboard.type(words)


def test_rejected_comment_comes_back_by_keyboard_alone(
    new_context: NewContext, sign_in: SignIn, story: Publication, thread: list[Comment]
) -> None:
    Comment.objects.filter(pk=thread[1].pk).update(state="held", public_since=None)
    author, decider, other = (new_context().new_page() for _ in range(3))
    sign_in(decider, make_user(group="Moderator"))
    decider.goto("/admin/moderation/")
    expect(decider.locator("#card")).to_contain_text("The board slept.")
    decider.keyboard.press("r")
    decider.keyboard.press("3")
    decider.keyboard.press("Enter")
    expect(decider.locator("#status")).to_contain_text("Rejected under rule 3")
    author.goto(mailed_link("statement", r"reasons/\d+/"))
    expect(author.get_by_role("heading", name="Why your comment was not published")).to_be_visible()
    expect(author.get_by_role("link", name="Rule 3: Respect others")).to_be_visible()
    write(author, author.get_by_role("textbox"), OBJECTION)
    press(author, author.get_by_role("button", name="Send the objection"))
    expect(author.get_by_text("We have your objection.")).to_be_visible()
    sign_in(other, make_user(group="Moderator"))
    other.goto("/admin/moderation/")
    press(other, other.get_by_role("link", name=re.compile("Appeals")).first)
    press(
        other, other.locator("#main, main, #content").first.get_by_role("link", name=re.compile("Ada")).first
    )
    expect(other.get_by_text(OBJECTION)).to_be_visible()
    write(other, other.get_by_label("Your reasons, which the author is mailed"), REASONS)
    press(other, other.get_by_role("button", name="Grant: make the comment public"))
    expect(other.get_by_text("Granted by yourself")).to_be_visible()
    assert_told_and_back(author, story, ["The crane is late.", "The board slept.", "It will come."])


def test_removed_comment_comes_back_to_its_place_without_script(
    new_context: NewContext, sign_in: SignIn, story: Publication, thread: list[Comment]
) -> None:
    Comment.objects.filter(pk=thread[1].pk).update(parent=None, root=None, depth=0)
    author, decider, other = (new_context(java_script_enabled=False).new_page() for _ in range(3))
    sign_in(decider, make_user(group="Moderator"))
    decider.goto(f"/admin/moderation/comments/{thread[1].uid}/")
    decider.get_by_text("Remove…", exact=True).click()
    decider.get_by_role("checkbox", name="Respect others").check()
    decider.locator("#reject-now").click()
    assert Comment.objects.get(pk=thread[1].pk).state == "removed"
    assert shown_in(author, story) == ["The crane is late.", "It will come."]
    author.goto(mailed_link("statement", r"reasons/\d+/"))
    expect(author.get_by_role("heading", name="Why your comment was removed")).to_be_visible()
    author.get_by_role("textbox").fill(OBJECTION)
    author.get_by_role("button", name="Send the objection").click()
    expect(author.get_by_text("We have your objection.")).to_be_visible()
    decider.goto("/admin/moderation/appeals/")
    decider.get_by_role("link", name=re.compile("Ada")).first.click()
    expect(decider.get_by_text("You made this decision, so somebody else has to answer.")).to_be_visible()
    sign_in(other, make_user(group="Moderator"))
    other.goto("/admin/moderation/appeals/")
    other.get_by_role("link", name=re.compile("Ada")).first.click()
    other.get_by_label("Your reasons, which the author is mailed").fill(REASONS)
    other.get_by_role("button", name="Grant: make the comment public").click()
    expect(other.get_by_text("Granted by yourself")).to_be_visible()
    assert_told_and_back(author, story, ["The crane is late.", "The board slept.", "It will come."])


def assert_told_and_back(author: Page, story: Publication, texts: list[str]) -> None:
    """The mail tells the outcome with its reasons, its link leads to the comment, which stands in its place."""
    path = mailed_link("appeal_outcome", r"[0-9a-f]{12}/")
    told = mail.outbox[-1]
    assert told.subject.startswith("You were right")
    assert REASONS in str(told.body)
    author.goto(path)
    assert "#comment-" in author.url
    expect(author.locator(":target")).to_contain_text("The board slept.")
    assert shown_in(author, story) == texts
