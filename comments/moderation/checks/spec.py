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


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckSpec:
    """A check as the registry knows it.

    `shows_words`: its findings quote words of the comment. `can_be_overridden`: what it refuses may be sent
    to a moderator all the same. Titles and labels are plain English; whoever shows them has them translated.
    """

    name: str
    title: str
    parameters: tuple[ParameterSpec, ...]
    shows_words: bool
    can_be_overridden: bool
    run: Check


MOST_FINDINGS = 50
"""Findings kept of one check: more would tell a moderator nothing new and fill the database."""


def number(parameters: Parameters, name: str) -> int:
    """The whole number set for `name`; raises where there is none, which makes the check unavailable."""
    value = parameters[name]
    if not isinstance(value, int) or isinstance(value, bool):
        raise TypeError(f"{name} is not a whole number")
    return value


def words_found(
    submission: Submission, check: str, fact: str, span: tuple[int, int], details: Mapping[str, str | int]
) -> Finding:
    """A finding about the words at `span` of the text as written."""
    start, end = span
    words = submission.text[start:end]
    return Finding(check=check, fact=fact, start=start, end=end, words=words, details=details)
