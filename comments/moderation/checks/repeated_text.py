"""Says when a comment repeats a character, a word, a line, or one of its author's comments of late."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from comments.moderation.checks.spec import (
    MOST_FINDINGS,
    CheckSpec,
    Parameters,
    ParameterSpec,
    Told,
    number,
    words_found,
)
from comments.moderation.facts import Finding, Submission
from comments.moderation.words import words

NAME = "repeated_text"
FACT = "repeated_text"
LONG_ENOUGH = 20  # letters and figures; "Thank you!" may be said twice

Span = tuple[int, int]


def _runs(items: list[tuple[str, int, int]], most: int) -> Iterator[Span]:
    """Spans over which one item stands more than `most` times in a row."""
    first = 0
    for place in range(1, len(items) + 1):
        if place < len(items) and items[place][0] == items[first][0]:
            continue
        if place - first > most:
            yield items[first][1], items[place - 1][2]
        first = place


def characters(text: str, most: int) -> Iterator[Span]:
    """Runs of one character; blanks, and figures (as in a large sum), do not count."""
    for start, end in _runs([(char, place, place + 1) for place, char in enumerate(text)], most):
        if not (text[start].isspace() or text[start].isdecimal()):
            yield start, end


def repeated_words(text: str, most: int) -> Iterator[Span]:
    """Runs of one word, whatever stands between."""
    items = [(word.key, word.start, word.end) for word in words(text)]
    yield from _runs(items, most)


def lines(text: str, most: int) -> Iterator[Span]:
    """Each line that stands in the text for more than the `most`th time."""
    seen: dict[str, int] = {}
    start = 0
    for line in text.splitlines(keepends=True):
        content = line.strip()
        if any(char.isalnum() for char in content):
            seen[content] = seen.get(content, 0) + 1
            if seen[content] > most:
                place = start + line.index(content)
                yield place, place + len(content)
        start += len(line)


def check(submission: Submission, parameters: Parameters) -> list[Finding]:
    """`repeated_text`; `details["what"]` is character, word, line, or comment (which quotes no words)."""
    most, normal = number(parameters, "max_run"), submission.normal
    found = []
    for what, find in (("character", characters), ("word", repeated_words), ("line", lines)):
        details: dict[str, str | int] = {"what": what, "max_run": most}
        for start, end in islice(find(normal.text, most), MOST_FINDINGS):
            found.append(words_found(submission, NAME, FACT, normal.extent(start, end), details))
    long_enough = sum(1 for char in normal.text if char.isalnum()) >= LONG_ENOUGH
    if long_enough and submission.fingerprint in {recent.fingerprint for recent in submission.recent}:
        found.append(Finding(check=NAME, fact=FACT, details={"what": "comment"}))
    return found


SPEC = CheckSpec(
    name=NAME,
    title="Repeated text",
    explanation=(
        "Finds characters, words and lines that are repeated, and the author’s own comments sent again."
    ),
    parameters=(
        ParameterSpec(
            name="max_run",
            label="Same character or word in a row, or same line, at most",
            minimum=2,
            maximum=1_000,
            default=8,
        ),
    ),
    told=Told.WORDS,
    run=check,
)
