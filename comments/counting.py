"""Counts what was decided, day by day from the decisions themselves; counting again gives the same."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from itertools import chain, groupby
from typing import Any

from django.db import transaction
from django.db.models import Count, OuterRef, QuerySet, Subquery, Sum
from django.db.models.functions import ExtractHour
from django.utils import timezone

from comments.enums import Act, AppealState, GroundKind, ReportState, Span, State
from comments.figures import DECIDED, Facts, coarse, rounded_wait, together
from comments.models import (
    Appeal,
    Decision,
    DecisionGround,
    Figures,
    RefusalCount,
    Report,
)

Count_ = tuple[str, int]
DAY = timedelta(days=1)
UNSETTLED = DAY
"""What was counted last is counted again: a decision may have been undone, or was on its way."""


def count(*, now: datetime) -> int:
    """Days and months hold what the decisions say up to `now`; returns how many days were counted.

    Counts from the day before the last one that is counted without a gap since the first decision, and again each
    earlier day of which something was undone since. A month is stored right after its days, so that a run that was
    broken off is gone on with where it ended. Four queries, and about 13 a day, which read that day's decisions by
    time. To be run every hour, with the seals; running it twice or at once does no harm.
    """
    today = timezone.localdate(now)
    first = _first_day(today)
    if first is None:
        return 0
    lately = {first + timedelta(days=number) for number in range((today - first).days + 1)}
    counted = sorted(lately | _days_undone(midnight(first)))
    for month, days in groupby(counted, key=lambda day: day.replace(day=1)):
        for day in days:
            _keep(Span.DAY, day, facts_of_day(day), now)
        rows = Figures.objects.filter(span=Span.DAY, first_day__gte=month, first_day__lt=next_month(month))
        _keep(Span.MONTH, month, together(rows.values_list("facts", flat=True)), now)
    return len(counted)


def facts_of_day(day: date) -> Facts:
    """All counts of one day in the site's calendar, read from the decisions. About 13 queries."""
    start, end = midnight(day), midnight(day + timedelta(days=1))
    decided = Decision.objects.filter(comment__isnull=False, at__gte=start, at__lt=end).order_by()
    standing = decided.filter(undone_by=None).exclude(act=Act.UNDONE)
    counts = chain(
        _acts(decided, standing),
        _grounds(standing),
        _judged(standing),
        _reversals(standing),
        _unpublished(standing, midnight(day.replace(day=1))),
        _deciders(standing),
        _stories(standing),
        _refusals(day),
        _reports(start, end),
        _appeals(start, end),
        _sanctions(start, end),
    )
    facts = Facts()
    for path, number in counts:
        if number:
            facts[path] += number
    return facts


def midnight(day: date) -> datetime:
    """When a day begins in the site's zone."""
    return timezone.make_aware(datetime.combine(day, time.min))


def next_month(first_day: date) -> date:
    return (first_day + timedelta(days=31)).replace(day=1)


def _first_day(today: date) -> date | None:
    """Where to begin; None where nothing was ever decided or refused. Three queries."""
    decision = Decision.objects.order_by("at", "pk").values_list("at", flat=True).first()
    refusal = RefusalCount.objects.order_by("day").values_list("day", flat=True).first()
    begun: date | None = min(filter(None, (decision and timezone.localdate(decision), refusal)), default=None)
    if begun is None:
        return None
    days = Figures.objects.filter(span=Span.DAY, first_day__range=(begun, today))
    counted = set(days.values_list("first_day", flat=True))
    missing = begun
    while missing in counted:
        missing += DAY
    return max(begun, missing - DAY - UNSETTLED)


def _days_undone(since: datetime) -> set[date]:
    """The days of what was undone after `since`: a mail may wait for days, and what was pulled back be put back."""
    undone = Decision.objects.filter(undoes__isnull=False, at__gte=since)
    return {timezone.localdate(at) for at in undone.order_by().values_list("undoes__at", flat=True)}


@transaction.atomic
def _keep(span: Span, first_day: date, facts: Facts, now: datetime) -> None:
    Figures.objects.update_or_create(
        span=span, first_day=first_day, defaults={"facts": dict(sorted(facts.items())), "counted_at": now}
    )


# --- one kind of count each


def _acts(decided: QuerySet[Any], standing: QuerySet[Any]) -> Iterator[Count_]:
    """How comments came in, and what was done, by whom and at what hour."""
    first = decided.filter(from_state__in=("", State.UNCONFIRMED), act__in=(Act.PUBLISHED, Act.HELD))
    first = first.annotate(hour=ExtractHour("at"))
    for hour, number in first.values_list("hour").annotate(n=Count("pk")):
        yield "received", number
        yield f"hour/{hour}/received", number
    rows = standing.annotate(hour=ExtractHour("at"))
    for act, automatic, hour, number in rows.values_list("act", "automatic", "hour").annotate(n=Count("pk")):
        who = "automatic" if automatic else "author" if act == Act.WITHDRAWN else "people"
        yield f"act/{act}/{who}", number
        if act == Act.HELD:
            yield f"hour/{hour}/held", number
        if act in DECIDED:
            yield f"hour/{hour}/decided", number
    yield "undone", decided.filter(act=Act.UNDONE).count()


def _grounds(standing: QuerySet[Any]) -> Iterator[Count_]:
    """Under which rules, by key, for which standing reasons, and how often because of a law."""
    rows = DecisionGround.objects.filter(decision__in=standing).order_by()
    for act, kind, key, number in rows.values_list("decision__act", "kind", "key").annotate(n=Count("pk")):
        yield (f"ground/{act}/law" if kind == GroundKind.LAW else f"ground/{act}/{kind}/{key}"), number


def _judged(standing: QuerySet[Any]) -> Iterator[Count_]:
    """How long held comments had waited for the people who decided on them, and what these made of what rules'
    checks had held: who approves one says the check was wrong. A comment that two rules held counts under both."""
    rows = standing.filter(act__in=DECIDED, from_state=State.HELD, automatic=False)
    rows = rows.annotate(hold=_hold("pk"), since=_hold("at"), held_by_program=_hold("automatic"))
    held_under = defaultdict(list)
    grounds = DecisionGround.objects.filter(kind=GroundKind.RULE, decision__in=rows.values("hold")).order_by()
    for hold, key in grounds.values_list("decision", "key"):
        held_under[hold].append(key)
    judged = rows.exclude(hold=None).values_list("act", "at", "hold", "since", "held_by_program")
    for act, at, hold, since, held_by_program in judged.iterator():
        minutes = rounded_wait(at - since)
        yield f"wait/{minutes}", 1
        yield f"wait_by_hour/{timezone.localtime(since).hour}/{coarse(minutes)}", 1
        for key in held_under[hold]:
            yield f"wait_by_rule/{key}/{coarse(minutes)}", 1
            if held_by_program:
                yield f"check/{key}/{act}", 1
        if held_by_program and held_under[hold]:
            yield f"checked/{act}", 1


def _reversals(standing: QuerySet[Any]) -> Iterator[Count_]:
    """Rejections and removals that were taken back later, by who had made them."""
    rows = standing.filter(act__in=(Act.RESTORED, Act.GRANTED)).annotate(
        was_automatic=_last_down("automatic"), was=_last_down("act")
    )
    rows = rows.filter(was__isnull=False)
    for automatic, was, number in rows.values_list("was_automatic", "was").annotate(n=Count("pk")):
        yield f"reversed/{was}/{'automatic' if automatic else 'people'}", number


def _unpublished(standing: QuerySet[Any], month: datetime) -> Iterator[Count_]:
    """What people took down of what the program had made public, since the month began or earlier."""
    made_public = Decision.objects.filter(
        comment=OuterRef("comment"), seq__lt=OuterRef("seq"), to_state=State.PUBLIC, undone_by=None
    )
    made_public = made_public.exclude(from_state=State.PUBLIC).exclude(act=Act.UNDONE)
    last = made_public.order_by("-seq")
    taken = standing.filter(act__in=(Act.REJECTED, Act.REMOVED), automatic=False)
    taken = taken.annotate(
        by_program=Subquery(last.values("automatic")[:1]), public_since=Subquery(last.values("at")[:1])
    )
    for since in taken.filter(by_program=True).values_list("public_since", flat=True):
        yield f"unpublished/{'same_month' if since >= month else 'earlier'}", 1


def _hold(field: str) -> Subquery:
    """Of the decision since which a comment waited: undoing what was decided gave it back its place in the queue."""
    held = Decision.objects.filter(comment=OuterRef("comment"), seq__lt=OuterRef("seq"), to_state=State.HELD)
    held = held.exclude(from_state=State.HELD).exclude(undoes__from_state=State.HELD)
    return Subquery(held.order_by("-seq").values(field)[:1])


def _last_down(field: str) -> Subquery:
    """Of the decision that had taken the comment down: answers to it may have come between."""
    down = Decision.objects.filter(
        comment=OuterRef("comment"), seq__lt=OuterRef("seq"), act__in=(Act.REJECTED, Act.REMOVED)
    )
    return Subquery(down.order_by("-seq").values(field)[:1])


def _deciders(standing: QuerySet[Any]) -> Iterator[Count_]:
    rows = standing.filter(automatic=False, decider__isnull=False)
    for decider, act, number in rows.values_list("decider", "act").annotate(n=Count("pk")):
        yield f"decider/{decider}/{act}", number


def _stories(standing: QuerySet[Any]) -> Iterator[Count_]:
    rows = standing.filter(act__in=(Act.REJECTED, Act.REMOVED))
    for article, act, number in rows.values_list("comment__discussion__article", "act").annotate(
        n=Count("pk")
    ):
        yield f"story/{article}/{act}", number


def _refusals(day: date) -> Iterator[Count_]:
    rows = RefusalCount.objects.filter(day=day).order_by()
    for key, number in rows.values_list("rule_key").annotate(n=Sum("count")):
        yield f"refused/{key}", number


def _reports(start: datetime, end: datetime) -> Iterator[Count_]:
    rows = Report.objects.order_by()
    received = rows.filter(created_at__gte=start, created_at__lt=end)
    for illegal, number in received.values_list("illegal").annotate(n=Count("pk")):
        yield f"report/{'illegal' if illegal else 'rule'}", number
    answered = rows.filter(decision__at__gte=start, decision__at__lt=end).exclude(state=ReportState.OPEN)
    for state, number in answered.values_list("state").annotate(n=Count("pk")):
        yield f"report_outcome/{state}", number


def _appeals(start: datetime, end: datetime) -> Iterator[Count_]:
    rows = Appeal.objects.order_by()
    yield "appeal", rows.filter(created_at__gte=start, created_at__lt=end).count()
    answered = rows.filter(answered_at__gte=start, answered_at__lt=end).exclude(state=AppealState.OPEN)
    for state, number in answered.values_list("state").annotate(n=Count("pk")):
        yield f"appeal_outcome/{state}", number


def _sanctions(start: datetime, end: datetime) -> Iterator[Count_]:
    """Sanctions that began and were not undone, by kind, and those that ended before their time."""
    decided = Decision.objects.filter(commenter__isnull=False, at__gte=start, at__lt=end).order_by()
    begun = decided.filter(act=Act.SANCTIONED, undone_by=None)
    for kind, number in begun.values_list("to_state").annotate(n=Count("pk")):
        yield f"sanction/{kind}", number
    ended = decided.filter(act__in=(Act.LIFTED, Act.GRANTED))
    for act, number in ended.values_list("act").annotate(n=Count("pk")):
        yield f"sanction_ended/{act}", number
