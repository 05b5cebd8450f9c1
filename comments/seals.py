"""Seals new decisions with a key kept outside the database; finds what of the record was changed, deleted or put in."""

import hashlib
import hmac
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import groupby
from typing import Any

from django.conf import settings
from django.db import transaction

from comments.chain import canonical, decision_digest, evidence_digest
from comments.enums import State
from comments.models import CaseCopy, Comment, Commenter, Decision, DecisionEvidence, Seal
from newsroom.withholding.models import Ending, WithholdingEnd
from newsroom.withholding.taking import as_they_were

SETTLED = timedelta(minutes=5)
"""Decisions younger than that wait for the next seal: one with a smaller number may still be on its way."""


@dataclass(frozen=True, slots=True)
class Fault:
    """A row that is not as it was written, or is missing, and what shows it."""

    row: str
    what: str

    def __str__(self) -> str:
        return f"{self.row}: {self.what}"


@transaction.atomic
def seal(*, now: datetime) -> Seal | None:
    """Seals the decisions since the last seal, as far as they are settled; None where there are none."""
    last = Seal.objects.order_by("-number").first()
    after = last.last_decision_id if last else 0
    settled = Decision.objects.filter(pk__gt=after, at__lte=now - SETTLED).order_by("-pk").first()
    if settled is None:
        return None
    root, count = _root(last.root if last else "", after, settled.pk)
    new = Seal(
        number=last.number + 1 if last else 1, at=now, last_decision=settled, decisions=count, root=root
    )
    new.signature = _signature(new, last)
    new.save()
    return new


def _root(before: str, after: int, until: int) -> tuple[str, int]:
    """SHA-256 over the root before and the digests of decisions after `after` up to `until`; how many."""
    root, count = hashlib.sha256(before.encode()), 0
    rows = Decision.objects.filter(pk__gt=after, pk__lte=until).order_by("pk")
    for pk, digest in rows.values_list("pk", "digest").iterator(chunk_size=2_000):
        root.update(f"{pk} {digest}\n".encode())
        count += 1
    return root.hexdigest(), count


def _signature(one: Seal, before: Seal | None) -> str:
    facts = [
        one.number,
        one.at.astimezone(UTC).isoformat(),
        one.last_decision_id,
        one.decisions,
        one.root,
        before.signature if before else "",
    ]
    return hmac.new(settings.SEAL_KEY.encode(), b"seal " + canonical(facts), hashlib.sha256).hexdigest()


def faults() -> Iterator[Fault]:
    """All that is wrong with decisions, seals and what is frozen for cases, row by row; nothing where all is as it was.

    What is withheld is compared as it was, by the original. Reads every decision and every copy once; seven queries,
    one for each 2,000 decisions, and one for each seal.
    """
    rows = Decision.objects.order_by("comment_id", "commenter_id", "discussion_id", "seq")
    rows = rows.select_related("evidence", "comment__commenter", "commenter").prefetch_related("grounds")
    chains = groupby(
        rows.iterator(chunk_size=2_000), key=lambda one: (one.comment_id, one.commenter_id, one.discussion_id)
    )
    withheld = _Withheld.load()
    for _subject, chain in chains:
        yield from _faults_of_chain(chain, withheld)
    untold = Comment.objects.exclude(state=State.UNCONFIRMED).filter(decisions=None).order_by("pk")
    for pk, state in untold.values_list("pk", "state").iterator():
        yield Fault(f"comment {pk}", f"is {state} without a decision; its whole chain is missing")
    yield from _faults_of_seals()
    yield from _faults_of_copies(withheld)


@dataclass(frozen=True, slots=True)
class _Withheld:
    """Evidence as it was before it was withheld, by row; and the acts of which not even the original is kept.

    An act is told by whose words it withheld and when: the evidence that it touched says that moment.
    """

    evidence: dict[int, dict[str, Any]]
    copies: dict[int, dict[str, Any]]
    destroyed: set[tuple[str, datetime]]

    @classmethod
    def load(cls) -> "_Withheld":
        ended = WithholdingEnd.objects.filter(kind=Ending.DESTROYED)
        return cls(
            as_they_were(DecisionEvidence._meta.label),
            as_they_were(CaseCopy._meta.label),
            set(ended.values_list("withholding__person", "withholding__at")),
        )

    def is_as_written(self, decision: Decision, evidence: DecisionEvidence) -> bool:
        """Whether the evidence, or its original where it is withheld, has the digest that it was written with."""
        if evidence.withheld_at:
            for name, value in self.evidence.get(evidence.pk, {}).items():
                setattr(evidence, name, value)
        if evidence_digest(evidence) == decision.evidence_digest:
            return True
        comment = decision.comment
        return self._is_gone(comment.commenter if comment else decision.commenter, evidence.withheld_at)

    def is_as_frozen(self, copy: CaseCopy) -> bool:
        """Whether a copy, or its original where it is withheld, has the digest that it was frozen with."""
        kept = self.copies.get(copy.pk, {}) if copy.withheld_at else {}
        if hashlib.sha256(kept.get("content", copy.content).encode()).hexdigest() == copy.item.digest:
            return True
        comment = copy.item.comment
        return self._is_gone(comment.commenter if comment else None, copy.withheld_at)

    def _is_gone(self, person: Commenter | None, at: datetime | None) -> bool:
        return at is not None and (str(person.uid) if person else "", at) in self.destroyed


def _faults_of_chain(chain: Iterator[Decision], withheld: _Withheld) -> Iterator[Fault]:
    before: Decision | None = None
    for decision in chain:
        yield from _faults_of_decision(decision, before, withheld)
        before = decision
    if before is not None and before.comment is not None and before.comment.state != before.to_state:
        what = f"is {before.comment.state}, but its last decision left it {before.to_state}"
        yield Fault(f"comment {before.comment_id}", what)


def _faults_of_decision(decision: Decision, before: Decision | None, withheld: _Withheld) -> Iterator[Fault]:
    row = f"decision {decision.pk} (number {decision.seq} of its chain)"
    expected = before.seq + 1 if before else 1
    if decision.seq != expected:
        yield Fault(row, f"number {expected} is missing before it")
    elif decision.previous_digest != (before.digest if before else ""):
        yield Fault(row, "does not follow from the decision before it")
    if decision.digest != decision_digest(decision, decision.grounds.all()):
        yield Fault(row, "was changed after it was written")
    if decision.in_discussion_id != (
        decision.comment.discussion_id if decision.comment else decision.discussion_id
    ):
        yield Fault(row, "is filed under another discussion than its comment's")
    evidence = getattr(decision, "evidence", None)
    if evidence is None:
        yield Fault(row, "has lost its evidence")
    elif evidence.erased_at is None and not withheld.is_as_written(decision, evidence):
        yield Fault(row, "has other evidence than it was written with")


def _faults_of_seals() -> Iterator[Fault]:
    before: Seal | None = None
    for one in Seal.objects.order_by("number").iterator():
        row = f"seal {one.number}"
        if one.number != (before.number + 1 if before else 1):
            yield Fault(row, "the seal before it is missing")
        if not hmac.compare_digest(one.signature, _signature(one, before)):
            yield Fault(row, "is not signed with this newsroom's key, or was changed")
        after = before.last_decision_id if before else 0
        root, count = _root(before.root if before else "", after, one.last_decision_id)
        if (root, count) != (one.root, one.decisions):
            among = f"decisions {after + 1} to {one.last_decision_id}"
            yield Fault(row, f"covered {one.decisions} of {among}; now there are {count}, or other ones")
        before = one


def _faults_of_copies(withheld: _Withheld) -> Iterator[Fault]:
    """What is erased has no words left to be compared."""
    copies = CaseCopy.objects.filter(erased_at__isnull=True).select_related("item__comment__commenter")
    for copy in copies.order_by("pk").iterator(chunk_size=100):
        if not withheld.is_as_frozen(copy):
            row = f"item {copy.item.number} of case {copy.item.case_id}"
            yield Fault(row, "has another copy than was frozen")
