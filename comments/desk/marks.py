"""Cuts a comment's text at its findings, so that a page can mark the caught words without ever building HTML."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Protocol


class Caught(Protocol):
    """A finding as far as marking needs it: `text[start:end]` under the rule with this number."""

    @property
    def start(self) -> int: ...

    @property
    def end(self) -> int: ...

    @property
    def number(self) -> int: ...


@dataclass(frozen=True, slots=True)
class Span:
    """Words from `start` to before `end`, caught under rule `number`."""

    start: int
    end: int
    number: int


@dataclass(frozen=True, slots=True)
class Segment:
    """A run of text under the same rules; `closing` are the rules whose words end with it, to be named after it."""

    text: str
    rules: tuple[int, ...] = ()
    closing: tuple[int, ...] = ()


def marked(text: str, findings: Sequence[Caught]) -> list[Segment]:
    """The text in segments that join to exactly the text again; spans may overlap, nest and touch.

    A span that is empty or reaches beyond the text marks what there is of it. Pure; one pass over the sorted spans.
    """
    spans = [span for span in (_within(text, finding) for finding in findings) if span.start < span.end]
    opening, closing = defaultdict(list), defaultdict(list)
    for span in spans:
        opening[span.start].append(span.number)
        closing[span.end].append(span.number)
    cuts = sorted({0, len(text), *opening, *closing})
    over: Counter[int] = Counter()
    segments = []
    for start, end in pairwise(cuts):
        over.subtract(closing[start])
        over.update(opening[start])
        rules = tuple(sorted(number for number, times in over.items() if times > 0))
        segments.append(Segment(text[start:end], rules, tuple(sorted(set(closing[end])))))
    return segments


def _within(text: str, finding: Caught) -> Span:
    return Span(min(finding.start, len(text)), min(finding.end, len(text)), finding.number)
