"""What the discussions keep of a person: out on request, or away, with the chain of decisions left whole."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q

from comments.actions import withdraw
from comments.cases import held_commenters, holding, waits_since
from comments.enums import AppealState, RunState, State
from comments.evidence import BARRING
from comments.mailboxes import mailbox_key
from comments.models import (
    AddressConfirmation,
    Appeal,
    BulkRun,
    Case,
    CaseCopy,
    Comment,
    Commenter,
    CommentFinding,
    CommentText,
    DecisionEvidence,
    InternalNote,
    Letter,
    Question,
    Report,
    Sanction,
    UnsentNote,
    WaitingErasure,
)
from comments.moderation.telling import as_told
from comments.wording import words_of
from newsroom.accounts.models import User
from newsroom.withholding.taking import forget_person, forget_rows

PERSONAL_FIELDS = {
    "comments.Commenter": {"user", "address", "name", "language"},
    "comments.AddressConfirmation": {"commenter", "token_digest"},
    "comments.BulkRun": {"commenter", "note", "why"},
    "comments.CaseCopy": {"content"},
    "comments.Comment": {"commenter", "name", "network_key"},
    "comments.CommentText": {"body", "html", "fingerprint", "sketch"},
    "comments.CommentFinding": {"entry", "details"},
    "comments.Decision": {"commenter"},
    "comments.DecisionEvidence": {"quoted", "note", "explanation", "statement"},
    "comments.Letter": {"commenter", "to", "facts", "subject", "text", "html", "last_error"},
    "comments.InternalNote": {"commenter", "text"},
    "comments.Question": {"note"},
    "comments.Report": {"reporter", "explanation", "name", "address", "language"},
    "comments.Appeal": {"commenter", "text", "reasons"},
    "comments.Sanction": {"commenter", "mailbox_key", "note", "declined_why"},
    "comments.UnsentNote": {"text"},
    "comments.WaitingErasure": {"address", "user"},
    "withholding.WithheldOriginal": {"rows"},
}


class ErasureSuspended(Exception):
    """Open cases hold something of this person: `cases`. Nothing was erased."""

    def __init__(self, cases: list[Case]) -> None:
        self.cases = cases
        super().__init__("Nothing is erased while a case is open that holds something of this person.")


def export_person(address: str) -> dict[str, Any]:
    """Everything that hangs on the commenter with this address, as plain data; empty where there is none.

    Costs a constant number of queries.
    """
    exported = [_exported(commenter) for commenter in _commenters_of(address)]
    if len(exported) < 2:
        return next(iter(exported), {})
    lists = (part for part, held in exported[0].items() if isinstance(held, list))
    together = {part: [row for one in exported for row in one[part]] for part in lists}
    return {"commenter": [one["commenter"] for one in exported], **together}


def _commenters_of(address: str) -> Any:
    """Whoever signs in with this address now, and the guest who wrote from it.

    Not an account that has moved to another address: this one may be somebody else's by now.
    """
    theirs = Q(user__email=address.lower()) | Q(address=address.lower(), user=None)
    return Commenter.objects.filter(theirs).order_by("id")


def _exported(commenter: Commenter) -> dict[str, Any]:
    return {
        "commenter": {
            "address": commenter.address,
            "name": commenter.name,
            "language": commenter.language,
            "first seen": commenter.first_seen.isoformat(),
            "erasure waits for a case since": _written(waits_since(commenter)),
        },
        "comments": [_comment(comment) for comment in _comments_of(commenter)],
        "letters": [
            {"to": letter.to, "subject": words.subject, "text": words.text, "state": letter.state}
            for letter in commenter.letters.order_by("id")
            for words in [words_of(letter)]
        ],
        "reports": [
            {"comment": one.comment_id, "name": one.name, "address": one.address, "text": one.explanation}
            for one in commenter.reports.order_by("id")
        ],
        "appeals": [
            {"decision": appeal.decision_id, "text": appeal.text, "answer": appeal.reasons}
            for appeal in commenter.appeals.order_by("id")
        ],
        "sanctions": [
            {
                "kind": sanction.kind,
                "from": _written(sanction.starts_at),
                "until": _written(sanction.ends_at),
                "ended": _written(sanction.lifted_at),
                "rules": sanction.rule_keys,
                "proposed only": sanction.decision_id is None,
                "note": sanction.note,
                "keyed form of the address": bool(sanction.mailbox_key),
            }
            for sanction in commenter.sanctions.order_by("id")
        ],
        "decisions on the person": [
            {
                "act": decision.act,
                "at": decision.at.isoformat(),
                "note": decision.evidence.note,
                "statement": decision.evidence.statement,
            }
            for decision in commenter.decisions.order_by("seq").select_related("evidence")
        ],
        "confirmations": [
            sent.isoformat()
            for sent in commenter.confirmations.order_by("id").values_list("created_at", flat=True)
        ],
    }


def _written(at: datetime | None) -> str:
    return at.isoformat() if at else ""


def _comments_of(commenter: Commenter) -> Any:
    return commenter.comments.order_by("id").prefetch_related("texts__findings", "decisions__evidence")


def _comment(comment: Comment) -> dict[str, Any]:
    return {
        "id": str(comment.uid),
        "name": comment.name,
        "state": comment.state,
        "sent": comment.submitted_at.isoformat(),
        "texts": [text.body for text in comment.texts.all()],
        "findings": [
            _finding(finding, text.body) for text in comment.texts.all() for finding in text.findings.all()
        ],
        "decisions": [
            {
                "act": decision.act,
                "at": decision.at.isoformat(),
                "quoted": decision.evidence.quoted,
                "note": decision.evidence.note,
                "explanation": decision.evidence.explanation,
                "statement": decision.evidence.statement,
            }
            for decision in comment.decisions.all()
        ],
    }


def _finding(finding: CommentFinding, body: str) -> dict[str, Any]:
    told = as_told(
        check=finding.check_name,
        fact=finding.fact,
        words=body[finding.start : finding.end],
        entry=finding.entry,
        details=finding.details,
    )
    return {"fact": told.fact, "entry": told.entry, "details": dict(told.details)}


@transaction.atomic
def erase_person(address: str, *, now: datetime) -> int:
    """Withdraws the person's comments and blanks name, address, texts, letters and evidence, and what was withheld.

    Decisions stay, so the chain is whole. While a suspension or ban holds, the keyed form of the address stays too, or
    erasure would end it; it goes with the sanction (`forget_ended_mailboxes`). A few queries a comment. Returns how
    many commenters were erased. Raises ErasureSuspended while a case holds a comment of theirs, or a story on which
    they worked.
    """
    found = list(_lock(_commenters_of(address)))
    # Asked after the comments are locked: whoever opens a case about one locks it first, too.
    if cases := holding(address):
        raise ErasureSuspended(cases)
    for commenter in found:
        _erase(commenter, now)
    WaitingErasure.objects.filter(Q(address=address.lower()) | Q(user__email=address.lower())).delete()
    return len(found)


@transaction.atomic
def erase_later(address: str, *, now: datetime) -> list[Case]:
    """The person's comments are off the page now; the rest of the erasure waits for the cases that hold them.

    Asking again changes nothing. Returns those cases.
    """
    for commenter in _lock(_commenters_of(address)):
        _withdraw_all(commenter, now)
    user = User.objects.filter(email=address.lower()).first()
    # Whoever asked under the address that they had before has asked already.
    if not WaitingErasure.objects.filter(user__isnull=False, user=user).exists():
        WaitingErasure.objects.get_or_create(
            address=address.lower(), defaults={"user": user, "asked_at": now}
        )
    return holding(address)


def _forget_in_runs(commenter: Commenter) -> None:
    """What was written to many at once goes with the first of them; what it did stands with each decision."""
    theirs = BulkRun.objects.filter(items__comment__commenter=commenter).exclude(state=RunState.RUNNING)
    BulkRun.objects.filter(pk__in=theirs.values("pk")).update(note="", why="")


def _lock(commenters: Any) -> Any:
    """The commenters, locked after their comments, as everybody locks them who decides on one meanwhile."""
    comments = Comment.objects.filter(commenter__in=[commenter.pk for commenter in commenters])
    list(comments.select_for_update(no_key=True).order_by("id").values_list("pk"))
    return commenters.select_for_update(of=("self",), no_key=True)


def _withdraw_all(commenter: Commenter, now: datetime) -> None:
    for comment in commenter.comments.exclude(state=State.WITHDRAWN).order_by("id"):
        withdraw(comment.pk, now=now, seen_version=comment.version)


def _erase(commenter: Commenter, now: datetime) -> None:
    _withdraw_all(commenter, now)
    CommentText.objects.filter(comment__commenter=commenter).update(
        body="", html="", fingerprint="", sketch=b"", band_1=None, band_2=None, band_3=None, band_4=None
    )
    CommentFinding.objects.filter(text__comment__commenter=commenter).update(
        start=0, end=0, entry="", details={}
    )
    theirs = Q(decision__comment__commenter=commenter) | Q(decision__commenter=commenter)
    DecisionEvidence.objects.filter(theirs).update(
        quoted=[], note="", explanation="", statement="", erased_at=now
    )
    _erase_sanctions(commenter, now)
    CaseCopy.objects.filter(item__comment__commenter=commenter).blank(now)
    Comment.objects.filter(commenter=commenter).update(name="", network_key="")
    letters = Letter.objects.filter(commenter=commenter)
    forget_rows(Letter._meta.label, set(letters.values_list("pk", flat=True)))
    letters.delete()
    UnsentNote.objects.filter(comment__commenter=commenter).delete()
    _forget_in_runs(commenter)
    InternalNote.objects.filter(Q(commenter=commenter) | Q(comment__commenter=commenter)).delete()
    Question.objects.filter(comment__commenter=commenter).delete()
    AddressConfirmation.objects.filter(commenter=commenter).delete()
    forget_person(str(commenter.uid), now=now)
    forget_rows(Report._meta.label, set(commenter.reports.values_list("pk", flat=True)))
    Report.objects.filter(reporter=commenter).update(reporter=None, name="", address="", explanation="")
    appeals = Appeal.objects.filter(commenter=commenter)
    appeals.filter(state=AppealState.OPEN).update(state=AppealState.MOOT, answered_at=now)
    appeals.update(text="", reasons="")
    commenter.address = commenter.user = None
    commenter.name = ""
    commenter.language = "en"
    commenter.erased_at = now
    commenter.save()


def _erase_sanctions(commenter: Commenter, now: datetime) -> None:
    """Proposals fall, words go, and so does the keyed address where no suspension or ban needs it."""
    theirs = Sanction.objects.filter(commenter=commenter)
    theirs.proposed().update(declined_at=now)
    needed = theirs.in_force(now).filter(kind__in=BARRING).values_list("pk", flat=True)
    theirs.exclude(pk__in=list(needed)).update(mailbox_key="")
    theirs.update(note="", declined_why="")


def is_kept_out(address: str, *, now: datetime) -> bool:
    """Whether a suspension or ban holds for this mailbox. One query."""
    theirs = Sanction.objects.in_force(now).against(None, mailbox_key(address))
    return theirs.filter(kind__in=BARRING).exists()


def forget_ended_mailboxes(*, now: datetime) -> int:
    """Of erased persons no keyed address stays once the suspension or ban that needed it has ended. Two queries.

    Except of those of whom an open case holds a comment.
    """
    erased = Sanction.objects.filter(commenter__erased_at__isnull=False).exclude(mailbox_key="")
    erased = erased.exclude(commenter__in=held_commenters())
    needed = erased.in_force(now).filter(kind__in=BARRING).values_list("pk", flat=True)
    return erased.exclude(pk__in=list(needed)).update(mailbox_key="")
