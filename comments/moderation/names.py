"""Brings names into the form in which two are the same that readers would take for each other."""

from __future__ import annotations

from functools import lru_cache

from comments.moderation.text import normalised
from comments.moderation.words import words

_AS_SEEN = str.maketrans("i1!|035847$@69", "lllloesbatsabg")


@lru_cache(maxsize=4096)
def name_words(name: str) -> tuple[str, ...]:
    """The words of a name as the eye reads them: lookalikes, figures for letters, "rn" for "m" are one."""
    plain = normalised(name).text.translate(_AS_SEEN).replace("rn", "m").replace("vv", "w")
    return tuple(word.key for word in words(plain))


def is_like(name: str, other: str) -> bool:
    """Whether `name` could be taken for `other`: its words in any order, run together, or with more around them.

    A name of one word is like another only if there is nothing more in it: "Mina" is not "Mina from the harbour".
    """
    given, wanted = name_words(name), name_words(other)
    if not wanted or not given:
        return False
    if "".join(given) == "".join(wanted) or sorted(given) == sorted(wanted):
        return True
    rows = (given[place : place + len(wanted)] for place in range(len(given)))
    return len(wanted) > 1 and wanted in rows
