"""Undoing a decision while its mail has not left, and taking back a comment of one's own."""

from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from comments.actions.appeals import settle_appeals
from comments.actions.bulk import leaves_at
from comments.actions.errors import NotPossible, StaleView
from comments.actions.reports import has_left, open_again, settle
from comments.actions.state import Change, change_state, latest_decisions
from comments.decisions import Ground
from comments.enums import Act, AppealState, GroundKind, LetterKind, LetterState
from comments.letters import Leaving, cancel_overtaken
from comments.models import Appeal, Comment, Decision, DecisionGround, Letter
from comments.permissions import can_moderate
from newsroom.accounts.models import User

UNDOABLE = frozenset({Act.APPROVED, Act.REJECTED, Act.REMOVED, Act.RESTORED})


@transaction.atomic
def undo(decision_id: int, *, by: User, now: datetime) -> Decision:
    """The comment waits in the queue again, in its old place, and the mail about the decision never leaves.

    The undoing names why it waits: the grounds of its last hold, or where it never was held, of what took it down.
    Raises NotPossible where the mail has left (without a mail: after UNDO_SECONDS) or the decision is not one
    to be undone, StaleView where something else was decided since, PermissionDenied; then nothing has
    changed.
    """
    if not can_moderate(by):
        raise PermissionDenied
    decision = Decision.objects.filter(pk=decision_id).select_related("comment").first()
    if decision is None or decision.comment_id is None or decision.act not in UNDOABLE:
        raise NotPossible(_("This decision cannot be undone."))
    comment = Comment.objects.select_for_update(no_key=True).get(pk=decision.comment_id)
    if Decision.objects.filter(undoes=decision).exists():
        raise NotPossible(_("This decision has been undone already."))
    if comment.version != decision.subject_version + 1:
        raise StaleView(comment, latest_decisions([comment.pk]).get(comment.pk))
    if Appeal.objects.filter(decision=decision).exists():
        raise NotPossible(_("This can no longer be undone: its author has objected. Answer that."))
    _stop_mail(decision, now)
    grounds = _grounds_to_wait(comment)
    change = Change(comment, grounds=grounds, undoes=decision)
    undone = change_state(change, act=Act.UNDONE, now=now, by=by)
    open_again(decision, now=now)
    return undone


def _grounds_to_wait(comment: Comment) -> list[Ground]:
    """Why it waits (again): the reasons for which it was held, else those for which it was taken down.

    What its words are withheld for is a reason for neither.
    """
    named = DecisionGround.objects.filter(decision__comment=comment).select_related("rule", "decision")
    named = named.exclude(decision__act__in=(Act.WITHHELD, Act.DISCLOSED))
    rows = list(named.order_by("-decision__seq", "id"))
    held = [row for row in rows if row.decision.act == Act.HELD] or rows
    last = [row for row in held if row.decision_id == held[0].decision_id]
    return [Ground(GroundKind(row.kind), row.key, row.rule) for row in last]


def _stop_mail(decision: Decision, now: datetime) -> None:
    if has_left(decision):
        raise NotPossible(_("This can no longer be undone: the mail about it has left."))
    letters = Letter.objects.filter(decision=decision)
    if letters.filter(state=LetterState.WAITING, attempts=0).update(state=LetterState.CANCELLED):
        return
    if letters.exists() or now >= leaves_at(decision.at):
        raise NotPossible(_("This can no longer be undone: the mail about it has left."))


@transaction.atomic
def withdraw(comment_id: int, *, now: datetime, seen_version: int) -> Decision:
    """The author takes the comment back, in any state; whoever calls has made sure that it is the author.

    A mail that it was published does not leave any more; a statement of reasons that is due still does.
    Raises StaleView where it has changed since they looked, NotPossible where it is withdrawn already.
    """
    comment: Comment | None = Comment.objects.select_for_update(no_key=True).filter(pk=comment_id).first()
    if comment is None:
        raise NotPossible(_("There is no such comment."))
    if comment.version != seen_version:
        raise StaleView(comment, latest_decisions([comment.pk]).get(comment.pk))
    decision = change_state(Change(comment), act=Act.WITHDRAWN, now=now)
    settle([comment], [decision], note="", leaving=Leaving(now))
    settle_appeals([comment], AppealState.MOOT, now=now)
    cancel_overtaken([comment], [LetterKind.APPROVED])
    return decision
