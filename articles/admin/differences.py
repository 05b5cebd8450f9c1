"""What differs between two states of a story, by field and by word, as data that templates escape."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from django.utils.translation import gettext as _

from articles.actions import Content, path_of
from articles.enums import Label
from articles.models import Article, Author, Publication, Topic
from newsroom.html import text_of

LONGEST_BY_WORD = 1_000
WORDS = re.compile(r"\S+|\s+")


@dataclass(frozen=True, slots=True)
class Part:
    """A run of text: in both (`same`), only in the newer one (`ins`) or only in the older one (`del`)."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class Difference:
    """One field whose two texts differ: the older one as it stands, and the way from it to the newer one."""

    field: str
    name: str
    older: str
    parts: Sequence[Part]


def differences(older: Content, newer: Content) -> list[Difference]:
    """The fields that differ, in the order of the page. At most four queries."""
    texts = zip(_texts(older, newer), _texts(newer, older), strict=True)
    found = [
        Difference(field, name, before, list(_parts(before, after)))
        for (field, name, before), (_field, _name, after) in texts
        if before != after
    ]
    if older.body != newer.body and "body" not in {difference.field for difference in found}:
        words = _("The same words; crossheads, quotes, lists, emphasis or links differ.")
        found.append(Difference("body", _("Body"), text_of(older.body), [Part("same", words)]))
    return found


def moves(older: Publication, newer: Article) -> list[Difference]:
    """What else the next publication would change: section, address and language. At most two queries."""
    return [
        Difference(field, name, before, [*_run("replace", before, after)])
        for field, name, before, after in (
            ("section", _("Section"), str(older.section), str(newer.section)),
            ("slug", _("Address"), f"/{older.path}/", f"/{path_of(newer, older.first_published_at)}/"),
            ("language", _("Language"), older.language, newer.language),
        )
        if before != after
    ]


def _texts(content: Content, other: Content) -> Iterator[tuple[str, str, str]]:
    yield "kicker", _("Kicker"), content.kicker
    yield "headline", _("Headline"), content.headline
    yield "standfirst", _("Standfirst"), content.standfirst
    yield "byline", _("Byline"), "" if content.byline == other.byline else _names(Author, content.byline)
    yield "dateline", _("Dateline"), content.dateline
    yield "body", _("Body"), text_of(content.body)
    yield "topics", _("Topics"), "" if content.topics == other.topics else _names(Topic, content.topics)
    yield "label", _("Label"), str(Label(content.label).label)


def _names(model: type[Author] | type[Topic], ids: Sequence[int]) -> str:
    names = dict(model._default_manager.filter(pk__in=ids).values_list("pk", "name"))
    return ", ".join(names.get(pk, "?") for pk in ids)


def _parts(older: str, newer: str) -> Iterator[Part]:
    """By paragraph first, so that long texts stay quick, and by word inside paragraphs that changed."""
    before, after = older.splitlines(keepends=True), newer.splitlines(keepends=True)
    for tag, i, j, k, m in SequenceMatcher(None, before, after).get_opcodes():
        gone, come = "".join(before[i:j]), "".join(after[k:m])
        if tag == "replace" and max(len(gone.split()), len(come.split())) <= LONGEST_BY_WORD:
            yield from _word_parts(WORDS.findall(gone), WORDS.findall(come))
        else:
            yield from _run(tag, gone, come)


def _word_parts(before: list[str], after: list[str]) -> Iterator[Part]:
    for tag, i, j, k, m in SequenceMatcher(None, before, after).get_opcodes():
        yield from _run(tag, "".join(before[i:j]), "".join(after[k:m]))


def _run(tag: str, gone: str, come: str) -> Iterator[Part]:
    if tag == "equal":
        yield Part("same", gone)
        return
    if gone:
        yield Part("del", gone)
    if come:
        yield Part("ins", come)
