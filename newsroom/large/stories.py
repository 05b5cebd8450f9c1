"""Published stories in bulk, each with its address, revision, record and discussion."""

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache

from django.db import transaction
from django.utils import timezone

from articles.enums import ReadersHave, Verb
from articles.models import (
    Address,
    Article,
    ArticleEvent,
    Author,
    PageVersion,
    Publication,
    PublicationByline,
    PublicationTopic,
    Revision,
    Section,
    Topic,
)
from comments.models import Discussion
from newsroom.accounts.models import User
from newsroom.html import story_html
from newsroom.large.rows import BATCH, ids_of, in_batches, insert
from newsroom.large.words import paragraph, sentence

NEWEST = datetime(2026, 10, 1, 12, tzinfo=UTC)
APART = timedelta(minutes=10)
"""Story 1 is the newest; each one after it is that much older."""
PARAGRAPHS = 10
DIFFERENT = 5_000
"""How many different paragraphs there are; cleaning one is most of what it costs, and each is cleaned once."""


@dataclass(frozen=True, slots=True)
class Filing:
    """What the stories are filed under, in turn."""

    sections: Sequence[Section]
    authors: Sequence[Author]
    topics: Sequence[Topic]
    editor: User


def write_stories(number: int, filing: Filing, *, report: Callable[[int], None]) -> None:
    """There are stories 1 to `number`; those that were there stay. `report` gets how many there are, in steps."""
    missing = range(Article.objects.count() + 1, number + 1)
    for batch in in_batches(missing, BATCH // 4):
        with transaction.atomic():
            _write(batch, filing)
            PageVersion.objects.rise("stories")
        report(batch[-1])


def _write(numbers: list[int], filing: Filing) -> None:
    ids = [ids_of(model) for model in (Article, Revision, Publication)]
    made = [_story(number, filing, next(ids[0]), next(ids[1]), next(ids[2])) for number in numbers]
    articles = [publication.article for publication in made]
    insert(articles)
    insert(publication.revision for publication in made)
    insert(made)
    insert(Address(path=one.path, article=one.article, created_at=one.starts_at) for one in made)
    insert(PublicationByline(publication=one, author_id=one.revision.byline[0], position=0) for one in made)
    insert(PublicationTopic(publication=one, topic_id=one.revision.topics[0], position=0) for one in made)
    insert(event for one in made for event in _record(one))
    insert(Discussion(article=one.article, created_at=one.starts_at) for one in made)


def _story(
    number: int, filing: Filing, article_id: int, revision_id: int, publication_id: int
) -> Publication:
    chance = random.Random(number)  # noqa: S311 - made-up prose
    at = NEWEST - APART * number
    section = filing.sections[number % len(filing.sections)]
    headline, standfirst = f"{sentence(chance, 5, 9)[:-1]} ({number})", sentence(chance)
    written = [_written(chance.randrange(DIFFERENT)) for _ in range(PARAGRAPHS)]
    body = "".join(html for html, _words in written)
    article = Article(
        pk=article_id,
        slug=f"story-{number}",
        section=section,
        language=section.language,
        last_number=1,
        readers_have=ReadersHave.NEWEST,
        working_headline=headline,
        created_by=filing.editor,
        created_at=at,
        changed_at=at,
    )
    revision = Revision(
        pk=revision_id,
        article=article,
        number=1,
        headline=headline,
        standfirst=standfirst,
        body=body,
        byline=[filing.authors[number % len(filing.authors)].pk],
        topics=[filing.topics[number % len(filing.topics)].pk],
        created_by=filing.editor,
        created_at=at,
    )
    return Publication(
        pk=publication_id,
        article=article,
        revision=revision,
        section=section,
        slug=article.slug,
        path=f"{section.slug}/{timezone.localtime(at):%Y/%m/%d}/{article.slug}",
        language=article.language,
        headline=headline,
        standfirst=standfirst,
        body_html=body,
        description=standfirst,
        word_count=sum(words for _html, words in written),
        starts_at=at,
        first_published_at=at,
        updated_at=at,
        created_by=filing.editor,
        created_at=at,
    )


@lru_cache(maxsize=DIFFERENT)
def _written(number: int) -> tuple[str, int]:
    """A paragraph's HTML and number of words."""
    text = paragraph(random.Random(number), 4)  # noqa: S311 - made-up prose
    return story_html(f"<p>{text}</p>"), len(text.split())


def _record(publication: Publication) -> Iterator[ArticleEvent]:
    about = {"article": publication.article, "at": publication.starts_at, "by": publication.created_by}
    yield ArticleEvent(verb=Verb.CREATED, **about)
    yield ArticleEvent(verb=Verb.SAVED, revision=publication.revision, **about)
    yield ArticleEvent(verb=Verb.PUBLISHED, revision=publication.revision, publication=publication, **about)
