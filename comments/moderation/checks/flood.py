"""Says when one author sends more comments in a while than a rule allows."""

from __future__ import annotations

from datetime import timedelta

from comments.moderation.checks.spec import CheckSpec, Parameters, ParameterSpec, Told, number
from comments.moderation.facts import Finding, Submission

NAME = "flood"


def check(submission: Submission, parameters: Parameters) -> list[Finding]:
    """`flood` where this comment would be more than `max_comments` within `minutes`."""
    most, minutes = number(parameters, "max_comments"), number(parameters, "minutes")
    since = submission.now - timedelta(minutes=minutes)
    comments = 1 + sum(1 for recent in submission.recent if recent.submitted_at > since)
    if comments <= most:
        return []
    return [Finding(check=NAME, fact="flood", details={"comments": comments, "minutes": minutes})]


SPEC = CheckSpec(
    name=NAME,
    title="Too many comments at once",
    explanation=("Counts what the author has sent of late, this comment included."),
    parameters=(
        ParameterSpec(name="max_comments", label="Most comments", minimum=1, maximum=1_000, default=5),
        ParameterSpec(name="minutes", label="within minutes", minimum=1, maximum=1_440, default=10),
    ),
    told=Told.FACT,
    can_be_overridden=False,
    by_text_alone=False,
    run=check,
)
