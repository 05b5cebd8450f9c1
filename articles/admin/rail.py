"""What stands beside a story's text: what it lacks, how it stands, which verbs are open, and its history."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from django.urls import reverse
from django.utils.translation import gettext as _

from articles.actions import Situation, is_moved, missing_to_publish, situation_of
from articles.admin.wording import head_sentences
from articles.models import Article, ArticleEvent, ImportedSource, Revision
from articles.permissions import Person, can_mark_ready, can_publish, can_send_back, can_submit

HISTORY = 20


@dataclass(frozen=True, slots=True)
class Verb:
    """A button that posts the story's form to the verb's address."""

    words: str
    url: str
    is_main: bool


@dataclass
class Rail:
    """One story's rail for one person at one time. Six queries in all, each made once."""

    article: Article
    person: Person
    now: datetime

    @cached_property
    def situation(self) -> Situation:
        return situation_of(self.article, self.now)

    @cached_property
    def latest(self) -> Revision | None:
        return self.article.revisions.order_by("-number").first()

    @cached_property
    def missing(self) -> dict[str, str]:
        if self.latest is None:
            return {"headline": _("a saved text")}
        return missing_to_publish(self.article, self.latest)

    @cached_property
    def history(self) -> list[ArticleEvent]:
        return list(self.article.events.select_related("by", "revision")[:HISTORY])

    @cached_property
    def source(self) -> ImportedSource | None:
        return ImportedSource.objects.filter(article=self.article).first()

    @property
    def head(self) -> str:
        return " ".join(head_sentences(self.article, self.situation, self.latest))

    @property
    def has_changes(self) -> bool:
        """Whether the newest revision is neither live nor scheduled, or would come under another address."""
        out = [row for row in (self.situation.running, self.situation.upcoming) if row]
        if self.latest is None or self.latest.pk not in {row.revision_id for row in out}:
            return self.latest is not None
        return is_moved(self.article, out[-1])

    @property
    def may_publish(self) -> bool:
        return can_publish(self.person, self.article)

    @property
    def verbs(self) -> list[Verb]:
        return list(self._verbs())

    def _verbs(self) -> Iterator[Verb]:
        main = self.may_publish
        if main:
            yield self._verb("save_and_publish", self._words_for_publishing(), is_main=True)
        if self.has_changes and can_submit(self.person, self.article):
            yield self._verb("submit", _("Submit for review"), is_main=not main)
        if can_send_back(self.person, self.article):
            yield self._verb("send_back", _("Send back"))
        if self.has_changes and can_mark_ready(self.person, self.article):
            yield self._verb("ready", _("Mark as ready"))

    def _words_for_publishing(self) -> str:
        if self.situation.running and self.has_changes:
            return _("Publish changes…")
        if self.situation.running or self.situation.upcoming or self.article.withdrawn_at:
            return _("Publication…")
        return _("Publish…")

    def _verb(self, name: str, words: str, *, is_main: bool = False) -> Verb:
        return Verb(words, reverse(f"admin:articles_article_{name}", args=[self.article.pk]), is_main)
