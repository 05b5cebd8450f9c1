"""A letter from its words to its job: whom it goes to, how it is stored, and when it is not so any more."""

import uuid
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db.models import OuterRef, Subquery
from django.utils import translation

from articles.models import Article, Publication
from comments.enums import LetterKind, LetterState
from comments.models import Comment, Commenter, Letter
from comments.tasks import delivery_of
from newsroom.together import insert, take_keys

OVERTAKEN = (LetterKind.APPROVED, LetterKind.STATEMENT)
"""Letters that tell how a comment stands, and so are wrong once it stands otherwise."""

Headlines = Mapping[int, str]
"""Headlines by the ids of their stories."""


@dataclass(frozen=True, slots=True)
class Leaving:
    """When letters leave, and the bundle of which each address gets one mail; without one each is a mail."""

    at: datetime
    bundle: uuid.UUID | None = None


def address_of(comment: Comment) -> str:
    """Where its author gets mail; "" once they are erased."""
    return address_of_commenter(comment.commenter)


def address_of_commenter(commenter: Commenter) -> str:
    """Where a commenter gets mail; "" once they are erased.

    Who has an account gets it where they sign in now: the address with which they once began may be somebody
    else's by now.
    """
    return commenter.user.email if commenter.user else commenter.address or ""


def written(
    kind: LetterKind,
    *,
    to: str,
    subject: str,
    template: str,
    context: dict[str, Any],
    send_after: datetime,
    now: datetime,
    **about: Any,
) -> Letter:
    """The letter about a comment, a decision or a report, not stored yet: its facts, and the language for its words."""
    uid = uuid.uuid4()
    return Letter(
        uid=uid,
        kind=kind,
        to=to,
        facts={"template": template, "subject": subject, "language": translation.get_language(), **context},
        message_id=f"<{uid}@{urlsplit(settings.SITE_URL).hostname or 'localhost'}>",
        send_after=send_after,
        created_at=now,
        **about,
    )


def posted(letters: list[Letter]) -> list[Letter]:
    """Stores the letters, which leave at the same time, and their job. At most two queries."""
    if letters:
        take_keys(*letters)
        insert(*letters, delivery_of([letter.pk for letter in letters], at=letters[0].send_after))
    return letters


def cancel_overtaken(comments: Iterable[Comment], kinds: Collection[LetterKind] = OVERTAKEN) -> None:
    """Letters about earlier decisions that have not left never do: what they say is not so any more.

    One query. They are locked by id, as the worker locks those that it sends together.
    """
    unsent = (LetterState.WAITING, LetterState.FAILED)
    rows = Letter.objects.filter(comment__in=list(comments), kind__in=kinds, state__in=unsent)
    locked = rows.order_by("pk").select_for_update(no_key=True)
    Letter.objects.filter(pk__in=locked.values("pk")).update(state=LetterState.CANCELLED)


def headlines(comments: Iterable[Comment], now: datetime) -> Headlines:
    """The headline of each comment's story as readers last had it, never one that is not published. One query."""
    begun = Publication.objects.filter(article=OuterRef("pk"), starts_at__lte=now).order_by("-starts_at")
    stories = Article.objects.filter(pk__in={comment.discussion.article_id for comment in comments})
    last = stories.values_list("pk", Subquery(begun.values("headline")[:1]))
    return {pk: headline or "" for pk, headline in last}
