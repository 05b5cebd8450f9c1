"""How a story stands towards its readers at a moment, read from its publications once."""

from dataclasses import dataclass
from datetime import datetime

from articles.enums import Standing
from articles.models import Article, Publication


@dataclass(frozen=True, slots=True)
class Situation:
    """`running` is what readers get, `upcoming` is scheduled, `first` and `latest` have begun at all."""

    standing: Standing
    running: Publication | None
    upcoming: Publication | None
    first: Publication | None
    latest: Publication | None


def situation_of(article: Article, now: datetime) -> Situation:
    """Reads how the story stands at `now`; publications come with their revisions' numbers. One query."""
    rows = [
        row
        for row in article.publications.select_related("revision").order_by("starts_at", "id")
        if row.ends_at is None or row.ends_at > row.starts_at
    ]
    begun = [row for row in rows if row.starts_at <= now]
    running = next((row for row in begun if row.ends_at is None or row.ends_at > now), None)
    upcoming = next((row for row in rows if row.starts_at > now), None)
    return Situation(
        standing=_standing(article, begun, running, upcoming),
        running=running,
        upcoming=upcoming,
        first=begun[0] if begun else None,
        latest=begun[-1] if begun else None,
    )


def is_moved(article: Article, publication: Publication) -> bool:
    """Whether the story's section, slug or language differ from what this publication gives its readers."""
    given = (publication.section_id, publication.slug, publication.language)
    return (article.section_id, article.slug, article.language) != given


def _standing(
    article: Article, begun: list[Publication], running: Publication | None, upcoming: Publication | None
) -> Standing:
    if article.withdrawn_at:
        return Standing.WITHDRAWN
    if running:
        return Standing.LIVE
    if upcoming:
        return Standing.SCHEDULED
    return Standing.ENDED if begun else Standing.UNPUBLISHED
