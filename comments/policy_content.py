"""All that a version of the policy says, as data: read from the database, compared, and written to a draft."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from django.conf import settings

from comments.models import Policy, PolicyTranslation, Rule, RuleCheck, RuleTranslation
from comments.moderation.facts import Gravity

WORDS = ("title", "introduction", "how_moderated", "changes")
"""What a version says besides its rules."""

FIELDS = (*WORDS, "approved_needed", "language")


@dataclass(frozen=True, slots=True)
class DraftCheck:
    """A check of a rule in a draft."""

    name: str
    parameters: dict[str, int | str]
    effect: str


@dataclass(frozen=True, slots=True)
class RuleWords:
    """A rule in another language than the policy is written in."""

    title: str
    text: str


@dataclass(frozen=True, slots=True)
class PolicyWords:
    """What a version says besides its rules, in another language."""

    title: str = ""
    introduction: str = ""
    how_moderated: str = ""
    changes: str = ""


@dataclass(frozen=True, slots=True)
class DraftRule:
    """A rule of a draft as it is written; `translations` by language."""

    key: str
    number: int
    title: str
    text: str
    checks: list[DraftCheck] = field(default_factory=list)
    gravity: str = Gravity.ORDINARY
    translations: dict[str, RuleWords] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftContent:
    """All that a draft says; `translations` by language."""

    title: str
    introduction: str
    how_moderated: str
    changes: str
    approved_needed: int
    rules: list[DraftRule]
    language: str = "en"
    translations: dict[str, PolicyWords] = field(default_factory=dict)


def other_languages(language: str) -> list[tuple[str, str]]:
    """The languages of the site, with their names, into which a policy in this one is translated."""
    return [(code, str(name)) for code, name in settings.LANGUAGES if code != language]


def content_of(policy: Policy) -> DraftContent:
    """What a version says, posted or not. Four queries."""
    rules = policy.rules.order_by("number", "pk").prefetch_related("checks", "translations")
    return DraftContent(
        **{name: getattr(policy, name) for name in FIELDS},
        translations={
            row.language: PolicyWords(**{name: getattr(row, name) for name in WORDS})
            for row in policy.translations.order_by("language")
        },
        rules=[_rule(rule) for rule in rules],
    )


def _rule(rule: Rule) -> DraftRule:
    return DraftRule(
        rule.key,
        rule.number,
        rule.title,
        rule.text,
        [DraftCheck(each.check_name, each.parameters, each.effect) for each in rule.checks.all()],
        rule.gravity,
        {row.language: RuleWords(row.title, row.text) for row in rule.translations.all()},
    )


def seal_of(content: DraftContent) -> str:
    """A short mark of a content, by which a save says what its writer saw."""
    return hashlib.sha256(json.dumps(asdict(content), sort_keys=True).encode()).hexdigest()[:32]


def beyond_words(content: DraftContent) -> Any:
    """All of it that an editorial version may not change: rules, order, figures, checks, and what they do."""
    return (
        content.language,
        content.approved_needed,
        [
            (rule.key, rule.number, rule.gravity, sorted(map(_facts_of_check, rule.checks)))
            for rule in sorted(content.rules, key=lambda rule: rule.number)
        ],
    )


def _facts_of_check(check: DraftCheck) -> tuple[str, str, str]:
    return check.name, check.effect, json.dumps(check.parameters, sort_keys=True)


def write_content(policy: Policy, content: DraftContent) -> None:
    """The draft says this and nothing else from now on. Inside the caller's transaction."""
    for name in FIELDS:
        setattr(policy, name, getattr(content, name))
    policy.save(update_fields=FIELDS)
    RuleCheck.objects.filter(rule__policy=policy).delete()
    RuleTranslation.objects.filter(rule__policy=policy).delete()
    policy.translations.all().delete()
    policy.rules.all().delete()
    PolicyTranslation.objects.bulk_create(
        PolicyTranslation(policy=policy, language=language, **asdict(words))
        for language, words in content.translations.items()
        if any(asdict(words).values())
    )
    _write_rules(policy, content.rules)


def _write_rules(policy: Policy, rules: Sequence[DraftRule]) -> None:
    for rule in rules:
        row = Rule.objects.create(
            policy=policy,
            key=rule.key,
            number=rule.number,
            title=rule.title,
            text=rule.text,
            gravity=rule.gravity,
        )
        RuleCheck.objects.bulk_create(
            RuleCheck(rule=row, check_name=each.name, parameters=each.parameters, effect=each.effect)
            for each in rule.checks
        )
        RuleTranslation.objects.bulk_create(
            RuleTranslation(rule=row, language=language, title=words.title, text=words.text)
            for language, words in rule.translations.items()
            if words.title or words.text
        )
