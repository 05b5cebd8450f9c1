"""A case in the browser: opened in two clicks from a card and from a story, by editors and without script."""

import io
import zipfile
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import BrowserContext, Page, expect

from comments import actions
from comments.models import Case, Comment
from newsroom.accounts.models import User
from tests.browser.test_queue import QUEUE, SignIn, complaints
from tests.factories import make_comment, make_discussion, make_policy, make_publication, make_user

CASES = f"{QUEUE}cases/"
DAY = timedelta(days=1)


@pytest.fixture
def moderator() -> User:
    return make_user(group="Moderator", name="Mo Dera")


@pytest.fixture
def editor() -> User:
    return make_user(group="Editor", name="Marian Holt")


@pytest.fixture
def comment(moderator: User) -> Comment:
    make_policy()
    discussion = make_discussion(make_publication().article)
    return make_comment(discussion=discussion, state="held", body="Mr Varn took money, everybody knows.")


def opened(comment: Comment, by: User, **fields: object) -> Case:
    now = timezone.now()
    given = {
        "kind": "lawyer",
        "sender": "Quill & Partners",
        "reference": "QP/26-118",
        "about": "Our client asks for the comment to be taken down, and for the name of its author.",
        "received_at": now - DAY,
        "deadline": now + 3 * DAY,
        **fields,
    }
    return actions.open_case(actions.Complaint(**given), comment, by=by, now=now)  # type: ignore[arg-type]


@pytest.fixture
def world(comment: Comment, moderator: User, editor: User) -> list[Case]:
    """A case with a comment that changed since and a story, one that is overdue, one that was closed."""
    case, overdue, closed = (
        opened(comment, moderator),
        opened(comment, editor, kind="authority", sender="", deadline=timezone.now() - timedelta(hours=3)),
        opened(comment, moderator, kind="reader", sender="سارا"),
    )
    now = timezone.now()
    actions.reject(comment.pk, by=moderator, seen_version=1, rule_keys=["respect"], now=now)
    actions.add_item(case.pk, comment.discussion.article, by=editor, now=now)
    actions.note_in_case(
        case.pk, "Called Ms Quill: they can wait.\nShe sends a power of attorney.", by=editor, now=now
    )
    actions.close_case(
        closed.pk, "unfounded", seen_version=2, by=moderator, now=now, note="We have answered."
    )
    return [case, overdue, closed]


def test_moderator_opens_a_case_from_the_card_in_two_clicks(
    page: Page, sign_in: SignIn, moderator: User, comment: Comment
) -> None:
    sign_in(page, moderator)
    page.goto(QUEUE)
    page.get_by_role("link", name="Open a case").click()
    page.get_by_role("button", name="Open the case").click()
    case = Case.objects.get()
    expect(page).to_have_url(f"{page.url.split('/admin')[0]}{CASES}{case.uid}/")
    expect(page.get_by_role("heading", level=1)).to_have_text(f"Case {case.pk}: Lawyer’s letter")
    expect(page.locator(".case-item blockquote")).to_have_text("Mr Varn took money, everybody knows.")
    page.goto(f"{QUEUE}comments/{comment.uid}/")
    expect(page.locator(".card-case")).to_contain_text(f"This comment is in an open case: Case {case.pk}")


def test_editor_opens_a_case_from_the_story_page_in_two_clicks(
    page: Page, sign_in: SignIn, editor: User, comment: Comment
) -> None:
    article = comment.discussion.article
    sign_in(page, editor)
    page.goto(f"/admin/articles/article/{article.pk}/change/")
    page.locator("summary", has_text="Cases").click()
    with page.expect_popup() as popup:
        page.get_by_role("link", name="Open a case").click()
    popup.value.get_by_role("button", name="Open the case").click()
    expect(popup.value.get_by_role("heading", name="What is frozen")).to_be_visible()
    page.reload()
    expect(page.locator(".notice--case")).to_contain_text("Opened by Marian Holt")


def test_editor_opens_a_case_about_an_old_comment_in_two_clicks_from_its_line(
    page: Page, sign_in: SignIn, editor: User, comment: Comment
) -> None:
    discussion = comment.discussion
    old = make_comment(discussion=discussion, body="An old rumour.", submitted_at=timezone.now() - DAY)
    for _number in range(20):
        make_comment(discussion=discussion)
    sign_in(page, editor)
    page.goto(f"/admin/moderation/stories/{discussion.article.uid}/")
    page.get_by_role("link", name="Older comments").click()
    line = page.locator(".desk-newest > li")
    expect(line).to_have_count(1)
    line.get_by_role("link", name="Open a case").click()
    page.get_by_role("button", name="Open the case").click()
    assert Case.objects.get().items.get().comment == old
    expect(page.locator(".case-item blockquote")).to_have_text("An old rumour.")


def test_case_goes_from_opening_to_its_file_and_its_end_without_script(
    page_without_script: Page, sign_in: SignIn, moderator: User, comment: Comment
) -> None:
    page = page_without_script
    sign_in(page, moderator)
    page.goto(f"{CASES}new/?item={comment.uid}")
    page.get_by_label("From whom?").fill("Quill & Partners")
    page.get_by_role("button", name="Open the case").click()
    page.get_by_label("Note what was done or said").fill("Called them.")
    page.get_by_role("button", name="Note it").click()
    expect(page.locator(".one-history")).to_contain_text("Called them.")
    page.locator("#item").fill("/nowhere/")
    page.get_by_role("button", name="Freeze and add").click()
    expect(page.get_by_role("alert")).to_have_text(
        "No comment and no story has this address. Nothing was added."
    )
    page.locator("#item").fill(comment.discussion.article.addresses.get().path)
    page.get_by_role("button", name="Freeze and add").click()
    expect(page.locator(".case-items > li")).to_have_count(2)
    page.locator("summary", has_text="Change deadline").click()
    page.get_by_label("Deadline").fill("2040-05-04T18:00")
    page.get_by_role("button", name="Save").click()
    expect(page.locator(".desk-now")).to_contain_text("4 May 2040, 18:00")
    with page.expect_download() as download:
        page.get_by_role("button", name="Export as one file").click()
    content = download.value.path().read_bytes()
    assert zipfile.ZipFile(io.BytesIO(content)).namelist() == [
        "case.html",
        "case.json",
        "items/001.json",
        "items/002.json",
        "SHA256SUMS",
    ]
    page.goto(page.url)
    page.locator("summary", has_text="Close the case").click()
    page.get_by_label("How did it end?").select_option("partly")
    page.get_by_role("button", name="Close it").click()
    expect(page.locator(".desk-now")).to_contain_text("It was right in part")
    assert list(Case.objects.get().acts.values_list("verb", flat=True)) == [
        "opened", "added", "noted", "added", "deadline", "exported", "closed",
    ]  # fmt: skip


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1280])
def test_axe_finds_nothing_on_the_pages_of_cases(
    new_context: Callable[..., BrowserContext],
    sign_in: SignIn,
    moderator: User,
    comment: Comment,
    world: list[Case],
    scheme: str,
    width: int,
) -> None:
    # Axe itself writes inline styles while it looks at a page that scrolls.
    size = {"width": width, "height": 800}
    page = new_context(viewport=size, color_scheme=scheme, bypass_csp=True).new_page()
    sign_in(page, moderator)
    wrong: dict[str, object] = {}
    for path in ["", f"new/?item={comment.uid}", *(f"{case.uid}/" for case in world)]:
        page.goto(CASES + path)
        page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true })")
        found: list[object] = [*complaints(page)]
        if (wide := page.evaluate("document.documentElement.scrollWidth")) > width:
            found.append(f"{wide} px wide")
        if found:
            wrong[path] = found
    assert wrong == {}
