"""What the checks caught, as the form shows it: the rule, what was seen, and the words in their place."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from comments.desk.words import fact
from comments.models import Policy
from comments.moderation.decide import can_be_overridden
from comments.moderation.facts import Effect, Finding, Outcome
from comments.moderation.telling import told_of
from comments.rulebook import ShownRule, rules_of

AROUND = 40
MOST_EXCERPTS = 5


@dataclass(frozen=True, slots=True)
class Excerpt:
    """Caught words with what stands around them."""

    before: str
    words: str
    after: str


@dataclass(frozen=True, slots=True)
class CaughtRule:
    """A rule that refuses a text, what was seen in sentences, and where."""

    rule: ShownRule
    facts: list[str]
    excerpts: list[Excerpt]

    @property
    def sentence(self) -> str:
        rule = {"number": self.rule.number, "title": self.rule.title, "facts": " ".join(self.facts)}
        return _("Rule %(number)s, “%(title)s”: %(facts)s") % rule


@dataclass(frozen=True, slots=True)
class ShownRefusal:
    """All that refuses a text; `can_ask` says whether it may be sent to a moderator all the same."""

    rules: list[CaughtRule]
    can_ask: bool


def shown_refusal(outcome: Outcome, policy: Policy, text: str) -> ShownRefusal:
    """The refusing findings by rule, in the policy's order. Two queries."""
    refusing = [finding for finding in outcome.findings if finding.effect is Effect.REFUSE]
    caught = []
    for rule in rules_of(policy):
        findings = [finding for finding in refusing if finding.rule_key == rule.key]
        if findings:
            facts = list(dict.fromkeys(sentence_of(finding) for finding in findings))
            caught.append(CaughtRule(rule, facts, _excerpts(findings, text)))
    return ShownRefusal(caught, all(can_be_overridden(finding) for finding in refusing))


def sentence_of(finding: Finding) -> str:
    """What a check saw, with its figures, as far as its author is told."""
    told = told_of(finding)
    if not told.fact:
        return _("Our checks stopped your comment under this rule.")
    sentence = _sentences().get(told.fact)
    try:
        return sentence % told.details if sentence else f"{fact(told.fact).capitalize()}."
    except (KeyError, TypeError, ValueError):
        return f"{fact(told.fact).capitalize()}."


def _sentences() -> Mapping[str, str]:
    return {
        "too_long": _("Your comment has %(characters)s characters; at most %(max_characters)s are allowed."),
        "too_short": _("Your comment has %(characters)s characters that show; it needs %(min_characters)s."),
        "too_many_links": _("Your comment has %(links)s links; at most %(max_links)s are allowed."),
        "email_address": _("Your comment has an e-mail address in it."),
        "telephone_number": _("Your comment has a telephone number in it."),
        "listed_phrase": _("Your comment has a word or phrase in it that is on our list."),
        "listed_domain": _("Your comment names a site that is on our list."),
        "off_site": _("Your comment invites others to go on elsewhere."),
        "mixed_scripts": _(
            "%(words)s words of your comment mix letters of several scripts; at most %(max_mixed_words)s may."
        ),
        "heaped_marks": _("Letters of your comment have more than %(max_marks)s marks on them."),
        "other_script": _(
            "%(percent)s per cent of the letters are of another script than the discussion’s;"
            " at most %(max_other_percent)s may be."
        ),
        "staff_name": _(
            "The name under which you write is like that of the paper or of somebody who works here."
        ),
        "shouting": _(
            "%(percent)s per cent of the letters are capitals; at most %(max_share_percent)s may be."
        ),
        "flood": _(
            "You have sent as many comments as one person may for now. Wait a little and send it again."
        ),
    }


def _excerpts(findings: list[Finding], text: str) -> list[Excerpt]:
    return [
        Excerpt(
            _start_of(text, max(0, finding.start - AROUND), finding.start),
            words,
            _end_of(text, finding.end, finding.end + AROUND),
        )
        for finding in findings
        if (words := told_of(finding).words)
    ][:MOST_EXCERPTS]


def _start_of(text: str, start: int, end: int) -> str:
    return ("…" if start else "") + text[start:end]


def _end_of(text: str, start: int, end: int) -> str:
    return text[start:end] + ("…" if end < len(text) else "")
