"""Which decisions come back to another moderator: all of a newcomer's first, and a share drawn by lot."""

from collections.abc import Sequence

from django.conf import settings
from django.core.cache import cache

from comments.enums import Act, ReviewKind
from comments.models import Decision, SecondReview
from newsroom.accounts.models import User

NEWCOMERS_FIRST = 50
REVIEWED = frozenset({Act.APPROVED, Act.REJECTED, Act.REMOVED, Act.KEPT, Act.RESTORED})
_KNOWN_FOR = 86_400


def reviews_of(decisions: Sequence[Decision], *, act: Act, by: User | None) -> list[SecondReview]:
    """The reviews that these new decisions of one moderator need, not stored yet. At most one query, for newcomers.

    The lot is the decision's own digest, which nobody can foresee, since salt is in it. Whoever has decided fifty
    times stays no newcomer, so that is remembered for a day.
    """
    if by is None or act not in REVIEWED:
        return []
    room = NEWCOMERS_FIRST - _decided_before(by)
    return [
        _review(decision, ReviewKind.NEWCOMER if number < room else ReviewKind.SAMPLE)
        for number, decision in enumerate(decisions)
        if number < room or _is_drawn(decision.digest)
    ]


def _is_drawn(digest: str) -> bool:
    return int(digest[:8], 16) % 10_000 < settings.SECOND_REVIEW_PERCENT * 100


def _decided_before(by: User) -> int:
    """How often this moderator has decided, as far as it matters: at most NEWCOMERS_FIRST."""
    name = f"desk/no-newcomer/{by.pk}"
    if cache.get(name):
        return NEWCOMERS_FIRST
    rows = Decision.objects.filter(decider=by.pk, act__in=REVIEWED).order_by()
    before = rows[:NEWCOMERS_FIRST].count()
    if before == NEWCOMERS_FIRST:
        cache.set(name, 1, _KNOWN_FOR)
    return before


def _review(decision: Decision, kind: ReviewKind) -> SecondReview:
    return SecondReview(
        decision=decision,
        comment=decision.comment,
        seen_version=decision.subject_version + 1,
        decider=decision.decider,
        kind=kind,
        made_at=decision.at,
    )
