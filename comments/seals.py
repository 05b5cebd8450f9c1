"""Seals new decisions with a key kept outside the database; finds what of the record was changed, deleted or put in."""

import hashlib
import hmac
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import groupby
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet

from comments.chain import canonical, decision_digest, evidence_digest
from comments.enums import State
from comments.models import CaseCopy, Comment, Commenter, Decision, DecisionEvidence, Seal
from newsroom.withholding.models import Ending, WithholdingEnd
from newsroom.withholding.taking import as_they_were

SETTLED = timedelta(minutes=5)
"""Decisions younger than that wait for the next seal: one with a smaller number may still be on its way."""
MOST = 50_000
"""So many decisions a seal, or a few that were on their way more: no larger part of the record is held in memory."""
MARK = struct.Struct(">qq16s")
"""What a seal keeps of a decision: its id, its comment's (0 without one), and the beginning of its digest."""


@dataclass(frozen=True, slots=True)
class Fault:
    """A row that is not as it was written, or is missing, and what shows it."""

    row: str
    what: str

    def __str__(self) -> str:
        return f"{self.row}: {self.what}"


@transaction.atomic
def seal(*, now: datetime) -> Seal | None:
    """Seals the next MOST decisions since the last seal, as far as they are settled; None where there are none."""
    last = Seal.objects.order_by("-number").first()
    settled = _between(last, None).filter(at__lte=now - SETTLED)
    until = settled[MOST - 1 : MOST].first() or settled.last()
    if until is None:
        return None
    root, marks = _root(last, until.pk)
    new = Seal(
        number=last.number + 1 if last else 1,
        at=now,
        last_decision=until,
        decisions=len(marks) // MARK.size,
        root=root,
        marks=marks,
    )
    new.signature = _signature(new, last)
    new.save()
    return new


def _between(before: Seal | None, until: int | None) -> QuerySet[Decision]:
    """Decisions after the seal before, up to `until`, in order; without one from the very first, whatever its id."""
    rows = Decision.objects.order_by("pk")
    rows = rows.filter(pk__gt=before.last_decision_id) if before else rows
    return rows if until is None else rows.filter(pk__lte=until)


def _root(before: Seal | None, until: int) -> tuple[str, bytes]:
    """SHA-256 over the root before and the digests of decisions since up to `until`; and their marks."""
    root, marks = hashlib.sha256((before.root if before else "").encode()), bytearray()
    rows = _between(before, until).values_list("pk", "comment_id", "digest")
    for pk, comment_id, digest in rows.iterator(chunk_size=2_000):
        root.update(f"{pk} {digest}\n".encode())
        marks += MARK.pack(pk, comment_id or 0, digest[:16].encode())
    return root.hexdigest(), bytes(marks)


def _signature(one: Seal, before: Seal | None) -> str:
    """Seals from before marks were kept are signed without any."""
    facts = [
        one.number,
        one.at.astimezone(UTC).isoformat(),
        one.last_decision_id,
        one.decisions,
        one.root,
        before.signature if before else "",
    ]
    if one.marks:
        facts.append(hashlib.sha256(one.marks).hexdigest())
    return hmac.new(settings.SEAL_KEY.encode(), b"seal " + canonical(facts), hashlib.sha256).hexdigest()


def faults() -> Iterator[Fault]:
    """All that is wrong with decisions, seals and what is frozen for cases, row by row; nothing where all is as it was.

    What is withheld is compared as it was, by the original. Reads every decision twice and every copy once, in the
    memory of one seal's marks; seven queries, one for each 2,000 decisions, and one for each seal.
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
    comment = before.comment if before is not None else None
    if before is None or comment is None:
        return
    if comment.state != before.to_state:
        what = f"is {comment.state}, but decision {before.pk}, its last, left it {before.to_state}"
        yield Fault(f"comment {comment.pk}", what)
    if comment.version != _version_after(before):
        left = f"but decision {before.pk}, its last, left it in {_version_after(before)}"
        what = f"is in version {comment.version}, {left}: one is missing after it, or it was put in"
        yield Fault(f"comment {comment.pk}", what)


def _version_after(decision: Decision) -> int:
    """Which one it left; the first decision on a comment that is new makes no other version of it."""
    return decision.subject_version + (decision.from_state != "")


def _begins_as_left(decision: Decision, before: Decision | None) -> bool:
    """Whether it begins in the state and version that the one before left; sanctions and modes may overlap."""
    if decision.comment_id is None:
        return decision.commenter_id is None or decision.subject_version == decision.seq - 1
    if before is None:
        return decision.subject_version == 1
    left = (before.to_state, _version_after(before))
    return (decision.from_state, decision.subject_version) == left


def _name(decision: Decision) -> str:
    """Its number, and where it stands."""
    for kind in ("comment", "commenter", "discussion"):
        if pk := getattr(decision, f"{kind}_id"):
            return f"decision {decision.pk} (number {decision.seq} on {kind} {pk})"
    return f"decision {decision.pk}"


def _faults_of_decision(decision: Decision, before: Decision | None, withheld: _Withheld) -> Iterator[Fault]:
    row = _name(decision)
    expected = before.seq + 1 if before else 1
    if decision.seq != expected:
        yield Fault(row, f"number {expected} is missing before it")
    elif decision.previous_digest != (before.digest if before else ""):
        yield Fault(row, "does not follow from the decision before it")
    elif not _begins_as_left(decision, before):
        yield Fault(row, "does not begin where the one before it ended: one was put in or taken out")
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
    elif evidence.erased_at and not _is_erased(decision, evidence):
        yield Fault(row, "has evidence that is marked as erased and is not, or of a person who is not")


def _is_erased(decision: Decision, evidence: DecisionEvidence) -> bool:
    """Whether nothing is left of the evidence and its person was erased: no digest can be compared then."""
    person = decision.comment.commenter if decision.comment else decision.commenter
    words = (evidence.quoted, evidence.note, evidence.explanation, evidence.statement)
    return bool(person and person.erased_at) and not any(words)


def _faults_of_seals() -> Iterator[Fault]:
    before: Seal | None = None
    for one in Seal.objects.order_by("number").iterator():
        row = f"seal {one.number}"
        if one.number != (before.number + 1 if before else 1):
            yield Fault(row, "the seal before it is missing")
        if not hmac.compare_digest(one.signature, _signature(one, before)):
            yield Fault(row, "is not signed with this newsroom's key, or was changed")
        root, marks = _root(before, one.last_decision_id)
        count = len(marks) // MARK.size
        if (root, count) != (one.root, one.decisions):
            after = before.last_decision_id if before else 0
            among = f"decisions {after + 1} to {one.last_decision_id}"
            yield Fault(row, f"covered {one.decisions} of {among}; now there are {count}, or other ones")
            yield from _faults_by_marks(bytes(one.marks), marks)
        before = one


def _faults_by_marks(sealed: bytes, found: bytes) -> Iterator[Fault]:
    """Each decision that was sealed and is gone or changed, and each that was not; nothing for a seal without marks."""
    before, now = (
        {pk: (comment, digest) for pk, comment, digest in MARK.iter_unpack(marks)}
        for marks in (sealed, found)
    )
    for pk in sorted({**before, **now}) if before else ():
        if before.get(pk) == now.get(pk):
            continue
        comment, _digest = before.get(pk) or now[pk]
        row = f"decision {pk} on comment {comment}" if comment else f"decision {pk}"
        if pk not in now:
            yield Fault(row, "was sealed and is gone")
        else:
            yield Fault(
                row, "is another one than was sealed" if pk in before else "was put in after the seal"
            )


def _faults_of_copies(withheld: _Withheld) -> Iterator[Fault]:
    """What is erased has no words left to be compared."""
    copies = CaseCopy.objects.filter(erased_at__isnull=True).select_related("item__comment__commenter")
    for copy in copies.order_by("pk").iterator(chunk_size=100):
        if not withheld.is_as_frozen(copy):
            row = f"item {copy.item.number} of case {copy.item.case_id}"
            yield Fault(row, "has another copy than was frozen")
