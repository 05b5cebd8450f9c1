"""A rejected comment may be corrected and sent once more: as a new one, with a link to the old."""

from django.core.exceptions import PermissionDenied

from comments.actions.drafts import Draft, is_same_person
from comments.actions.errors import AlreadyResent
from comments.actions.senders import Sender
from comments.enums import State
from comments.models import Comment


def can_be_resent(comment: Comment) -> bool:
    """Whether its author may correct it and send it once more: it was rejected, its words are not withheld, it is no
    correction itself, and has none that counts. At most one query."""
    if comment.state != State.REJECTED or comment.withheld_at or comment.supersedes_id is not None:
        return False
    return not Comment.objects.filter(supersedes=comment).exclude(state=State.UNCONFIRMED).exists()


def make_way(draft: Draft, sender: Sender) -> None:
    """The draft may take the place of the comment that it corrects, which is locked until the transaction ends.

    A correction whose guest never confirmed it stands back. Raises AlreadyResent, or PermissionDenied where the sender
    is not the author. At most three queries; none for a comment that corrects nothing.
    """
    if draft.supersedes is None:
        return
    rows = Comment.objects.select_for_update(of=("self",), no_key=True).select_related("commenter__user")
    original: Comment = rows.get(pk=draft.supersedes.pk)
    owner = original.commenter
    if not (is_same_person(sender, owner) or (owner.user and owner.user.email == sender.address)):
        raise PermissionDenied
    if not can_be_resent(original):
        raise AlreadyResent
    Comment.objects.filter(supersedes=original, state=State.UNCONFIRMED).update(supersedes=None)
