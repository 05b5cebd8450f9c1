"""Says when a comment is written mostly in another script than its discussion's language has."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from comments.moderation.checks.spec import (
    CheckSpec,
    Parameters,
    ParameterSpec,
    Told,
    number,
    words_found,
)
from comments.moderation.facts import Finding, Submission
from comments.moderation.scripts import script_of, scripts_of_language
from comments.moderation.text import READ_AT_MOST

NAME = "other_script"


def stretches(letters: Iterable[tuple[int, bool]]) -> Iterator[tuple[int, int]]:
    """From the first to the last place of each row of letters that are of another script."""
    start = last = None
    for place, is_other in letters:
        if is_other:
            start, last = place if start is None else start, place
        elif start is not None and last is not None:
            yield start, last + 1
            start = None
    if start is not None and last is not None:
        yield start, last + 1


def check(submission: Submission, parameters: Parameters) -> list[Finding]:
    """`other_script` for each stretch, where over `max_other_percent` of the letters are of other scripts.

    Nothing in texts of less than `min_letters` letters, or where the language's script is not known here.
    """
    most, enough = number(parameters, "max_other_percent"), number(parameters, "min_letters")
    expected, text = scripts_of_language(submission.language), submission.text[:READ_AT_MOST]
    scripts = [(place, script) for place, char in enumerate(text) if (script := script_of(char))]
    letters = [(place, script not in expected) for place, script in scripts]
    others = sum(is_other for _place, is_other in letters)
    if not expected or len(letters) < max(enough, 1) or others * 100 <= most * len(letters):
        return []
    details = {"percent": others * 100 // len(letters), "max_other_percent": most}
    return [words_found(submission, NAME, "other_script", span, details) for span in stretches(letters)]


SPEC = CheckSpec(
    name=NAME,
    title="Another script than the discussion’s",
    explanation=(
        "Counts letters of scripts in which the story’s language is not written. It tells scripts apart, not"
        " languages: German under an English story passes."
    ),
    parameters=(
        ParameterSpec(
            name="max_other_percent",
            label="Most letters of other scripts, in percent",
            minimum=1,
            maximum=99,
            default=50,
        ),
        ParameterSpec(
            name="min_letters", label="Only from this many letters on", minimum=4, maximum=1_000, default=20
        ),
    ),
    told=Told.WORDS,
    run=check,
)
