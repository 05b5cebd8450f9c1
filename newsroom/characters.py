"""Which characters a page can show: what goes, what collapses, and what must be closed again."""

import re
import unicodedata

HARD_SPACES = "\xa0\u202f"
SPACES = " " + HARD_SPACES

_NEWLINES = re.compile(r"\r\n?|[\x0b\x0c\x85\u2028\u2029]")
# C0 and C1 except tab and newline, byte order marks, noncharacters.
_CONTROLS = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x9f\ufeff\ufffe\uffff]")
_SURROGATES = re.compile(r"[\ud800-\udfff]")
_OVERRIDES = re.compile(r"[\u202a-\u202e]")
_BIDI = re.compile(r"[\u202a-\u202e\u2066-\u2069]")
_CLOSED_BY = {
    **dict.fromkeys("\u202a\u202b\u202d\u202e", "\u202c"),
    **dict.fromkeys("\u2066\u2067\u2068", "\u2069"),
}
_SPACE = re.compile(r"\s+")
_INVISIBLE = ("Cc", "Cf", "Cn", "Zs", "Zl", "Zp")


def displayable(text: str) -> str:
    """The text with newlines for line ends of any kind, without controls, half surrogates as U+FFFD."""
    return _SURROGATES.sub("\ufffd", _CONTROLS.sub("", _NEWLINES.sub("\n", text)))


def collapsed(text: str) -> str:
    """Runs of white space as one space; a single no-break space between words is typography and stays."""
    return _SPACE.sub(lambda run: run[0] if run[0] in HARD_SPACES else " ", text)


def is_visible(text: str) -> bool:
    """Whether anything in the text leaves a mark on the page (white space and format characters do not)."""
    return any(unicodedata.category(char) not in _INVISIBLE for char in text)


def without_overrides(text: str) -> str:
    """The text without bidi embeddings and overrides; isolates and direction marks stay."""
    return _OVERRIDES.sub("", text)


def balanced(line: str) -> str:
    """The line without bidi controls that are opened and never closed, or closed and never opened."""
    opened: list[int] = []
    dropped: set[int] = set()
    for match in _BIDI.finditer(line):
        at, char = match.start(), match[0]
        if char in _CLOSED_BY:
            opened.append(at)
        elif opened and _CLOSED_BY[line[opened[-1]]] == char:
            opened.pop()
        else:
            dropped.add(at)
    dropped.update(opened)
    return "".join(char for at, char in enumerate(line) if at not in dropped) if dropped else line
