"""Puts the numbers of the checks into the texts of the rules: `{name}` and nothing else is replaced."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

_NAME = frozenset("abcdefghijklmnopqrstuvwxyz0123456789_")


class PlaceholderError(ValueError):
    """A rule's text has a brace where none can stand; the message is a sentence that says which."""


def _pieces(text: str) -> Iterator[tuple[str, str | None]]:
    """Pairs of literal text and the name after it; None where the text ends or a brace was escaped."""
    place, literal = 0, 0
    while place < len(text):
        if text[place] not in "{}":
            place += 1
        elif text[place : place + 2] in ("{{", "}}"):
            yield text[literal : place + 1], None
            place = literal = place + 2
        elif text[place] == "}":
            raise PlaceholderError(f"the text has a “}}” without a “{{” before it, at character {place + 1}.")
        else:
            end = text.find("}", place)
            name = text[place + 1 : end] if end > 0 else ""
            if not name or not _NAME.issuperset(name):
                raise PlaceholderError(
                    f"the “{{” at character {place + 1} does not begin a name such as {{max_links}}."
                )
            yield text[literal:place], name
            place = literal = end + 1
    yield text[literal:], None


def names(text: str) -> set[str]:
    """The names that a text has in braces; PlaceholderError where the braces are wrong."""
    return {name for _, name in _pieces(text) if name is not None}


def rule_text(text: str, parameters: Mapping[str, int | str]) -> str:
    """The text with every `{name}` replaced by its parameter, `{{` and `}}` by single braces.

    Nothing but a plain name is looked up, once: values are never read as placeholders themselves.
    PlaceholderError (a ValueError) where the braces are wrong or a name has no parameter; a posted policy has
    no such text.
    """
    filled = []
    for literal, name in _pieces(text):
        filled.append(literal)
        if name is not None and name not in parameters:
            raise PlaceholderError(f"the text names {{{name}}}, which is not set.")
        if name is not None:
            filled.append(str(parameters[name]))
    return "".join(filled)
