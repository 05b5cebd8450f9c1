"""How a discussion takes comments at a moment: worked out from what was ordered and from the time, by no job."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from functools import lru_cache
from typing import NamedTuple

from django.conf import settings
from django.db.models import Subquery
from django.utils import timezone

from comments.enums import DiscussionMode, Why
from comments.models import Discussion, ModeOrder, StandingOrders

STRICTNESS = {DiscussionMode.OPEN: 0, DiscussionMode.PRE_MODERATED: 1, DiscussionMode.CLOSED: 2}
_WEEK = 8
"""Days in which desk hours that are kept on any day begin and end once more."""


@dataclass(frozen=True, slots=True)
class Order:
    """An order for a section, or without one for all; `desk_days` and hours as in `ModeOrder`."""

    section: int | None
    mode: DiscussionMode
    since: datetime
    until: datetime | None
    desk_days: str
    opens: time | None
    shuts: time | None

    def holds(self, now: datetime) -> bool:
        begun = self.since <= now and (self.until is None or self.until > now)
        return begun and not self._is_staffed(now)

    def changes(self, now: datetime) -> Iterator[datetime]:
        """The moments after `now` at which it may begin or cease to hold, of desk hours the next ones."""
        yield from (at for at in (self.since, self.until) if at and at > now)
        if self.opens and self.shuts:
            today = timezone.localdate(now)
            for day in (today + timedelta(days=number) for number in range(_WEEK)):
                if str(day.isoweekday()) in self.desk_days:
                    hours = (self.opens, self.shuts)
                    moments = [timezone.make_aware(datetime.combine(day, hour)) for hour in hours]
                    coming = [at for at in moments if at > now]
                    if coming:
                        yield from coming
                        return

    def _is_staffed(self, now: datetime) -> bool:
        if self.opens is None or self.shuts is None:
            return False
        local = timezone.localtime(now)
        return str(local.isoweekday()) in self.desk_days and self.opens <= local.time() < self.shuts


class Own(NamedTuple):
    """What stands in a discussion's own row; the default is that of a story under which nobody wrote yet."""

    mode: str = DiscussionMode.OPEN
    mode_from: datetime | None = None
    mode_until: datetime | None = None
    closes_at: datetime | None = None
    breaker_mode: str = DiscussionMode.OPEN
    breaker_until: datetime | None = None

    @classmethod
    def of(cls, discussion: Discussion | None) -> "Own":
        return cls(*(getattr(discussion, name) for name in cls._fields)) if discussion else cls()


NOTHING_OF_ITS_OWN = Own()


@dataclass(frozen=True, slots=True)
class Applied:
    """The mode at a moment, why, until when where that is known, and the moments at which it may be another."""

    mode: DiscussionMode
    why: Why
    until: datetime | None
    changes: tuple[datetime, ...]

    @property
    def is_closed(self) -> bool:
        return self.mode is DiscussionMode.CLOSED

    @property
    def is_pre_moderated(self) -> bool:
        return self.mode is DiscussionMode.PRE_MODERATED


RETRACTED = Applied(DiscussionMode.CLOSED, Why.RETRACTED, None, ())


class _Candidate(NamedTuple):
    mode: DiscussionMode
    why: Why
    until: datetime | None


def mode_at(
    own: Own, *, section: int, first_published_at: datetime, orders: str | None, now: datetime
) -> Applied:
    """What applies: of all orders that hold, the strictest; of equal ones that nearest to the story. Pure.

    `orders` is the text of `StandingOrders`, None where there never were any.
    """
    known = [one for one in orders_from(orders or "[]") if one.section in (None, section)]
    changes = [*_own_changes(own, first_published_at, now)]
    candidates = [*_own_candidates(own, first_published_at, now)]
    for one in known:
        moments = list(one.changes(now))
        changes += moments
        if one.holds(now):
            why = Why.SITE if one.section is None else Why.SECTION
            candidates.append(_Candidate(one.mode, why, min(moments, default=None)))
    candidates.append(_Candidate(DiscussionMode.OPEN, Why.NOTHING, None))
    # `max` keeps the first of equals: candidates come from the nearest to the furthest.
    mode, why, until = max(candidates, key=lambda one: STRICTNESS[one.mode])
    return Applied(mode, why, until, tuple(sorted(set(changes))))


def closing_time(own: Own, first_published_at: datetime) -> datetime | None:
    """When the discussion ends for good: at its own time, else so many days after the story first came out."""
    if own.closes_at:
        return own.closes_at
    days = settings.COMMENTS_CLOSE_AFTER_DAYS
    return first_published_at + timedelta(days=days) if days else None


def _own_candidates(own: Own, first_published_at: datetime, now: datetime) -> Iterator[_Candidate]:
    closes = closing_time(own, first_published_at)
    if closes and closes <= now:
        yield _Candidate(DiscussionMode.CLOSED, Why.TIME if own.closes_at else Why.AGE, None)
    if own.breaker_until and own.breaker_until > now:
        yield _Candidate(DiscussionMode(own.breaker_mode), Why.BREAKER, own.breaker_until)
    begun = own.mode_from is None or own.mode_from <= now
    if begun and (own.mode_until is None or own.mode_until > now) and own.mode != DiscussionMode.OPEN:
        yield _Candidate(DiscussionMode(own.mode), Why.STORY, own.mode_until)


def _own_changes(own: Own, first_published_at: datetime, now: datetime) -> Iterator[datetime]:
    moments = (
        closing_time(own, first_published_at),
        own.breaker_until,
        *((own.mode_from, own.mode_until) if own.mode != DiscussionMode.OPEN else ()),
    )
    yield from (at for at in moments if at and at > now)


# --- the orders for sections and site


def standing_orders() -> Subquery:
    """The text of all orders, to be read beside something else: one row by its key."""
    return Subquery(StandingOrders.objects.filter(pk=StandingOrders.ROW).values("orders")[:1])


@lru_cache(maxsize=16)
def orders_from(text: str) -> tuple[Order, ...]:
    """The orders of the text that `text_of` made, those of sections before those of the site."""
    orders = [
        Order(
            section,
            DiscussionMode(mode),
            datetime.fromisoformat(since),
            datetime.fromisoformat(until) if until else None,
            days,
            time.fromisoformat(opens) if opens else None,
            time.fromisoformat(shuts) if shuts else None,
        )
        for section, mode, since, until, days, opens, shuts in json.loads(text)
    ]
    return tuple(sorted(orders, key=lambda one: one.section is None))


def text_of(orders: Iterable[ModeOrder]) -> str:
    """The orders as one row keeps them."""
    return json.dumps(
        [
            [
                order.section_id,
                order.mode,
                order.starts_at.isoformat(),
                order.ends_at.isoformat() if order.ends_at else None,
                order.desk_days,
                order.desk_opens.isoformat("minutes") if order.desk_opens else None,
                order.desk_shuts.isoformat("minutes") if order.desk_shuts else None,
            ]
            for order in orders
        ]
    )
