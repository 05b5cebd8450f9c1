"""Brings a text into the one form that checks compare, and keeps the way back to the text as written."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from comments.moderation.lookalikes import LOOKALIKES, OWN_LETTERS

READ_AT_MOST = 20_000
"""Characters of a text that are read; `evaluate` holds what is longer, for nobody has read the rest."""

MOST_MARKS = 30
"""Marks on one letter that are read (the stream-safe limit of UAX 15); sorting more takes quadratic time."""

_TATWEEL = "\u0640"
_ZERO_WIDTH_JOINER = "\u200d"
_INVISIBLE = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u3164\uffa0" + _TATWEEL)
_SELECTORS = ((0xFE00, 0xFE0F), (0xE0100, 0xE01EF))
# Marks that only decorate or vocalise. Vowel signs of Indic and Thai scripts are letters and stay.
_DROPPED_MARKS = (
    (0x0300, 0x036F), (0x0483, 0x0489), (0x0591, 0x05C7), (0x0610, 0x061A), (0x064B, 0x065F),
    (0x0670, 0x0670), (0x06D6, 0x06ED), (0x1AB0, 0x1AFF), (0x1DC0, 0x1DFF),
    (0x20D0, 0x20FF), (0xFE20, 0xFE2F),
)  # fmt: skip
_SKIN_TONES = (0x1F3FB, 0x1F3FF)
_HALFWIDTH_SOUND_MARKS = frozenset("\uff9e\uff9f")
_HIDDEN_ASCII = frozenset(char for char in map(chr, range(128)) if not (char.isprintable() or char.isspace()))


@dataclass(frozen=True, slots=True)
class NormalText:
    """A text in normal form: character i stands for `written[starts[i]:ends[i]]`, with all that is on it."""

    text: str
    starts: tuple[int, ...]
    ends: tuple[int, ...]

    def extent(self, start: int, end: int) -> tuple[int, int]:
        """Where the non-empty stretch `text[start:end]` lies in the text as written."""
        return self.starts[start], self.ends[end - 1]


def _within(char: str, ranges: tuple[tuple[int, int], ...]) -> bool:
    return any(first <= ord(char) <= last for first, last in ranges)


@lru_cache(maxsize=4096)
def is_invisible(char: str) -> bool:
    """Whether a character shows nothing: zero-width, bidi control, selector, filler, tatweel, control."""
    if char in _INVISIBLE or _within(char, _SELECTORS):
        return True
    return unicodedata.category(char) in ("Cf", "Cc", "Cs") and not char.isspace()


@lru_cache(maxsize=4096)
def _extends(char: str) -> bool:
    """Whether a character belongs to the one before it."""
    if unicodedata.category(char)[0] == "M" or char in _HALFWIDTH_SOUND_MARKS:
        return True
    return is_invisible(char) or 0x1160 <= ord(char) <= 0x11FF or _within(char, (_SKIN_TONES,))


def _clusters(text: str) -> Iterator[tuple[int, int]]:
    """What a reader takes for one character each: a base with all that is put on it, joined emoji in one."""
    start = 0
    for position, char in enumerate(text):
        if position == start or _extends(char):
            continue
        if text[position - 1] == _ZERO_WIDTH_JOINER and unicodedata.category(char) == "So":
            continue
        yield start, position
        start = position
    if text:
        yield start, len(text)


@lru_cache(maxsize=4096)
def _plain(char: str) -> str:
    """One character of composed, case-folded text as plain letters and figures."""
    if char in OWN_LETTERS:
        return char
    plain = []
    for part in unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", char).casefold()):
        if is_invisible(part) or _within(part, _DROPPED_MARKS):
            continue
        figure = unicodedata.decimal(part, None)
        plain.append(LOOKALIKES.get(part, part) if figure is None else str(figure))
    return "".join(plain)


def _normal_cluster(cluster: str) -> str:
    kept = "".join(char for char in cluster if not is_invisible(char))[: MOST_MARKS + 1]
    composed = unicodedata.normalize("NFC", unicodedata.normalize("NFC", kept).casefold())
    return "".join(_plain(char) for char in composed)


_normal_short_cluster = lru_cache(maxsize=16384)(_normal_cluster)


def normalised(text: str) -> NormalText:
    """The first `READ_AT_MOST` characters in normal form; normalising the result again changes nothing.

    Compatibility forms become plain (NFKD), letters small, accents and vocalisation go (letters of their own
    stay, see `OWN_LETTERS`), hidden characters, tatweel and ZWNJ go, lookalikes and Arabic letter variants
    become one letter, figures of all scripts become 0 to 9. Line breaks and blanks stay, so that spans and
    lines can be told. Plain ASCII is in that form but for its capitals.
    """
    text = text[:READ_AT_MOST]
    if text.isascii() and _HIDDEN_ASCII.isdisjoint(text):
        return NormalText(text.lower(), tuple(range(len(text))), tuple(range(1, len(text) + 1)))
    chars: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    for start, end in _clusters(text):
        cluster = text[start:end]
        normal = _normal_short_cluster(cluster) if end - start <= 4 else _normal_cluster(cluster)
        chars.append(normal)
        starts.extend([start] * len(normal))
        ends.extend([end] * len(normal))
    return NormalText("".join(chars), tuple(starts), tuple(ends))
