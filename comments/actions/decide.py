"""What a moderator does to one comment: approve, reject, remove, restore, hold again."""

from collections.abc import Sequence
from datetime import datetime

from comments.actions.bulk import BulkResult, hold_each, keep_each, publish_each, turn_down_each
from comments.actions.errors import Refused
from comments.enums import Act
from comments.models import Decision
from comments.statements import Law
from newsroom.accounts.models import User


def approve(comment_id: int, *, by: User, seen_version: int, now: datetime, note: str = "") -> Decision:
    """The held comment is public; a mail that says so leaves in UNDO_SECONDS. Its answers stay as they are.

    `seen_version` is the version that the moderator looked at. Raises StaleView where it has changed since
    (`note` is kept in the error), NotPossible where it is not held, PermissionDenied; then nothing has
    changed. 12 queries, one more of a newcomer.
    """
    item = (comment_id, seen_version)
    return _the_only(publish_each([item], Act.APPROVED, by=by, now=now, note=note))


def restore(comment_id: int, *, by: User, seen_version: int, now: datetime, note: str = "") -> Decision:
    """The rejected or removed comment is public, and its author gets a mail; one about the rejection that has not
    left never does. Raises as `approve` does."""
    item = (comment_id, seen_version)
    return _the_only(publish_each([item], Act.RESTORED, by=by, now=now, note=note))


def reject(
    comment_id: int,
    *,
    by: User,
    seen_version: int,
    now: datetime,
    rule_keys: Sequence[str] = (),
    note: str = "",
    law: Law | None = None,
) -> Decision:
    """The held comment is rejected under these rules or this law; a statement of reasons leaves in UNDO_SECONDS.

    Rules are those of the version that the author accepted, or where that has no such rule, of the one in
    force. Raises RuleNeeded without rule or law, RuleUnknown for a key of neither version, and as `approve` does.
    18 queries.
    """
    item = (comment_id, seen_version)
    results = turn_down_each([item], Act.REJECTED, by=by, now=now, rule_keys=rule_keys, note=note, law=law)
    return _the_only(results)


def remove(
    comment_id: int,
    *,
    by: User,
    seen_version: int,
    now: datetime,
    rule_keys: Sequence[str] = (),
    note: str = "",
    law: Law | None = None,
) -> Decision:
    """The public comment is gone from the page, with a statement of reasons. Raises as `reject` does."""
    item = (comment_id, seen_version)
    results = turn_down_each([item], Act.REMOVED, by=by, now=now, rule_keys=rule_keys, note=note, law=law)
    return _the_only(results)


def keep(comment_id: int, *, by: User, seen_version: int, now: datetime, note: str = "") -> Decision:
    """The public comment stays although it was reported: its open reports are dismissed, and who made them and
    confirmed their address is told so, with the note, in UNDO_SECONDS. Raises as `approve` does."""
    return _the_only(keep_each([(comment_id, seen_version)], by=by, now=now, note=note))


def hold(
    comment_id: int,
    *,
    by: User,
    seen_version: int,
    now: datetime,
    rule_keys: Sequence[str] = (),
    note: str = "",
) -> Decision:
    """The public comment waits for a decision again, off the page, under these rules; no mail goes out.

    Raises as `reject` does.
    """
    item = (comment_id, seen_version)
    return _the_only(hold_each([item], by=by, now=now, rule_keys=rule_keys, note=note))


def _the_only(results: Sequence[BulkResult]) -> Decision:
    """The decision of a single item, or the reason why there is none, raised."""
    (result,) = results
    if isinstance(result.outcome, Refused):
        raise result.outcome
    return result.outcome
