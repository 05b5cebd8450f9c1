"""`manage.py import_phrases FILE --list NAME --by EMAIL`: a phrase list from a file, as a new revision."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.core.validators import validate_slug
from django.utils import timezone

from comments import phrase_lists
from comments.posting import Refused
from newsroom.accounts.models import User


class Command(BaseCommand):
    """The file becomes a revision whole, or nothing is stored and a line says why."""

    help = "Adds a revision to a phrase list, which is made where there is none."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", metavar="FILE", help="plain text with one entry a line, or CSV")
        parser.add_argument("--list", metavar="NAME", required=True, dest="name", help="the list's name")
        parser.add_argument(
            "--by", metavar="EMAIL", required=True, help="who imports: somebody who leads the desk"
        )
        parser.add_argument("--dry-run", action="store_true", help="say what would change, store nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        by = User.objects.filter(email=options["by"].strip().lower()).first()
        if by is None:
            raise CommandError(f"Nobody signs in as {options['by']}.")
        try:
            validate_slug(options["name"])
        except ValidationError as error:
            raise CommandError(f"{options['name']}: {error.messages[0]}") from error
        newest = phrase_lists.newest_revision(options["name"])
        try:
            entries = phrase_lists.read_file(Path(options["file"]).read_bytes())
            change = phrase_lists.difference(newest.entries if newest else [], entries)
            self.stdout.write(f"{len(entries)} entries: {len(change.new)} new, {len(change.gone)} gone.")
            if options["dry_run"]:
                return
            revision = phrase_lists.revise_list(
                options["name"],
                by=by,
                entries=entries,
                seen=newest.number if newest else 0,
                now=timezone.now(),
            )
        except OSError as error:
            raise CommandError(f"{options['file']}: {error.strerror}.") from error
        except Refused as refused:
            raise CommandError("\n".join(["Nothing was stored.", *refused.sentences])) from refused
        except PermissionDenied as denied:
            raise CommandError(f"{by} has no right to do that.") from denied
        self.stdout.write(f"Stored as revision {revision.number} of {options['name']}.")
