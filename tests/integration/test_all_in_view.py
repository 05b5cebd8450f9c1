"""One decision on all that a view shows with its filters: looked at first, done by a job, with a list of results."""

from collections import Counter
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core.mail import EmailMessage
from django.test import Client
from django.utils import timezone

from comments import runs
from comments.enums import LetterState, RunScope, State
from comments.models import BulkRun, Comment, Letter
from comments.tasks import deliver
from newsroom.accounts.models import User
from newsroom.groups import make_groups
from tests.factories import make_comment, make_discussion, make_policy, make_user

pytestmark = pytest.mark.django_db
QUEUE, BULK = "/admin/moderation/", "/admin/moderation/bulk/"


@pytest.fixture
def moderator(client: Client) -> User:
    make_groups()
    make_policy()
    moderator = make_user(group="Moderator")
    client.force_login(moderator)
    return moderator


def many(like: Comment, count: int) -> None:
    """So many more of the same commenter on the same story, in the same state, each with a text of its own."""
    names = (
        "discussion_id",
        "commenter_id",
        "policy_id",
        "name",
        "state",
        "submitted_at",
        "held_since",
        "due_at",
    )
    same = {name: getattr(like, name) for name in names}
    text = {"html": "", "renderer": 1, "fingerprint": ""}
    made = Comment.objects.bulk_create(Comment(**same, form_key=uuid4()) for _number in range(count))
    texts = like.current_text._meta.model.objects.bulk_create(  # type: ignore[union-attr]
        type(like.current_text)(comment=one, body=f"Shout {one.pk}", created_at=like.submitted_at, **text)  # type: ignore[misc]
        for one in made
    )
    for one, own in zip(made, texts, strict=True):
        one.current_text = own
    Comment.objects.bulk_update(made, ["current_text"])


def follow(client: Client, sent: dict[str, Any]) -> tuple[BulkRun, str]:
    """Sends the list's form, and gives the run that it leads to with its page."""
    response = client.post(BULK, sent)
    assert response.status_code == 303
    return BulkRun.objects.latest("pk"), client.get(response["Location"]).content.decode()


def test_hundreds_that_fit_a_filter_are_looked_at_decided_on_and_listed(
    client: Client, moderator: User, mailoutbox: list[EmailMessage]
) -> None:
    first, other = make_comment(state="held"), make_comment(state="held", body="On another story")
    many(first, 299)
    at = f"story={first.discussion.article.uid}"
    listed = client.get(f"{QUEUE}?{at}").content.decode()
    assert 'name="act" value="all_held"' in listed
    assert 'name="act" value="all_public"' not in listed
    run, page = follow(client, {"act": "all_held", "at": at, "rule": "respect"})
    assert (run.scope, run.total, run.of_public) == (RunScope.VIEW, 300, False)
    said = (
        "300 comments",
        "Everything under “Held” that is waiting",
        first.discussion.article.working_headline,
    )
    assert [words in page for words in said] == [True] * 3
    assert page.count('class="as-written"') == 5
    assert client.post(f"{BULK}{run.uid}/", {"act": "reject", "rule": "respect"}).status_code == 303
    while runs.advance(run.pk, now=timezone.now()):
        pass
    assert Counter(Comment.objects.values_list("state", flat=True)) == {State.REJECTED: 300, State.HELD: 1}
    other.refresh_from_db()
    assert other.state == State.HELD
    done = client.get(f"{BULK}{run.uid}/").content.decode()
    assert "300" in done
    # Three hundred statements, and two mails: the second begins where two hundred are told of.
    letters = Letter.objects.order_by("pk").values_list("pk", flat=True)
    for pk in letters:
        deliver(pk, now=timezone.now() + runs.MAIL_WAITS + timedelta(minutes=1))
    assert len(mailoutbox) == 2
    assert set(Letter.objects.values_list("state", flat=True)) == {LetterState.SENT}


def test_what_is_public_in_a_view_is_removed(client: Client, moderator: User) -> None:
    now = timezone.now()
    public = make_comment(state="public", public_since=now, submitted_at=now)
    held = make_comment(state="held", discussion=public.discussion)
    run, page = follow(client, {"act": "all_public", "at": "view=fresh"})
    assert list(run.items.values_list("comment", flat=True)) == [public.pk]
    assert ("Everything under “Fresh” that is public" in page, 'value="remove"' in page) == (True, True)
    assert held.pk


@pytest.mark.parametrize(
    "at",
    ["view=nothing", "story=x", "view=review", "view=appeals", "section=none"],
)
def test_where_nothing_can_be_meant_nothing_is_put_together(client: Client, moderator: User, at: str) -> None:
    make_comment(state="held", discussion=make_discussion())
    assert client.post(BULK, {"act": "all_held", "at": at}).status_code == 400
    assert BulkRun.objects.count() == 0


def test_languages_of_one_s_own_and_raids_are_left_as_the_list_leaves_them(
    client: Client, moderator: User
) -> None:
    shown = make_comment(state="held")
    moderator.desk_languages = [shown.discussion.article.language]
    moderator.save()
    hidden = make_comment(state="held")
    article = hidden.discussion.article
    article.language = "fa"
    article.save()
    run, _page = follow(client, {"act": "all_held", "at": ""})
    assert list(run.items.values_list("comment", flat=True)) == [shown.pk]
