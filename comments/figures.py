"""Reads what was counted: sums, shares and waiting times, for the public report and for the desk alike."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.conf import settings
from django.db.models import OuterRef, QuerySet, Subquery
from django.utils.translation import get_language

from comments.enums import Act, Span, State
from comments.models import Decision, Figures, Rule, RuleTranslation, Seal

DECIDED = (Act.APPROVED, Act.REJECTED)
"""What ends the waiting of a held comment at the desk."""

LATELY = timedelta(days=1)
NEWEST = 200
"""Of how many of the newest decisions the current wait is worked out, and how old they may be."""

SECRET = frozenset({"decider", "story"})
"""Counts that stay inside: moderators are "the desk" to everyone outside."""


class Facts(Counter[str]):
    """Counts by paths such as "act/rejected/people". Adding two spans' facts gives those of both together."""

    def at(self, *path: object) -> int:
        """The count at exactly this path; 0 where nothing was counted."""
        return self["/".join(map(str, path))]

    def under(self, *path: object) -> dict[str, int]:
        """What follows the path, with its count: under("ground", "rejected", "rule") gives rules by key."""
        start = "/".join(map(str, path)) + "/"
        return {name[len(start) :]: count for name, count in self.items() if name.startswith(start)}

    def total(self, *path: object) -> int:
        """The sum of all that is counted below the path."""
        return sum(self.under(*path).values())

    def outside(self) -> "Facts":
        """Without what only the desk may see."""
        return Facts({name: count for name, count in self.items() if name.split("/")[0] not in SECRET})

    @property
    def waits(self) -> dict[int, int]:
        """Held comments that people decided on, by the minutes that they had waited."""
        return self.waits_of("wait")

    def waits_of(self, *path: object) -> dict[int, int]:
        """The same of a part of them: those held in an hour of the day, or under a rule."""
        return {int(minutes): count for minutes, count in self.under(*path).items()}

    @property
    def decided(self) -> int:
        """Decisions by people on held comments."""
        return sum(self.waits.values())

    @property
    def published(self) -> int:
        """Published at once or after somebody read them; restored ones were published before."""
        return self.total("act", Act.PUBLISHED) + self.total("act", Act.APPROVED)

    @property
    def within_promise(self) -> int:
        """Of `decided`, those that waited no longer than the page promises."""
        return sum(n for minutes, n in self.waits.items() if minutes <= settings.MODERATION_PROMISE_MINUTES)

    def wait(self, percent: int) -> int | None:
        """The minutes within which that share had been decided (nearest rank); None where none were."""
        return within(self.waits, percent)


def within(waits: Mapping[int, int], percent: int) -> int | None:
    """The minutes that this share of the waits did not exceed (nearest rank); None of none."""
    need, seen = -(-sum(waits.values()) * percent // 100), 0
    for minutes in sorted(waits):
        seen += waits[minutes]
        if seen >= need:
            return minutes
    return None


def rounded_wait(waited: timedelta) -> int:
    """Minutes, rounded up: to one below two hours, to ten below a day, to whole hours beyond, so that few differ.

    What is kept of the promise is told by what was rounded: nothing that kept it is rounded beyond it.
    """
    minutes = max(0, -(-int(waited.total_seconds()) // 60))
    return _rounded_up(minutes, 1 if minutes <= 120 else 10 if minutes <= 1440 else 60)


def coarse(minutes: int) -> int:
    """The same more roughly, where waits are told apart by hour or rule: to 5 minutes below 2 hours, else to hours."""
    return _rounded_up(minutes, 5 if minutes <= 120 else 60)


def _rounded_up(minutes: int, step: int) -> int:
    rounded, promise = -(-minutes // step) * step, settings.MODERATION_PROMISE_MINUTES
    return promise if minutes <= promise < rounded else rounded


def current_wait(now: datetime) -> int:
    """The minutes in which half of those comments were decided on that people decided on last; what is promised
    where they decided on none within a day. One query, of at most 200 rows of the index of what people decided."""
    lately = Decision.objects.filter(automatic=False, at__gt=now - LATELY, at__lte=now).order_by("-at", "-id")
    rows = lately.values_list("act", "from_state", "at", "comment__held_since")[:NEWEST]
    waited = [
        rounded_wait(at - since)
        for act, from_state, at, since in rows
        if act in DECIDED and from_state == State.HELD and since is not None
    ]
    half = Facts(Counter(f"wait/{minutes}" for minutes in waited)).wait(50)
    return settings.MODERATION_PROMISE_MINUTES if half is None else max(1, half)


def share(part: int, whole: int) -> str:
    """ "12 %", "" of nothing. Rounded down, so that only all of it is 100 %."""
    return f"{percent(part, whole)} %" if whole else ""


def percent(part: int, whole: int) -> int | None:
    """The same as a number, None of nothing."""
    return part * 100 // whole if whole else None


def together(spans: Iterable[Mapping[str, int]]) -> Facts:
    """The sum of several spans' facts."""
    summed = Facts()
    for facts in spans:
        summed.update(facts)
    return summed


@dataclass(frozen=True, slots=True)
class Counted:
    """A day or month, what happened in it, and up to when that was counted."""

    first_day: date
    facts: Facts
    counted_at: datetime


def counted_months(newest: int) -> list[Counted]:
    """The newest months, the newest first. One query."""
    return [_counted(row) for row in _rows(Span.MONTH).order_by("-first_day")[:newest]]


def counted_month(first_day: date) -> Counted | None:
    """One month, None where nothing was counted in it. One query."""
    row = _rows(Span.MONTH).filter(first_day=first_day).first()
    return _counted(row) if row else None


def counted_days(since: date, until: date) -> list[Counted]:
    """The counted days from `since` to `until`, both included, in their order. One query."""
    return [
        _counted(row) for row in _rows(Span.DAY).filter(first_day__range=(since, until)).order_by("first_day")
    ]


def _rows(span: Span) -> QuerySet[Figures]:
    return Figures.objects.filter(span=span)


def _counted(row: Figures) -> Counted:
    return Counted(row.first_day, Facts(row.facts), row.counted_at)


@dataclass(frozen=True, slots=True)
class NamedRule:
    """A rule as figures name it. `language` is that of its title: the active one, or else the original's."""

    number: int
    title: str
    language: str


def newest_rules() -> dict[str, NamedRule]:
    """Every rule that any posted version has or had, by key, as the newest one words it, in its order. One query."""
    active = get_language() or ""
    in_language = RuleTranslation.objects.filter(rule=OuterRef("pk"), language=active)
    rows = Rule.objects.filter(policy__posted_at__isnull=False).order_by("policy__version")
    found = rows.values_list(
        "key", "number", "title", "policy__language", Subquery(in_language.values("title")[:1])
    )
    newest = {
        key: NamedRule(number, translated, active) if translated else NamedRule(number, title, language)
        for key, number, title, language, translated in found
    }
    return dict(sorted(newest.items(), key=lambda one: (one[1].number, one[0])))


def last_seal_before(moment: datetime) -> Seal | None:
    """The newest seal made before a moment: its root stands for every decision up to then. One query."""
    return Seal.objects.filter(at__lt=moment).order_by("-number").first()
