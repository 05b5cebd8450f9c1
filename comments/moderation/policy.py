"""What a policy is to the checks, and what must be put right before one may be posted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from comments.moderation.checks import CHECKS, CheckSpec, Need, ParameterKind, ParameterSpec
from comments.moderation.facts import Effect, PhraseEntry, PhraseFacts
from comments.moderation.placeholders import PlaceholderError, names, rule_text

__all__ = [
    "PhraseEntry",
    "PhraseFacts",
    "PlaceholderError",
    "PolicyFacts",
    "RuleCheckFacts",
    "RuleFacts",
    "problems",
    "rule_text",
]


@dataclass(frozen=True, slots=True)
class RuleCheckFacts:
    """One check that a rule runs, with its parameters, and what the rule does with what it finds."""

    rule_key: str
    rule_number: int
    check: str
    parameters: Mapping[str, int | str]
    effect: Effect


@dataclass(frozen=True, slots=True)
class PolicyFacts:
    """A policy version as `evaluate` and `decide` need it, with the phrase lists that it binds, by name."""

    version: int
    checks: tuple[RuleCheckFacts, ...]
    phrases: Mapping[str, PhraseFacts] = field(default_factory=dict)
    approved_needed: int = 3

    @property
    def needs(self) -> frozenset[Need]:
        """What the checks of this version must be given beside the comment."""
        known = (CHECKS[check.check] for check in self.checks if check.check in CHECKS)
        return frozenset(need for spec in known for need in spec.needs)


@dataclass(frozen=True, slots=True)
class RuleFacts:
    """A rule of a draft, as `problems` looks at it."""

    key: str
    number: int
    title: str
    text: str
    checks: tuple[RuleCheckFacts, ...] = ()


def problems(rules: Sequence[RuleFacts], phrase_lists: Collection[str] = ()) -> list[str]:
    """A sentence for each thing that keeps these rules from being posted, in the order of the rules.

    `phrase_lists` are the names of the lists that exist. No problem, no sentence: the draft may be posted.
    """
    found = list(_problems_together(rules))
    for rule in rules:
        found += _problems_of_rule(rule)
        for check in rule.checks:
            found += _problems_of_check(rule, check, phrase_lists)
    return found


def _problems_together(rules: Sequence[RuleFacts]) -> Iterator[str]:
    if not rules:
        yield "A policy needs at least one rule."
    for number, times in Counter(rule.number for rule in rules).items():
        if times > 1:
            yield f"{times} rules have the number {number}."
    for key, times in Counter(rule.key for rule in rules).items():
        if times > 1:
            yield f"{times} rules have the key “{key}”."


def _problems_of_rule(rule: RuleFacts) -> Iterator[str]:
    if rule.number < 1:
        yield f"Rule {rule.number}: numbers start at 1."
    for what, content in (("key", rule.key), ("title", rule.title), ("text", rule.text)):
        if not content.strip():
            yield f"Rule {rule.number} has no {what}."
    values: dict[str, set[int | str]] = {}
    for check in rule.checks:
        for name, value in check.parameters.items():
            values.setdefault(name, set()).add(value)
    for name, different in values.items():
        if len(different) > 1:
            yield f"Rule {rule.number}: two checks set “{name}” to different values; put them in two rules."
    try:
        named = names(rule.text)
    except PlaceholderError as error:
        yield f"Rule {rule.number}: {error}"
        return
    for name in sorted(named - values.keys()):
        yield f"Rule {rule.number}: the text names {{{name}}}, which no check of this rule sets."


def _problems_of_check(
    rule: RuleFacts, check: RuleCheckFacts, phrase_lists: Collection[str]
) -> Iterator[str]:
    spec = CHECKS.get(check.check)
    if spec is None:
        yield f"Rule {rule.number}: there is no check called “{check.check}”."
        return
    known = {parameter.name for parameter in spec.parameters}
    for name in sorted(check.parameters.keys() - known):
        yield f"Rule {rule.number}: the check “{spec.name}” has no parameter “{name}”."
    for parameter in spec.parameters:
        where = f"Rule {rule.number}, {parameter.name} of “{spec.name}”"
        if parameter.name not in check.parameters:
            yield f"{where}: is missing."
        else:
            yield from _problems_of_value(where, parameter, check.parameters[parameter.name], phrase_lists)
    if check.effect is Effect.REFUSE and not spec.may_refuse:
        yield (
            f"Rule {rule.number}: “{spec.name}” may hold a comment or note something, but never refuse one: "
            "what it goes by is a suspicion."
        )
    yield from _contradictions(rule, check)
    yield from _unnamed_figures(rule, check, spec)


def _problems_of_value(
    where: str, parameter: ParameterSpec, value: int | str, phrase_lists: Collection[str]
) -> Iterator[str]:
    if parameter.kind is ParameterKind.INT:
        low, high = parameter.minimum, parameter.maximum
        if not isinstance(value, int) or isinstance(value, bool):
            yield f"{where}: must be a whole number."
        elif (low is not None and value < low) or (high is not None and value > high):
            yield f"{where}: must be from {low} to {high}, not {value}."
    elif not isinstance(value, str) or not value.strip():
        yield f"{where}: must not be empty."
    elif parameter.kind is ParameterKind.LIST and value not in phrase_lists:
        yield f"{where}: there is no phrase list called “{value}”."


def _contradictions(rule: RuleFacts, check: RuleCheckFacts) -> Iterator[str]:
    low, high = check.parameters.get("min_characters"), check.parameters.get("max_characters")
    if isinstance(low, int) and isinstance(high, int) and low > high:
        yield f"Rule {rule.number}: min_characters ({low}) is greater than max_characters ({high})."


def _unnamed_figures(rule: RuleFacts, check: RuleCheckFacts, spec: CheckSpec) -> Iterator[str]:
    """A rule that refuses or holds tells its readers every figure by which it does so."""
    if check.effect is Effect.NOTE:
        return
    try:
        named = names(rule.text)
    except PlaceholderError:
        return
    for parameter in spec.parameters:
        if parameter.kind is ParameterKind.INT and parameter.name not in named:
            yield (
                f"Rule {rule.number}: the text must name {{{parameter.name}}}, "
                f"because “{spec.name}” would {check.effect} a comment by it."
            )
