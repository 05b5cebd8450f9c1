"""Ends a sanction before its time, with the decision that says so."""

from datetime import datetime

from comments.actions.errors import NotPossible
from comments.decisions import Evidence, Standing, append_standing
from comments.enums import Act
from comments.models import Commenter, Decision, Sanction
from newsroom.accounts.models import User


def locked_commenter(commenter_id: int) -> Commenter:
    """The commenter, locked until the transaction ends, before any sanction of theirs. One query.

    Raises NotPossible where there is none.
    """
    rows = Commenter.objects.select_for_update(of=("self",), no_key=True).select_related("user")
    found = rows.filter(pk=commenter_id).first()
    if found is None:
        raise NotPossible
    return found


def locked_sanction(sanction_id: int) -> Sanction:
    """The sanction, with its commenter locked: whoever decides on either waits here. Two queries."""
    commenter_id = Sanction.objects.filter(pk=sanction_id).values_list("commenter", flat=True).first()
    if commenter_id is None:
        raise NotPossible
    commenter = locked_commenter(commenter_id)
    made: Sanction = Sanction.objects.select_related("policy", "decision").get(pk=sanction_id)
    made.commenter = commenter
    return made


def end_sanction(
    made: Sanction,
    act: Act,
    *,
    by: User,
    now: datetime,
    reasons: str = "",
    undoes: Decision | None = None,
) -> Decision:
    """The sanction holds no more from now on, and a decision of the commenter's chain says so. Five queries."""
    standing = Standing(
        commenter=made.commenter,
        from_kind=made.kind,
        to_kind="",
        policy=made.policy,
        evidence=Evidence(note=reasons),
        undoes=undoes,
    )
    decision = append_standing(standing, act=act, now=now, by=by)
    made.lifted_at = now
    made.save(update_fields=["lifted_at"])
    return decision
