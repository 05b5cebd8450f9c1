"""Answers second reviews. Changes no comment: who disagrees says so, and may decide anew on the comment's page."""

from collections.abc import Collection, Sequence
from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from comments.actions.errors import NotPossible, RuleNeeded, RuleUnknown
from comments.enums import Act, GroundKind, Verdict
from comments.models import Decision, Rule, SecondReview
from comments.permissions import can_moderate
from newsroom.accounts.models import User

PUBLISHING = frozenset({Act.APPROVED, Act.KEPT, Act.RESTORED})


def open_review(comment_id: int, version: int, *, by: User) -> SecondReview | None:
    """The review of the decision that made this version, if it is open and not the moderator's own. One query."""
    rows = SecondReview.objects.filter(comment=comment_id, seen_version=version, answered_at=None)
    return rows.exclude(decider=by).select_related("decision").first()


@transaction.atomic
def answer_review(
    review_id: int, *, by: User, verdict: Verdict, rule_keys: Sequence[str] = (), now: datetime
) -> SecondReview:
    """The review says what this moderator would have done, and whether that is what was done.

    Raises NotPossible where a colleague was first or the comment has moved on, RuleNeeded and RuleUnknown for a
    rejection without a rule of the comment's version, PermissionDenied for one's own. Five queries.
    """
    if not can_moderate(by):
        raise PermissionDenied
    rows = SecondReview.objects.select_for_update(of=("self",)).select_related("decision", "comment")
    review = rows.filter(pk=review_id).first()
    if review is None or review.answered_at is not None:
        raise NotPossible(_("A colleague has reviewed this already."))
    if review.decider_id == by.pk:
        raise PermissionDenied
    if review.comment.version != review.seen_version:
        raise NotPossible(_("This comment was decided on anew, so there is nothing to review any more."))
    keys = list(dict.fromkeys(rule_keys)) if verdict == Verdict.REJECT else []
    if verdict == Verdict.REJECT:
        _check(keys, review.comment.policy_id)
    review.reviewer, review.verdict, review.rule_keys, review.answered_at = by, verdict, keys, now
    review.agrees = agree(review.decision, verdict, keys)
    review.save()
    return review


def _check(keys: Sequence[str], policy_id: int) -> None:
    if not keys:
        raise RuleNeeded
    if Rule.objects.filter(policy=policy_id, key__in=keys).count() != len(keys):
        raise RuleUnknown


def verdict_of(decision: Decision) -> Verdict:
    """What the decision came to."""
    return Verdict.PUBLISH if decision.act in PUBLISHING else Verdict.REJECT


def agree(decision: Decision, verdict: str, rule_keys: Collection[str]) -> bool:
    """Whether a verdict is the decision's: the same, and for a rejection with at least one ground in common.

    What was turned down under a law alone names no rule to have in common. At most one query.
    """
    if verdict != verdict_of(decision):
        return False
    if verdict == Verdict.PUBLISH:
        return True
    cited = {ground.key for ground in decision.grounds.all() if ground.kind == GroundKind.RULE}
    return not cited or bool(cited & set(rule_keys))
