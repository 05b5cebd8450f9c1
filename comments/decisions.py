"""Appends decisions: the one place where a row of the chain is made."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from comments.chain import decision_digest, evidence_digest
from comments.enums import Act, GroundKind
from comments.models import (
    Comment,
    Commenter,
    Decision,
    DecisionEvidence,
    DecisionGround,
    Discussion,
    Policy,
    Rule,
    SecondReview,
)
from comments.reviewing import reviews_of
from newsroom.accounts.models import User
from newsroom.together import insert, take_keys


@dataclass(frozen=True, slots=True)
class Ground:
    """A rule, a law or a standing reason that a decision names."""

    kind: GroundKind
    key: str
    rule: Rule | None = None

    @classmethod
    def of_rule(cls, rule: Rule) -> "Ground":
        return cls(GroundKind.RULE, rule.key, rule)

    @classmethod
    def of_law(cls, name: str) -> "Ground":
        return cls(GroundKind.LAW, name)


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What a decision rests on and may have to be erased: words quoted, a note, why a law forbids it, the statement."""

    quoted: Sequence[dict[str, Any]] = ()
    note: str = ""
    explanation: str = ""
    statement: str = ""


NO_EVIDENCE = Evidence()


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What a commenter's next decision says: which sanction began or ended, why, and what it undoes."""

    commenter: Commenter
    from_kind: str
    to_kind: str
    policy: Policy
    grounds: Sequence[Ground] = ()
    evidence: Evidence = NO_EVIDENCE
    undoes: Decision | None = None


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
    chains. At most three queries, however many they are, and one for a newcomer. Those that are to be reviewed by
    a colleague say so at once.
    """
    last = _last_links([step.comment.pk for step in steps if step.from_state])
    decisions, kept, grounds = [], [], []
    for step in steps:
        evidence = _kept(step.evidence)
        seq, digest = last.get(step.comment.pk, (0, ""))
        decision = Decision(
            comment=step.comment,
            in_discussion_id=step.comment.discussion_id,
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
        named = _named(step.grounds, decision)
        decisions.append(decision)
        kept.append(evidence)
        grounds.append(named)
    _store(decisions, kept, grounds, reviews_of(decisions, act=act, by=None if automatic else by))
    return decisions


def append_standing(standing: Standing, *, act: Act, now: datetime, by: User) -> Decision:
    """Adds the next decision to a commenter's chain, with its grounds and evidence. At most four queries.

    The caller holds the commenter's row locked in this transaction.
    """
    seq, digest = last_of_commenter(standing.commenter.pk)
    evidence = _kept(standing.evidence)
    decision = Decision(
        commenter=standing.commenter,
        seq=seq + 1,
        act=act,
        automatic=False,
        decider=by,
        at=now,
        from_state=standing.from_kind,
        to_state=standing.to_kind,
        subject_version=seq,
        policy=standing.policy,
        undoes=standing.undoes,
        evidence_digest=evidence_digest(evidence),
        previous_digest=digest,
    )
    _store([decision], [evidence], [_named(standing.grounds, decision)])
    return decision


def last_of_commenter(commenter_id: int) -> tuple[int, str]:
    """Number and digest of the last decision on a commenter; 0 and "" before the first. One query."""
    chain = Decision.objects.filter(commenter=commenter_id).order_by("-seq")
    return chain.values_list("seq", "digest").first() or (0, "")


def _named(grounds: Sequence[Ground], decision: Decision) -> list[DecisionGround]:
    """The rows of its grounds; the decision, complete but for that, has its digest."""
    named = [DecisionGround(kind=one.kind, key=one.key, rule=one.rule) for one in grounds]
    decision.digest = decision_digest(decision, named)
    return named


def append_to_discussion(
    discussion: Discussion,
    *,
    from_mode: str,
    to_mode: str,
    now: datetime,
    by: User | None = None,
    evidence: Evidence = NO_EVIDENCE,
) -> Decision:
    """Adds to a discussion's chain that it takes comments otherwise, automatically where nobody is named.

    The caller holds the discussion's row locked. Two queries.
    """
    kept = _kept(evidence)
    last = (
        Decision.objects.filter(discussion=discussion).order_by("-seq").values_list("seq", "digest").first()
    )
    seq, digest = last or (0, "")
    decision = Decision(
        discussion=discussion,
        in_discussion=discussion,
        seq=seq + 1,
        act=Act.MODE_CHANGED,
        automatic=by is None,
        decider=by,
        at=now,
        from_state=from_mode,
        to_state=to_mode,
        subject_version=discussion.version,
        evidence_digest=evidence_digest(kept),
        previous_digest=digest,
    )
    decision.digest = decision_digest(decision, [])
    _store([decision], [kept], [[]])
    return decision


def append_note_on(subject: Decision, act: Act, ground: Ground, *, by: User, now: datetime) -> Decision:
    """Adds to the chain of a commenter or a discussion, that of `subject`, an act that changes no state. Four queries.

    The caller holds the commenter's or discussion's row locked.
    """
    chain = Decision.objects.filter(commenter=subject.commenter_id, discussion=subject.discussion_id)
    last = chain.filter(comment=None).order_by("-seq").only("seq", "digest", "to_state")[0]
    evidence = _kept(NO_EVIDENCE)
    decision = Decision(
        commenter=subject.commenter,
        discussion=subject.discussion,
        in_discussion=subject.discussion,
        seq=last.seq + 1,
        act=act,
        automatic=False,
        decider=by,
        at=now,
        from_state=last.to_state,
        to_state=last.to_state,
        subject_version=subject.discussion.version if subject.discussion else last.seq,
        policy_id=subject.policy_id,
        evidence_digest=evidence_digest(evidence),
        previous_digest=last.digest,
    )
    _store([decision], [evidence], [_named([ground], decision)])
    return decision


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
        explanation=evidence.explanation,
        statement=evidence.statement,
    )


def _store(
    decisions: list[Decision],
    kept: list[DecisionEvidence],
    grounds: list[list[DecisionGround]],
    reviews: Sequence[SecondReview] = (),
) -> None:
    for decision, evidence, named in zip(decisions, kept, grounds, strict=True):
        evidence.decision = decision
        for ground in named:
            ground.decision = decision
    all_named = [ground for named in grounds for ground in named]
    take_keys(*decisions, *kept, *all_named, *reviews)
    insert(*decisions, *kept, *all_named, *reviews)
