"""Says when several commenters have sent nearly the same text."""

from __future__ import annotations

from datetime import timedelta

from comments.moderation.checks.spec import CheckSpec, Need, Parameters, ParameterSpec, Told, number
from comments.moderation.facts import Finding, Submission
from comments.moderation.sketch import percent_alike

NAME = "alike"


def check(submission: Submission, parameters: Parameters) -> list[Finding]:
    """`alike` where `min_others` others wrote the like within `hours`: about no words, for it is about them all."""
    others, hours = number(parameters, "min_others"), number(parameters, "hours")
    percent, enough = number(parameters, "alike_percent"), number(parameters, "min_words")
    mine, since = submission.sketch, submission.now - timedelta(hours=hours)
    if mine.words < enough:
        return []
    alike = {
        text.commenter
        for text in submission.others
        if text.written_at > since and percent_alike(text.sketch, mine.kept) >= percent
    }
    if len(alike) < others:
        return []
    return [
        Finding(check=NAME, fact="alike", details={"others": len(alike), "hours": hours, "percent": percent})
    ]


SPEC = CheckSpec(
    name=NAME,
    title="Nearly the same from several commenters",
    explanation=(
        "Compares words and pairs of words with what others have sent of late under any story. Of texts that are"
        " 80 per cent alike it misses about two in a hundred pairs, so a campaign of many is seen."
        " The author is told the rule and no more."
    ),
    parameters=(
        ParameterSpec(name="min_others", label="From this many others on", minimum=1, maximum=50, default=2),
        ParameterSpec(name="hours", label="within hours", minimum=1, maximum=720, default=24),
        ParameterSpec(name="alike_percent", label="Alike, in percent", minimum=50, maximum=100, default=75),
        ParameterSpec(
            name="min_words", label="Only from this many words on", minimum=4, maximum=1_000, default=8
        ),
    ),
    told=Told.RULE,
    needs=frozenset({Need.OTHERS}),
    by_text_alone=False,
    run=check,
)
