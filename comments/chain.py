"""Digests that tie each decision to the one before it, so that a change, a deletion or an insertion shows."""

import hashlib
import json
from collections.abc import Iterable
from datetime import UTC
from typing import Any

from comments.models import Decision, DecisionEvidence, DecisionGround


def canonical(facts: Any) -> bytes:
    """The one way in which facts are written for a digest."""
    return json.dumps(facts, sort_keys=True, separators=(",", ":"), ensure_ascii=True).encode()


def evidence_digest(evidence: DecisionEvidence) -> str:
    """The salt keeps the digest from giving away, once the words are erased, what they were."""
    facts = [evidence.salt, evidence.quoted, evidence.note, evidence.statement]
    if evidence.explanation:
        facts.append(evidence.explanation)
    return hashlib.sha256(canonical(facts)).hexdigest()


def decision_digest(decision: Decision, grounds: Iterable[DecisionGround]) -> str:
    """SHA-256 over every column that means anything, the grounds, and the digest before. Pure."""
    facts = {
        "uid": str(decision.uid),
        "subject": [decision.comment_id, decision.commenter_id, decision.discussion_id],
        "seq": decision.seq,
        "act": str(decision.act),
        "automatic": decision.automatic,
        "decider": decision.decider_id,
        "at": decision.at.astimezone(UTC).isoformat(),
        "from": str(decision.from_state),
        "to": str(decision.to_state),
        "version": decision.subject_version,
        "policy": decision.policy_id,
        "undoes": decision.undoes_id,
        "grounds": sorted([str(ground.kind), ground.key, ground.rule_id or 0] for ground in grounds),
        "evidence": decision.evidence_digest,
        "previous": decision.previous_digest,
    }
    return hashlib.sha256(canonical(facts)).hexdigest()
