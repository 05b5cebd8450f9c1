"""Practice for newcomers: decided comments to decide on again, without any consequence, and what was made of them."""

import random
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from comments.actions.errors import NotPossible, RuleNeeded
from comments.actions.reviews import agree
from comments.enums import Act, State, Verdict
from comments.models import Decision, Practice
from comments.permissions import can_moderate
from newsroom.accounts.models import User

SIZE = 20
DRAWN_FROM = 200
"""So many of the newest approvals, and of what was turned down, the comments are drawn from."""


def begin(*, by: User, now: datetime, chance: random.Random) -> Practice:
    """A new go at twenty comments that colleagues decided on, half of them turned down, as far as there are so many.

    Raises NotPossible where there is none, PermissionDenied. Three queries.
    """
    _require_moderator(by)
    approved, rejected = _decided(by, [Act.APPROVED]), _decided(by, [Act.REJECTED, Act.REMOVED])
    down = min(len(rejected), max(SIZE // 2, SIZE - len(approved)))
    picked = [*chance.sample(rejected, down), *chance.sample(approved, min(len(approved), SIZE - down))]
    if not picked:
        raise NotPossible(_("No colleague has decided on anything yet, so there is nothing to practise on."))
    chance.shuffle(picked)
    return Practice.objects.create(moderator=by, decisions=picked, started_at=now)


def _decided(by: User, acts: Sequence[Act]) -> list[int]:
    """The newest decisions of others that stand, on texts that are still there."""
    rows = Decision.objects.filter(act__in=acts, automatic=False, undone_by=None).exclude(decider=by)
    rows = rows.exclude(comment__state=State.WITHDRAWN).exclude(comment__current_text__body="")
    rows = rows.filter(comment__withheld_at__isnull=True)
    return list(rows.order_by("-at", "-id").values_list("pk", flat=True)[:DRAWN_FROM])


@transaction.atomic
def answer(
    practice_id: int, number: int, *, by: User, verdict: Verdict, rule_keys: Sequence[str], now: datetime
) -> Practice:
    """The answer to the comment with this number (from 0) is kept; the one after the last ends it.

    Answering again changes nothing. Raises RuleNeeded for a rejection without a rule, NotPossible for a number that
    is not its turn, PermissionDenied for somebody else's practice.
    """
    _require_moderator(by)
    practice = Practice.objects.select_for_update().filter(pk=practice_id, moderator=by).first()
    if practice is None:
        raise PermissionDenied
    if number < len(practice.answers):
        return practice
    if number != len(practice.answers) or number >= len(practice.decisions):
        raise NotPossible(_("That comment is not its turn yet."))
    keys = list(dict.fromkeys(rule_keys)) if verdict == Verdict.REJECT else []
    if verdict == Verdict.REJECT and not keys:
        raise RuleNeeded
    decision = Decision.objects.prefetch_related("grounds").get(pk=practice.decisions[number])
    given: dict[str, Any] = {"verdict": str(verdict), "rules": keys, "agrees": agree(decision, verdict, keys)}
    practice.answers = [*practice.answers, given]
    if len(practice.answers) == len(practice.decisions):
        practice.ended_at = now
    practice.save(update_fields=["answers", "ended_at"])
    return practice


def score(practice: Practice) -> int:
    """How many answers were as the desk had decided."""
    return sum(bool(one["agrees"]) for one in practice.answers)


def _require_moderator(by: User) -> None:
    if not can_moderate(by):
        raise PermissionDenied
