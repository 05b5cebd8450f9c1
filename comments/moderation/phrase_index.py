"""A phrase list made ready for matching: each step looks up one word, however long the list is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from comments.moderation.domain_names import DomainTree, domain_labels
from comments.moderation.facts import PhraseEntry, PhraseFacts
from comments.moderation.text import normalised
from comments.moderation.words import Word, symbols, words

_STRETCHED = 3  # from here on a repeated letter counts as stretched, as in "sooo"
_ZWNJ = "\u200c"


@dataclass(frozen=True, slots=True)
class Match:
    """An entry found at words `first` to `last` (included) of a reading."""

    entry: PhraseEntry
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class _Ending:
    entry: PhraseEntry
    words: tuple[Word, ...]


@dataclass(slots=True)
class _Node:
    next: dict[str, _Node] = field(default_factory=dict)
    whole: dict[str, list[_Ending]] = field(default_factory=dict)
    stems: dict[str, list[_Ending]] = field(default_factory=dict)
    stem_lengths: set[int] = field(default_factory=set)

    def endings(self, key: str) -> Iterator[_Ending]:
        """Entries whose last word may be `key`: whole, or a stem of it."""
        yield from self.whole.get(key, ())
        for length in self.stem_lengths:
            if length <= len(key):
                yield from self.stems.get(key[:length], ())


def _same_letters(written: Word, listed: Word, *, stem: bool) -> bool:
    """Whether doubled letters agree: as often as listed, or stretched; the end of a stem may go on."""
    pairs = list(zip(written.runs, listed.runs, strict=False))
    if stem and pairs and pairs[-1][0] > pairs[-1][1]:
        pairs.pop()
    return all(here == there or here >= max(_STRETCHED, there) for here, there in pairs)


def _fits(ending: _Ending, written: Sequence[Word]) -> bool:
    last = len(written) - 1
    return all(
        _same_letters(here, there, stem=ending.entry.kind == "stem" and place == last)
        for place, (here, there) in enumerate(zip(written, ending.words, strict=True))
    )


class PhraseIndex:
    """The entries of one revision as a tree of words; `domains` are those that are domain names."""

    def __init__(self, phrases: PhraseFacts) -> None:
        self.name, self.revision = phrases.name, phrases.revision
        read = ((domain_labels(entry.text), entry) for entry in phrases.entries if "." in entry.text)
        self.domains = DomainTree((labels, entry) for labels, entry in read if labels)
        self._root = _Node()
        for entry in phrases.entries:
            for variant in _variants(entry.text):
                self._add(_Ending(entry, variant))

    def _add(self, ending: _Ending) -> None:
        node = self._root
        *before, last = ending.words
        for word in before:
            node = node.next.setdefault(word.key, _Node())
        if ending.entry.kind == "stem":
            node.stems.setdefault(last.key, []).append(ending)
            node.stem_lengths.add(len(last.key))
        else:
            node.whole.setdefault(last.key, []).append(ending)

    def _longest_at(self, reading: Sequence[Word], first: int) -> Match | None:
        node, longest = self._root, None
        for last in range(first, len(reading)):
            key = reading[last].key
            for ending in node.endings(key):
                if _fits(ending, reading[first : last + 1]):
                    longest = Match(ending.entry, first, last)
                    break
            if key not in node.next:
                break
            node = node.next[key]
        return longest

    def matches(self, reading: Sequence[Word]) -> Iterator[Match]:
        """The longest entry at each word, without overlaps; at most words times longest entry steps."""
        place = 0
        while place < len(reading):
            match = self._longest_at(reading, place)
            if match is not None:
                yield match
                place = match.last
            place += 1


def _entry_words(text: str) -> tuple[Word, ...]:
    normal = normalised(text).text
    return tuple(words(normal) or symbols(normal))


def _is_arabic(text: str) -> bool:
    return any("\u0600" <= char <= "\u06ff" for char in text)


def _variants(text: str) -> set[tuple[Word, ...]]:
    """The ways one entry is written: with ZWNJ, blank, or (in Arabic script) nothing between its parts."""
    spellings = {text, text.replace(_ZWNJ, " ")}
    if "ı" in text:
        # Its capital is that of "i", too: in capitals nothing tells the two apart.
        spellings.add(text.upper())
    if _is_arabic(text):
        spellings.add("".join(text.split()))
    return {found for found in map(_entry_words, spellings) if found}


def can_match(text: str) -> bool:
    """Whether an entry with this text could ever match: it has a word or a symbol."""
    return bool(_entry_words(text))


@lru_cache(maxsize=64)
def index_of(phrases: PhraseFacts) -> PhraseIndex:
    """The index of a list, made once for each revision in a process."""
    return PhraseIndex(phrases)
