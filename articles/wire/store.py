"""Puts a story that was read into the newsroom: its first revision, its source, and its first publication."""

import hashlib
from dataclasses import dataclass, replace
from datetime import datetime

from django.conf import settings
from django.db import IntegrityError, transaction

from articles import actions
from articles.actions.writing import newest_revision
from articles.enums import RevisionReason
from articles.models import Article, Author, ImportedSource, Publication, Section
from articles.wire.story import Story
from newsroom.accounts.models import User
from newsroom.html import one_line


@dataclass(frozen=True)
class Imported:
    """A file's story in the newsroom, and whether this import made it."""

    source: ImportedSource
    is_new: bool

    @property
    def article(self) -> Article:
        return self.source.article


def digest_of(data: bytes) -> str:
    """What tells one file from another: the SHA-256 of its bytes, in hexadecimal."""
    return hashlib.sha256(data).hexdigest()


def find_import(data: bytes) -> Imported | None:
    """The story that these very bytes became before, if any. One query."""
    source = ImportedSource.objects.select_related("article").filter(digest=digest_of(data)).first()
    return Imported(source, is_new=False) if source else None


def import_story(
    story: Story,
    data: bytes,
    *,
    name: str,
    section: Section,
    by: User | None,
    now: datetime,
    language: str = "",
) -> Imported:
    """The story as a draft with one revision, original text and doubts kept beside it; once for one file.

    Authors of the byline are found by name or added. ``language`` is the section's unless given. Raises
    what ``actions.begin`` and ``actions.save`` raise; nothing is stored then. About twenty queries.
    """
    try:
        with transaction.atomic():
            return _import(story, data, name=name, section=section, by=by, now=now, language=language)
    except IntegrityError:
        # Somebody else imported the same file since find_import() was asked.
        if found := find_import(data):
            return found
        raise


def publish_imported(imported: Imported, *, by: User | None, now: datetime) -> Publication:
    """Readers get the imported story at once; without a byline it is credited to the newsroom, with a doubt.

    Raises ``actions.Refused`` for a story marked KILL or HOLD.
    """
    with transaction.atomic():
        _credit_to_newsroom(imported, by=by, now=now)
        revision = newest_revision(imported.article)
        if revision is None:
            raise actions.Refused("The story has no revision to publish.")
        return actions.publish(imported.article, by=by, revision=revision, now=now)


def _import(
    story: Story, data: bytes, *, name: str, section: Section, by: User | None, now: datetime, language: str
) -> Imported:
    article = actions.begin(by=by, section=section, headline=story.headline, language=language, now=now)
    source = ImportedSource.objects.create(
        article=article,
        digest=digest_of(data),
        name=one_line(name)[:255],
        text=story.text,
        instruction=story.instruction or "",
        doubts=[*story.doubts, *(f"Not in the story, for editors: {note}" for note in story.notes)],
        imported_by=by,
        imported_at=now,
    )
    content = actions.Content(
        headline=story.headline,
        kicker=story.kicker,
        standfirst=story.standfirst,
        dateline=story.dateline,
        body=story.body,
        byline=[_author(name, source).pk for name in story.byline],
    )
    actions.save(article, by=by, content=content, base=0, now=now, why=RevisionReason.IMPORTED)
    return Imported(source, is_new=True)


def _author(name: str, source: ImportedSource) -> Author:
    """Who signs under that name: the author of that name, else a new one, of which the editor is told."""
    name = one_line(name)
    found = Author.objects.filter(name__iexact=name).order_by("retired_at", "id").first()
    if found:
        return found.merged_into or found
    author = Author.objects.create(name=name, slug=_free_slug(name))
    _doubt(source, f"“{name}” was not among the authors and was added.")
    return author


def _free_slug(name: str) -> str:
    slug = actions.slug_from(name)[:100] or "author"
    taken = set(Author.objects.filter(slug__startswith=slug).values_list("slug", flat=True))
    numbered = (f"{slug}-{number}" for number in range(2, len(taken) + 3))
    return slug if slug not in taken else next(candidate for candidate in numbered if candidate not in taken)


def _credit_to_newsroom(imported: Imported, *, by: User | None, now: datetime) -> None:
    revision = newest_revision(imported.article)
    if revision is None or revision.byline:
        return
    byline = [_author(settings.SITE_NAME, imported.source).pk]
    content = replace(actions.content_of(revision), byline=byline)
    actions.save(
        imported.article,
        by=by,
        content=content,
        base=revision.number,
        now=now,
        why=RevisionReason.IMPORTED,
        note="Credited to the newsroom: the document names no author.",
    )
    _doubt(imported.source, f"The document names no author; it was credited to {settings.SITE_NAME}.")


def _doubt(source: ImportedSource, sentence: str) -> None:
    source.doubts = [*source.doubts, sentence]
    source.save(update_fields=["doubts"])
