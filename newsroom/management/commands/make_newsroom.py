"""`manage.py make_newsroom`: a newsroom as large as is asked for, to measure on."""

import os
import secrets
from argparse import ArgumentParser, ArgumentTypeError
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError

from newsroom.demo.ownership import ForeignDatabaseError, Holding, look_at_database
from newsroom.large.building import Size, enlarge, found_newsroom, large_newsroom
from newsroom.management.commands.demo import database_name, make_folder_of_database


def whole_number(text: str) -> int:
    if not text.isascii() or not text.isdigit() or len(text) > 9:
        raise ArgumentTypeError(f"{text!r} is no whole number from 0 to 999999999")
    return int(text)


def whole_numbers(text: str) -> list[int]:
    return [whole_number(part) for part in text.split(",")]


class Command(BaseCommand):
    """Makes it in an empty database, or makes one that it made before larger; refuses any other."""

    help = "Makes a large newsroom in an empty database, in bulk, to measure on; run again, it adds what is missing."
    requires_migrations_checks = False

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--stories", type=whole_number, default=1_000, help="published stories")
        parser.add_argument(
            "--thread",
            type=whole_numbers,
            default=[100, 1_000, 5_000],
            metavar="N,N,...",
            help="public comments under the first stories (default: 100,1000,5000)",
        )
        parser.add_argument(
            "--comments",
            type=whole_number,
            default=0,
            help="public comments in all, spread over the other stories",
        )
        parser.add_argument(
            "--held", type=whole_number, default=10_000, help="comments that wait in the queue"
        )

    def handle(
        self, *args: Any, stories: int, thread: list[int], comments: int, held: int, **options: Any
    ) -> None:
        if len(thread) > stories:
            raise CommandError(
                f"--thread names {len(thread)} discussions, but there are to be {stories} stories."
            )
        if not stories and (held or comments):
            raise CommandError("Comments need stories: --stories is 0.")
        self._found()
        enlarge(Size(stories, thread, comments, held), say=self._say)
        self._say("The newsroom is as large as was asked for.")

    def _found(self) -> None:
        newsroom = large_newsroom()
        make_folder_of_database()
        try:
            holding = look_at_database(newsroom)
            call_command("migrate", verbosity=0, interactive=False)
        except ForeignDatabaseError as error:
            raise CommandError(
                f"{error} Nothing was changed. Name an empty database with DATABASE_URL; this one is {database_name()}."
            ) from error
        except DatabaseError as error:
            raise CommandError(f"Cannot use the database {database_name()}: {str(error).strip()}.") from error
        if holding is Holding.NOTHING:
            password = os.environ.get("DEMO_PASSWORD") or secrets.token_urlsafe(9)
            found_newsroom(newsroom, password)
            self._say(f"People, sections and a policy are there; every sign-in has the password {password}")

    def _say(self, sentence: str) -> None:
        self.stderr.write(sentence)
        self.stderr.flush()
