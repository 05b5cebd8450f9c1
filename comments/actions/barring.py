"""Whether whoever sends a comment may: nobody under a suspension or ban, or with a warning that they have not read."""

from datetime import datetime
from uuid import UUID

from comments.actions.errors import Barred, WarningUnread
from comments.actions.senders import sender_of
from comments.evidence import author_record
from comments.letters import address_of
from comments.models import Comment, Commenter, Sanction
from comments.moderation.facts import AuthorRecord
from newsroom.accounts.models import User


def let_in(
    record: AuthorRecord, commenter: Commenter | None, *, acknowledges: UUID | None
) -> Sanction | None:
    """Raises Barred or WarningUnread; returns the warning that is acknowledged herewith, None where there is none.

    To be asked only of the record of somebody whose address is proved. No query, or one.
    """
    if record.barred_by is not None:
        barring = _sanction(record.barred_by)
        raise Barred(barring, is_own=_is_own(barring, commenter))
    if record.unread_warning is None:
        return None
    warning = _sanction(record.unread_warning)
    if warning.uid != acknowledges:
        raise WarningUnread(warning, is_own=_is_own(warning, commenter))
    return warning


def kept_out(user: User, now: datetime) -> Barred | WarningUnread | None:
    """What would keep a signed-in reader from sending a comment now. Two queries, three where something does."""
    sender = sender_of(user=user, name="", address="", language="")
    return _kept_out(sender.commenter, sender.address, now)


def kept_from_confirming(comment: Comment, now: datetime) -> Barred | WarningUnread | None:
    """The same of a guest who has opened the link in their mail, and so proved their address."""
    return _kept_out(comment.commenter, address_of(comment), now)


def _kept_out(commenter: Commenter | None, address: str, now: datetime) -> Barred | WarningUnread | None:
    try:
        let_in(author_record(commenter, address, now), commenter, acknowledges=None)
    except (Barred, WarningUnread) as refused:
        return refused
    return None


def acknowledge(warning: Sanction, now: datetime) -> None:
    """The warning was read by whom it is for. Acknowledged twice, the first time stays. One query."""
    Sanction.objects.filter(pk=warning.pk, acknowledged_at__isnull=True).update(acknowledged_at=now)


def _sanction(pk: int) -> Sanction:
    rows = Sanction.objects.select_related("commenter", "policy", "decision__evidence")
    found: Sanction = rows.get(pk=pk)
    return found


def _is_own(sanction: Sanction, commenter: Commenter | None) -> bool:
    return commenter is not None and sanction.commenter_id == commenter.pk
