"""Says when a comment is longer or shorter than its rule allows."""

from __future__ import annotations

from comments.moderation.checks.spec import CheckSpec, Parameters, ParameterSpec, Told, number
from comments.moderation.facts import Finding, Submission
from comments.moderation.text import READ_AT_MOST, is_invisible

NAME = "length"


def written_length(text: str) -> int:
    """Characters as a reader's browser counts them: a line end is one, however it is sent."""
    return len(text) - text.count("\r\n")


def visible_length(text: str) -> int:
    """Characters that show, so that nobody reaches a minimum with blanks or zero-width characters."""
    return sum(1 for char in text if not char.isspace() and not is_invisible(char))


def check(submission: Submission, parameters: Parameters) -> list[Finding]:
    """`too_long` beyond `max_characters` as written, `too_short` below `min_characters` that show."""
    longest, shortest = number(parameters, "max_characters"), number(parameters, "min_characters")
    written, visible = written_length(submission.text), visible_length(submission.text)
    found = []
    if written > longest:
        details = {"characters": written, "max_characters": longest}
        found.append(Finding(check=NAME, fact="too_long", details=details))
    if visible < shortest:
        details = {"characters": visible, "min_characters": shortest}
        found.append(Finding(check=NAME, fact="too_short", details=details))
    return found


SPEC = CheckSpec(
    name=NAME,
    title="Length",
    explanation=("Counts characters as written, line ends as one, and those that show."),
    parameters=(
        ParameterSpec(name="min_characters", label="Fewest characters", minimum=1, maximum=1_000, default=2),
        ParameterSpec(
            name="max_characters", label="Most characters", minimum=1, maximum=READ_AT_MOST, default=3_000
        ),
    ),
    told=Told.FACT,
    can_be_overridden=False,
    run=check,
)
