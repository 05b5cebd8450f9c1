"""Undoing a decision until its mail leaves."""

from datetime import timedelta
from typing import Any

import pytest

from comments import actions
from comments.enums import Act, LetterState, State
from comments.models import Comment, Decision, Discussion, Letter
from comments.seals import faults
from comments.tasks import deliver
from tests import factories
from tests.integration.commenting import Desk

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk() -> Desk:
    return Desk()


def test_undone_rejection_waits_in_its_old_place_and_no_mail_leaves(
    desk: Desk, mailoutbox: list[object]
) -> None:
    comment = desk.send()
    decision = desk.reject(comment)
    later = desk.now + timedelta(seconds=59)
    undone = actions.undo(decision.pk, by=desk.moderator, now=later)
    comment.refresh_from_db()
    letter = Letter.objects.get()
    assert (comment.state, comment.held_since, comment.version) == (State.HELD, desk.now, 3)
    assert (undone.act, undone.undoes, letter.state) == (Act.UNDONE, decision, LetterState.CANCELLED)
    deliver(letter.pk, now=desk.now + timedelta(hours=1))
    assert mailoutbox == []


def test_undone_approval_takes_the_comment_off_the_page(desk: Desk) -> None:
    decision = desk.approve(desk.send())
    actions.undo(decision.pk, by=desk.moderator, now=desk.now)
    assert Comment.objects.get().state == State.HELD
    assert Discussion.objects.values_list("public_count", "version").get() == (0, 3)


def test_comment_waits_again_for_the_reasons_of_its_hold(desk: Desk) -> None:
    comment = desk.send()
    undone = actions.undo(desk.reject(comment).pk, by=desk.moderator, now=desk.now)
    assert list(undone.grounds.values_list("kind", "key")) == [("standing", "first_comments")]
    assert list(faults()) == []


def test_comment_that_never_was_held_waits_for_the_reasons_of_its_removal(desk: Desk) -> None:
    desk.trust(desk.reader)
    comment = desk.send()
    verdict: dict[str, Any] = {
        "by": desk.moderator,
        "seen_version": 1,
        "now": desk.now,
        "rule_keys": ["respect"],
    }
    removal = actions.remove(comment.pk, **verdict)
    undone = actions.undo(removal.pk, by=desk.moderator, now=desk.now)
    assert list(undone.grounds.values_list("kind", "key")) == [("rule", "respect")]


def test_decision_whose_mail_has_left_cannot_be_undone(desk: Desk, mailoutbox: list[object]) -> None:
    decision = desk.reject(desk.send())
    after = desk.now + timedelta(seconds=60)
    deliver(Letter.objects.get().pk, now=after)
    with pytest.raises(actions.NotPossible, match="has left"):
        actions.undo(decision.pk, by=desk.moderator, now=after)
    assert (Comment.objects.get().state, len(mailoutbox)) == (State.REJECTED, 1)


def test_decision_whose_mail_failed_once_cannot_be_undone(desk: Desk) -> None:
    """Nobody knows whether the mail server has taken it."""
    decision = desk.reject(desk.send())
    Letter.objects.update(attempts=1)
    with pytest.raises(actions.NotPossible):
        actions.undo(decision.pk, by=desk.moderator, now=desk.now)


def test_decision_without_a_mail_can_be_undone_for_as_long(desk: Desk) -> None:
    comment = factories.make_comment(commenter=factories.make_commenter(address=None), state="held")
    decision = desk.approve(comment)
    assert Letter.objects.count() == 0
    with pytest.raises(actions.NotPossible):
        actions.undo(decision.pk, by=desk.moderator, now=desk.now + timedelta(seconds=60))
    actions.undo(decision.pk, by=desk.moderator, now=desk.now + timedelta(seconds=59))
    assert Comment.objects.get(pk=comment.pk).state == State.HELD


def test_decision_is_undone_once(desk: Desk) -> None:
    decision = desk.reject(desk.send())
    actions.undo(decision.pk, by=desk.moderator, now=desk.now)
    with pytest.raises(actions.NotPossible, match="already"):
        actions.undo(decision.pk, by=desk.moderator, now=desk.now)
    assert Decision.objects.filter(act=Act.UNDONE).count() == 1


def test_undone_comment_can_be_decided_afresh(desk: Desk) -> None:
    comment = desk.send()
    actions.undo(desk.reject(comment).pk, by=desk.moderator, now=desk.now)
    comment.refresh_from_db()
    desk.approve(comment)
    states = Letter.objects.order_by("id").values_list("state", flat=True)
    assert list(states) == [LetterState.CANCELLED, LetterState.WAITING]


def test_decision_that_something_followed_cannot_be_undone(desk: Desk) -> None:
    comment = desk.send()
    decision = desk.approve(comment)
    removed = actions.remove(
        comment.pk, by=desk.moderator, seen_version=2, now=desk.now, rule_keys=["respect"]
    )
    with pytest.raises(actions.StaleView) as caught:
        actions.undo(decision.pk, by=desk.moderator, now=desk.now)
    assert caught.value.latest == removed
    states = list(Letter.objects.order_by("id").values_list("state", flat=True))
    assert states == [LetterState.CANCELLED, LetterState.WAITING]


def test_automatic_decision_cannot_be_undone(desk: Desk) -> None:
    desk.send()
    with pytest.raises(actions.NotPossible):
        actions.undo(Decision.objects.get().pk, by=desk.moderator, now=desk.now)


def test_decision_that_never_was_cannot_be_undone(desk: Desk) -> None:
    with pytest.raises(actions.NotPossible):
        actions.undo(999_999, by=desk.moderator, now=desk.now)
