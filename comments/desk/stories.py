"""Which story a comment stands under, as readers see it now."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from articles.models import Article, Publication


@dataclass(frozen=True, slots=True)
class Story:
    """A story's headline and its address; no address where readers cannot get it now."""

    headline: str
    url: str
    language: str


def stories_of(articles: Iterable[Article], now: datetime) -> dict[int, Story]:
    """Each article's story by id, as published at `now`, else by its working headline. One query."""
    wanted = {article.pk: article for article in articles}
    live = Publication.objects.published(now).filter(article__in=wanted).defer("body_html", "search_tokens")
    stories = {one.article_id: Story(one.headline, one.get_absolute_url(), one.language) for one in live}
    return {
        pk: stories.get(pk) or Story(article.working_headline, "", article.language)
        for pk, article in wanted.items()
    }
