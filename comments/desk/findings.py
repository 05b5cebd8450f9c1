"""Why a comment waits: what the checks found in its text, in words, the gravest first."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from django.utils.translation import gettext as _

from comments.desk.words import seen
from comments.enums import Effect, StandingReason
from comments.models import CommentFinding
from comments.moderation.checks import CHECKS
from comments.moderation.urgency import FOR_GRAVITY

UNAVAILABLE = "check_unavailable"
NO_NUMBERS: Mapping[str, int] = MappingProxyType({})
_EFFECTS = {Effect.REFUSE.value: 0, Effect.HOLD.value: 1, Effect.NOTE.value: 2}


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """One finding against a rule. `words` are the text's own, "" where it is about no words."""

    number: int
    key: str
    title: str
    gravity: str
    fact: str
    effect: str
    words: str
    start: int
    end: int
    entry: str = ""

    @property
    def outcome(self) -> str:
        """What the check did about it, in words."""
        return str(Effect(self.effect).label)

    @property
    def in_short(self) -> str:
        return _("Rule %(number)d: %(fact)s") % {"number": self.number, "fact": self.fact}


@dataclass(frozen=True, slots=True)
class Reasons:
    """All that made a comment wait: findings, checks that did not finish, standing reasons, each in words."""

    found: tuple[Found, ...]
    failed: tuple[str, ...]
    standing: tuple[str, ...]

    @property
    def gravest(self) -> str:
        """The one thing to say in a list's row."""
        everything = [*(one.in_short for one in self.found), *self.failed, *self.standing]
        return everything[0] if everything else _("Held for a moderator")

    @property
    def all_in_short(self) -> list[str]:
        """Each reason once, for what the checks said of a comment that does not wait."""
        return list(dict.fromkeys([*(one.in_short for one in self.found), *self.failed, *self.standing]))

    @property
    def apart_from_rules(self) -> list[str]:
        """Checks that failed and standing reasons, to stand inside a sentence."""
        return [said[:1].lower() + said[1:].rstrip(".") for said in (*self.failed, *self.standing)]

    @property
    def rule_keys(self) -> frozenset[str]:
        """The rules that the findings name: those ticked beforehand when rejecting."""
        return frozenset(one.key for one in self.found if one.effect != Effect.NOTE)


def reasons_of(
    body: str, findings: Iterable[CommentFinding], numbers: Mapping[str, int] = NO_NUMBERS
) -> Reasons:
    """The reasons behind a text's findings (with their `rule` loaded), whose words are the body's. Pure: no query.

    `numbers` are the rules' numbers by key; a failed check names its rule by it, else only itself.
    """
    rows = sorted(findings, key=_gravest_first)
    broken = [
        row for row in rows if row.fact == UNAVAILABLE or row.standing == StandingReason.CHECK_UNAVAILABLE
    ]
    return Reasons(
        found=tuple(_found(row, body) for row in rows if row.rule_id and row not in broken),
        failed=tuple(dict.fromkeys(failed_in_words(row, numbers) for row in broken)),
        standing=tuple(_standing([row for row in rows if row.standing and row not in broken])),
    )


def _gravest_first(row: CommentFinding) -> tuple[int, int, int, int]:
    ahead = FOR_GRAVITY.get(row.rule.gravity, 0) if row.rule else 0
    return (_EFFECTS.get(row.effect, 3), -ahead, row.start, row.pk)


def _found(row: CommentFinding, body: str) -> Found:
    rule = row.rule
    assert rule is not None  # noqa: S101 - the caller chose rows with a rule
    return Found(
        number=rule.number,
        key=rule.key,
        title=rule.title,
        fact=seen(row.fact, row.details),
        gravity=rule.gravity,
        effect=row.effect,
        words=body[row.start : row.end],
        start=row.start,
        end=row.end,
        entry=row.entry or "",
    )


def failed_in_words(row: CommentFinding, numbers: Mapping[str, int]) -> str:
    """Which check did not finish, by its rule where that is known."""
    number = row.rule.number if row.rule else numbers.get(str(row.details.get("rule", "")))
    spec = CHECKS.get(row.check_name)
    if number and spec:
        told = {"number": number, "check": _(spec.title)}
        return _("Rule %(number)d’s check “%(check)s” did not finish.") % told
    if number:
        return _("Rule %(number)d’s check did not finish.") % {"number": number}
    if spec:
        return _("The check “%(check)s” did not finish.") % {"check": _(spec.title)}
    return _("An automatic check did not finish.")


def _standing(rows: Sequence[CommentFinding]) -> list[str]:
    return list(dict.fromkeys(str(StandingReason(row.standing).label) for row in rows))
