"""What the law wants published of each decision, as a file that the European Union's database takes."""

import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from comments.counting import midnight
from comments.eu_database import FIELDS, as_row, entries
from newsroom.csv import csv_lines


class Command(BaseCommand):
    help = (
        "Writes the statements of reasons of a span of days with the attributes of the EU's transparency database."
        " Its interface takes 100 statements a request. They hold no names and none of the words that people wrote."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        yesterday = timezone.localdate() - timedelta(days=1)
        parser.add_argument(
            "--since", default=yesterday.isoformat(), help="the first day (default: yesterday)"
        )
        parser.add_argument(
            "--until", default=yesterday.isoformat(), help="the last day (default: yesterday)"
        )
        parser.add_argument("--format", choices=("json", "csv"), default="json")
        parser.add_argument("--output", type=Path, help="the file to write (default: standard output)")

    def handle(self, *args: Any, since: str, until: str, **options: Any) -> None:
        first, last = _day(since), _day(until)
        if last < first:
            raise CommandError("--until is before --since.")
        span = midnight(first), midnight(last + timedelta(days=1))
        found = list(entries(*span, now=timezone.now()))
        text = _table(found) if options["format"] == "csv" else _document(found)
        output: Path | None = options["output"]
        if output is None:
            self.stdout.write(text, ending="")
            return
        try:
            output.write_text(text, encoding="utf-8", newline="")
        except OSError as error:
            raise CommandError(f"{output} cannot be written: {error.strerror}.") from error
        self.stdout.write(f"{len(found)} statements are in {output}.")


def _table(found: list[dict[str, Any]]) -> str:
    return "".join(csv_lines(FIELDS, map(as_row, found)))


def _document(found: list[dict[str, Any]]) -> str:
    return json.dumps({"statements": found}, ensure_ascii=False, indent=1) + "\n"


def _day(written: str) -> date:
    try:
        return date.fromisoformat(written)
    except ValueError:
        raise CommandError(f"{written!r} is no day. Write it as 2025-03-31.") from None
