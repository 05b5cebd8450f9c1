"""The story that readers get now, with its discussion: what is asked first of everything about commenting."""

from datetime import datetime
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from articles.enums import CorrectionKind
from articles.models import Article, Correction, Publication
from comments.enums import State
from comments.models import Comment, Discussion
from comments.models.comment import UNREAD
from comments.modes import RETRACTED, Applied, Own, mode_at, standing_orders
from newsroom.prepared import MOMENT, NUMBER, TEXT, Prepared


def live_at(path: str, now: datetime) -> Publication | None:
    """The live publication at a path, with its article, section and discussion. One query."""
    found: Publication | None = _AT.first(Publication, path=path, now=now)
    return found


def live_story(article: Article, now: datetime) -> Publication | None:
    """What readers get of a story now, with the same. One query."""
    found: Publication | None = _STORY.first(Publication, article=article.pk, now=now)
    return found


def story_to_write_under(article: Article, now: datetime) -> Publication | None:
    """The same with `crowded_since`: when the newest BREAKER_LEAST comments that wait or that nobody has read began
    to come in, None where there are fewer. One query, which looks at no more comments than these."""
    found: Publication | None = _crowded(settings.BREAKER_LEAST).first(
        Publication, article=article.pk, now=now
    )
    return found


def discussion_of(publication: Publication) -> Discussion | None:
    """The discussion of one that was found here; None where nobody wrote yet. No query."""
    return getattr(publication.article, "discussion", None)


def has_discussion(publication: Any) -> bool:
    """Whether readers get the discussion of one that was found here: not of a retracted one. No query."""
    return not publication.is_retracted


def mode_of(publication: Any, discussion: Discussion | None, now: datetime) -> Applied:
    """How one that was found here takes comments now: under a retracted story none. No query."""
    if not has_discussion(publication):
        return RETRACTED
    return mode_at(
        Own.of(discussion),
        section=publication.section_id,
        first_published_at=publication.first_published_at,
        orders=publication.orders,
        now=now,
    )


def _live(now: datetime, **which: Any) -> QuerySet[Publication]:
    rows = Publication.objects.published(now).filter(**which).order_by()
    rows = rows.select_related("article__discussion", "section").defer("body_html", "search_tokens")
    live: QuerySet[Publication] = rows.annotate(orders=standing_orders(), is_retracted=retracted(now))
    return live


def retracted(now: datetime) -> Exists:
    """Whether the story of a publication was retracted: it may still be read, but its discussion is not there."""
    retractions = Correction.objects.filter(kind=CorrectionKind.RETRACTION, at__lte=now)
    return Exists(retractions.filter(article=OuterRef("article")))


_AT = Prepared(_live, path=TEXT, now=MOMENT)
_STORY = Prepared(_live, article=NUMBER, now=MOMENT)


@lru_cache(maxsize=4)
def _crowded(least: int) -> Prepared:
    unread = Comment.objects.filter(
        UNREAD | Q(state=State.HELD), discussion=OuterRef("article__discussion__pk")
    ).order_by("-submitted_at", "-id")

    def live(now: datetime, article: int) -> QuerySet[Publication]:
        nth = unread.values("submitted_at")[max(0, least - 1) : max(1, least)]
        return _live(now, article=article).annotate(crowded_since=Subquery(nth))

    return Prepared(live, article=NUMBER, now=MOMENT)
