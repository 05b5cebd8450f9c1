"""Takes public comments off the page for the desk to read: one by an editor's hand, or each that is pulled back."""

from collections.abc import Sequence
from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from comments import letters
from comments.actions.citing import Citations
from comments.actions.errors import NotPossible, StaleView
from comments.actions.state import Change, change_state, impossible, latest_decisions, next_state
from comments.decisions import Evidence, Ground
from comments.enums import Act, GroundKind, StandingReason, State
from comments.models import Comment, Decision
from comments.permissions import can_moderate, can_set_mode
from newsroom.accounts.models import User

READ_FIRST = Ground(GroundKind.STANDING, StandingReason.DISCUSSION_PRE_MODERATED)


@transaction.atomic
def take_down(
    comment_id: int, *, by: User, seen_version: int, now: datetime, rule_keys: Sequence[str], note: str = ""
) -> Decision:
    """The public comment is off the page at once and waits for the desk, under these rules; no mail goes out.

    For editors as for moderators: what becomes of it in the end is for the desk to say. Raises StaleView,
    NotPossible, RuleNeeded, RuleUnknown, PermissionDenied; then nothing has changed.
    """
    if not (can_moderate(by) or can_set_mode(by)):
        raise PermissionDenied
    comment = lock_comment(comment_id)
    if comment is None:
        raise NotPossible(_("There is no such comment."))
    if comment.version != seen_version:
        raise StaleView(comment, latest_decisions([comment.pk]).get(comment.pk), note)
    cited = Citations([comment], rule_keys, now)
    return hold_again(
        comment,
        grounds=cited.grounds(comment),
        evidence=Evidence(quoted=cited.quoted(comment), note=note),
        by=by,
        now=now,
    )


def hold_again(
    comment: Comment, *, grounds: Sequence[Ground], by: User, now: datetime, evidence: Evidence
) -> Decision:
    """The public comment, whose row is locked, waits again, and no mail tells that it is public. Raises NotPossible."""
    if comment.state != State.PUBLIC or next_state(comment, Act.HELD) is None:
        raise NotPossible(impossible(comment))
    decision = change_state(Change(comment, grounds=grounds, evidence=evidence), act=Act.HELD, now=now, by=by)
    letters.cancel_overtaken([comment])
    return decision


def lock_comment(comment_id: int) -> Comment | None:
    """The comment with its discussion, locked until the transaction ends. One query."""
    rows = Comment.objects.select_related("discussion", "current_text")
    found: Comment | None = rows.select_for_update(of=("self",), no_key=True).filter(pk=comment_id).first()
    return found
