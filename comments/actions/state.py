"""Changes a comment's state on condition of what was seen, with its decision and the counts."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import F
from django.utils.translation import gettext as _

from comments.actions.errors import NotPossible, StaleView
from comments.actions.places import place_in_queue
from comments.actions.transitions import ANSWERS, TRANSITIONS
from comments.decisions import NO_EVIDENCE, Evidence, Ground, Step, append_decisions
from comments.enums import Act, State
from comments.models import Comment, Decision, Discussion
from newsroom.accounts.models import User

IN_PLACE = frozenset({*ANSWERS, Act.GRANTED, Act.UNDONE})
"""Acts after which a comment that was public before stands in its place of then."""
READING = frozenset({Act.APPROVED, Act.RESTORED, Act.KEPT, Act.GRANTED})
"""Acts by which a moderator has read what is public."""


@dataclass(frozen=True, slots=True)
class Change:
    """A comment that is to be in another state, as it was seen, and what its decision says besides."""

    comment: Comment
    grounds: Sequence[Ground] = ()
    evidence: Evidence = NO_EVIDENCE
    undoes: Decision | None = None


def change_state(
    change: Change, *, act: Act, now: datetime, by: User | None = None, automatic: bool = False
) -> Decision:
    """One comment is in its next state, as `change_states` has it."""
    return change_states([change], act=act, now=now, by=by, automatic=automatic)[0]


def change_states(
    changes: Sequence[Change], *, act: Act, now: datetime, by: User | None = None, automatic: bool = False
) -> list[Decision]:
    """Each comment is in its next state, one version on, and a decision says so; public counts have moved.

    To be called inside a transaction that has locked the rows in the order of their ids. Four queries for all
    that came from one state and version, at most three more where public counts move. Raises NotPossible where
    the table knows no such step, StaleView where a row is not as its comment has it: then whoever calls undoes
    the transaction.
    """
    steps = [_step(change, act) for change in changes]
    moves = [(step, times_of(step.comment, act, step.to_state, now)) for step in steps]
    for alike in _grouped(moves):
        _move(alike)
    count_public([(step.comment.discussion_id, step.from_state, step.to_state) for step in steps])
    decisions = append_decisions(steps, act=act, now=now, by=by, automatic=automatic)
    for step, times in moves:
        for name, value in {"state": step.to_state, "version": step.seen_version + 1, **times}.items():
            setattr(step.comment, name, value)
    return decisions


def _step(change: Change, act: Act) -> Step:
    comment = change.comment
    to_state = next_state(comment, act)
    if to_state is None:
        raise NotPossible(impossible(comment))
    return Step(
        comment=comment,
        from_state=comment.state,
        to_state=to_state,
        seen_version=comment.version,
        grounds=change.grounds,
        evidence=change.evidence,
        undoes=change.undoes,
    )


def next_state(comment: Comment, act: Act) -> State | None:
    """Where the act would bring the comment; None where the table knows no such step."""
    return TRANSITIONS.get((comment.state, act))


Move = tuple[Step, dict[str, Any]]
"""A step, and the times that change with it."""


def _grouped(moves: Iterable[Move]) -> Iterable[list[Move]]:
    """Those whose rows change in the same way, so that one query moves them."""
    groups: dict[Any, list[Move]] = {}
    for step, times in moves:
        alike = (step.from_state, step.to_state, step.seen_version, *times.values())
        groups.setdefault(alike, []).append((step, times))
    return groups.values()


def _move(alike: list[Move]) -> None:
    """Moves the rows that are as they were seen, or raises StaleView. One query."""
    step, times = alike[0]
    comments = {one.comment.pk: one.comment for one, _times in alike}
    rows = Comment.objects.filter(pk__in=list(comments), state=step.from_state, version=step.seen_version)
    if rows.update(state=step.to_state, version=step.seen_version + 1, **times) == len(comments):
        return
    moved = Comment.objects.filter(pk__in=list(comments), state=step.to_state, version=step.seen_version + 1)
    stale = min(set(comments) - set(moved.values_list("pk", flat=True)), default=step.comment.pk)
    raise StaleView(comments[stale], latest_decisions([stale]).get(stale), step.evidence.note)


def times_of(comment: Comment, act: Act, to_state: str, now: datetime) -> dict[str, Any]:
    """The times that change with a state.

    What becomes public (again) does so now, so that nobody who follows the discussion misses it; what is
    undone keeps its place in the queue; `public_since` stays when a comment goes, since its stub keeps its
    place. What was taken down in error stands where it stood before; it has been seen there.
    """
    times: dict[str, Any] = {} if act in ANSWERS else {"decided_at": now}
    if to_state == State.PUBLIC and not (act in IN_PLACE and comment.public_since):
        times["public_since"] = now
    if act in READING:
        times["read_at"] = now
    keeps_its_place = act in ANSWERS or (act == Act.UNDONE and comment.held_since and comment.due_at)
    if to_state == State.HELD and not keeps_its_place:
        times |= place_in_queue(comment, now)
    return times


def count_public(moved: Iterable[tuple[int, str, str]]) -> None:
    """Moves each discussion's count and version where readers see a change: for its id, a state, and the next.

    One query for all whose count moves by as many; where they are several one before it, which locks their rows
    in the order of their ids, so that two who do this at once wait for each other instead of failing.
    """
    steps: Counter[int] = Counter()
    for discussion_id, from_state, to_state in moved:
        if step := (to_state == State.PUBLIC) - (from_state == State.PUBLIC):
            steps[discussion_id] += step
    if len(steps) > 1:
        rows = Discussion.objects.filter(pk__in=steps).order_by("pk").select_for_update(no_key=True)
        list(rows.values_list("pk"))
    for step in set(steps.values()):
        alike = Discussion.objects.filter(pk__in=[pk for pk in steps if steps[pk] == step])
        alike.update(public_count=F("public_count") + step, version=F("version") + 1)


def latest_decisions(comment_ids: Iterable[int]) -> dict[int, Decision]:
    """What happened to each last. One query."""
    rows = Decision.objects.filter(comment__in=list(comment_ids)).select_related("decider")
    return {decision.comment_id: decision for decision in rows.order_by("comment_id", "seq")}


def impossible(comment: Comment) -> str:
    """A sentence for an act that this state does not allow."""
    return _("That cannot be done to a comment in the state “%(state)s”.") % {
        "state": comment.get_state_display()
    }
