"""Axe on every page of the desk that has an address of its own, and its width on a phone."""

from collections.abc import Callable

import pytest
from django.urls import URLPattern
from django.utils import timezone
from playwright.sync_api import BrowserContext

from comments import actions
from comments.desk_urls import urlpatterns
from comments.models import Comment
from newsroom.accounts.models import User
from tests.browser.test_queue import QUEUE, SignIn, complaints
from tests.factories import make_comment, make_discussion, make_policy, make_user

ASKED_BY_SCRIPT = {"news/", "release/", "token/", "undo/", "bulk/prepare/", "decisions/csv/"}
"""Addresses that answer a form or the script, with no page of their own."""


def paths() -> list[str]:
    """Every address of the desk that names nothing, so that a new page is looked at, too."""
    plain = [str(one.pattern) for one in urlpatterns if isinstance(one, URLPattern)]
    return [path for path in plain if "<" not in path and path not in ASKED_BY_SCRIPT]


@pytest.fixture
def lead() -> User:
    return make_user(group="Moderation lead", name="Lea Lind")


@pytest.fixture
def decided(lead: User) -> list[Comment]:
    """One that waits, one approved, one rejected, one public that nobody read."""
    make_policy()
    discussion, now = make_discussion(), timezone.now()
    made = [make_comment(state="held", discussion=discussion) for _number in range(3)]
    actions.approve(made[1].pk, by=lead, seen_version=1, now=now)
    actions.reject(made[2].pk, by=lead, seen_version=1, rule_keys=["respect"], now=now)
    return [*made, make_comment(discussion=discussion)]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1280])
def test_axe_finds_nothing_on_any_page_of_the_desk(
    new_context: Callable[..., BrowserContext],
    sign_in: SignIn,
    lead: User,
    decided: list[Comment],
    scheme: str,
    width: int,
) -> None:
    # Axe itself writes inline styles while it looks at a page that scrolls.
    size = {"width": width, "height": 800}
    page = new_context(viewport=size, color_scheme=scheme, bypass_csp=True).new_page()
    sign_in(page, lead)
    wrong: dict[str, object] = {}
    for path in [*paths(), *(f"comments/{comment.uid}/" for comment in decided)]:
        answer = page.goto(QUEUE + path)
        assert answer is not None
        assert (path, answer.status) == (path, 200)
        found: list[object] = [*complaints(page)]
        if (wide := page.evaluate("document.documentElement.scrollWidth")) > width:
            found.append(f"{wide} px wide")
        if found:
            wrong[path] = found
    assert wrong == {}
