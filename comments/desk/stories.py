"""Which story a comment stands under, as readers see it now."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from articles.models import Article, Publication
from comments.live import live_story


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


def story_of(article: Article, now: datetime) -> Story:
    """The same of one story. One query."""
    live = live_story(article, now)
    if live is None:
        return Story(article.working_headline, "", article.language)
    return Story(live.headline, live.get_absolute_url(), live.language)


def headlines_of(working: Mapping[int, str], now: datetime) -> dict[int, str]:
    """Each article's headline as published at `now`, by id, else the working one that is given. One query."""
    live = Publication.objects.published(now).filter(article__in=working.keys()).order_by()
    return {**working, **dict(live.values_list("article", "headline"))}
