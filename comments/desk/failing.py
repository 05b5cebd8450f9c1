"""Checks that do not finish: what they held within the last hour, until somebody pauses them."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import QuerySet
from django.db.models.functions import Coalesce

from comments.desk.findings import failed_in_words
from comments.enums import StandingReason
from comments.models import CommentFinding, Policy
from comments.pausing import RunningCheck
from comments.rulebook import rules_of

LATELY = timedelta(hours=1)
MOST = 500
"""Failures looked at: a banner needs no exact number beyond."""


@dataclass(frozen=True, slots=True)
class FailingCheck:
    """That a check did not finish, in words, and how many comments it held for that within the last hour."""

    sentence: str
    comments: int


def _failures() -> "QuerySet[CommentFinding]":
    """All there ever were, the newest first: a range of `finding_failed`."""
    return CommentFinding.objects.filter(standing=StandingReason.CHECK_UNAVAILABLE).order_by("-id")


def last_failure() -> QuerySet[Any, Any]:
    """When a check last did not finish, to be asked within another query. One row by index."""
    at = Coalesce("text__comment__held_since", "text__created_at")
    rows: QuerySet[Any, Any] = _failures().values_list(at)[:1]
    return rows


def failing_checks(
    policy: Policy | None, paused: Collection[RunningCheck], failed_at: datetime | None, now: datetime
) -> list[FailingCheck]:
    """Those that failed within the last hour and are not paused since, by what they held, most first.

    `failed_at` is when one last failed. One query, of at most MOST rows, where that was within the hour, else none.
    """
    if failed_at is None or failed_at < now - LATELY:
        return []
    numbers = {rule.key: rule.number for rule in rules_of(policy)} if policy else {}
    stopped = {(one.rule_key, one.check) for one in paused}
    held: dict[str, set[int]] = defaultdict(set)
    for row in _failures().select_related("rule", "text__comment")[:MOST]:
        since = row.text.comment.held_since
        is_stopped = (row.details.get("rule"), row.check_name) in stopped
        if since and since >= now - LATELY and not is_stopped:
            held[failed_in_words(row, numbers)].add(row.text_id)
    return sorted(
        (FailingCheck(sentence, len(texts)) for sentence, texts in held.items()),
        key=lambda one: (-one.comments, one.sentence),
    )
