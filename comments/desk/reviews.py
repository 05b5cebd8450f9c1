"""How often a second look agrees with the first, by rule and for newcomers: for leads."""

from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from comments.actions.reviews import PUBLISHING
from comments.enums import GroundKind, ReviewKind
from comments.figures import newest_rules
from comments.models import SecondReview
from newsroom.accounts.models import User

MOST_DISAGREEMENTS = 20


@dataclass(frozen=True, slots=True)
class Agreement:
    """ "agreed 27 of 30" about one thing."""

    about: str
    agreed: int
    of: int


@dataclass(frozen=True, slots=True)
class Reviews:
    """Second reviews of a span of days: those drawn by lot by rule, newcomers' by who decided, and what differed."""

    by_rule: list[Agreement]
    newcomers: list[Agreement]
    disagreements: list[SecondReview]
    waiting: int


def reviews_between(since: date, until: date) -> Reviews:
    """Six queries, over the reviews answered in those days."""
    answered = SecondReview.objects.filter(answered_at__gte=_start(since), answered_at__lt=_end(until))
    by_lot = answered.filter(kind=ReviewKind.SAMPLE)
    newcomers = answered.filter(kind=ReviewKind.NEWCOMER)
    differed = answered.filter(agrees=False).select_related("comment", "decision", "decider", "reviewer")
    return Reviews(
        by_rule=[*_by_rule(by_lot), *_published(by_lot)],
        newcomers=_by_decider(newcomers),
        disagreements=list(differed.order_by("-answered_at")[:MOST_DISAGREEMENTS]),
        waiting=SecondReview.objects.filter(answered_at=None)[:1_000].count(),
    )


def _start(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def _end(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.max))


def _counts(rows: QuerySet[Any], by: str) -> dict[Any, tuple[int, int]]:
    found = (
        rows.order_by().values_list(by).annotate(of=Count("pk"), agreed=Count("pk", filter=Q(agrees=True)))
    )
    return {key: (agreed, of) for key, of, agreed in found}


def _by_rule(rows: QuerySet[Any]) -> list[Agreement]:
    """Each rule that a reviewed decision names, by its newest number; a decision under two counts under both."""
    counts = _counts(rows.filter(decision__grounds__kind=GroundKind.RULE), "decision__grounds__key")
    named = [
        Agreement(f"{rule.number}. {rule.title}", *counts[key])
        for key, rule in newest_rules().items()
        if key in counts
    ]
    known = newest_rules().keys()
    return [*named, *(Agreement(key, *counts[key]) for key in sorted(counts.keys() - known))]


def _published(rows: QuerySet[Any]) -> list[Agreement]:
    counts = _counts(rows.filter(decision__act__in=PUBLISHING), "kind")
    return [Agreement(_("Published or left public"), *both) for both in counts.values()]


def _by_decider(rows: QuerySet[Any]) -> list[Agreement]:
    counts = _counts(rows, "decider")
    names = User.objects.in_bulk(list(counts))
    return sorted(
        (Agreement(str(names[pk]), *both) for pk, both in counts.items()), key=lambda one: one.about
    )
