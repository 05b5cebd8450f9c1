"""What the discussions keep of a person: out on request, or away, with the chain of decisions left whole."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q

from comments.actions import withdraw
from comments.enums import State
from comments.models import (
    AddressConfirmation,
    Appeal,
    Comment,
    Commenter,
    CommentFinding,
    CommentText,
    DecisionEvidence,
    Letter,
    Report,
)

PERSONAL_FIELDS = {
    "comments.Commenter": {"user", "address", "name", "language"},
    "comments.AddressConfirmation": {"commenter", "token_digest"},
    "comments.Comment": {"commenter", "name", "network_key"},
    "comments.CommentText": {"body", "html", "fingerprint"},
    "comments.CommentFinding": {"entry", "details"},
    "comments.Decision": {"commenter"},
    "comments.DecisionEvidence": {"quoted", "note", "statement"},
    "comments.Letter": {"commenter", "to", "subject", "text", "html", "last_error"},
    "comments.Report": {"reporter", "explanation", "name", "address"},
    "comments.Appeal": {"commenter", "text", "reasons"},
    "comments.Sanction": {"commenter"},
}


def export_person(address: str) -> dict[str, Any]:
    """Everything that hangs on the commenter with this address, as plain data; empty where there is none.

    Costs a constant number of queries.
    """
    exported = [_exported(commenter) for commenter in _commenters_of(address)]
    if len(exported) < 2:
        return exported[0] if exported else {}
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
            "pre-moderated": commenter.pre_moderated,
        },
        "comments": [_comment(comment) for comment in _comments_of(commenter)],
        "letters": [
            {"to": letter.to, "subject": letter.subject, "text": letter.text, "state": letter.state}
            for letter in commenter.letters.order_by("id")
        ],
        "reports": [
            {
                "comment": report.comment_id,
                "name": report.name,
                "address": report.address,
                "text": report.explanation,
            }
            for report in commenter.reports.order_by("id")
        ],
        "appeals": [
            {"decision": appeal.decision_id, "text": appeal.text, "answer": appeal.reasons}
            for appeal in commenter.appeals.order_by("id")
        ],
        "sanctions": [
            {"kind": sanction.kind, "from": sanction.starts_at.isoformat()}
            for sanction in commenter.sanctions.order_by("id")
        ],
        "confirmations": [
            sent.isoformat()
            for sent in commenter.confirmations.order_by("id").values_list("created_at", flat=True)
        ],
    }


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
            {"fact": finding.fact, "entry": finding.entry, "details": finding.details}
            for text in comment.texts.all()
            for finding in text.findings.all()
        ],
        "decisions": [
            {
                "act": decision.act,
                "at": decision.at.isoformat(),
                "quoted": decision.evidence.quoted,
                "note": decision.evidence.note,
                "statement": decision.evidence.statement,
            }
            for decision in comment.decisions.all()
        ],
    }


@transaction.atomic
def erase_person(address: str, *, now: datetime) -> int:
    """Withdraws the person's comments and blanks name, address, texts, letters and evidence.

    Decisions stay, so the chain is whole. A few queries a comment. Returns how many commenters were erased.
    """
    found = list(_lock(_commenters_of(address)))
    for commenter in found:
        _erase(commenter, now)
    return len(found)


def _lock(commenters: Any) -> Any:
    """The commenters, locked after their comments, as everybody locks them who decides on one meanwhile."""
    comments = Comment.objects.filter(commenter__in=[commenter.pk for commenter in commenters])
    list(comments.select_for_update(no_key=True).order_by("id").values_list("pk"))
    return commenters.select_for_update(of=("self",), no_key=True)


def _erase(commenter: Commenter, now: datetime) -> None:
    for comment in commenter.comments.exclude(state=State.WITHDRAWN).order_by("id"):
        withdraw(comment.pk, now=now, seen_version=comment.version)
    CommentText.objects.filter(comment__commenter=commenter).update(body="", html="", fingerprint="")
    CommentFinding.objects.filter(text__comment__commenter=commenter).update(
        start=0, end=0, entry="", details={}
    )
    DecisionEvidence.objects.filter(decision__comment__commenter=commenter).update(
        quoted=[], note="", statement="", erased_at=now
    )
    Comment.objects.filter(commenter=commenter).update(name="", network_key="")
    Letter.objects.filter(commenter=commenter).delete()
    AddressConfirmation.objects.filter(commenter=commenter).delete()
    Report.objects.filter(reporter=commenter).update(reporter=None, name="", address="", explanation="")
    Appeal.objects.filter(commenter=commenter).update(text="", reasons="")
    commenter.address = commenter.user = None
    commenter.name = ""
    commenter.language = "en"
    commenter.erased_at = now
    commenter.save()
