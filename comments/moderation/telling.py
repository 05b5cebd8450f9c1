"""What the author of a comment is told of a finding: the one place where what checks saw becomes less."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from comments.moderation.checks import CHECKS, Told
from comments.moderation.facts import Finding


@dataclass(frozen=True, slots=True, kw_only=True)
class AsTold:
    """A finding as its author may know it; empty is what they are not told. The rule is theirs to know always."""

    fact: str = ""
    words: str = ""
    entry: str = ""
    details: Mapping[str, str | int] = field(default_factory=dict)


def as_told(*, check: str, fact: str, words: str, entry: str, details: Mapping[str, str | int]) -> AsTold:
    """What may be told of what this check saw. Of a check that is not known (any more): nothing but the rule.

    Every door to an author goes through here: the form, the private page, letters and statements, and the
    export of their data.
    """
    told = CHECKS[check].told if check in CHECKS else Told.RULE
    if told is Told.RULE:
        return AsTold()
    if told is Told.FACT:
        return AsTold(fact=fact, details=details)
    return AsTold(fact=fact, words=words, entry=entry, details=details)


def told_of(finding: Finding) -> AsTold:
    """The same of a finding that is not stored yet."""
    return as_told(
        check=finding.check,
        fact=finding.fact,
        words=finding.words,
        entry=finding.entry or "",
        details=finding.details,
    )
