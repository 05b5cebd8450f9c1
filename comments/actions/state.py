"""Changes a comment's state on condition of what was seen, with its decision and the counts."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db.models import F
from django.utils.translation import gettext as _

from comments.actions.errors import NotPossible, StaleView
from comments.actions.transitions import TRANSITIONS
from comments.decisions import NO_EVIDENCE, Evidence, Ground, append_decision
from comments.enums import Act, State
from comments.models import Comment, Decision, Discussion
from newsroom.accounts.models import User


def change_state(
    comment: Comment,
    *,
    act: Act,
    now: datetime,
    by: User | None = None,
    automatic: bool = False,
    grounds: Sequence[Ground] = (),
    evidence: Evidence = NO_EVIDENCE,
    undoes: Decision | None = None,
) -> Decision:
    """The comment is in its next state, one version on, and the decision says so; public counts have moved.

    To be called inside a transaction. Six queries, one more where public counts move. Raises NotPossible
    where the table knows no such step, StaleView where the row is not as `comment` has it: then nothing was
    changed.
    """
    seen_state, seen_version = comment.state, comment.version
    to_state = TRANSITIONS.get((seen_state, act))
    if to_state is None:
        raise NotPossible(impossible(comment))
    times = times_of(comment, act, to_state, now)
    unchanged = Comment.objects.filter(pk=comment.pk, state=seen_state, version=seen_version)
    if not unchanged.update(state=to_state, version=seen_version + 1, **times):
        raise StaleView(comment, latest_decision(comment), evidence.note)
    count_public(comment.discussion_id, seen_state, to_state)
    decision = append_decision(
        comment,
        act=act,
        from_state=seen_state,
        to_state=to_state,
        seen_version=seen_version,
        now=now,
        by=by,
        automatic=automatic,
        grounds=grounds,
        evidence=evidence,
        undoes=undoes,
    )
    for name, value in {"state": to_state, "version": seen_version + 1, **times}.items():
        setattr(comment, name, value)
    return decision


def times_of(comment: Comment, act: Act, to_state: str, now: datetime) -> dict[str, Any]:
    """The times that change with a state.

    What becomes public (again) does so now, so that nobody who follows the discussion misses it; what is
    undone keeps its place in the queue; `public_since` stays when a comment goes, since its stub keeps its
    place.
    """
    times: dict[str, Any] = {"decided_at": now}
    if to_state == State.PUBLIC:
        times["public_since"] = now
    if to_state == State.HELD:
        kept = comment.held_since if act == Act.UNDONE else None
        times["held_since"] = kept or now
    return times


def count_public(discussion_id: int, from_state: str, to_state: str) -> None:
    """Moves the discussion's count and version where readers see a change. At most one query."""
    step = (to_state == State.PUBLIC) - (from_state == State.PUBLIC)
    if step:
        Discussion.objects.filter(pk=discussion_id).update(
            public_count=F("public_count") + step, version=F("version") + 1
        )


def latest_decision(comment: Comment) -> Decision | None:
    """What happened to it last. One query."""
    return Decision.objects.filter(comment=comment).select_related("decider").order_by("-seq").first()


def impossible(comment: Comment) -> str:
    """A sentence for an act that this state does not allow."""
    return _("That cannot be done to a comment in the state “%(state)s”.") % {
        "state": comment.get_state_display()
    }
