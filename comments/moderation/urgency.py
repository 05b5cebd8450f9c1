"""How far ahead of its time in the queue a comment is read: the one place where priority is reckoned.

A comment's place is a moment, `due_at`: when it began to wait, plus the promised time, minus the minutes below.
It is stored when the comment begins to wait and when a report comes in, so that the passing of time changes no
row and an index has the order.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from comments.moderation.facts import Effect, Finding, Gravity

FOR_GRAVITY: Mapping[str, int] = MappingProxyType(
    {Gravity.ORDINARY: 0, Gravity.SERIOUS: 15, Gravity.GRAVE: 60}
)
FOR_A_REPORT, FOR_ILLEGAL, MOST_FOR_REPORTS = 20, 60, 120
FOR_REACH = ((500, 10), (50, 5))
"""Public comments that a discussion has, at least, and the minutes for it: more people read it."""


@dataclass(frozen=True, slots=True)
class Notice:
    """An open report, and how many of its reporter's earlier ones were upheld and dismissed."""

    upheld: int = 0
    dismissed: int = 0
    illegal: bool = False
    confirmed: bool = True
    robot: bool = False

    @property
    def weight(self) -> float:
        """Between 0 and 1: the share that may be expected to be right (Laplace's rule of succession).

        Half as much while nobody has confirmed its address, since anybody may have typed it; nothing where the form
        was filled in as robots do.
        """
        if self.robot:
            return 0
        return (self.upheld + 1) / (self.upheld + self.dismissed + 2) / (1 if self.confirmed else 2)


def ahead_for_rules(findings: Iterable[Finding], gravities: Mapping[str, str]) -> int:
    """Minutes for the gravest rule among findings that refuse or hold; `gravities` are the rules' by key."""
    named = {finding.rule_key for finding in findings if finding.effect is not Effect.NOTE}
    return max((FOR_GRAVITY[gravities[key]] for key in named if key in gravities), default=0)


def ahead_for_reports(notices: Iterable[Notice]) -> int:
    """Minutes for all open reports together, each by its reporter's record; a notice of a crime is the gravest."""
    minutes = sum(one.weight * (FOR_ILLEGAL if one.illegal else FOR_A_REPORT) for one in notices)
    return min(MOST_FOR_REPORTS, round(minutes))


def ahead_for_story(public_comments: int) -> int:
    """Minutes for the reach of the story, which its number of public comments tells."""
    return next((minutes for least, minutes in FOR_REACH if public_comments >= least), 0)
