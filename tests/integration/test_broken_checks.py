"""A check that fails in any way, from the form to the desk: the comment is held, and the card names the check."""

import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from django.test import Client

from articles.models import Publication
from comments.models import Comment
from comments.moderation.checks import CHECKS
from newsroom.accounts.models import User
from tests.factories import make_policy, make_publication, make_user
from tests.integration.commenting import RULES
from tests.integration.test_comment_pages import guest_form, new_url, text_of, trusted

pytestmark = pytest.mark.django_db


def raises(_submission: Any, _parameters: Any) -> Any:
    raise RecursionError("It went round in circles.")


def overruns(_submission: Any, _parameters: Any) -> Any:
    """It is the processor's time that counts, so that waiting for a turn on a busy machine holds nobody's comment."""
    started = time.thread_time()
    while time.thread_time() - started < 0.06:
        pass
    return []


def returns_nothing(_submission: Any, _parameters: Any) -> Any:
    return None


def returns_nonsense(_submission: Any, _parameters: Any) -> Any:
    return ["shouting", 42]


@pytest.fixture
def reader() -> User:
    return make_user(name="Rosa Reader")


@pytest.fixture
def story(reader: User) -> Publication:
    """Under rules of which the fifth forbids shouting, with a reader whose comments are public at once."""
    make_policy(rules=RULES)
    story = make_publication()
    trusted(reader, story)
    return story


def sent(client: Client, reader: User, story: Publication) -> Any:
    client.force_login(reader)
    answer = client.post(new_url(story), guest_form(name=None, email=None))
    assert answer.status_code == 303
    return client.get(answer["Location"])


def test_without_a_failure_the_comment_is_public(client: Client, reader: User, story: Publication) -> None:
    assert "It is public now." in text_of(sent(client, reader, story))


@pytest.mark.parametrize(
    ("run", "why"),
    [
        (raises, "RecursionError"),
        (overruns, "took too long"),
        (returns_nothing, "returned something else than findings"),
        (returns_nonsense, "returned something else than findings"),
    ],
)
def test_comment_sent_while_a_check_fails_is_held_and_its_card_names_the_check(
    client: Client,
    reader: User,
    story: Publication,
    monkeypatch: pytest.MonkeyPatch,
    run: Callable[..., Any],
    why: str,
) -> None:
    monkeypatch.setitem(CHECKS, "shouting", replace(CHECKS["shouting"], run=run))
    told = text_of(sent(client, reader, story))
    assert "An automatic check could not finish" in told
    comment = Comment.objects.get(commenter__user=reader, state="held")
    decision = comment.decisions.get()
    grounds = list(decision.grounds.values_list("kind", "key"))
    assert (decision.act, decision.automatic, grounds) == ("held", True, [("standing", "check_unavailable")])
    assert "ferry" not in text_of(Client().get(story.get_absolute_url()))

    desk = Client()
    desk.force_login(make_user(group="Moderator"))
    card = text_of(desk.get(f"/admin/moderation/comments/{comment.uid}/"))
    assert f"Rule 5’s check “{CHECKS['shouting'].title}” did not finish." in card
    assert f"Rule 5’s check “{CHECKS['shouting'].title}” did not finish." in text_of(
        desk.get("/admin/moderation/")
    )
    assert comment.current_text is not None
    assert comment.current_text.findings.get().details["why"] == why
