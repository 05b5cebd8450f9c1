"""A policy version as people read it: in their language, each rule with the very figures that its checks use."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from django.db.models import Prefetch
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from comments.enums import Effect
from comments.models import Policy, PolicyTranslation, Rule, RuleCheck, RuleTranslation
from comments.moderation.checks import CHECKS
from comments.moderation.policy import PlaceholderError, rule_text
from newsroom.html import already_clean, policy_html


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownRule:
    """A rule with its figures filled in. `effects` says what each check does, or that moderators judge.

    `language` is that of title and text: the active one, or where there is no translation the original's.
    """

    pk: int
    version: int
    key: str
    number: int
    title: str
    text: str
    language: str
    html: SafeString
    effects: list[str]
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownWords:
    """What a version says besides its rules, all in one `language`."""

    title: str
    introduction: SafeString
    how_moderated: SafeString
    changed: SafeString
    language: str


@dataclass(frozen=True, slots=True)
class RuleChange:
    """A rule in two versions; None where it is new or gone."""

    old: ShownRule | None
    new: ShownRule | None

    @property
    def only_moved(self) -> bool:
        """Whether it says the same under another number."""
        return bool(
            self.old and self.new and (self.old.title, self.old.text) == (self.new.title, self.new.text)
        )


def rules_of(policy: Policy) -> list[ShownRule]:
    """The version's rules by number, in the active language. A text that cannot be filled in yet stands as written.

    Two queries, and one where that is not the policy's own language; of a posted version once in this process and
    language: it never changes.
    """
    return list(_posted(policy, policy.posted_at, get_language())) if policy.posted_at else _rules(policy)


@lru_cache(maxsize=64)
def _posted(policy: Policy, posted_at: datetime, language: str | None) -> list[ShownRule]:
    return _rules(policy)


def _rules(policy: Policy) -> list[ShownRule]:
    rows = policy.rules.order_by("number", "pk").prefetch_related("checks")
    language = get_language() or policy.language
    if language == policy.language:
        return [_shown(policy, rule, None) for rule in rows]
    in_language = RuleTranslation.objects.filter(language=language)
    rows = rows.prefetch_related(Prefetch("translations", in_language, to_attr="in_language"))
    return [_shown(policy, rule, next(iter(rule.in_language), None)) for rule in rows]


def words_of(policy: Policy) -> ShownWords:
    """What the version says besides its rules, in the active language, else in its own. At most one query, as above."""
    return _posted_words(policy, policy.posted_at, get_language()) if policy.posted_at else _words(policy)


@lru_cache(maxsize=64)
def _posted_words(policy: Policy, posted_at: datetime, language: str | None) -> ShownWords:
    return _words(policy)


def _words(policy: Policy) -> ShownWords:
    language = get_language() or policy.language
    translated: PolicyTranslation | None = None
    if language != policy.language:
        translated = policy.translations.filter(language=language).first()
    said = translated or policy
    return ShownWords(
        title=said.title,
        introduction=already_clean(policy_html(said.introduction)),
        how_moderated=already_clean(policy_html(said.how_moderated)),
        changed=already_clean(policy_html(said.changes)),
        language=said.language,
    )


def as_they_stood(rules: Sequence[Rule]) -> list[ShownRule]:
    """Rules (with their policy) as their own versions have them. Three queries a version, at most."""
    wanted = {rule.pk for rule in rules}
    policies = {rule.policy_id: rule.policy for rule in rules}
    return [shown for policy in policies.values() for shown in rules_of(policy) if shown.pk in wanted]


def changes_between(old: Policy, new: Policy) -> list[RuleChange]:
    """The rules, matched by key, that read differently or have another number, in the new order.

    Six queries at most.
    """
    before = {rule.key: rule for rule in rules_of(old)}
    after = {rule.key: rule for rule in rules_of(new)}
    changed = [RuleChange(before.get(key), rule) for key, rule in after.items()]
    gone = [RuleChange(rule, None) for key, rule in before.items() if key not in after]
    return [*(one for one in changed if _facts(one.old) != _facts(one.new)), *gone]


def as_one_stood(rule: Rule) -> ShownRule:
    """A rule as its own version has it. Queries as `rules_of`, and its policy's if that is not loaded."""
    return next(shown for shown in rules_of(rule.policy) if shown.pk == rule.pk)


def parameters_of(checks: Sequence[RuleCheck]) -> Mapping[str, int | str]:
    """All figures that a rule's text may name."""
    return {name: value for check in checks for name, value in check.parameters.items()}


def effect_of(check: RuleCheck) -> str:
    """What a check does with what it catches, in a sentence for readers."""
    spec = CHECKS.get(check.check_name)
    if check.effect == Effect.HOLD:
        return _("Checked automatically: what is caught waits for a moderator.")
    if check.effect == Effect.NOTE:
        return _(
            "Checked automatically: what is caught is pointed out to the moderators and holds nothing up."
        )
    if spec and spec.can_be_overridden:
        return _(
            "Checked before you post: you are shown what is caught, and may change it"
            " or send it to a moderator anyway."
        )
    return _("Checked before you post: you are told, and the comment is not taken until it fits.")


def _shown(policy: Policy, rule: Rule, translated: RuleTranslation | None) -> ShownRule:
    checks, said = list(rule.checks.all()), translated or rule
    text = _filled(said.text, checks)
    effects = list(dict.fromkeys(effect_of(check) for check in checks))
    return ShownRule(
        pk=rule.pk,
        version=policy.version,
        key=rule.key,
        number=rule.number,
        title=said.title,
        text=text,
        language=translated.language if translated else policy.language,
        html=already_clean(policy_html(text)),
        effects=effects or [_("Judged by moderators, not by a program.")],
        url=f"{policy.get_absolute_url()}#rule-{rule.number}",
    )


def _filled(text: str, checks: Sequence[RuleCheck]) -> str:
    try:
        return rule_text(text, parameters_of(checks))
    except PlaceholderError:
        return text


def _facts(rule: ShownRule | None) -> tuple[int, str, str] | None:
    return (rule.number, rule.title, rule.text) if rule else None
