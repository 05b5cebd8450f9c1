"""Has a comment judged, and keeps what was found beside its text and why it waits beside its decision."""

import time
from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache

from comments.decisions import Ground
from comments.enums import Effect, GroundKind
from comments.models import CommentFinding, CommentText, Policy, Rule
from comments.moderation.decide import decide, sent_to_moderator, standing_reasons
from comments.moderation.evaluate import UNAVAILABLE, evaluate
from comments.moderation.facts import Finding, Outcome, Reason, StandingReason, Submission
from comments.moderation.policy import PolicyFacts


def judge(submission: Submission, facts: PolicyFacts) -> Outcome:
    """What the checks of this version make of it. No query."""
    # The thread's own time: a busy machine must not make a quick check look like one that ran away.
    findings = evaluate(submission, facts, clock=time.thread_time)
    if submission.asked_for_moderator:
        findings = sent_to_moderator(findings)
    return decide(findings, facts, standing_reasons(submission, facts))


def replace_findings(text: CommentText, outcome: Outcome, rules: dict[str, Rule]) -> None:
    """What was found now, and each standing reason, replace what stood beside the text. Two queries."""
    text.findings.all().delete()
    CommentFinding.objects.bulk_create(findings_of(text, outcome, rules))


def findings_of(text: CommentText, outcome: Outcome, rules: dict[str, Rule]) -> list[CommentFinding]:
    """The rows of what was found, and of each standing reason, to stand beside the text; not stored yet."""
    rows = [_row(text, finding, rules) for finding in outcome.findings]
    unavailable = any(finding.fact == UNAVAILABLE for finding in outcome.findings)
    for reason in outcome.reasons:
        # A failed check has left its finding already, which says which one it was.
        told = unavailable and reason.standing is StandingReason.CHECK_UNAVAILABLE
        if reason.standing is not None and not told:
            rows.append(CommentFinding(text=text, standing=str(reason.standing), effect=Effect.HOLD))
    return rows


def _row(text: CommentText, finding: Finding, rules: dict[str, Rule]) -> CommentFinding:
    failed = finding.fact == UNAVAILABLE
    return CommentFinding(
        text=text,
        rule=None if failed else rules[finding.rule_key],
        standing=str(StandingReason.CHECK_UNAVAILABLE) if failed else "",
        check_name=finding.check,
        fact=finding.fact,
        effect=str(finding.effect),
        start=finding.start,
        end=finding.end,
        details=dict(finding.details),
        list_revision=finding.list_revision,
        entry=finding.entry or "",
    )


def grounds_of(reasons: Sequence[Reason], rules: dict[str, Rule]) -> list[Ground]:
    """The reasons as a decision names them."""
    return [
        Ground.of_rule(rules[reason.rule_key])
        if reason.rule_key is not None
        else Ground(GroundKind.STANDING, str(reason.standing))
        for reason in reasons
    ]


def rules_by_key(policy: Policy) -> dict[str, Rule]:
    """One query, and only the first time for a version that is posted: then its rules never change."""
    return _posted_rules(policy.pk, policy.posted_at) if policy.posted_at else _rules(policy.pk)


@lru_cache(maxsize=32)
def _posted_rules(policy_id: int, posted_at: datetime) -> dict[str, Rule]:
    return _rules(policy_id)


def _rules(policy_id: int) -> dict[str, Rule]:
    return {rule.key: rule for rule in Rule.objects.filter(policy=policy_id)}
