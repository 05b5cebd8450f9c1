"""What a commenter's record proposes: the next rung of a ladder, with the breaches that lead up to it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

MEMORY = timedelta(days=365)
"""Sanctions from before that are forgiven."""

_STRICTNESS = {"warning": 0, "pre_moderation": 1, "suspension": 2, "ban": 3}
_FOR_GOOD = 100_000


@dataclass(frozen=True, slots=True)
class Rung:
    """A kind of sanction and its days, None without an end."""

    kind: str
    days: int | None = None

    @property
    def strictness(self) -> tuple[int, int]:
        return _STRICTNESS[self.kind], _FOR_GOOD if self.days is None else self.days


@dataclass(frozen=True, slots=True)
class Breach:
    """A rule that was broken, and when that was decided."""

    rule_key: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Earlier:
    """A sanction that was and stands: not one undone or taken back on appeal."""

    rung: Rung
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposed:
    """What the record proposes, since a rule was broken so many times; `before` is the strictest sanction so far."""

    rung: Rung
    rule_key: str
    times: int
    within_days: int
    breaches: tuple[Breach, ...]
    before: Earlier | None


def rungs(written: Iterable[str]) -> tuple[Rung, ...]:
    """The ladder as a setting writes it: "warning", "pre_moderation:14", "ban"."""
    parts = (one.partition(":") for one in written)
    return tuple(Rung(kind, int(days) if days else None) for kind, _colon, days in parts)


def proposed(
    breaches: Sequence[Breach],
    earlier: Sequence[Earlier],
    *,
    ladder: Sequence[Rung],
    times: int,
    within_days: int,
    now: datetime,
) -> Proposed | None:
    """The next rung, where one rule was broken `times` within so many days and since the last sanction; else None.

    The next rung is the first that is stricter than every sanction of the last year; beyond the last there is none.
    """
    known = [one for one in earlier if one.at > now - MEMORY]
    since = max((one.at for one in known), default=now - timedelta(days=within_days))
    since = max(since, now - timedelta(days=within_days))
    fresh = [one for one in breaches if one.at > since]
    counts = Counter(one.rule_key for one in fresh)
    rule_key, count = min(counts.items(), key=lambda one: (-one[1], one[0]), default=("", 0))
    before = max(known, key=lambda one: one.rung.strictness, default=None)
    higher = [rung for rung in ladder if before is None or rung.strictness > before.rung.strictness]
    if count < times or not higher:
        return None
    return Proposed(
        rung=higher[0],
        rule_key=rule_key,
        times=count,
        within_days=within_days,
        breaches=tuple(one for one in fresh if one.rule_key == rule_key),
        before=before,
    )
