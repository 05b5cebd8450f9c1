"""Narrows a view of the desk: by section, story, rule, commenter, age and language, and says so in chips."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import timedelta
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet
from django.utils.functional import Promise
from django.utils.translation import get_language_info, gettext_lazy
from django.utils.translation import gettext as _

from articles.models import Article, Section
from comments.desk.views import Asker, View
from comments.models import Comment, Commenter, CommentFinding, Raid, Rule

AGES: dict[str, str | Promise] = {
    "30": gettext_lazy("30 min or longer"),
    "120": gettext_lazy("2 hours or longer"),
    "1440": gettext_lazy("a day or longer"),
}
EVERY_LANGUAGE = "all"
MOST_CAUGHT = 500
MOST_LOOKED_THROUGH = 10_000


@dataclass(frozen=True, slots=True)
class Filters:
    """What of a view to show, each as addresses say it: a slug, public ids, a key, minutes, a language's code.

    `raid` is one whose comments are shown. No `language` means the moderator's own languages, `all` every one.
    """

    section: str = ""
    story: str = ""
    rule: str = ""
    commenter: str = ""
    age: str = ""
    language: str = ""
    raid: str = ""

    @property
    def are_set(self) -> bool:
        """Whether anything but the moderator's own languages narrows the view."""
        return any(
            value for name, value in asdict(self).items() if (name, value) != ("language", EVERY_LANGUAGE)
        )

    @property
    def opens_raids(self) -> bool:
        """Whether comments of raids stand in the list each by itself."""
        return bool(self.raid or self.story or self.commenter)

    def languages(self, own: Sequence[str]) -> list[str]:
        """The languages asked for; none means every one. Of a raid all are shown."""
        if self.language == EVERY_LANGUAGE or self.raid:
            return []
        return [self.language] if self.language else list(own)

    def applied(self, rows: QuerySet[Any], view: View, asker: Asker, own: Sequence[str]) -> QuerySet[Any]:
        """The rows of a view that fit; adds no query, but two where a rule is asked for."""
        if languages := self.languages(own):
            rows = rows.filter(discussion__article__language__in=languages)
        if self.section:
            rows = rows.filter(discussion__article__section__slug=self.section)
        if self.story:
            rows = rows.filter(discussion__article__uid=self.story)
        if self.commenter:
            rows = rows.filter(commenter__uid=self.commenter)
        if self.raid:
            rows = rows.filter(raid__uid=self.raid)
        if self.rule:
            rows = _caught_by(self.rule, rows, view)
        if self.age:
            rows = rows.filter(**{f"{view.since}__lte": asker.now - timedelta(minutes=int(self.age))})
        return rows

    def without(self, name: str) -> "Filters":
        return replace(self, **{name: ""})


def _caught_by(key: str, rows: QuerySet[Any], view: View) -> QuerySet[Any]:
    """The rows in whose text a check of the rule found something, at a cost that an index bounds.

    A rule that caught few is looked up from what it caught, wherever that stands. One that ever caught more than
    that catches often, so the first MOST_LOOKED_THROUGH rows of the view are looked through, and no further.
    """
    texts = CommentFinding.objects.filter(rule__key=key).order_by().values_list("text", flat=True)
    found = set(texts[: MOST_CAUGHT + 1])
    if len(found) <= MOST_CAUGHT:
        ids = Comment.objects.filter(current_text__in=found).order_by().values_list("pk", flat=True)
        return rows.filter(pk__in=list(ids))
    first = view.ordered(rows).values("pk")[:MOST_LOOKED_THROUGH]
    caught = CommentFinding.objects.filter(text=OuterRef("current_text"), rule__key=key)
    return rows.filter(Exists(caught), pk__in=first)


@dataclass(frozen=True, slots=True)
class Chip:
    """One filter in words, and its name, to take it away."""

    name: str
    words: str


def chips_of(filters: Filters) -> list[Chip]:
    """Each filter that is set, in words. At most one query for each."""
    return [Chip(name, words) for name, words in _worded(filters)]


def _worded(filters: Filters) -> Iterator[tuple[str, str]]:
    said: dict[str, Callable[[str], str]] = {
        "section": lambda slug: _first(Section.objects.filter(slug=slug), "name", slug),
        "story": lambda uid: _first(Article.objects.filter(uid=uid), "working_headline", uid),
        "rule": _rule,
        "commenter": lambda uid: _first(Commenter.objects.filter(uid=uid), "name", uid),
        "age": lambda age: str(AGES[age]),
        "language": language_name,
        "raid": _raid,
    }
    for name, value in asdict(filters).items():
        if value:
            yield name, said[name](value)


def language_name(code: str) -> str:
    """A language as its readers' language calls it; a code that nobody knows stays a code."""
    if code == EVERY_LANGUAGE:
        return _("Every language")
    try:
        return str(get_language_info(code)["name_translated"])
    except KeyError:
        return code


def _raid(uid: str) -> str:
    raids = Raid.objects.filter(uid=uid)
    story = _first(raids, "discussion__article__working_headline", uid)
    return _("raid on “%(story)s”") % {"story": story}


def _rule(key: str) -> str:
    newest = Rule.objects.filter(key=key).order_by("-policy__version").first()
    return _("rule %(number)d") % {"number": newest.number} if newest else key


def _first(rows: QuerySet[Any], name: str, otherwise: str) -> str:
    return str(rows.values_list(name, flat=True).first() or otherwise)
