"""Turns what was found into what is done with a comment, without a clock or a database."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace

from comments.moderation.checks import CHECKS
from comments.moderation.evaluate import UNAVAILABLE
from comments.moderation.facts import (
    DiscussionMode,
    Effect,
    Finding,
    Outcome,
    OutcomeKind,
    Reason,
    StandingReason,
    Submission,
)
from comments.moderation.policy import PolicyFacts


def standing_reasons(submission: Submission, policy: PolicyFacts) -> tuple[StandingReason, ...]:
    """The reasons to hold that lie in discussion, author or circumstances, in the closed list's order."""
    author = submission.author
    applies = {
        StandingReason.DISCUSSION_PRE_MODERATED: submission.mode is DiscussionMode.PRE_MODERATED,
        StandingReason.FIRST_COMMENTS: author.approved < policy.approved_needed
        or author.rejected_recently > 0,
        StandingReason.ACCOUNT_PRE_MODERATED: author.pre_moderated,
        StandingReason.ROBOT_PROTECTION: submission.robot_suspected,
    }
    return tuple(reason for reason in StandingReason if applies.get(reason, False))


def sent_to_moderator(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """The findings when the author asks for a moderator: refusals that may be overridden hold instead."""
    return tuple(
        replace(finding, effect=Effect.HOLD) if can_be_overridden(finding) else finding
        for finding in findings
    )


def can_be_overridden(finding: Finding) -> bool:
    """Whether this is a refusal beside which "Send to a moderator anyway" stands."""
    check = CHECKS.get(finding.check)
    return finding.effect is Effect.REFUSE and check is not None and check.can_be_overridden


def decide(
    findings: Collection[Finding], policy: PolicyFacts, standing: Collection[StandingReason]
) -> Outcome:
    """Refuse if a finding refuses, else hold if one holds or a standing reason applies, else publish.

    Notes never hold. The reasons are all those that carry the outcome (of a refusal the refusing rules, of a
    hold the holding rules and then the standing reasons), each once, by rule number, then in the order of the
    closed list. A check that was unavailable is a standing reason and not its rule's.
    """
    refusing = [finding for finding in findings if finding.effect is Effect.REFUSE]
    holding = [finding for finding in findings if finding.effect is Effect.HOLD]
    failed = {StandingReason.CHECK_UNAVAILABLE} if any(one.fact == UNAVAILABLE for one in holding) else set()
    found_holding = [finding for finding in holding if finding.fact != UNAVAILABLE]
    if refusing:
        kind, reasons = OutcomeKind.REFUSE, _rules(refusing, policy)
    elif holding or standing:
        kind, reasons = OutcomeKind.HOLD, _rules(found_holding, policy) + _standing({*standing, *failed})
    else:
        kind, reasons = OutcomeKind.PUBLISH, ()
    return Outcome(kind, reasons, tuple(findings), policy.version)


def _rules(findings: Iterable[Finding], policy: PolicyFacts) -> tuple[Reason, ...]:
    numbers = {check.rule_key: check.rule_number for check in policy.checks}
    keys = {finding.rule_key for finding in findings}
    return tuple(Reason(rule_key=key) for key in sorted(keys, key=lambda key: (numbers.get(key, 0), key)))


def _standing(reasons: set[StandingReason]) -> tuple[Reason, ...]:
    return tuple(Reason(standing=reason) for reason in StandingReason if reason in reasons)
