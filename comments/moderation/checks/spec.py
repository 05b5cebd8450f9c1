"""What every check is made of, so that registry, policy form and `evaluate` treat all alike."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from comments.moderation.facts import Finding, Submission
from comments.moderation.phrase_index import PhraseIndex

Parameters = Mapping[str, int | str | PhraseIndex]
Check = Callable[[Submission, Parameters], list[Finding]]


class ParameterKind(StrEnum):
    """How a parameter is written: a whole number, a line of text, or the name of a phrase list."""

    INT = "int"
    TEXT = "text"
    LIST = "list"


@dataclass(frozen=True, slots=True, kw_only=True)
class ParameterSpec:
    """One parameter of a check; `minimum` and `maximum` (both included) bind whole numbers only."""

    name: str
    label: str
    kind: ParameterKind = ParameterKind.INT
    minimum: int | None = None
    maximum: int | None = None
    default: int | str | None = None


class Told(StrEnum):
    """How much of what a check saw its author is told; the desk sees all of it.

    `WORDS`: what was seen, with the words of the comment. `FACT`: what was seen, with its figures; no words.
    `RULE`: the rule and nothing else, since more would teach whoever runs a campaign or comes back from a ban.
    """

    WORDS = "words"
    FACT = "fact"
    RULE = "rule"


class Need(StrEnum):
    """What a check must be given beside the comment, so that nothing is read that no check of a policy uses."""

    STAFF = "staff"
    OTHERS = "others"
    BANS = "bans"


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckSpec:
    """A check as the registry knows it.

    `explanation` says to who writes the policy what it catches and what it cannot. `can_be_overridden`: what
    it refuses may be sent to a moderator all the same. `may_refuse`: without it a rule may hold or note by it
    and no more. `by_text_alone`: it asks for nothing else, so that it can judge a stored comment anew. Titles,
    labels and explanations are plain English; whoever shows them has them translated.
    """

    name: str
    title: str
    explanation: str
    parameters: tuple[ParameterSpec, ...] = ()
    told: Told
    can_be_overridden: bool = True
    may_refuse: bool = True
    needs: frozenset[Need] = frozenset()
    by_text_alone: bool = True
    run: Check

    @property
    def shows_words(self) -> bool:
        """Whether its findings quote words of the comment to the comment's author."""
        return self.told is Told.WORDS


MOST_FINDINGS = 50
"""Findings kept of one check: more would tell a moderator nothing new and fill the database."""


def number(parameters: Parameters, name: str) -> int:
    """The whole number set for `name`; raises where there is none, which makes the check unavailable."""
    value = parameters[name]
    if not isinstance(value, int) or isinstance(value, bool):
        raise TypeError(f"{name} is not a whole number")
    return value


def phrase_index(parameters: Parameters, name: str) -> PhraseIndex:
    """The phrase list set for `name`, made ready; raises where there is none."""
    value = parameters[name]
    if not isinstance(value, PhraseIndex):
        raise TypeError(f"{name} is not a phrase list")
    return value


def words_found(
    submission: Submission, check: str, fact: str, span: tuple[int, int], details: Mapping[str, str | int]
) -> Finding:
    """A finding about the words at `span` of the text as written."""
    start, end = span
    words = submission.text[start:end]
    return Finding(check=check, fact=fact, start=start, end=end, words=words, details=details)
