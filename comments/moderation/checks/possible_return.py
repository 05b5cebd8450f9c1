"""Says when a banned author may have come back under another address: a suspicion, with what it goes by."""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta

from comments.moderation.checks.spec import CheckSpec, Need, Parameters, ParameterSpec, Told, number
from comments.moderation.facts import Ban, Finding, Submission
from comments.moderation.names import is_like
from comments.moderation.sketch import percent_alike

NAME = "possible_return"
SIGNS_NEEDED = 2


def _signs(
    submission: Submission, ban: Ban, theirs: list[frozenset[int]], percent: int
) -> dict[str, str | int]:
    """What speaks for it: the network, the wording, the name. Each alone may be chance."""
    alike = max((percent_alike(sketch, submission.sketch.kept) for sketch in theirs), default=0)
    signs: dict[str, str | int] = {"network": 1} if ban.same_network else {}
    if alike >= percent:
        signs["wording"] = alike
    if is_like(submission.name, ban.name):
        signs["name"] = 1
    return signs


def check(submission: Submission, parameters: Parameters) -> list[Finding]:
    """`possible_return` for each ban begun within `days` for which two signs speak, never one alone."""
    days, percent = number(parameters, "days"), number(parameters, "alike_percent")
    texts: defaultdict[int, list[frozenset[int]]] = defaultdict(list)
    for text in submission.others:
        texts[text.commenter].append(text.sketch)
    found = []
    for ban in submission.bans:
        age = submission.now - ban.since
        signs = _signs(submission, ban, texts[ban.commenter], percent) if age < timedelta(days=days) else {}
        if len(signs) >= SIGNS_NEEDED:
            details = {**signs, "days": age.days, "commenter": ban.commenter}
            found.append(Finding(check=NAME, fact="possible_return", details=details))
    return found


SPEC = CheckSpec(
    name=NAME,
    title="Possible return of a banned author",
    explanation=(
        "Looks at bans of late: does this comment come from the same network (kept as a keyed digest), is it worded"
        " like one of theirs, is the name like theirs? Two of the three make a suspicion, which a moderator weighs;"
        " it can hold but never refuse. The author is told the rule and no more."
    ),
    parameters=(
        ParameterSpec(name="days", label="For days after the ban began", minimum=1, maximum=366, default=90),
        ParameterSpec(
            name="alike_percent", label="Wording alike, in percent", minimum=30, maximum=100, default=60
        ),
    ),
    told=Told.RULE,
    may_refuse=False,
    needs=frozenset({Need.OTHERS, Need.BANS}),
    by_text_alone=False,
    run=check,
)
