"""The way of a draft over the desk: handed in, sent back, marked as ready."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from articles.actions.errors import Refused
from articles.actions.record import cleaned_note, demand, lock, record
from articles.actions.writing import newest_revision
from articles.enums import ArticleState, Verb
from articles.models import Article
from articles.permissions import can_edit, can_edit_all
from newsroom.accounts.models import User


@transaction.atomic
def submit(article: Article, *, by: User | None, note: str = "", now: datetime) -> None:
    """The draft is with the desk: its reporter reads it from now on, editors work on it."""
    lock(article)
    if article.state == ArticleState.IN_REVIEW:
        raise Refused(_("This story is in review already."))
    if article.state == ArticleState.READY:
        raise Refused(_("This story is marked as ready already. Send it back to work on it again."))
    demand(can_edit, by, article)
    _to(article, ArticleState.IN_REVIEW, Verb.SUBMITTED, by=by, note=note, now=now)


@transaction.atomic
def send_back(article: Article, *, by: User | None, note: str = "", now: datetime) -> None:
    """The story is its reporter's draft again; the note says why."""
    lock(article)
    demand(_edits_all, by, article)
    if article.state == ArticleState.DRAFT:
        raise Refused(_("This story is a draft: there is nothing to send back."))
    _to(article, ArticleState.DRAFT, Verb.SENT_BACK, by=by, note=note, now=now)


@transaction.atomic
def mark_ready(article: Article, *, by: User | None, note: str = "", now: datetime) -> None:
    """An editor says that the story needs no more work."""
    lock(article)
    demand(_edits_all, by, article)
    if article.state == ArticleState.READY:
        raise Refused(_("This story is marked as ready already."))
    _to(article, ArticleState.READY, Verb.APPROVED, by=by, note=note, now=now)


def _edits_all(by: User, article: Article) -> bool:
    return can_edit_all(by)


def _to(
    article: Article, state: ArticleState, verb: Verb, *, by: User | None, note: str, now: datetime
) -> None:
    revision = newest_revision(article)
    if revision is None:
        raise Refused(_("Save the story first: it has no revision yet."))
    article.state = state
    article.save(update_fields=["state"])
    record(article, verb, by=by, now=now, note=cleaned_note(note), revision=revision)
