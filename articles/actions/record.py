"""What every verb does around its own work: the right, the row lock, and the record."""

from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import F, Max
from django.utils.translation import gettext as _

from articles.actions.errors import Refused
from articles.actions.times import said
from articles.enums import ReadersHave, Verb
from articles.models import Article, ArticleEvent, PageVersion
from articles.permissions import Person
from newsroom.accounts.models import User
from newsroom.html import one_line

LONGEST_NOTE = 500
PUBLIC = frozenset(
    {Verb.PUBLISHED, Verb.SCHEDULED, Verb.UNSCHEDULED, Verb.ENDED, Verb.WITHDRAWN, Verb.REINSTATED}
)
"""The acts after which readers get other stories, or other moments at which they will."""
DESKS = frozenset({Verb.SAVED, Verb.IMPORTED, Verb.MOVED})
"""The acts after which the desk has something that readers may not have."""


def lock(article: Article) -> None:
    """Reads the story again under its row lock, inside the caller's transaction. One query.

    The key itself is not locked, so that rows which only point at the story can still be written.
    """
    article.refresh_from_db(from_queryset=Article.objects.select_for_update(no_key=True))


def in_turn(article: Article, now: datetime) -> datetime:
    """The time of an act on the locked story: not before the last decision on what readers get. One query.

    Whoever waited for the lock read the clock before the one who held it, and would take that one's publication for
    a scheduled one.
    """
    last = article.publications.aggregate(last=Max("created_at"))["last"]
    return max(now, last) if last else now


def demand_unchanged(article: Article, seen: int) -> None:
    """Locks the story in the caller's transaction; raises Refused where somebody acted on it since `seen`.

    `seen` is the id of the newest act that the caller was shown, 0 for none. Two queries.
    """
    lock(article)
    newest = article.events.select_related("by").first()
    if newest and newest.pk != seen:
        raise Refused(
            _("%(who)s %(what)s (%(at)s) since you opened this page. Nothing was done: look again.")
            % {"who": newest.by or _("The system"), "what": newest.get_verb_display(), "at": said(newest.at)}
        )


def demand(allowed: Any, by: Person | None, *about: Any) -> None:
    """Raises PermissionDenied unless the permission function allows it; None is the operator."""
    if by is not None and not allowed(by, *about):
        raise PermissionDenied


def cleaned_note(note: str) -> str:
    """The note as it is stored; raises Refused where it is too long."""
    line = one_line(note)
    if len(line) > LONGEST_NOTE:
        raise Refused(
            _("The note has %(length)s characters; %(most)s fit.")
            % {"length": len(line), "most": LONGEST_NOTE}
        )
    return line


def record(article: Article, verb: Verb, *, by: User | None, now: datetime, **about: Any) -> ArticleEvent:
    """Writes the act into the story's record and puts the story on top of the desk's list. Two queries.

    To be called when the act's own rows are written: with one query more, an act that changes what readers or the
    desk have compares the two. A public act also makes the pages that list stories anew, with another one.
    """
    article.changed_at = now
    if verb in PUBLIC | DESKS:
        article.readers_have = readers_have(article)
    article.save(update_fields=["changed_at", "readers_have"])
    event = ArticleEvent.objects.create(article=article, verb=verb, by=by, at=now, **about)
    if verb in PUBLIC:
        PageVersion.objects.rise("stories")
    return event


def readers_have(article: Article) -> ReadersHave:
    """What the story's last publication that was not cancelled gives of what the desk saved last. One query."""
    given = ("revision__number", "section", "slug", "language")
    real = article.publications.exclude(ends_at=F("starts_at")).order_by("-starts_at", "-id")
    newest = real.values_list(*given).first()
    if newest is None:
        return ReadersHave.NOTHING
    saved = (article.last_number, article.section_id, article.slug, article.language)
    return ReadersHave.NEWEST if newest == saved else ReadersHave.OLDER
