"""What an editor hands in to be saved, and how it is cleaned before it becomes a revision."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from articles.actions.errors import Refused
from articles.enums import Label
from articles.models import Author, Revision, Topic
from newsroom.html import one_line, story_html

LONGEST_BODY = 500_000
MOST_NAMES = 50
LINES = {
    "headline": (gettext_lazy("Headline"), 200),
    "kicker": (gettext_lazy("Kicker"), 60),
    "standfirst": (gettext_lazy("Standfirst"), 500),
    "dateline": (gettext_lazy("Dateline"), 120),
}


@dataclass(frozen=True, slots=True)
class Content:
    """What a story says: lines of plain text, the body as HTML, byline and topics as ids in order."""

    headline: str
    kicker: str = ""
    standfirst: str = ""
    dateline: str = ""
    body: str = ""
    byline: Sequence[int] = ()
    topics: Sequence[int] = ()
    label: str = Label.NEWS.value
    pictures: Sequence[Any] = ()


def content_of(revision: Revision) -> Content:
    """A stored revision in the form in which editors hand content in."""
    found = {field.name: getattr(revision, field.name) for field in fields(Content)}
    values: dict[str, Any] = {
        key: tuple(value) if isinstance(value, list) else value for key, value in found.items()
    }
    return Content(**values)


def cleaned(content: Content) -> Content:
    """The content as it is stored: one-line texts, allowed markup, known names. At most two queries.

    Raises Refused with a sentence that names every field at fault.
    """
    lines = {name: one_line(getattr(content, name)) for name in LINES}
    body = story_html(content.body) if len(content.body) <= LONGEST_BODY else ""
    faults = [*_faults_of_lines(lines), *_faults_of_choices(content)]
    if faults:
        raise Refused(" ".join(faults))
    return replace(
        content,
        **lines,
        body=body,
        byline=_known(Author, content.byline),
        topics=_known(Topic, content.topics),
        label=str(content.label),
        pictures=tuple(content.pictures),
    )


def _faults_of_lines(lines: dict[str, str]) -> Iterable[str]:
    if not lines["headline"]:
        yield _("A headline is needed to save.")
    for name, line in lines.items():
        words, most = LINES[name]
        if len(line) > most:
            yield _("%(field)s: %(length)s characters are too many, %(most)s fit.") % {
                "field": words,
                "length": len(line),
                "most": most,
            }


def _faults_of_choices(content: Content) -> Iterable[str]:
    if len(content.body) > LONGEST_BODY:
        yield _("Body: it is longer than %(most)s characters. Split the story.") % {"most": LONGEST_BODY}
    if content.label not in Label.values:
        yield _("Label: “%(label)s” is not one of ours.") % {"label": one_line(str(content.label))[:40]}
    if max(len(content.byline), len(content.topics)) > MOST_NAMES:
        yield _("Byline and topics: at most %(most)s names each.") % {"most": MOST_NAMES}


def _known(model: type[Author] | type[Topic], ids: Sequence[int]) -> tuple[int, ...]:
    """The ids once each in their order, merged ones replaced by what took their place."""
    rows: dict[int, Author | Topic] = (
        {row.pk: row for row in model._default_manager.filter(pk__in=ids)} if ids else {}
    )
    unknown = [pk for pk in ids if pk not in rows]
    if unknown:
        raise Refused(
            _("%(what)s: there is none with the number %(number)s.")
            % {"what": str(model._meta.verbose_name).capitalize(), "number": unknown[0]}
        )
    return tuple(dict.fromkeys(rows[pk].merged_into_id or pk for pk in ids))
