"""Reads words out of a normal text, as written and as a reader would decipher them."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

from comments.moderation.lookalikes import LEET_AS_I, LEET_AS_L
from comments.moderation.text import normalised

# Scripts written without blanks: each character is a word of its own. Katakana is not among them: a word in it
# ends where the script does.
_UNSPACED = (
    (0x0E00, 0x0EFF), (0x1000, 0x109F), (0x1780, 0x17FF), (0x3040, 0x309F), (0x3400, 0x9FFF),
    (0x20000, 0x3FFFF),
)  # fmt: skip
_NEVER_LAST = "!"
_SHORT = 32


class Word(NamedTuple):
    """A word at `start:end` of the normal text: runs of one letter written once, and how long each was."""

    key: str
    runs: tuple[int, ...]
    start: int
    end: int


@lru_cache(maxsize=8192)
def is_mark(char: str) -> bool:
    """Whether a character is put on the one before it."""
    return unicodedata.category(char)[0] == "M"


@lru_cache(maxsize=8192)
def _stands_alone(char: str) -> bool:
    """Whether a character is a word by itself: of a script without blanks."""
    return any(first <= ord(char) <= last for first, last in _UNSPACED) and not is_mark(char)


def _word(letters: str, start: int, end: int) -> Word:
    squeezed = _squeezed_short(letters) if len(letters) <= _SHORT else _squeezed(letters)
    return Word(*squeezed, start, end)


def _squeezed(letters: str) -> tuple[str, tuple[int, ...]]:
    key: list[str] = []
    runs: list[int] = []
    for letter in letters:
        if key and key[-1] == letter and not letter.isdecimal():
            runs[-1] += 1
        else:
            key.append(letter)
            runs.append(1)
    return "".join(key), tuple(runs)


_squeezed_short = lru_cache(maxsize=8192)(_squeezed)


@lru_cache
def _ascii_runs(signs: str) -> re.Pattern[str]:
    return re.compile(f"[0-9A-Za-z{re.escape(signs)}]+")


def _spans(text: str, signs: str) -> Iterator[tuple[int, int]]:
    """Where the words are: letters, figures, the marks on them, and the given signs."""
    if text.isascii():  # which has no marks, and no script without blanks
        yield from (run.span() for run in _ascii_runs(signs).finditer(text))
        return
    start = None
    for position, char in enumerate(text):
        if start is not None and is_mark(char):
            continue
        inside = char.isalnum() or char in signs
        if start is not None and (not inside or _stands_alone(char) or _stands_alone(text[start])):
            yield start, position
            start = None
        if inside and start is None:
            start = position
    if start is not None:
        yield start, len(text)


@lru_cache(maxsize=4)  # one text is asked for by check after check
def words(text: str) -> tuple[Word, ...]:
    """The words of a normal text as they stand."""
    return tuple(_word(text[start:end], start, end) for start, end in _spans(text, ""))


def symbols(text: str) -> list[Word]:
    """The emoji and other symbols of a normal text, each as a word."""
    if text.isascii():
        return []
    places = (place for place, char in enumerate(text) if unicodedata.category(char) == "So")
    return [Word(text[place], (1,), place, place + 1) for place in places]


def _deciphered(text: str, letters: Mapping[str, str]) -> list[Word]:
    """The words with figures and signs read as letters: "4n4l5" is a word, the numbers "A55" and "T175" are none.

    Nothing where that changes no word, for then the text has been read so already.
    """
    if letters.keys().isdisjoint(text):
        return []
    read: list[tuple[str, int]] = []
    changed = False
    for start, untrimmed in _spans(text, "@$!|"):
        raw = text[start:untrimmed].rstrip(_NEVER_LAST)
        if not (raw.isalpha() or raw.isdecimal()) and _is_word(raw):
            raw, changed = "".join(letters.get(char, char) for char in raw), True
        if raw:
            read.append((raw, start))
    return [_word(raw, start, start + len(raw)) for raw, start in read] if changed else []


def _is_word(raw: str) -> bool:
    """Whether figures are not the most of it: at most half, from four characters on at most two thirds."""
    alphas, figures = sum(map(str.isalpha, raw)), sum(map(str.isdecimal, raw))
    return alphas > 0 and (2 if len(raw) >= 4 else 1) * alphas >= figures


def _spelt_out(text: str, single: Sequence[Word]) -> list[Word]:
    """Words written letter by letter with one or two characters between, as in "w o r d" or "w.o.r.d"."""
    found: list[Word] = []
    row: list[Word] = []
    for word in [*single, Word("", (), len(text) + 9, len(text) + 9)]:
        letter = word.end - word.start == 1 and word.key.isalpha() and not _stands_alone(word.key[0])
        if row and not (letter and 1 <= word.start - row[-1].end <= 2):
            if len(row) >= 3:
                found.append(_word("".join(part.key for part in row), row[0].start, row[-1].end))
            row = []
        if letter:
            row.append(word)
    return found


def readings(text: str) -> list[Sequence[Word]]:
    """Each way to read a normal text: as it stands, spelt out, its symbols alone, and deciphered."""
    plain = words(text)
    found: list[Sequence[Word]] = [
        plain,
        _spelt_out(text, plain),
        symbols(text),
        _deciphered(text, LEET_AS_I),
    ]
    if found[-1] and ("1" in text or "|" in text):
        found.append(_deciphered(text, LEET_AS_L))
    return [reading for reading in found if reading]


def fingerprint(text: str) -> str:
    """SHA-256, in hex, of the words: the same for texts that differ in case, blanks, signs or disguise.

    A text without words has the fingerprint of its visible characters.
    """
    normal = normalised(text).text
    content = " ".join(word.key for word in words(normal)) or "".join(normal.split())
    return hashlib.sha256(content.encode()).hexdigest()
