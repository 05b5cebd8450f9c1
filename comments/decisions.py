"""Appends decisions: the one place where a row of the chain is made."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from comments.chain import decision_digest, evidence_digest
from comments.enums import Act, GroundKind
from comments.models import Comment, Decision, DecisionEvidence, DecisionGround, Rule
from newsroom.accounts.models import User


@dataclass(frozen=True, slots=True)
class Ground:
    """A rule or a standing reason that a decision names."""

    kind: GroundKind
    key: str
    rule: Rule | None = None

    @classmethod
    def of_rule(cls, rule: Rule) -> "Ground":
        return cls(GroundKind.RULE, rule.key, rule)


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What a decision rests on and may have to be erased: words quoted, a note, what the author is told."""

    quoted: Sequence[dict[str, Any]] = ()
    note: str = ""
    statement: str = ""


NO_EVIDENCE = Evidence()


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What a comment's next decision says: from which state and version to which state, why, and what it undoes."""

    comment: Comment
    from_state: str
    to_state: str
    seen_version: int
    grounds: Sequence[Ground] = ()
    evidence: Evidence = NO_EVIDENCE
    undoes: Decision | None = None


def append_decisions(
    steps: Sequence[Step], *, act: Act, now: datetime, by: User | None, automatic: bool
) -> list[Decision]:
    """Adds the next decision to the chain of each comment, with its grounds and evidence, in the order given.

    The caller has changed the comments' rows in this transaction, so nobody else can be appending to their
    chains. At most four queries, however many they are.
    """
    last = _last_links([step.comment.pk for step in steps if step.from_state])
    decisions, kept, grounds = [], [], []
    for step in steps:
        evidence = _kept(step.evidence)
        seq, digest = last.get(step.comment.pk, (0, ""))
        decision = Decision(
            comment=step.comment,
            seq=seq + 1,
            act=act,
            automatic=automatic,
            decider=by,
            at=now,
            from_state=step.from_state,
            to_state=step.to_state,
            subject_version=step.seen_version,
            policy_id=step.comment.policy_id,
            undoes=step.undoes,
            evidence_digest=evidence_digest(evidence),
            previous_digest=digest,
        )
        named = [DecisionGround(kind=one.kind, key=one.key, rule=one.rule) for one in step.grounds]
        decision.digest = decision_digest(decision, named)
        decisions.append(decision)
        kept.append(evidence)
        grounds.append(named)
    _store(decisions, kept, grounds)
    return decisions


def _last_links(comment_ids: Sequence[int]) -> dict[int, tuple[int, str]]:
    """Number and digest of the last decision of each chain that has begun. At most one query."""
    if not comment_ids:
        return {}
    chains = Decision.objects.filter(comment__in=comment_ids).order_by("comment_id", "seq")
    return {pk: (seq, digest) for pk, seq, digest in chains.values_list("comment_id", "seq", "digest")}


def _kept(evidence: Evidence) -> DecisionEvidence:
    return DecisionEvidence(
        salt=secrets.token_hex(16),
        quoted=list(evidence.quoted),
        note=evidence.note,
        statement=evidence.statement,
    )


def _store(
    decisions: list[Decision], kept: list[DecisionEvidence], grounds: list[list[DecisionGround]]
) -> None:
    Decision.objects.bulk_create(decisions)
    for decision, evidence, named in zip(decisions, kept, grounds, strict=True):
        evidence.decision = decision
        for ground in named:
            ground.decision = decision
    DecisionEvidence.objects.bulk_create(kept)
    DecisionGround.objects.bulk_create([ground for named in grounds for ground in named])
