"""Says when somebody writes under a name like the paper's own or that of somebody who works for it."""

from __future__ import annotations

from comments.moderation.checks.spec import CheckSpec, Need, Parameters, Told
from comments.moderation.facts import Finding, Submission
from comments.moderation.names import is_like

NAME = "staff_names"


def check(submission: Submission, parameters: Parameters) -> list[Finding]:
    """`staff_name`, once. About no words: the name is not in the text."""
    if any(is_like(submission.name, name) for name in submission.staff_names):
        return [Finding(check=NAME, fact="staff_name")]
    return []


SPEC = CheckSpec(
    name=NAME,
    title="Names of the staff",
    explanation=(
        "Compares the name under which a comment is sent with the paper’s and with those of everybody who works"
        " here, as the eye reads them: lookalike letters, figures for letters, another order, words around them."
        " A namesake has to wait for a moderator: better hold than refuse."
    ),
    told=Told.FACT,
    needs=frozenset({Need.STAFF}),
    by_text_alone=False,
    run=check,
)
