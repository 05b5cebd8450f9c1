"""What readers' pages read of stories: live rows with what is shown of them, in a fixed number of queries."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import OuterRef, Prefetch, Q, QuerySet, Subquery

from articles.models import Article, Correction, Publication, PublicationByline, PublicationTopic, Section
from articles.querysets import PublicationQuerySet
from newsroom.html import text_of

OPENING_WORDS = 110
STORIES_A_DESK = 4


@dataclass(frozen=True, slots=True)
class Desk:
    """A section's place on the home front with its newest stories."""

    section: Section
    stories: list[Publication]


def teasers(now: datetime) -> PublicationQuerySet:
    """Live publications, newest first, with section and byline and without their long texts. Two queries."""
    rows = (
        Publication.objects.published(now)
        .newest_first()
        .select_related("section")
        .defer("body_html", "search_tokens")
    )
    return rows.prefetch_related(_byline())


def story_at(path: str, now: datetime) -> Publication | None:
    """The live publication at a path with all that its page shows. Four queries, one where there is none."""
    rows = Publication.objects.published(now).filter(path=path).select_related("article", "section")
    return (
        rows.defer("search_tokens")
        .prefetch_related(
            _byline(),
            Prefetch("topic_links", PublicationTopic.objects.select_related("topic")),
            Prefetch("article__corrections", corrections(now), to_attr="shown_corrections"),
        )
        .first()
    )


def corrections(now: datetime) -> QuerySet[Correction]:
    """Public corrections, newest first: those whose publication has started."""
    started = Q(publication=None) | Q(publication__starts_at__lte=now)
    return Correction.objects.filter(started, at__lte=now).select_related("text").order_by("-at", "-id")


def corrections_of_live_stories(now: datetime) -> QuerySet[Correction]:
    """Corrections with the live publication of their story as `article.live_publications`. Three queries."""
    live = Publication.objects.published(now).defer("body_html", "search_tokens")
    rows = corrections(now).filter(article__in=live.values("article")).select_related("article")
    return rows.prefetch_related(Prefetch("article__publications", live, to_attr="live_publications"))


def desks(now: datetime, *, besides: list[int]) -> list[Desk]:
    """Each section in use with its newest live stories, leaving out those that stand higher on the page.

    Three queries whatever the number of sections: each section's newest ids come by index.
    """
    newest = (
        Publication.objects.published(now)
        .newest_first()
        .filter(section=OuterRef("pk"))
        .exclude(pk__in=besides)
    )
    ranks = {
        f"story_{rank}": Subquery(newest.values("pk")[rank : rank + 1]) for rank in range(STORIES_A_DESK)
    }
    sections = list(Section.objects.filter(retired_at=None).annotate(**ranks))
    wanted = {section.pk: [getattr(section, rank) for rank in ranks] for section in sections}
    rows = teasers(now).in_bulk([pk for pks in wanted.values() for pk in pks if pk])
    found = [Desk(section, [rows[pk] for pk in wanted[section.pk] if pk in rows]) for section in sections]
    return [desk for desk in found if desk.stories]


def opening(publication: Publication) -> list[str]:
    """A story's first OPENING_WORDS words as plain paragraphs, with an ellipsis at the end. One query."""
    body = Publication.objects.values_list("body_html", flat=True).get(pk=publication.pk)
    shown: list[str] = []
    room = OPENING_WORDS
    for paragraph in text_of(body).split("\n\n"):
        words = paragraph.split()
        shown.append(" ".join(words[:room]) + ("…" if len(words) > room else ""))
        room -= len(words)
        if room <= 0:
            break
    return [paragraph for paragraph in shown if paragraph]


def was_public(article: Article, path: str, now: datetime) -> bool:
    """Whether readers ever got this story here; an address that waits for its time was not. One query."""
    if article.embargo_until and article.embargo_until > now:
        return False
    by = min(at for at in (now, article.blocked_at, article.withdrawn_at) if at)
    rows = article.publications.values_list("path", "starts_at", "ends_at")
    public = {at for at, starts_at, ends_at in rows if starts_at <= by and starts_at != ends_at}
    reserved = {at for at, _, _ in rows}
    return path in public or (bool(public) and path not in reserved)


def _byline() -> Prefetch[str]:
    return Prefetch("byline", PublicationByline.objects.select_related("author"))
