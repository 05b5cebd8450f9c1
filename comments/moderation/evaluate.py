"""Runs all checks of a policy on a comment, so that a check which fails holds it and never passes it."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace

from comments.moderation.checks import CHECKS
from comments.moderation.checks.spec import MOST_FINDINGS, ParameterKind, Parameters
from comments.moderation.facts import Effect, Finding, Submission
from comments.moderation.phrase_index import index_of
from comments.moderation.policy import PolicyFacts, RuleCheckFacts
from comments.moderation.text import READ_AT_MOST

UNAVAILABLE = "check_unavailable"


def evaluate(
    submission: Submission,
    policy: PolicyFacts,
    *,
    clock: Callable[[], float] = time.perf_counter,
    budget: float = 0.05,
) -> tuple[Finding, ...]:
    """What all checks of the policy found, in the order of its checks; none is skipped because of another.

    A check that raises, returns anything but a list of valid findings, or takes more than `budget` seconds
    yields a single `check_unavailable` finding that holds. The time can only be looked at afterwards: nothing
    stops a check that is running. That is enough because the text is bounded and every check is linear in it
    by construction. A text of which a part was not read is held likewise. Checks that somebody paused do not
    run. Never raises on account of a check; touches nothing.
    """
    found: list[Finding] = []
    if len(submission.text) > READ_AT_MOST:
        found.append(_unavailable("", "", "text longer than what is read"))
    for rule_check in policy.checks:
        if (rule_check.rule_key, rule_check.check) in submission.paused:
            continue
        found += _run(rule_check, submission, policy, clock, budget)
    return tuple(found)


def _unavailable(rule_key: str, check: str, why: str) -> Finding:
    details = {"rule": rule_key, "check": check, "why": why}
    return Finding(check=check, rule_key=rule_key, effect=Effect.HOLD, fact=UNAVAILABLE, details=details)


def _run(
    rule_check: RuleCheckFacts,
    submission: Submission,
    policy: PolicyFacts,
    clock: Callable[[], float],
    budget: float,
) -> list[Finding]:
    def unavailable(why: str) -> list[Finding]:
        return [_unavailable(rule_check.rule_key, rule_check.check, why)]

    try:
        run, parameters = CHECKS[rule_check.check].run, _parameters(rule_check, policy)
        started = clock()
        result = run(submission, parameters)
        took = clock() - started
        valid = isinstance(result, list) and all(_is_valid(one, submission.text) for one in result)
    except Exception as error:  # whatever a check does, the comment is held and the other checks run
        return unavailable(type(error).__name__)
    if took > budget:
        return unavailable("took too long")
    if not valid:
        return unavailable("returned something else than findings")
    return [
        replace(one, rule_key=rule_check.rule_key, effect=rule_check.effect) for one in result[:MOST_FINDINGS]
    ]


def _parameters(rule_check: RuleCheckFacts, policy: PolicyFacts) -> Parameters:
    """The rule's parameters with phrase lists made ready, which is done before the clock starts."""
    lists = {
        spec.name: index_of(policy.phrases[str(rule_check.parameters[spec.name])])
        for spec in CHECKS[rule_check.check].parameters
        if spec.kind is ParameterKind.LIST
    }
    return {**rule_check.parameters, **lists}


def _is_valid(finding: object, text: str) -> bool:
    if not isinstance(finding, Finding) or not (0 <= finding.start <= finding.end <= len(text)):
        return False
    somewhere = finding.start < finding.end or (finding.start == 0 and finding.words == "")
    return somewhere and finding.words == text[finding.start : finding.end]
