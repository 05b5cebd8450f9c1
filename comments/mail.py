"""Writes the letters of moderation: in the transaction that they tell of, in their reader's language."""

import uuid
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db.models import OuterRef, Subquery
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from articles.models import Article, Publication
from comments import links
from comments.enums import LetterKind, LetterState
from comments.models import Comment, Decision, Letter
from comments.tasks import enqueue_deliveries

OVERTAKEN = (LetterKind.APPROVED, LetterKind.STATEMENT)
"""Letters that tell how a comment stands, and so are wrong once it stands otherwise."""

Headlines = Mapping[int, str]
"""Headlines by the ids of their stories."""

Decided = tuple[Comment, Decision]
"""A comment, and what was decided on it."""


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
        context = {
            "story": headlines([comment], now)[comment.discussion.article_id],
            "url": links.confirmation_url(token),
        }
        subject = _("Please confirm your comment")
        letter = _written(
            LetterKind.CONFIRMATION,
            comment,
            to=to,
            subject=subject,
            template="confirmation",
            context=context,
            send_after=now,
            now=now,
        )
    return _posted([letter])[0]


def write_published(
    decided: Sequence[Decided], stories: Headlines, *, note: str, send_after: datetime
) -> list[Letter]:
    """A short letter with the permanent address of what is public, to each author who has an address.

    Two queries for all.
    """
    return _posted(
        [
            _published_letter(comment, decision, to, stories, note=note, send_after=send_after)
            for comment, decision in decided
            if (to := address_of(comment))
        ]
    )


def _published_letter(
    comment: Comment, decision: Decision, to: str, stories: Headlines, *, note: str, send_after: datetime
) -> Letter:
    with translation.override(comment.commenter.language):
        context = {
            **_context(comment, stories),
            "note": note,
            "url": links.absolute(comment.get_absolute_url()),
        }
        return _written(
            LetterKind.APPROVED,
            comment,
            to=to,
            subject=_("Your comment was published"),
            template="published",
            context=context,
            send_after=send_after,
            now=decision.at,
            decision=decision,
        )


def statement_of_reasons(
    comment: Comment, rules: Sequence[CitedRule], stories: Headlines, *, note: str, removed: bool
) -> Statement:
    """The statement as it will be frozen with the decision and mailed. Stores nothing; no query."""
    with translation.override(comment.commenter.language):
        context = {**_context(comment, stories), "rules": rules, "note": note, "removed": removed}
        subject = _("Your comment was removed") if removed else _("Your comment was not published")
        return Statement(subject, render_to_string("emails/_statement.txt", context).strip(), context)


def write_statements(
    decided: Sequence[Decided], statements: Sequence[Statement], *, send_after: datetime
) -> list[Letter]:
    """The letters that carry statements of reasons, to each author who has an address. Two queries for all."""
    return _posted(
        [
            _statement_letter(comment, decision, to, statement, send_after)
            for (comment, decision), statement in zip(decided, statements, strict=True)
            if (to := address_of(comment))
        ]
    )


def _statement_letter(
    comment: Comment, decision: Decision, to: str, statement: Statement, send_after: datetime
) -> Letter:
    with translation.override(comment.commenter.language):
        return _written(
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


def cancel_overtaken(comments: Iterable[Comment], kinds: Collection[LetterKind] = OVERTAKEN) -> None:
    """Letters about earlier decisions that wait to be sent never leave: what they say is not so any more."""
    waiting = Letter.objects.filter(comment__in=list(comments), kind__in=kinds, state=LetterState.WAITING)
    waiting.update(state=LetterState.CANCELLED)


def headlines(comments: Iterable[Comment], now: datetime) -> Headlines:
    """The headline of each comment's story as readers last had it, never one that is not published. One query."""
    begun = Publication.objects.filter(article=OuterRef("pk"), starts_at__lte=now).order_by("-starts_at")
    stories = Article.objects.filter(pk__in={comment.discussion.article_id for comment in comments})
    last = stories.values_list("pk", Subquery(begun.values("headline")[:1]))
    return {pk: headline or "" for pk, headline in last}


def _context(comment: Comment, stories: Headlines) -> dict[str, Any]:
    text = comment.current_text
    return {
        "name": comment.name,
        "story": stories[comment.discussion.article_id],
        "sent": comment.submitted_at,
        "body": text.body if text else "",
        "mine_url": links.absolute(links.mine_path(comment)),
        "desk": settings.DEFAULT_FROM_EMAIL,
    }


def _written(
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
    """The letter in the active language, not stored yet."""
    uid = uuid.uuid4()
    frame = {
        "SITE_NAME": settings.SITE_NAME,
        "subject": subject,
        "language": translation.get_language(),
        "direction": "rtl" if translation.get_language_bidi() else "ltr",
        **context,
    }
    return Letter(
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


def _posted(letters: list[Letter]) -> list[Letter]:
    """Stores the letters, which leave at the same time, and their job. At most two queries."""
    Letter.objects.bulk_create(letters)
    if letters:
        enqueue_deliveries([letter.pk for letter in letters], at=letters[0].send_after)
    return letters
