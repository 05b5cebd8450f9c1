"""The table of what may become of a comment."""

import pytest

from comments.actions.transitions import NEW, TRANSITIONS, reachable, validate
from comments.enums import Act, DiscussionMode, Effect, Gravity, StandingReason, State
from comments.moderation import facts


def test_every_state_is_reachable() -> None:
    assert reachable(TRANSITIONS) == {NEW, *State.values}


def test_a_comment_is_public_by_publication_approval_restoring_or_putting_back_alone() -> None:
    moved = {act for (_, act), to in TRANSITIONS.items() if to == State.PUBLIC}
    assert moved - {Act.WITHHELD, Act.DISCLOSED} == {
        Act.PUBLISHED,
        Act.APPROVED,
        Act.RESTORED,
        Act.GRANTED,
        Act.KEPT,
        Act.UNDONE,
    }


def test_a_comment_may_be_withdrawn_from_every_state_but_withdrawn() -> None:
    starts = {start for (start, act) in TRANSITIONS if act == Act.WITHDRAWN}
    assert starts == set(State.values) - {State.WITHDRAWN}


def test_a_withdrawn_comment_stays_so() -> None:
    assert {to for (start, _act), to in TRANSITIONS.items() if start == State.WITHDRAWN} == {State.WITHDRAWN}


def test_what_is_undone_is_held_and_what_was_pulled_back_is_put_back() -> None:
    undone = {start: to for (start, act), to in TRANSITIONS.items() if act == Act.UNDONE}
    held = dict.fromkeys((State.PUBLIC, State.REJECTED, State.REMOVED), State.HELD)
    assert undone == held | {State.HELD: State.PUBLIC}


def test_table_with_an_unknown_state_is_refused() -> None:
    with pytest.raises(ValueError, match="names what is not known"):
        validate({**TRANSITIONS, ("asleep", Act.APPROVED): State.PUBLIC})


def test_table_with_a_step_that_changes_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="changes nothing"):
        validate({**TRANSITIONS, (State.HELD, Act.HELD): State.HELD})


def test_table_that_cannot_reach_a_state_is_refused() -> None:
    without = {step: to for step, to in TRANSITIONS.items() if to != State.REMOVED}
    with pytest.raises(ValueError, match="removed"):
        validate(without)


@pytest.mark.parametrize(
    ("shown", "plain"),
    [
        (State, facts.State),
        (Effect, facts.Effect),
        (Gravity, facts.Gravity),
        (StandingReason, facts.StandingReason),
        (DiscussionMode, facts.DiscussionMode),
    ],
)
def test_closed_lists_of_screens_and_checks_are_the_same(shown: type, plain: type) -> None:
    assert [member.value for member in shown] == [member.value for member in plain]  # type: ignore[attr-defined]
