"""Withholding in the browser: every page of it by axe at two widths, and what readers get, in both directions."""

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from comments.models import Comment
from newsroom.withholding.models import Subject, Withholding
from tests.browser.test_queue import SignIn, complaints
from tests.factories import make_article, make_comment, make_discussion, make_publication, make_section
from tests.integration.withheld_world import MARK, NAME, World


@pytest.fixture
def world(transactional_db_groups: None) -> World:
    return World()


def shown(page: Page, width: int, name: str) -> list[object]:
    """What is wrong with the page as it stands."""
    wide = page.evaluate("document.documentElement.scrollWidth")
    return [(name, one) for one in [*complaints(page), *([f"{wide} px"] if wide > width else [])]]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1280])
def test_comment_is_withheld_read_and_shown_again(
    new_context: Callable[..., BrowserContext], sign_in: SignIn, world: World, scheme: str, width: int
) -> None:
    # Axe itself writes inline styles while it looks at a page that scrolls.
    size = {"width": width, "height": 900}
    page = new_context(viewport=size, color_scheme=scheme, bypass_csp=True).new_page()
    sign_in(page, world.lead)
    page.goto("/admin/withheld/")
    wrong = shown(page, width, "empty list")
    page.fill("#address", f"/{world.publication.path}/#comment-{world.public.uid}")
    page.get_by_role("button", name="Withhold…").click()
    expect(page.get_by_text("Reports of it")).to_be_visible()
    wrong += shown(page, width, "what would be withheld")
    page.get_by_label("Legal ground").fill("Regional Court of Hamburg, 30 November 2026, 324 O 1/26")
    page.get_by_label("For the record").fill("By fax at 2:10")
    page.get_by_label("name too").check()
    page.get_by_role("button", name="Withhold", exact=True).click()
    expect(page.get_by_text("Withheld. Every path says so from now on")).to_be_visible()
    expect(page.locator("body")).not_to_contain_text(MARK)
    wrong += shown(page, width, "record")
    page.get_by_label("Why?").fill("The court asks")
    page.get_by_role("button", name="Read it").click()
    expect(page.locator(".withheld-words").first).to_contain_text(MARK)
    wrong += shown(page, width, "original")
    page.goto("/admin/withheld/")
    wrong += shown(page, width, "list")
    page.goto(f"/{world.publication.path}/")
    comment = page.locator(f"#comment-{world.public.uid}")
    expect(comment.locator(".comment__body").first).to_have_text("Withheld on legal grounds.")
    expect(comment.locator(".comment__name").first).to_have_text("Name withheld on legal grounds")
    wrong += shown(page, width, "story")
    page.goto(f"/admin/withheld/{Withholding.objects.get().uid}/")
    page.get_by_label("Why?").fill("Lifted on appeal")
    page.get_by_role("button", name="Show the words again").click()
    expect(page.get_by_text("The words are shown again.")).to_be_visible()
    wrong += shown(page, width, "ended")
    world.public.refresh_from_db()
    assert (world.public.name, wrong) == (NAME, [])


def test_persian_readers_are_told_in_persian(
    new_context: Callable[..., BrowserContext], world: World
) -> None:
    section = make_section(name="شهر", slug="shahr", language="fa")
    article = make_article(section=section, language="fa")
    publication = make_publication(article=article, section=section, language="fa")
    comment: Comment = make_comment(discussion=make_discussion(article), body=f"سلام {MARK}")
    world.withhold(Subject.COMMENT, str(comment.uid))
    page = new_context(viewport={"width": 360, "height": 800}, bypass_csp=True).new_page()
    page.goto(f"/{publication.path}/")
    body = page.locator(f"#comment-{comment.uid} .comment__body")
    expect(body).to_have_text("این متن به دلایل حقوقی منتشر نمی‌شود.")
    assert shown(page, 360, "story") == []
