"""Taking a story away from its readers altogether, and taking that back."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from articles.actions.errors import Refused
from articles.actions.record import cleaned_note, demand, in_turn, lock, record
from articles.actions.situation import situation_of
from articles.enums import Standing, Verb
from articles.models import Article
from articles.permissions import can_publish
from newsroom.accounts.models import User


@transaction.atomic
def withdraw(article: Article, *, by: User | None, note: str, now: datetime) -> None:
    """Readers get "gone" (410) at its addresses: what runs ends now, what is scheduled is cancelled."""
    lock(article)
    demand(can_publish, by, article)
    now = in_turn(article, now)
    reason = cleaned_note(note)
    if not reason:
        raise Refused(_("Note: say why the story is withdrawn."))
    if article.withdrawn_at:
        raise Refused(_("This story is withdrawn already."))
    before = situation_of(article, now)
    if before.standing == Standing.UNPUBLISHED:
        raise Refused(_("This story was never published, so there is nothing to withdraw."))
    if before.upcoming:
        before.upcoming.ends_at = before.upcoming.starts_at
        before.upcoming.save(update_fields=["ends_at"])
    if before.running:
        before.running.ends_at = now
        before.running.save(update_fields=["ends_at"])
    article.withdrawn_at = now
    article.save(update_fields=["withdrawn_at"])
    record(
        article, Verb.WITHDRAWN, by=by, now=now, note=reason, publication=before.running or before.upcoming
    )


@transaction.atomic
def reinstate(article: Article, *, by: User | None, note: str = "", now: datetime) -> None:
    """The withdrawal is taken back; readers get the story again only when somebody publishes it."""
    lock(article)
    demand(can_publish, by, article)
    now = in_turn(article, now)
    if not article.withdrawn_at:
        raise Refused(_("This story is not withdrawn."))
    article.withdrawn_at = None
    article.save(update_fields=["withdrawn_at"])
    record(article, Verb.REINSTATED, by=by, now=now, note=cleaned_note(note))
