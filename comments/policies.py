"""Brings a policy version from the database to the checks, which know no database."""

from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache

from comments.models import PhraseListRevision, Policy, RuleCheck
from comments.moderation.checks import CHECKS, ParameterKind
from comments.moderation.facts import Effect, PhraseEntry, PhraseFacts
from comments.moderation.policy import PolicyFacts, RuleCheckFacts


def in_force(now: datetime) -> Policy | None:
    """The version in force at `now`, or None before the first. One query."""
    policy: Policy | None = Policy.objects.in_force(now)
    return policy


def facts_of(policy: Policy) -> PolicyFacts:
    """The version as the checks need it, with the newest revision of each phrase list that it binds.

    One query, and one more for each new posted policy and list revision in this process: neither ever
    changes.
    """
    checks = _posted_checks(policy.pk, policy.posted_at) if policy.posted_at else _checks(policy.pk)
    return PolicyFacts(policy.version, checks, _phrases(checks), policy.approved_needed)


def _checks(policy_id: int) -> tuple[RuleCheckFacts, ...]:
    rows = (
        RuleCheck.objects.filter(rule__policy=policy_id).select_related("rule").order_by("rule__number", "id")
    )
    return tuple(
        RuleCheckFacts(row.rule.key, row.rule.number, row.check_name, row.parameters, Effect(row.effect))
        for row in rows
    )


@lru_cache(maxsize=32)
def _posted_checks(policy_id: int, posted_at: datetime) -> tuple[RuleCheckFacts, ...]:
    return _checks(policy_id)


def _bound_lists(checks: tuple[RuleCheckFacts, ...]) -> set[str]:
    return {
        str(check.parameters[parameter.name])
        for check in checks
        if check.check in CHECKS
        for parameter in CHECKS[check.check].parameters
        if parameter.kind is ParameterKind.LIST and parameter.name in check.parameters
    }


def _phrases(checks: tuple[RuleCheckFacts, ...]) -> Mapping[str, PhraseFacts]:
    if not (names := _bound_lists(checks)):
        return {}
    rows = PhraseListRevision.objects.filter(phrase_list__name__in=names).order_by("number")
    newest = {
        name: (pk, created_at)
        for name, pk, created_at in rows.values_list("phrase_list__name", "pk", "created_at")
    }
    return {name: _revision(pk, created_at) for name, (pk, created_at) in newest.items()}


@lru_cache(maxsize=64)
def _revision(revision_id: int, created_at: datetime) -> PhraseFacts:
    row = PhraseListRevision.objects.select_related("phrase_list").get(pk=revision_id)
    entries = tuple(PhraseEntry(entry["text"], entry.get("kind", "phrase")) for entry in row.entries)
    return PhraseFacts(row.phrase_list.name, row.number, entries)
