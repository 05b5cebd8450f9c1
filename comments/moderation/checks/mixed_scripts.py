"""Finds words with letters of several scripts, and letters under heaps of marks."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

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
from comments.moderation.scripts import may_stand_together, script_of
from comments.moderation.text import READ_AT_MOST, is_invisible
from comments.moderation.words import is_mark

NAME = "mixed_scripts"
SHORTEST = 4  # letters; shorter ones are units and symbols, as "kΩ" and "μSv"


def mixed_words(text: str) -> Iterator[tuple[int, int]]:
    """Words of `SHORTEST` letters or more whose scripts no one language writes together."""
    start, end, letters, scripts = 0, 0, 0, set[str]()
    for place, char in enumerate(f"{text} "):
        if script := script_of(char):
            start, end, letters = place if letters == 0 else start, place + 1, letters + 1
            scripts.add(script)
        elif letters and not (char.isalpha() or char.isspace()) and (is_invisible(char) or is_mark(char)):
            end = place + 1
        elif letters:
            if letters >= SHORTEST and not may_stand_together(frozenset(scripts)):
                yield start, end
            letters, scripts = 0, set()


def heaps(text: str, most: int) -> Iterator[tuple[int, int]]:
    """Letters with more than `most` marks above, below or through them, each with its marks."""
    base, marks, end = 0, 0, 0
    for place, char in enumerate(text):
        if unicodedata.category(char) in ("Mn", "Me"):
            marks, end = marks + 1, place + 1
        elif not is_invisible(char):
            if marks > most:
                yield base, end
            base, marks = place, 0
    if marks > most:
        yield base, end


def check(submission: Submission, parameters: Parameters) -> list[Finding]:
    """`mixed_scripts` for each such word beyond `max_mixed_words`; `heaped_marks` beyond `max_marks` on a letter."""
    most_words, most_marks = number(parameters, "max_mixed_words"), number(parameters, "max_marks")
    text = submission.text[:READ_AT_MOST]
    mixed = list(mixed_words(text))
    details = {"words": len(mixed), "max_mixed_words": most_words}
    found = [words_found(submission, NAME, "mixed_scripts", span, details) for span in mixed[most_words:]]
    for span in heaps(text, most_marks):
        found.append(words_found(submission, NAME, "heaped_marks", span, {"max_marks": most_marks}))
        if len(found) > MOST_FINDINGS:
            break
    return sorted(found, key=lambda finding: finding.start)


SPEC = CheckSpec(
    name=NAME,
    title="Mixed scripts and heaped marks",
    explanation=(
        "Finds words with letters of several scripts, as when Cyrillic letters stand for Latin ones, and letters"
        " under heaps of accents. Words of up to three letters, and what Chinese, Japanese and Korean mix, count not."
    ),
    parameters=(
        ParameterSpec(
            name="max_mixed_words", label="Most words of mixed script", minimum=0, maximum=100, default=1
        ),
        ParameterSpec(name="max_marks", label="Most marks on a letter", minimum=3, maximum=20, default=4),
    ),
    told=Told.WORDS,
    run=check,
)
