"""How plain text stands on the page: lines into paragraphs, and what prose looks like."""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise

from newsroom.characters import SPACES, collapsed, displayable, is_visible

_INDENT = re.compile(r"[ \t\xa0\u3000]{2,}(?=\S)")
_SENTENCE_END = re.compile(r"[.!?…。！？؟۔।][\"'”’»)\]]*\Z")
_LONG_LINE = 100


@dataclass(frozen=True)
class Block:
    """What stands between two blank lines, on one line and trimmed; ``indented`` if its first line is."""

    text: str
    indented: bool = False

    @property
    def is_prose(self) -> bool:
        """A sentence or more: ends like one, or is too long for a title (not all scripts end sentences)."""
        words = len(self.text.split())
        if words >= 30 or len(self.text) >= 200:
            return True
        return ends_sentence(self.text) and (words >= 8 or (words < 4 and len(self.text) >= 25))


def ends_sentence(text: str) -> bool:
    return bool(_SENTENCE_END.search(text))


def blocks_of(
    text: str, stands_alone: Callable[[str], bool], begins: Callable[[str], bool]
) -> tuple[Block, ...]:
    """The text's paragraphs, without white space around them.

    Blank lines part them, and first-line indents where there are any. A line for which ``stands_alone``
    is a paragraph of its own; one for which ``begins`` starts the next.
    """
    lines = displayable(text.replace("\f", "\n")).split("\n")
    indents = _starts(lines)
    return tuple(
        _joined(run) for run in _runs(lines, stands_alone, lambda line: indents(line) or begins(line))
    )


def _starts(lines: list[str]) -> Callable[[str], bool]:
    """Which lines start a paragraph in this document, besides those after a blank one."""
    shown = [bool(_INDENT.match(line)) for line in lines if is_visible(line)]
    hanging = any(here and not after for here, after in pairwise(shown))
    if hanging and sum(shown) > 1:
        return lambda line: bool(_INDENT.match(line))
    if len(shown) == len("\n".join(lines).strip().split("\n")) and any(
        len(line) > _LONG_LINE for line in lines
    ):
        return lambda line: True
    return lambda line: False


def _runs(
    lines: Iterable[str], stands_alone: Callable[[str], bool], starts: Callable[[str], bool]
) -> Iterator[list[str]]:
    run: list[str] = []
    for line in lines:
        visible = is_visible(line)
        alone = visible and stands_alone(_trimmed(line))
        if run and (alone or not visible or starts(line)):
            yield run
            run = []
        if alone:
            yield [line]
        elif visible:
            run.append(line)
    if run:
        yield run


def _joined(lines: list[str]) -> Block:
    return Block(" ".join(map(_trimmed, lines)), bool(_INDENT.match(lines[0])))


def _trimmed(line: str) -> str:
    return collapsed(line).strip(SPACES)
