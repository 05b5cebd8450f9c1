"""`manage.py import_story FILE...`: stories from plain text, as agencies and scrapes leave them."""

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError, transaction
from django.urls import reverse
from django.utils import timezone

from articles.actions import Refused
from articles.models import Publication, Section
from articles.permissions import can_draft
from articles.wire.decoding import LARGEST
from articles.wire.plain_text import read_story
from articles.wire.store import Imported, find_import, import_story, publish_imported
from articles.wire.story import NotAStory
from newsroom.accounts.models import User


class Command(BaseCommand):
    """Each file is one transaction: it becomes a story whole, or nothing is stored and a line says why."""

    help = "Makes a story of each text file, once, and says what it was unsure of."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("files", metavar="FILE", nargs="+", help="a plain-text story")
        parser.add_argument("--section", metavar="S", help="slug or name; the first section unless given")
        parser.add_argument("--publish", action="store_true", help="publish at once, unless KILL or HOLD")
        parser.add_argument("--by", metavar="EMAIL", help="who imports; the operator unless given")
        parser.add_argument("--language", metavar="CODE", default="", help="the section's unless given")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            by = _person(options["by"])
            section = _section(options["section"])
            stored = [self.import_file(file, section, by, options) for file in options["files"]]
        except DatabaseError as error:
            raise CommandError(
                f"The database is not ready (run migrate?): {error}".splitlines()[0]
            ) from error
        if not all(stored):
            sys.exit(1)

    def import_file(self, file: str, section: Section, by: User | None, options: dict[str, Any]) -> bool:
        """Imports one file and prints what became of it; False if it was refused."""
        try:
            with transaction.atomic():
                self.report(file, *_import(_contents(file), file, section, by, options))
        except (NotAStory, Refused, OSError) as error:
            self.stderr.write(f"{_shown(file)}: {_sentence(error)}")
        except PermissionDenied:
            self.stderr.write(f"{_shown(file)}: {by} has no right to do that.")
        else:
            return True
        return False

    def report(self, file: str, imported: Imported, publication: Publication | None) -> None:
        address = _address(imported, publication)
        if not imported.is_new:
            self.stdout.write(f"{_shown(file)}: was imported before, nothing was changed: {address}")
            return
        done = "published" if publication else "stored as a draft"
        if imported.source.instruction:
            done = f"stored as a draft, marked {imported.source.instruction} and not to be published"
        self.stdout.write(f"{_shown(file)}: {done}: {address}")
        for doubt in imported.source.doubts:
            self.stdout.write(f"  - {doubt}")


def _import(
    data: bytes, file: str, section: Section, by: User | None, options: dict[str, Any]
) -> tuple[Imported, Publication | None]:
    if found := find_import(data):
        return found, None
    name, now = Path(file).name, timezone.now()
    story = read_story(data, name=name)
    imported = import_story(
        story, data, name=name, section=section, by=by, now=now, language=options["language"]
    )
    if not options["publish"] or story.instruction or not imported.is_new:
        return imported, None
    return imported, publish_imported(imported, by=by, now=now)


def _contents(file: str) -> bytes:
    """The file's bytes, one more at most than a story may have."""
    with Path(file).open("rb") as stream:
        return stream.read(LARGEST + 1)


def _person(email: str | None) -> User | None:
    if email is None:
        return None
    person = User.objects.filter(email__iexact=email.strip(), is_active=True).first()
    if person is None:
        raise CommandError(f"--by: nobody with the address {_shown(email)} works here.")
    if not can_draft(person):
        raise CommandError(f"--by: {_shown(email)} has no right to begin stories.")
    return person


def _section(wanted: str | None) -> Section:
    sections = list(Section.objects.filter(retired_at=None))
    if not sections:
        raise CommandError("There is no section to put a story into: make one in the admin first.")
    if wanted is None:
        return sections[0]
    for section in sections:
        if wanted.casefold() in (section.slug.casefold(), section.name.casefold()):
            return section
    known = ", ".join(section.slug for section in sections)
    raise CommandError(f"--section: there is none called {_shown(wanted)}. There are: {known}.")


def _address(imported: Imported, publication: Publication | None) -> str:
    """The public address of a live story, else the one at which editors change it."""
    live = (
        publication or Publication.objects.published(timezone.now()).filter(article=imported.article).first()
    )
    change = f"{reverse('admin:index')}articles/article/{imported.article.pk}/change/"
    return f"{settings.SITE_URL}{live.get_absolute_url() if live else change}"


def _sentence(error: Exception) -> str:
    return f"{error.strerror or error}." if isinstance(error, OSError) else str(error)


def _shown(typed: str) -> str:
    """What was typed, on one line and without half characters, whatever the terminal sent."""
    return " ".join(typed.encode("utf-8", "replace").decode().split())
