"""Who may do what to a story, by group and by whose it is."""

from types import SimpleNamespace

import pytest
from django.contrib.auth.models import AnonymousUser

from articles import permissions
from articles.enums import ArticleState
from newsroom.accounts.models import User
from tests.factories import make_user

pytestmark = pytest.mark.django_db

NOBODY: set[str] = set()
QUESTIONS = {
    "can_see",
    "can_edit",
    "can_move",
    "can_submit",
    "can_send_back",
    "can_mark_ready",
    "can_publish",
}
EDITOR = {
    ArticleState.DRAFT: QUESTIONS - {"can_send_back"},
    ArticleState.IN_REVIEW: QUESTIONS - {"can_submit"},
    ArticleState.READY: QUESTIONS - {"can_submit", "can_mark_ready"},
}
OWN = {
    ArticleState.DRAFT: {"can_see", "can_edit", "can_move", "can_submit"},
    ArticleState.IN_REVIEW: {"can_see"},
    ArticleState.READY: {"can_see"},
}


def answers(user: User | AnonymousUser, *, state: str, created_by_id: int | None) -> set[str]:
    story = SimpleNamespace(state=state, created_by_id=created_by_id)
    return {name for name in QUESTIONS if getattr(permissions, name)(user, story)}


@pytest.mark.parametrize("state", ArticleState)
def test_editor_works_on_everybodys_story(state: ArticleState) -> None:
    assert answers(make_user(group="Editor"), state=state, created_by_id=None) == EDITOR[state]


@pytest.mark.parametrize("state", ArticleState)
def test_reporter_works_on_own_draft_alone(state: ArticleState) -> None:
    reporter = make_user(group="Reporter")
    assert answers(reporter, state=state, created_by_id=reporter.pk) == OWN[state]


@pytest.mark.parametrize("group", ["Reporter", "Moderator", "Moderation lead", ""])
def test_anothers_story_is_closed(group: str) -> None:
    assert answers(make_user(group=group), state="draft", created_by_id=0) == NOBODY


@pytest.mark.parametrize("group", ["Moderator", "Moderation lead"])
def test_moderator_has_no_stories_even_own_ones(group: str) -> None:
    moderator = make_user(group=group)
    assert answers(moderator, state="draft", created_by_id=moderator.pk) == NOBODY


def test_anonymous_visitor_may_do_nothing_even_where_nobody_began_the_story() -> None:
    assert answers(AnonymousUser(), state="draft", created_by_id=None) == NOBODY
    assert not permissions.can_draft(AnonymousUser())


def test_switched_off_editor_may_do_nothing() -> None:
    assert answers(make_user(group="Editor", is_active=False), state="draft", created_by_id=None) == NOBODY


@pytest.mark.parametrize(("group", "expected"), [("Reporter", True), ("Editor", True), ("Moderator", False)])
def test_beginning_a_story_by_group(group: str, expected: bool) -> None:
    assert permissions.can_draft(make_user(group=group)) is expected
