"""Beginning a story, saving what it says, and changing where it stands."""

import re
from dataclasses import asdict
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from articles.actions.addresses import checked_slug, free_slug
from articles.actions.content import Content, cleaned, content_of
from articles.actions.errors import Refused, StaleSave
from articles.actions.record import cleaned_note, demand, lock, record
from articles.enums import RevisionReason, Verb
from articles.models import Article, Revision, Section
from articles.permissions import can_draft, can_edit, can_move
from newsroom.accounts.models import User
from newsroom.html import one_line

LANGUAGE_TAG = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,6})?")


@transaction.atomic
def begin(
    *, by: User | None, section: Section, headline: str, language: str = "", slug: str = "", now: datetime
) -> Article:
    """A new story without a revision; the slug comes from the headline unless one is given. Four queries."""
    demand(can_draft, by)
    title = _checked_headline(headline)
    _check_section(section)
    article = Article.objects.create(
        section=section,
        slug=checked_slug(slug) if slug else free_slug(title, section),
        language=_checked_language(language or section.language),
        working_headline=title,
        created_by=by,
        created_at=now,
        changed_at=now,
    )
    record(article, Verb.CREATED, by=by, now=now)
    return article


@transaction.atomic
def save(
    article: Article,
    *,
    by: User | None,
    content: Content,
    base: int,
    now: datetime,
    why: RevisionReason = RevisionReason.SAVED,
    note: str = "",
) -> Revision:
    """The content as the story's next revision; nothing that readers get changes. About ten queries.

    `base` is the number of the newest revision that the editor saw, 0 for none. Where somebody saved since,
    StaleSave is raised with both texts. Content that is the newest revision's already makes no new one.
    """
    lock(article)
    demand(can_edit, by, article)
    clean = cleaned(content)
    latest = newest_revision(article)
    if latest and content_of(latest) == clean:
        return latest
    if latest and latest.number != base:
        raise StaleSave(latest, clean)
    return _add_revision(article, clean, latest, by=by, now=now, why=why, note=cleaned_note(note))


@transaction.atomic
def move(
    article: Article, *, by: User | None, slug: str, section: Section, now: datetime, language: str = ""
) -> bool:
    """The story's slug, section and language for its next publication; its live address stays until then.

    Old addresses redirect once the next publication is live. Where nothing changes, nothing is recorded and the
    answer is False.
    """
    lock(article)
    demand(can_move, by, article)
    wanted = {
        "slug": checked_slug(slug),
        "section": section,
        "language": _checked_language(language or article.language),
    }
    changed = {name: value for name, value in wanted.items() if getattr(article, name) != value}
    if not changed:
        return False
    if "section" in changed:
        _check_section(section)
    note = "; ".join(f"{getattr(article, name)} → {value}" for name, value in changed.items())
    for name, value in changed.items():
        setattr(article, name, value)
    article.save(update_fields=list(changed))
    record(article, Verb.MOVED, by=by, now=now, note=note[:500])
    return True


def newest_revision(article: Article) -> Revision | None:
    """The revision with the highest number. One query."""
    return article.revisions.select_related("created_by").order_by("-number").first()


def _add_revision(
    article: Article,
    content: Content,
    latest: Revision | None,
    *,
    by: User | None,
    now: datetime,
    why: RevisionReason,
    note: str,
) -> Revision:
    article.last_number += 1
    article.working_headline = content.headline
    article.save(update_fields=["last_number", "working_headline"])
    revision = Revision.objects.create(
        article=article,
        number=article.last_number,
        based_on=latest,
        created_by=by,
        created_at=now,
        **{
            name: list(value) if isinstance(value, tuple) else value
            for name, value in asdict(content).items()
        },
        why=why,
    )
    verb = Verb.IMPORTED if why == RevisionReason.IMPORTED else Verb.SAVED
    record(article, verb, by=by, now=now, revision=revision, note=note)
    return revision


def _checked_headline(headline: str) -> str:
    title = one_line(headline)
    if not title:
        raise Refused(_("A headline is needed to save."))
    if len(title) > 200:
        raise Refused(_("Headline: %(length)s characters are too many, 200 fit.") % {"length": len(title)})
    return title


def _check_section(section: Section) -> None:
    if section.retired_at:
        raise Refused(_("Section: “%(section)s” is retired. Choose another.") % {"section": section})


def _checked_language(language: str) -> str:
    if not LANGUAGE_TAG.fullmatch(language):
        raise Refused(
            _("Language: “%(language)s” is not a language's code, such as en.") % {"language": language[:40]}
        )
    return language
