"""One decision on many comments: each in a transaction of its own, each with an answer of its own."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from comments.actions.decide import approve, reject
from comments.actions.errors import Refused, RuleNeeded
from comments.models import Decision
from newsroom.accounts.models import User

Item = tuple[int, int]
"""A comment's id and the version of it that was seen."""


@dataclass(frozen=True, slots=True)
class BulkResult:
    """What became of one item: its decision, or why there is none."""

    comment_id: int
    decision: Decision | None = None
    refused: Refused | None = None


def approve_many(items: Iterable[Item], *, by: User, now: datetime, note: str = "") -> list[BulkResult]:
    """Approves each that is as it was seen; the others are left, with the reason. In the order given."""
    return _each(items, lambda pk, version: approve(pk, by=by, seen_version=version, now=now, note=note))


def reject_many(
    items: Iterable[Item], *, by: User, now: datetime, rule_keys: Sequence[str], note: str = ""
) -> list[BulkResult]:
    """Rejects each that is as it was seen, under the same rules. Raises RuleNeeded before any is touched."""
    if not rule_keys:
        raise RuleNeeded
    return _each(
        items,
        lambda pk, version: reject(pk, by=by, seen_version=version, now=now, rule_keys=rule_keys, note=note),
    )


def _each(items: Iterable[Item], act: Callable[[int, int], Decision]) -> list[BulkResult]:
    results = []
    for pk, version in items:
        try:
            results.append(BulkResult(pk, decision=act(pk, version)))
        except Refused as refused:
            results.append(BulkResult(pk, refused=refused))
    return results
