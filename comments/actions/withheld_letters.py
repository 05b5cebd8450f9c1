"""Mails that have not left yet say what they have to say without the words that are withheld."""

from typing import Any

from django.template.loader import render_to_string
from django.utils import translation

from newsroom.withholding.words import withheld_name, withheld_words

FREE = frozenset({"body", "note", "reasons", "why"})
"""Facts that people wrote."""
STATEMENTS = {"statement": "emails/_statement.txt", "sanction": "emails/_sanction.txt"}
"""The templates that carry a statement of reasons, which is made of the other facts."""


def facts_without_words(facts: dict[str, Any], *, with_name: bool) -> dict[str, Any]:
    """The facts of a letter with nothing in them that anybody wrote: rule, law, terms and addresses stay. Pure."""
    if not facts:
        return facts
    language = facts["language"]
    left: dict[str, Any] = _without(facts, withheld_words(language))
    if with_name and left.get("name"):
        left["name"] = withheld_name(language)
    if left["template"] in STATEMENTS and left != facts:
        with translation.override(language):
            left["statement"] = render_to_string(STATEMENTS[left["template"]], left).strip()
    return left


def _without(part: Any, sentence: str) -> Any:
    if isinstance(part, list):
        return [_without(one, sentence) for one in part]
    if not isinstance(part, dict):
        return part
    return {name: _of_fact(name, value, sentence) for name, value in part.items()}


def _of_fact(name: str, value: Any, sentence: str) -> Any:
    if name == "words":
        return []
    if name in FREE:
        return sentence if value else value
    return _without(value, sentence)
