"""What a decision that turns a comment down cites: rules with the words that their checks caught, or a law."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _

from comments import mail
from comments.actions.errors import RuleNeeded, RuleUnknown, Unacceptable
from comments.actions.senders import unstorable
from comments.decisions import Ground
from comments.models import Comment, CommentFinding, Rule
from comments.moderation.telling import as_told
from comments.policies import in_force
from comments.rulebook import ShownRule, as_they_stood
from comments.statements import Law
from newsroom.html import one_line

LONGEST_LAW = 200
LONGEST_WHY = 2_000

Quoted = list[dict[str, Any]]
"""Words and the keys of the rules that they break, as evidence keeps them."""


def acceptable_law(name: str, why: str) -> Law | None:
    """The law that a decision names; None where none is named. Raises Unacceptable for half of one, or too much."""
    name, why = one_line(name), why.strip()
    if not name and not why:
        return None
    if not name or len(name) > LONGEST_LAW:
        sentence = _("Name the law and its article, in at most %(most)d characters.")
        raise Unacceptable("law", sentence % {"most": LONGEST_LAW})
    if not why or len(why) > LONGEST_WHY or unstorable(why):
        sentence = _("Say why the comment breaks that law, in at most %(most)d characters.")
        raise Unacceptable("why", sentence % {"most": LONGEST_WHY})
    return Law(name, why)


class Citations:
    """The rules named, as they stand in each comment's version of the policy, and the law.

    Rules are those of the version that the author accepted, or where that has no such rule, of the one in force.
    At most seven queries a version, and one for the words of all comments.
    """

    def __init__(
        self, comments: Iterable[Comment], rule_keys: Iterable[str], now: datetime, *, law: Law | None = None
    ) -> None:
        """Raises RuleNeeded without any rule or law, RuleUnknown for a key of neither version."""
        self._keys = list(dict.fromkeys(rule_keys))
        if not self._keys and law is None:
            raise RuleNeeded
        comments = list(comments)
        self.law = law
        self._rules = {pk: self._cited(pk, now) for pk in {comment.policy_id for comment in comments}}
        self._words, self._detected = _caught(comments, self._keys)

    def grounds(self, comment: Comment) -> list[Ground]:
        rules = [Ground.of_rule(rule) for rule in self._rules[comment.policy_id]]
        return [*rules, Ground.of_law(self.law.name)] if self.law else rules

    def was_detected(self, comment: Comment) -> bool:
        """Whether a check had pointed out what the decision now rests on."""
        return comment.pk in self._detected

    def quoted(self, comment: Comment) -> Quoted:
        """The words that checks of these rules caught, each once, where the check is one that shows words."""
        return self._words.get(comment.pk, [])

    def as_cited(self, comment: Comment) -> list[mail.CitedRule]:
        """The rules as a statement of reasons quotes them, in the language of the comment's author."""
        with translation.override(comment.commenter.language):
            return [
                self._quoted_rule(comment, rule) for rule in as_they_stood(self._rules[comment.policy_id])
            ]

    def _quoted_rule(self, comment: Comment, rule: ShownRule) -> mail.CitedRule:
        words = [str(one["words"]) for one in self.quoted(comment) if one["rule"] == rule.key]
        return mail.cited(rule, words)

    def _cited(self, policy_id: int, now: datetime) -> list[Rule]:
        if not self._keys:
            return []
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


def _caught(comments: Sequence[Comment], keys: Sequence[str]) -> tuple[dict[int, Quoted], set[int]]:
    """The words that checks of these rules caught, and the comments in which any caught anything. One query."""
    bodies = {text.pk: text.body for comment in comments if (text := comment.current_text)}
    found = CommentFinding.objects.filter(text__in=list(bodies), rule__key__in=keys)
    words: dict[int, dict[tuple[str, str], None]] = {}
    detected = set()
    for finding in found.select_related("rule", "text").order_by("start", "id"):
        detected.add(finding.text.comment_id)
        told = as_told(
            check=finding.check_name,
            fact=finding.fact,
            words=bodies[finding.text_id][finding.start : finding.end],
            entry=finding.entry,
            details=finding.details,
        )
        if finding.rule and told.words:
            words.setdefault(finding.text.comment_id, {})[finding.rule.key, told.words] = None
    quoted = {pk: [{"rule": key, "words": said} for key, said in pairs] for pk, pairs in words.items()}
    return quoted, detected
