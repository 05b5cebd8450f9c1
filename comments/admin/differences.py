"""What a draft of the policy changes, rule by rule and word by word, against the version in force."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from django.conf import settings
from django.utils.translation import get_language_info
from django.utils.translation import gettext as _

from comments.desk.changes import Part, compared
from comments.enums import Effect, Gravity
from comments.moderation.checks import CHECKS
from comments.moderation.policy import PlaceholderError, rule_text
from comments.policy_content import WORDS, DraftCheck, DraftContent, DraftRule, PolicyWords, RuleWords


@dataclass(frozen=True, slots=True)
class WordsChange:
    """A text that reads differently: what it is, in which language, and the runs that lead from one to the other."""

    label: str
    language: str
    direction: str
    parts: Sequence[Part]


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleDifference:
    """A rule that is new, gone or another; `was` is its number before, where that has changed."""

    kind: str
    number: int
    title: str
    was: int | None
    words: list[WordsChange]
    acts: list[str]
    """What changed in its checks and its gravity, in sentences."""


@dataclass(frozen=True, slots=True)
class Difference:
    """All that a version changes: words besides the rules, other sentences, and rules in the new order."""

    words: list[WordsChange]
    others: list[str]
    rules: list[RuleDifference]

    def __bool__(self) -> bool:
        return bool(self.words or self.others or self.rules)


def difference(old: DraftContent, new: DraftContent) -> Difference:
    """What leads from one content to the other. Pure; texts are compared with their figures filled in."""
    before = {rule.key: rule for rule in old.rules}
    after = {rule.key: rule for rule in new.rules}
    there = [_rule(before.get(key), rule, new.language) for key, rule in after.items()]
    gone = [_rule(rule, None, old.language) for key, rule in before.items() if key not in after]
    return Difference(
        list(_policy_words(old, new)), list(_others(old, new)), [one for one in (*there, *gone) if one]
    )


def _policy_words(old: DraftContent, new: DraftContent) -> Iterator[WordsChange]:
    labels = (_("title"), _("introduction"), _("how comments are moderated"), _("what changed"))
    for name, label in zip(WORDS, labels, strict=True):
        # What the version before had changed is not taken back by saying something else.
        earlier = "" if name == "changes" else getattr(old, name)
        yield from _changed(label, new.language, earlier, getattr(new, name))
        for code in sorted({*old.translations, *new.translations}):
            then, now = (one.translations.get(code, PolicyWords()) for one in (old, new))
            earlier = "" if name == "changes" else getattr(then, name)
            yield from _changed(label, code, earlier, getattr(now, name))


def _others(old: DraftContent, new: DraftContent) -> Iterator[str]:
    if old.approved_needed != new.approved_needed:
        told = {"old": old.approved_needed, "new": new.approved_needed}
        yield _("Approved comments before one is published at once: %(new)s, until now %(old)s.") % told
    if old.language != new.language:
        told_of = {"language": dict(settings.LANGUAGES)[new.language]}
        yield _("The original is written in another language: %(language)s.") % told_of


def _rule(old: DraftRule | None, new: DraftRule | None, language: str) -> RuleDifference | None:
    shown = new or old
    assert shown is not None  # noqa: S101 - every key is in one of the two
    was = old.number if old and new and old.number != new.number else None
    words, acts = list(_rule_words(old, new, language)), list(_acts(old, new))
    if old and new and not (words or acts or was):
        return None
    kind = "changed" if old and new else "new" if new else "gone"
    return RuleDifference(kind=kind, number=shown.number, title=shown.title, was=was, words=words, acts=acts)


def _rule_words(old: DraftRule | None, new: DraftRule | None, language: str) -> Iterator[WordsChange]:
    then, now = _in_all_languages(old, language), _in_all_languages(new, language)
    codes = [language, *sorted({*then, *now} - {language})]
    for code in codes:
        before, after = then.get(code, RuleWords("", "")), now.get(code, RuleWords("", ""))
        yield from _changed(_("title"), code, before.title, after.title)
        yield from _changed(_("text"), code, _filled(before.text, old), _filled(after.text, new))


def _in_all_languages(rule: DraftRule | None, language: str) -> Mapping[str, RuleWords]:
    return {**rule.translations, language: RuleWords(rule.title, rule.text)} if rule else {}


def _changed(label: str, code: str, old: str, new: str) -> Iterator[WordsChange]:
    if old != new:
        info = get_language_info(code)
        direction = "rtl" if info["bidi"] else "ltr"
        named = _("%(part)s, %(language)s") % {"part": label, "language": info["name_translated"]}
        yield WordsChange(named, code, direction, list(compared(old, new)))


def _filled(text: str, rule: DraftRule | None) -> str:
    figures = {name: value for each in rule.checks for name, value in each.parameters.items()} if rule else {}
    try:
        return rule_text(text, figures)
    except PlaceholderError:
        return text


def _acts(old: DraftRule | None, new: DraftRule | None) -> Iterator[str]:
    before = {check.name: check for check in old.checks} if old else {}
    after = {check.name: check for check in new.checks} if new else {}
    for name, check in after.items():
        if name not in before:
            yield _("New check: %(check)s, %(effect)s.") % _told(check)
        else:
            yield from _check_changes(before[name], check)
    for name, check in before.items():
        if name not in after:
            yield _("Gone: the check %(check)s.") % _told(check)
    if old and new and old.gravity != new.gravity:
        gravities = {"old": Gravity(old.gravity).label, "new": Gravity(new.gravity).label}
        yield _("Gravity: %(new)s, until now %(old)s.") % gravities


def _check_changes(old: DraftCheck, new: DraftCheck) -> Iterator[str]:
    told = _told(new)
    if old.effect != new.effect:
        yield _("%(check)s: %(effect)s, until now %(old)s.") % {**told, "old": Effect(old.effect).label}
    for name in sorted({*old.parameters, *new.parameters}):
        then, now = old.parameters.get(name, "–"), new.parameters.get(name, "–")
        if then != now:
            yield _("%(check)s: %(figure)s is %(new)s, until now %(old)s.") % {
                **told,
                "figure": name,
                "old": then,
                "new": now,
            }


def _told(check: DraftCheck) -> dict[str, str]:
    spec = CHECKS.get(check.name)
    title = _(spec.title) if spec else check.name
    return {"check": title, "effect": str(Effect(check.effect).label)}
