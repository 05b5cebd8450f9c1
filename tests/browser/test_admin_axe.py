"""Axe on every page on which editors write and publish and moderation leads keep the policy."""

from collections.abc import Callable

import pytest
from django.utils import timezone
from playwright.sync_api import BrowserContext

from articles.models import Publication
from comments import posting
from comments.models import Policy
from newsroom.accounts.models import User
from tests.browser.test_whole_path import SignIn, faults
from tests.factories import (
    make_article,
    make_author,
    make_policy,
    make_publication,
    make_revision,
    make_section,
    make_topic,
    make_user,
)

NewContext = Callable[..., BrowserContext]
WIDTHS = {"desk": 1280, "phone": 360}
each_scheme = pytest.mark.parametrize("scheme", ["light", "dark"])
each_width = pytest.mark.parametrize("width", WIDTHS.values(), ids=WIDTHS)


@pytest.fixture
def editor(transactional_db: None) -> User:
    return make_user(group="Editor", name="Marian Holt")


@pytest.fixture
def lead(transactional_db: None) -> User:
    return make_user(group="Moderation lead", name="Lea Lind")


@pytest.fixture
def live(transactional_db: None) -> Publication:
    """A live story with changes that readers do not have yet."""
    live = make_publication(topics=[make_topic(name="Buses")])
    make_revision(live.article, headline="Changed since", body="<p>The first word.</p>")
    return live


def of_editors(live: Publication) -> list[str]:
    """The story's pages and those of what it is filed under, with one that was withdrawn and one just begun."""
    section, withdrawn, begun = make_section(name="City"), make_publication(), make_article()
    withdrawn.article.withdrawn_at = timezone.now()
    withdrawn.article.save(update_fields=["withdrawn_at"])
    make_revision(begun, headline="Begun", body="")
    return [
        "article/",
        "article/add/",
        f"article/{live.article.pk}/change/",
        f"article/{live.article.pk}/publish/",
        f"article/{withdrawn.article.pk}/publish/",
        f"article/{begun.pk}/change/",
        f"article/{begun.pk}/publish/",
        "section/",
        f"section/{section.pk}/change/",
        "topic/",
        "topic/add/",
        "author/",
        f"author/{make_author().pk}/change/",
    ]


def of_leads(lead: User) -> list[str]:
    posted = make_policy()
    draft: Policy = posting.draft_next(by=lead, now=timezone.now())
    return [
        "policy/",
        f"policy/{posted.pk}/change/",
        f"policy/{draft.pk}/change/",
        f"policy/{draft.pk}/preview/",
        f"policy/{draft.pk}/post/",
        "phraselist/",
        "phraselist/add/",
    ]


@each_scheme
@each_width
def test_axe_finds_nothing_on_editors_pages(
    new_context: NewContext, sign_in: SignIn, editor: User, live: Publication, scheme: str, width: int
) -> None:
    # Axe itself writes inline styles while it looks at a page that scrolls.
    context = new_context(color_scheme=scheme, viewport={"width": width, "height": 900}, bypass_csp=True)
    page = context.new_page()
    sign_in(page, editor)
    assert faults(page, [f"/admin/articles/{path}" for path in of_editors(live)]) == {}


@each_scheme
@each_width
def test_axe_finds_nothing_on_policy_pages(
    new_context: NewContext, sign_in: SignIn, lead: User, scheme: str, width: int
) -> None:
    context = new_context(color_scheme=scheme, viewport={"width": width, "height": 900}, bypass_csp=True)
    page = context.new_page()
    sign_in(page, lead)
    assert faults(page, [f"/admin/comments/{path}" for path in of_leads(lead)]) == {}
