"""Writes the letters of moderation: in the transaction that they tell of, in their reader's language."""

import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from articles.models import Publication
from comments import links
from comments.enums import LetterKind, LetterState
from comments.models import Comment, Decision, Letter
from comments.tasks import enqueue_delivery

OVERTAKEN = (LetterKind.APPROVED, LetterKind.STATEMENT)
"""Letters that tell how a comment stands, and so are wrong once it stands otherwise."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CitedRule:
    """A rule as a statement quotes it: its text filled in, the words caught, its permanent address."""

    number: int
    version: int
    title: str
    text: str
    url: str
    words: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Statement:
    """What the author of a comment is told about its rejection or removal, in their language."""

    subject: str
    text: str
    context: dict[str, Any]


def address_of(comment: Comment) -> str:
    """Where its author gets mail; "" once they are erased.

    Who has an account gets it where they sign in now: the address with which they once began may be somebody
    else's by now.
    """
    user = comment.commenter.user
    return user.email if user else comment.commenter.address or ""


def write_confirmation(comment: Comment, token: str, *, to: str, language: str, now: datetime) -> Letter:
    """A letter with the link that confirms an address, leaving at once.

    It holds nothing that the sender of the form wrote: whoever gets it may have nothing to do with them.
    """
    with translation.override(language):
        context = {"story": _headline(comment, now), "url": links.confirmation_url(token)}
        subject = _("Please confirm your comment")
        return _post(
            LetterKind.CONFIRMATION,
            comment,
            to=to,
            subject=subject,
            template="confirmation",
            context=context,
            send_after=now,
            now=now,
        )


def write_published(
    comment: Comment, decision: Decision, *, note: str, send_after: datetime
) -> Letter | None:
    """A short letter with the permanent address of what is public; None where its author has no address."""
    if not (to := address_of(comment)):
        return None
    with translation.override(comment.commenter.language):
        context = {
            **_context(comment, decision.at),
            "note": note,
            "url": links.absolute(comment.get_absolute_url()),
        }
        subject = _("Your comment was published")
        return _post(
            LetterKind.APPROVED,
            comment,
            to=to,
            subject=subject,
            template="published",
            context=context,
            send_after=send_after,
            now=decision.at,
            decision=decision,
        )


def statement_of_reasons(
    comment: Comment, rules: Sequence[CitedRule], *, note: str, removed: bool, now: datetime
) -> Statement:
    """The statement as it will be frozen with the decision and mailed. Stores nothing."""
    with translation.override(comment.commenter.language):
        context = {**_context(comment, now), "rules": rules, "note": note, "removed": removed}
        subject = _("Your comment was removed") if removed else _("Your comment was not published")
        return Statement(subject, render_to_string("emails/_statement.txt", context).strip(), context)


def write_statement(
    comment: Comment, decision: Decision, statement: Statement, *, send_after: datetime
) -> Letter | None:
    """The letter that carries a statement of reasons; None where the author has no address."""
    if not (to := address_of(comment)):
        return None
    with translation.override(comment.commenter.language):
        return _post(
            LetterKind.STATEMENT,
            comment,
            to=to,
            subject=statement.subject,
            template="statement",
            context={**statement.context, "statement": statement.text},
            send_after=send_after,
            now=decision.at,
            decision=decision,
        )


def cancel_overtaken(comment: Comment, kinds: Collection[LetterKind] = OVERTAKEN) -> None:
    """Letters about earlier decisions that wait to be sent never leave: what they say is not so any more."""
    waiting = Letter.objects.filter(comment=comment, kind__in=kinds, state=LetterState.WAITING)
    waiting.update(state=LetterState.CANCELLED)


def _headline(comment: Comment, now: datetime) -> str:
    """The story's headline as readers last had it, never one that is not published. One query."""
    begun = Publication.objects.filter(article=comment.discussion.article_id, starts_at__lte=now)
    begun = begun.order_by("-starts_at")
    return str(begun.values_list("headline", flat=True).first() or "")


def _context(comment: Comment, now: datetime) -> dict[str, Any]:
    text = comment.current_text
    return {
        "name": comment.name,
        "story": _headline(comment, now),
        "sent": comment.submitted_at,
        "body": text.body if text else "",
        "mine_url": links.absolute(links.mine_path(comment)),
        "desk": settings.DEFAULT_FROM_EMAIL,
    }


def _post(
    kind: LetterKind,
    comment: Comment,
    *,
    to: str,
    subject: str,
    template: str,
    context: dict[str, Any],
    send_after: datetime,
    now: datetime,
    decision: Decision | None = None,
) -> Letter:
    """Stores the letter and its job. Two queries."""
    uid = uuid.uuid4()
    frame = {
        "SITE_NAME": settings.SITE_NAME,
        "subject": subject,
        "language": translation.get_language(),
        "direction": "rtl" if translation.get_language_bidi() else "ltr",
        **context,
    }
    letter = Letter.objects.create(
        uid=uid,
        kind=kind,
        commenter=comment.commenter,
        comment=comment,
        decision=decision,
        to=to,
        subject=f"{subject} ({settings.SITE_NAME})"[:200],
        text=render_to_string(f"emails/{template}.txt", frame).strip() + "\n",
        html=render_to_string(f"emails/{template}.html", frame),
        message_id=f"<{uid}@{urlsplit(settings.SITE_URL).hostname or 'localhost'}>",
        send_after=send_after,
        created_at=now,
    )
    enqueue_delivery(letter.pk, at=send_after)
    return letter
