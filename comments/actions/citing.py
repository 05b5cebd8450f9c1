"""What a decision that turns a comment down cites: the rules, and the words that their checks caught."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from comments import mail
from comments.actions.errors import RuleNeeded, RuleUnknown
from comments.decisions import Ground
from comments.links import rule_url
from comments.models import Comment, CommentFinding, Rule
from comments.moderation.checks import CHECKS
from comments.policies import in_force
from comments.rulebook import rules_of

Quoted = list[dict[str, Any]]
"""Words and the keys of the rules that they break, as evidence keeps them."""


class Citations:
    """The rules named, as they stand in each comment's version of the policy.

    Rules are those of the version that the author accepted, or where that has no such rule, of the one in force.
    At most six queries a version, and one for the words of all comments.
    """

    def __init__(self, comments: Iterable[Comment], rule_keys: Iterable[str], now: datetime) -> None:
        """Raises RuleNeeded without any rule, RuleUnknown for a key of neither version."""
        self._keys = list(dict.fromkeys(rule_keys))
        if not self._keys:
            raise RuleNeeded
        comments = list(comments)
        self._rules = {pk: self._cited(pk, now) for pk in {comment.policy_id for comment in comments}}
        self._texts = _texts({rule.policy_id: rule for rules in self._rules.values() for rule in rules})
        self._words = _words_caught(comments, self._keys)

    def grounds(self, comment: Comment) -> list[Ground]:
        return [Ground.of_rule(rule) for rule in self._rules[comment.policy_id]]

    def quoted(self, comment: Comment) -> Quoted:
        """The words that checks of these rules caught, each once, where the check is one that shows words."""
        return self._words.get(comment.pk, [])

    def as_cited(self, comment: Comment) -> list[mail.CitedRule]:
        """The rules as a statement of reasons quotes them."""
        return [
            mail.CitedRule(
                number=rule.number,
                version=rule.policy.version,
                title=rule.title,
                text=self._texts[rule.pk],
                url=rule_url(rule.policy, rule.number),
                words=[str(one["words"]) for one in self.quoted(comment) if one["rule"] == rule.key],
            )
            for rule in self._rules[comment.policy_id]
        ]

    def _cited(self, policy_id: int, now: datetime) -> list[Rule]:
        versions = [policy_id]
        found = {rule.key: rule for rule in _rules(policy_id, self._keys)}
        missing = [key for key in self._keys if key not in found]
        if missing and (current := in_force(now)) is not None:
            versions.append(current.pk)
            found |= {rule.key: rule for rule in _rules(current.pk, missing)}
        if any(key not in found for key in self._keys):
            raise RuleUnknown
        return sorted(found.values(), key=lambda rule: (versions.index(rule.policy_id), rule.number))


def _rules(policy_id: int, keys: Sequence[str]) -> Iterable[Rule]:
    return Rule.objects.filter(policy=policy_id, key__in=keys).select_related("policy")


def _texts(one_of_each_version: Mapping[int, Rule]) -> dict[int, str]:
    return {shown.pk: shown.text for rule in one_of_each_version.values() for shown in rules_of(rule.policy)}


def _words_caught(comments: Sequence[Comment], keys: Sequence[str]) -> dict[int, Quoted]:
    bodies = {text.pk: text.body for comment in comments if (text := comment.current_text)}
    caught = CommentFinding.objects.filter(text__in=list(bodies), rule__key__in=keys, end__gt=0)
    words: dict[int, dict[tuple[str, str], None]] = {}
    for finding in caught.select_related("rule", "text").order_by("start", "id"):
        check = CHECKS.get(finding.check_name)
        if finding.rule and check and check.shows_words:
            one = (finding.rule.key, bodies[finding.text_id][finding.start : finding.end])
            words.setdefault(finding.text.comment_id, {})[one] = None
    return {pk: [{"rule": key, "words": quoted} for key, quoted in pairs] for pk, pairs in words.items()}
