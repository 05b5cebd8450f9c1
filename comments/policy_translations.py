"""How far a policy is translated, what of that may be out of date, and what keeps a translation from being posted."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.conf import settings
from django.utils.translation import gettext as _

from comments.moderation.placeholders import PlaceholderError, names
from comments.policy_content import WORDS, DraftContent, DraftRule, PolicyWords, RuleWords, other_languages


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a policy is in one language: what is missing, and what has not followed its original."""

    language: str
    name: str
    missing: list[str]
    outdated: list[str]
    is_begun: bool

    @property
    def is_complete(self) -> bool:
        return not self.missing


def progress_of(content: DraftContent, before: DraftContent | None) -> list[Progress]:
    """The state of each language into which the policy can be translated. Pure.

    A part may be out of date where its original reads differently from `before` and its translation does not.
    """
    return [_progress(content, before, code, name) for code, name in other_languages(content.language)]


def _progress(content: DraftContent, before: DraftContent | None, code: str, name: str) -> Progress:
    words = content.translations.get(code, PolicyWords())
    missing = [label for part, label in _labels() if getattr(content, part) and not getattr(words, part)]
    of_rules = {rule.number: rule.translations.get(code) for rule in content.rules}
    missing += [_rule(number) for number, one in sorted(of_rules.items()) if one is None]
    is_begun = words != PolicyWords() or any(of_rules.values())
    outdated = _outdated(content, before, code) if before and is_begun else []
    return Progress(code, name, missing, outdated, is_begun)


def _outdated(content: DraftContent, before: DraftContent, code: str) -> list[str]:
    now, then = (one.translations.get(code, PolicyWords()) for one in (content, before))
    parts = [
        label
        for part, label in _labels()
        if getattr(content, part) != getattr(before, part)
        and getattr(now, part)
        and getattr(now, part) == getattr(then, part)
    ]
    earlier = {rule.key: rule for rule in before.rules}
    rules = [_rule(rule.number) for rule in content.rules if _is_outdated(rule, earlier.get(rule.key), code)]
    return [*parts, *rules]


def _is_outdated(rule: DraftRule, before: DraftRule | None, code: str) -> bool:
    if before is None or code not in rule.translations:
        return False
    reads_differently = (rule.title, rule.text) != (before.title, before.text)
    return reads_differently and rule.translations[code] == before.translations.get(code)


def problems_of_translations(content: DraftContent) -> list[str]:
    """A sentence for each thing that keeps the translations from being posted. Pure.

    What is not translated at all stands in the original and is no problem; what is begun must be whole, and a rule
    must name the figures that its original names.
    """
    languages = other_languages(content.language)
    return [sentence for code, name in languages for sentence in _problems(content, code, name)]


def _problems(content: DraftContent, code: str, name: str) -> Iterator[str]:
    words = content.translations.get(code)
    for part, label in _labels() if words else ():
        if bool(getattr(content, part).strip()) != bool(getattr(words, part).strip()):
            told = {"language": name, "part": label}
            if getattr(words, part).strip():
                yield _("%(language)s: there is no original of this part: %(part)s.") % told
            else:
                yield _("%(language)s: a part is missing: %(part)s.") % told
    for rule in content.rules:
        if (one := rule.translations.get(code)) is not None:
            yield from _problems_of_rule(rule, one, name)


def problems_of_translated_rule(rule: DraftRule) -> list[str]:
    """The sentences about one rule, in whatever language, to stand beside it. Pure."""
    named = [(str(name), rule.translations.get(code)) for code, name in settings.LANGUAGES]
    return [one for name, words in named if words for one in _problems_of_rule(rule, words, name)]


def _problems_of_rule(rule: DraftRule, words: RuleWords, language: str) -> Iterator[str]:
    told = {"language": language, "number": rule.number}
    if not words.title.strip():
        yield _("%(language)s, rule %(number)s: the title is missing.") % told
    if not words.text.strip():
        yield _("%(language)s, rule %(number)s: the text is missing.") % told
        return
    try:
        wanted, named = names(rule.text), names(words.text)
    except PlaceholderError as error:
        yield _("%(language)s, rule %(number)s: %(error)s") % {**told, "error": error}
        return
    for name in sorted(wanted - named):
        told["figure"] = f"{{{name}}}"
        yield _("%(language)s, rule %(number)s: the text must name %(figure)s, as the original does.") % told
    for name in sorted(named - wanted):
        told["figure"] = f"{{{name}}}"
        yield _("%(language)s, rule %(number)s: the original does not name %(figure)s.") % told


def _labels() -> list[tuple[str, str]]:
    labels = (_("title"), _("introduction"), _("how comments are moderated"), _("what changed"))
    return list(zip(WORDS, labels, strict=True))


def _rule(number: int) -> str:
    return _("rule %(number)d") % {"number": number}
