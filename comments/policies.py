"""Brings a policy version from the database to the checks, which know no database."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any

from django.db.models import QuerySet

from comments.models import PhraseListRevision, Policy, RuleCheck
from comments.moderation.checks import CHECKS, ParameterKind
from comments.moderation.facts import Effect, PhraseEntry, PhraseFacts
from comments.moderation.policy import PolicyFacts, RuleCheckFacts
from newsroom.prepared import MOMENT, Prepared


def in_force(now: datetime) -> Policy | None:
    """The version in force at `now`, or None before the first.

    One query, and one more the first time in this process: a posted version never changes.
    """
    found = _IN_FORCE.first(Policy, now=now)
    return _posted(*found) if found else None


def announced(posted: Iterable[Policy]) -> Policy | None:
    """Which of the versions that are not in force yet is the next to be; None of none.

    Of two that begin in the same second it is the later one, which mends the words of the other.
    """
    return min(posted, key=lambda one: (one.effective_from, -one.version), default=None)


def next_rules(policy: Policy, now: datetime) -> Policy | None:
    """The version whose rules are to come into force next in place of those of `policy`, or None. One query."""
    coming = [
        one
        for one in Policy.objects.posted().filter(effective_from__gt=now)
        if one.rules_since_id != policy.rules_since_id
    ]
    return announced(coming)


def _in_force(now: datetime) -> QuerySet[Any, Any]:
    rows: QuerySet[Any, Any] = Policy.objects.posted().filter(effective_from__lte=now)
    return rows.order_by("-effective_from", "-version").values_list("pk", "posted_at")[:1]


_IN_FORCE = Prepared(_in_force, now=MOMENT)


@lru_cache(maxsize=32)
def _posted(policy_id: int, posted_at: datetime) -> Policy:
    policy: Policy = Policy.objects.get(pk=policy_id)
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
    # In the order of their numbers, so that the last of each list stays.
    newest = {name: revision for name, *revision in _revisions(frozenset(names)).rows(PhraseListRevision)}
    return {name: revision_facts(pk, created_at) for name, (pk, created_at) in newest.items()}


@lru_cache(maxsize=32)
def _revisions(names: frozenset[str]) -> Prepared:
    rows = PhraseListRevision.objects.filter(phrase_list__name__in=sorted(names)).order_by("number")
    return Prepared(lambda: rows.values_list("phrase_list__name", "pk", "created_at"))


@lru_cache(maxsize=64)
def revision_facts(revision_id: int, created_at: datetime) -> PhraseFacts:
    """A revision's entries. One query, the first time in this process: a revision never changes."""
    row = PhraseListRevision.objects.select_related("phrase_list").get(pk=revision_id)
    entries = tuple(PhraseEntry(entry["text"], entry.get("kind", "phrase")) for entry in row.entries)
    return PhraseFacts(row.phrase_list.name, row.number, entries)
