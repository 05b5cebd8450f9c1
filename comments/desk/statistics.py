"""How the desk is doing, for those who lead it: what came, what was decided, how long it took, what was wrong."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise

from django.conf import settings
from django.utils import formats, timezone
from django.utils.translation import gettext as _

from comments.desk.charts import Chart, bar_chart
from comments.desk.queue import waiting_count
from comments.desk.words import age
from comments.enums import Act
from comments.figures import (
    Counted,
    Facts,
    NamedRule,
    counted_days,
    newest_rules,
    share,
    together,
    within,
)
from comments.models import Comment

SPANS = (7, 28, 90)
STEPS = (5, 15, 30, 60, 120, 240, 480, 1440)
"""Minutes at which the chart of waiting times begins a new bar."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleRate:
    """A rule's part in the work, and how often its check was wrong."""

    title: str
    held: int
    rejected: int
    removed: int
    refused: int
    reversal: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Statistics:
    """The desk in a span of days and at this moment."""

    since: date
    until: date
    counted_at: datetime | None
    received: int
    held: int
    decided: int
    half_within: int | None
    most_within: int | None
    promise: int
    promise_kept: str
    waiting: int
    oldest: str
    oldest_is_late: bool
    reversed_share: str
    charts: list[Chart]
    rules: list[RuleRate]


def statistics_of(span: int, now: datetime) -> Statistics:
    """The last `span` days as counted, and what waits now. Four queries."""
    until = timezone.localdate(now)
    since = until - timedelta(days=span - 1)
    days = counted_days(since, until)
    facts = together(day.facts for day in days)
    oldest = Comment.objects.held().order_by("held_since", "pk").values_list("held_since", flat=True).first()
    promise = settings.MODERATION_PROMISE_MINUTES
    rules = newest_rules()
    taken = facts.total("act", Act.REJECTED) + facts.total("act", Act.REMOVED)
    return Statistics(
        since=since,
        until=until,
        counted_at=max((day.counted_at for day in days), default=None),
        received=facts.at("received"),
        held=facts.total("act", Act.HELD),
        decided=facts.decided,
        half_within=facts.wait(50),
        most_within=facts.wait(90),
        promise=promise,
        promise_kept=share(facts.within_promise, facts.decided),
        waiting=waiting_count(),
        oldest=age(oldest, now) if oldest else "",
        oldest_is_late=oldest is not None and now - oldest > timedelta(minutes=promise),
        reversed_share=share(facts.total("reversed"), taken),
        charts=[*_charts(days, facts, since, until), *_waiting_charts(facts, rules)],
        rules=_rates(facts, rules),
    )


def _charts(days: list[Counted], facts: Facts, since: date, until: date) -> list[Chart]:
    by_day = {day.first_day: day.facts for day in days}
    calendar = [since + timedelta(days=number) for number in range((until - since).days + 1)]

    def per_day(*path: str) -> list[tuple[str, int]]:
        return [
            (formats.date_format(day, "j M"), _total(by_day.get(day, Facts()), *path)) for day in calendar
        ]

    def per_hour(what: str) -> list[tuple[str, int]]:
        return [(f"{hour:02}", facts.at("hour", hour, what)) for hour in range(24)]

    return [
        bar_chart(_("Received, by day"), _("comments"), per_day("received")),
        bar_chart(_("Held, by day"), _("comments"), per_day("act", Act.HELD)),
        bar_chart(_("Decided on by people, by day"), _("comments"), per_day("wait")),
        bar_chart(_("Received, by hour of the day"), _("comments"), per_hour("received")),
        bar_chart(_("Held, by hour of the day"), _("comments"), per_hour("held")),
        bar_chart(_("Decided on, by hour of the day"), _("comments"), per_hour("decided")),
        bar_chart(_("How long held comments waited"), _("comments"), _waits(facts)),
    ]


def _waiting_charts(facts: Facts, rules: Mapping[str, NamedRule]) -> list[Chart]:
    """How long nine in ten waited, by the hour and by the rule for which they were held, against the promise."""
    hours = [(f"{hour:02}", f"{hour:02}", facts.waits_of("wait_by_hour", hour)) for hour in range(24)]
    by_rule = [
        (str(rule.number), f"{rule.number}. {rule.title}", facts.waits_of("wait_by_rule", key))
        for key, rule in rules.items()
    ]
    return [
        _waiting_chart(_("Nine in ten waited no longer, by the hour at which they were held"), hours),
        _waiting_chart(_("Nine in ten waited no longer, by the rule under which they were held"), by_rule),
    ]


def _waiting_chart(title: str, parts: Sequence[tuple[str, str, dict[int, int]]]) -> Chart:
    """Of labels, names and waits; the table has the rest, "–" where nothing was decided."""
    promise = settings.MODERATION_PROMISE_MINUTES
    kept = [sum(n for minutes, n in waits.items() if minutes <= promise) for _label, _name, waits in parts]
    return bar_chart(
        title,
        _("Nine in ten within (min)"),
        [(label, within(waits, 90) or 0) for label, _name, waits in parts],
        names=[name for _label, name, _waits in parts],
        heads=[
            _("Half within (min)"),
            _("Longest (min)"),
            _("Decided on"),
            _("Within the %(promise)d min promised") % {"promise": promise},
        ],
        more=[
            (
                within(waits, 50) if waits else "–",
                max(waits, default="–"),
                sum(waits.values()),
                share(in_time, sum(waits.values())) or "–",
            )
            for (_label, _name, waits), in_time in zip(parts, kept, strict=True)
        ],
        mark=promise,
    )


def _total(facts: Facts, *path: str) -> int:
    return facts.at(*path) + facts.total(*path)


def _waits(facts: Facts) -> list[tuple[str, int]]:
    bars = [
        (_short(high), sum(n for minutes, n in facts.waits.items() if low < minutes <= high))
        for low, high in pairwise((-1, *STEPS))
    ]
    longer = sum(n for minutes, n in facts.waits.items() if minutes > STEPS[-1])
    return [*bars, (_("over %(count)d h") % {"count": STEPS[-1] // 60}, longer)]


def _short(minutes: int) -> str:
    return (
        _("≤ %(count)d min") % {"count": minutes}
        if minutes < 60
        else _("≤ %(count)d h") % {"count": minutes // 60}
    )


def _rates(facts: Facts, rules: Mapping[str, NamedRule]) -> list[RuleRate]:
    return [
        RuleRate(
            title=f"{rule.number}. {rule.title}",
            held=facts.at("ground", Act.HELD, "rule", key),
            rejected=facts.at("ground", Act.REJECTED, "rule", key),
            removed=facts.at("ground", Act.REMOVED, "rule", key),
            refused=facts.at("refused", key),
            reversal=share(facts.at("check", key, Act.APPROVED), facts.total("check", key)),
        )
        for key, rule in rules.items()
    ]
