"""How a story stands, in words: at the head of its page and in the list."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from articles.actions import Situation, is_moved, said
from articles.enums import ArticleState
from articles.models import Article, Revision


def head_sentences(article: Article, situation: Situation, latest: Revision | None) -> Iterator[str]:
    """What readers get, what comes, and what the editor has: one sentence each."""
    if article.withdrawn_at:
        yield _("Withdrawn since %(at)s: readers are told that it is gone.") % {
            "at": said(article.withdrawn_at)
        }
    elif situation.running:
        yield _("Live: revision %(number)s.") % {"number": situation.running.revision.number}
    elif situation.latest and situation.latest.ends_at:
        yield _("Ended %(at)s: readers get it no more.") % {"at": said(situation.latest.ends_at)}
    else:
        yield _("Not published.")
    if situation.upcoming:
        yield _("Goes live %(at)s %(zone)s: revision %(number)s.") % {
            "at": said(situation.upcoming.starts_at),
            "zone": timezone.get_default_timezone_name(),
            "number": situation.upcoming.revision.number,
        }
    yield from _draft_sentences(article, situation, latest)


def _draft_sentences(article: Article, situation: Situation, latest: Revision | None) -> Iterator[str]:
    if latest is None:
        yield _("Nothing is saved yet.")
        return
    published = {row.revision.number for row in (situation.running, situation.upcoming) if row}
    words = {"number": latest.number, "at": said(latest.created_at)}
    if not published:
        yield _("Revision %(number)s, saved %(at)s.") % words
    elif latest.number not in published:
        yield _("Newest: revision %(number)s, saved %(at)s, not published.") % words
    last = situation.upcoming or situation.running
    if last and is_moved(article, last):
        yield _("The new address, section or language is not published.")
    if article.state != ArticleState.DRAFT:
        yield f"{article.get_state_display()}."


def badge(article: Any, now: datetime) -> tuple[str, str]:
    """A listed story's state at a glance: a word for its colour, and the words.

    The story comes from `listing.with_standing`.
    """
    if article.withdrawn_at:
        return "gone", _("Withdrawn")
    if article.running_number:
        return "live", " · ".join([_("Live"), *_changes(article)])
    if article.upcoming_at:
        return "soon", _("Scheduled %(at)s") % {"at": soon(article.upcoming_at, now)}
    if article.has_begun:
        return "gone", _("Ended")
    return article.state, article.get_state_display()


def soon(at: datetime, now: datetime) -> str:
    """A time to come: within a week by its weekday, else in full."""
    if at - now > timedelta(days=6):
        return said(at)
    return date_format(timezone.localtime(at, timezone.get_default_timezone()), "D H:i")


def _changes(article: Any) -> Iterator[str]:
    if article.upcoming_at:
        yield _("update scheduled")
    elif article.last_number > article.running_number or article.is_moved:
        in_review = article.state == ArticleState.IN_REVIEW
        yield _("changes in review") if in_review else _("changes not published")
