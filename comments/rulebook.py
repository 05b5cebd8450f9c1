"""The rules of a policy version as people read them: each text with the very figures that its checks use."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from comments.enums import Effect
from comments.models import Policy, Rule, RuleCheck
from comments.moderation.checks import CHECKS
from comments.moderation.policy import PlaceholderError, rule_text
from newsroom.html import already_clean, policy_html


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownRule:
    """A rule with its figures filled in. `effects` says what each check does, or that moderators judge."""

    pk: int
    key: str
    number: int
    title: str
    text: str
    html: SafeString
    effects: list[str]
    url: str


@dataclass(frozen=True, slots=True)
class RuleChange:
    """A rule in two versions; None where it is new or gone."""

    old: ShownRule | None
    new: ShownRule | None


def rules_of(policy: Policy) -> list[ShownRule]:
    """The version's rules by number. Two queries. A text that cannot be filled in yet stands as written."""
    return [_shown(policy, rule) for rule in policy.rules.order_by("number", "pk").prefetch_related("checks")]


def changes_between(old: Policy, new: Policy) -> list[RuleChange]:
    """The rules, matched by key, whose title or filled text differ, in the new order. Four queries."""
    before = {rule.key: rule for rule in rules_of(old)}
    after = {rule.key: rule for rule in rules_of(new)}
    changed = [RuleChange(before.get(key), rule) for key, rule in after.items()]
    gone = [RuleChange(rule, None) for key, rule in before.items() if key not in after]
    return [*(one for one in changed if _facts(one.old) != _facts(one.new)), *gone]


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


def _shown(policy: Policy, rule: Rule) -> ShownRule:
    checks = list(rule.checks.all())
    text = _filled(rule, checks)
    effects = list(dict.fromkeys(effect_of(check) for check in checks))
    return ShownRule(
        pk=rule.pk,
        key=rule.key,
        number=rule.number,
        title=rule.title,
        text=text,
        html=already_clean(policy_html(text)),
        effects=effects or [_("Judged by moderators, not by a program.")],
        url=f"{policy.get_absolute_url()}#rule-{rule.number}",
    )


def _filled(rule: Rule, checks: Sequence[RuleCheck]) -> str:
    try:
        return rule_text(rule.text, parameters_of(checks))
    except PlaceholderError:
        return rule.text


def _facts(rule: ShownRule | None) -> tuple[str, str] | None:
    return (rule.title, rule.text) if rule else None
