"""Reads domain names, written out or disguised, from a text, and from the entries of a list."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator
from typing import Generic, NamedTuple, TypeVar

from comments.moderation.text import normalised

Entry = TypeVar("Entry")
MOST_LABELS = 6
LONGEST_LABEL = 63  # RFC 1035
_DOTS = frozenset(".。")
_AROUND_A_DOT = " \t\r\n()[]{}<>*_'\"|"
_DOT_IN_WORDS = {
    normalised(word).text
    for word in (
        "dot",
        "punkt",
        "punto",
        "ponto",
        "point",
        "punt",
        "nokta",
        "точка",
        "نقطه",
        "نقطة",
        "دات",
        "دوت",
    )
}
LONGEST_DOT = max(map(len, _DOT_IN_WORDS))
# What may stand before the ending of a country: "example.com.au" is not a name under "example.com".
_BEFORE_A_COUNTRY = frozenset({"com", "co", "org", "net", "edu", "gov", "ac"})


class Label(NamedTuple):
    """One label at `start:end` of a normal text; `joint` is what joins it to the next: "", "." or " . "."""

    text: str
    start: int
    end: int
    joint: str


def _decoded(label: str) -> str:
    """A label as people read it: punycode as its letters, in normal form."""
    label = label.strip("-")
    if not label.startswith("xn--") or len(label) > LONGEST_LABEL:
        return label
    try:
        return normalised(label[4:].encode("ascii").decode("punycode")).text
    except UnicodeError:
        return label


def _joint(gap: str) -> str:
    """What a gap between two labels is: a dot, a dot with blanks or brackets around, or nothing of the kind."""
    if gap in _DOTS:
        return "."
    return " . " if len(gap) <= 12 and gap.strip(_AROUND_A_DOT) in _DOTS else ""


def _is_blank(gap: str) -> bool:
    return 0 < len(gap) <= 12 and not gap.strip(_AROUND_A_DOT)


def _spans(text: str) -> list[tuple[int, int]]:
    """Where letters, figures, marks and hyphens stand together, from a letter or figure on."""
    found, start = [], -1
    for place, char in enumerate(text):
        if char.isalnum():
            start = place if start < 0 else start
        elif start >= 0 and char != "-" and (char <= "\u02ff" or unicodedata.category(char)[0] != "M"):
            found.append((start, place))
            start = -1
    return [*found, (start, len(text))] if start >= 0 else found


def labels(text: str) -> list[Label]:
    """The words of a normal text as labels of domain names, "dot" in words being a dot. Linear: each is seen once."""
    spans = _spans(text)
    found: list[Label] = []
    place, beyond = 0, (len(text), len(text))
    while place < len(spans):
        (start, end), (dot_start, dot_end) = (
            spans[place],
            spans[place + 1] if place + 1 < len(spans) else beyond,
        )
        gap, step = text[end:dot_start], 1
        joint = "" if gap == " " else _joint(gap)
        if (
            place + 2 < len(spans)
            and dot_end - dot_start <= LONGEST_DOT
            and text[dot_start:dot_end] in _DOT_IN_WORDS
        ):
            next_start = spans[place + 2][0]
            if _is_blank(gap) and _is_blank(text[dot_end:next_start]):
                joint, step = " . ", 2
        found.append(Label(_decoded(text[start:end]), start, end, joint))
        place += step
    return found


class DomainTree(Generic[Entry]):
    """Domains by their labels, first to last: each label of a text is looked up once for each domain it may begin."""

    def __init__(self, domains: Iterable[tuple[tuple[str, ...], Entry]]) -> None:
        self._root: _Node[Entry] = _Node()
        for parts, entry in domains:
            node = self._root
            for part in parts:
                node = node.next.setdefault(part, _Node())
            node.entry = entry

    def found_in(self, text: str) -> Iterator[tuple[Entry, int, int]]:
        """The longest domain that begins at each label of a normal text, with its place; names under it too."""
        row = labels(text)
        for first, label in enumerate(row):
            node, last, longest = self._root.next.get(label.text), first, None
            while node is not None:
                if node.entry is not None and not _goes_on(row, last):
                    longest = node.entry, label.start, row[last].end
                if not row[last].joint or last + 1 == len(row):
                    break
                last += 1
                node = node.next.get(row[last].text)
            if longest is not None:
                yield longest


class _Node(Generic[Entry]):
    def __init__(self) -> None:
        self.next: dict[str, _Node[Entry]] = {}
        self.entry: Entry | None = None


def _goes_on(row: list[Label], place: int) -> bool:
    """Whether the name that seems to end here is only the beginning of one under a country."""
    label = row[place]
    if label.joint != "." or label.text not in _BEFORE_A_COUNTRY or place + 1 >= len(row):
        return False
    return len(row[place + 1].text) == 2


def domain_labels(entry: str) -> tuple[str, ...]:
    """The labels of a list's entry that is a domain name, with or without scheme, "www." and path; else ()."""
    written = normalised(entry.strip()).text
    host = written.partition("://")[2] or written
    host = host.split("/")[0].removeprefix("*.").removeprefix("www.").rstrip(".")
    parts = tuple(_decoded(part) for part in host.replace("。", ".").split("."))
    whole = all(_spans(part) == [(0, len(part))] for part in parts)
    return parts if whole and 2 <= len(parts) <= MOST_LABELS else ()
