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


def append_decision(
    comment: Comment,
    *,
    act: Act,
    from_state: str,
    to_state: str,
    seen_version: int,
    now: datetime,
    by: User | None,
    automatic: bool,
    grounds: Sequence[Ground] = (),
    evidence: Evidence = NO_EVIDENCE,
    undoes: Decision | None = None,
) -> Decision:
    """Adds the next decision to the comment's chain, with its grounds and evidence. Four queries.

    The caller has changed the comment's row in this transaction, so nobody else can be appending to its
    chain.
    """
    previous = Decision.objects.filter(comment=comment).order_by("-seq").only("seq", "digest").first()
    kept = DecisionEvidence(
        salt=secrets.token_hex(16),
        quoted=list(evidence.quoted),
        note=evidence.note,
        statement=evidence.statement,
    )
    decision = Decision(
        comment=comment,
        seq=previous.seq + 1 if previous else 1,
        act=act,
        automatic=automatic,
        decider=by,
        at=now,
        from_state=from_state,
        to_state=to_state,
        subject_version=seen_version,
        policy_id=comment.policy_id,
        undoes=undoes,
        evidence_digest=evidence_digest(kept),
        previous_digest=previous.digest if previous else "",
    )
    rows = [DecisionGround(decision=decision, kind=one.kind, key=one.key, rule=one.rule) for one in grounds]
    decision.digest = decision_digest(decision, rows)
    decision.save()
    kept.decision = decision
    kept.save()
    if rows:
        DecisionGround.objects.bulk_create(_of(decision, rows))
    return decision


def _of(decision: Decision, rows: list[DecisionGround]) -> list[DecisionGround]:
    for row in rows:
        row.decision = decision
    return rows
