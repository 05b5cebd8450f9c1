"""What was decided on like texts stands beside a card; a filter by a rule costs what an index bounds."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from comments import actions
from comments.desk import filters
from comments.desk.cards import comment_with_uid
from comments.desk.filters import Filters
from comments.desk.queue import rows_of
from comments.desk.similar import similar_decisions
from comments.desk.views import HELD, Asker
from comments.models import Comment, CommentFinding, Rule
from newsroom.accounts.models import User
from tests.factories import make_comment, make_discussion, make_policy, make_user

pytestmark = pytest.mark.django_db
SPAM = "Buy the finest cranes in the harbour from us today, {}, and never look back at the others."
QUEUE = "/admin/moderation/"


@pytest.fixture
def moderator(db: None) -> User:
    make_policy()
    return make_user(group="Moderator")


def decided(moderator: User, body: str, rule: str = "") -> Comment:
    comment = make_comment(state="held", body=body)
    seen: dict[str, Any] = {"by": moderator, "seen_version": 1, "now": timezone.now()}
    if rule:
        actions.reject(comment.pk, rule_keys=[rule], **seen)
    else:
        actions.approve(comment.pk, **seen)
    return comment


def similar(comment: Comment) -> list[tuple[int, str]]:
    found = comment_with_uid(comment.uid)
    assert found is not None
    return [(one.comment.pk, one.sentence) for one in similar_decisions(found)]


def test_three_most_alike_are_told_with_what_was_made_of_them(moderator: User) -> None:
    near = [decided(moderator, SPAM.format(word), "links") for word in ("all", "friends")]
    same = decided(moderator, SPAM.format("readers"), "respect")
    # So far away that it is the last of four.
    half = decided(moderator, "Buy the finest cranes in the harbour from us today, or do not.")
    decided(moderator, "I like the ferry, and the harbour master too.")
    make_comment(body=SPAM.format("nobody decided"))
    shown = similar(make_comment(state="held", body=SPAM.format("readers")))
    assert shown == [
        (same.pk, "Rejected under rule 3."),
        (near[1].pk, "Rejected under rule 2."),
        (near[0].pk, "Rejected under rule 2."),
    ]
    assert half.pk not in dict(shown)


def test_what_was_undone_or_has_no_words_is_like_nothing(moderator: User) -> None:
    undone = decided(moderator, SPAM.format("readers"), "links")
    decision = undone.decisions.get(act="rejected")
    actions.undo(decision.pk, by=moderator, now=timezone.now())
    decided(moderator, "!!!", "links")
    assert similar(make_comment(state="held", body=SPAM.format("readers"))) == []
    assert similar(make_comment(state="held", body="!!!")) == []


def test_similar_decisions_cost_the_same_queries_for_one_and_for_many(moderator: User) -> None:
    def cost() -> int:
        comment = comment_with_uid(make_comment(state="held", body=SPAM.format("x")).uid)
        assert comment is not None
        with CaptureQueriesContext(connection) as queries:
            assert similar_decisions(comment) != []
        return len(queries)

    decided(moderator, SPAM.format("readers"), "links")
    few = cost()
    for number in range(5):
        decided(moderator, SPAM.format(f"reader {number}"), "links")
    assert (few, cost()) == (3, 3)


def test_card_has_similar_decisions_folded_with_their_rules(client: Client, moderator: User) -> None:
    decided(moderator, SPAM.format("readers"), "links")
    comment = make_comment(state="held", body=SPAM.format("friends"))
    client.force_login(moderator)
    page = client.get(QUEUE, {"item": str(comment.uid)}).content.decode()
    assert ("1 similar past decision" in page, "Rule 2, Few links (version 1)" in page) == (True, True)


# --- the filter by a rule


def caught(comment: Comment, key: str) -> None:
    CommentFinding.objects.create(
        text=comment.current_text, rule=Rule.objects.get(key=key), effect="hold", fact="listed_phrase"
    )


def narrowed(moderator: User, rule: str) -> list[int]:
    rows = rows_of(HELD, Filters(rule=rule), Asker(moderator.pk, timezone.now()))
    return [comment.pk for comment in rows]


@pytest.mark.parametrize("most", [500, 0], ids=["from what it caught", "from what is most urgent"])
def test_filter_by_a_rule_has_what_it_caught_either_way(
    moderator: User, monkeypatch: pytest.MonkeyPatch, most: int
) -> None:
    monkeypatch.setattr(filters, "MOST_CAUGHT", most)
    discussion = make_discussion()
    held = [make_comment(state="held", discussion=discussion) for _number in range(4)]
    for comment in (held[1], held[1], held[3]):
        caught(comment, "links")
    decided_on = make_comment(discussion=discussion)
    caught(decided_on, "links")
    assert narrowed(moderator, "links") == [held[1].pk, held[3].pk]
    assert narrowed(moderator, "respect") == []


def test_filter_by_a_rule_looks_through_no_more_rows_than_the_first(
    moderator: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(filters, "MOST_CAUGHT", 0)
    monkeypatch.setattr(filters, "MOST_LOOKED_THROUGH", 2)
    discussion = make_discussion()
    held = [make_comment(state="held", discussion=discussion) for _number in range(3)]
    for comment in (held[0], held[2]):
        caught(comment, "links")
    assert narrowed(moderator, "links") == [held[0].pk]
