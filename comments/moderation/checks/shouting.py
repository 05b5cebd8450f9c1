"""Says when a comment is written mostly in capital letters."""

from __future__ import annotations

from collections.abc import Iterator

from comments.moderation.checks.spec import CheckSpec, Parameters, ParameterSpec, Told, number, words_found
from comments.moderation.facts import Finding, Submission
from comments.moderation.text import READ_AT_MOST

NAME = "shouting"
SHORTEST_SHOUT = 4  # capitals in a row; less than that is an initialism or the start of a sentence


def shouts(text: str) -> Iterator[tuple[int, int]]:
    """Each stretch from a capital to the last capital before the next small letter."""
    start, end, capitals = 0, 0, 0
    for position, char in enumerate(text):
        if char.isupper():
            start = position if capitals == 0 else start
            end, capitals = position + 1, capitals + 1
        elif char.islower():
            if capitals >= SHORTEST_SHOUT:
                yield start, end
            capitals = 0
    if capitals >= SHORTEST_SHOUT:
        yield start, end


def check(submission: Submission, parameters: Parameters) -> list[Finding]:
    """`shouting` for each stretch of capitals, where they are over `max_share_percent` of the letters.

    Texts of less than `min_letters` letters are let be. Only letters of scripts that have capitals count, so
    Arabic, Persian or Chinese is never shouted.
    """
    most, enough = number(parameters, "max_share_percent"), number(parameters, "min_letters")
    text = submission.text[:READ_AT_MOST]
    upper = sum(1 for char in text if char.isupper())
    letters = upper + sum(1 for char in text if char.islower())
    if letters < max(enough, 1) or upper * 100 <= most * letters:
        return []
    details = {"percent": upper * 100 // letters, "max_share_percent": most}
    spans = list(shouts(text)) or [(0, len(text))]
    return [words_found(submission, NAME, "shouting", span, details) for span in spans]


SPEC = CheckSpec(
    name=NAME,
    title="Shouting",
    explanation=("Counts capitals among the letters of scripts that have them."),
    parameters=(
        ParameterSpec(
            name="max_share_percent",
            label="Most capital letters, in percent",
            minimum=1,
            maximum=99,
            default=60,
        ),
        ParameterSpec(
            name="min_letters", label="Only from this many letters on", minimum=4, maximum=1_000, default=20
        ),
    ),
    told=Told.WORDS,
    run=check,
)
