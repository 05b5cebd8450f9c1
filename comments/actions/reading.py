"""A moderator has read a comment that became public without one."""

from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from comments.actions.errors import NotPossible, StaleView
from comments.actions.state import impossible, latest_decisions
from comments.enums import State
from comments.models import Comment
from comments.permissions import can_moderate
from newsroom.accounts.models import User


@transaction.atomic
def mark_read(comment_id: int, *, by: User, seen_version: int, now: datetime) -> Comment:
    """The public comment counts as read, and is left as it is: no decision, no mail; its reports stay open.

    Raises StaleView where it has changed since it was seen, NotPossible where it is not public, PermissionDenied;
    then nothing has changed. Two queries.
    """
    if not can_moderate(by):
        raise PermissionDenied
    comment: Comment | None = Comment.objects.select_for_update(no_key=True).filter(pk=comment_id).first()
    if comment is None:
        raise NotPossible(_("There is no such comment."))
    if comment.version != seen_version:
        raise StaleView(comment, latest_decisions([comment.pk]).get(comment.pk))
    if comment.state != State.PUBLIC:
        raise NotPossible(impossible(comment))
    comment.read_at = comment.read_at or now
    comment.save(update_fields=["read_at"])
    return comment
