"""`manage.py demo`: a small newsroom to try out, made if there is none, and served."""

import os
import secrets
from argparse import ArgumentParser
from pathlib import Path
from socket import socket
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError, connection
from django.utils import timezone

from newsroom.demo.address import Address, AddressError, open_socket, parse_address
from newsroom.demo.building import build_newsroom
from newsroom.demo.ownership import ForeignDatabaseError, Holding, look_at_database
from newsroom.demo.reading import read_newsroom
from newsroom.demo.serving import ServingError, child_environment, demo_parts, run_until_stopped
from newsroom.demo.shapes import Newsroom
from newsroom.demo.staff import reset_sign_ins
from newsroom.demo.tables import can_be_made_at_once, make_tables


class Command(BaseCommand):
    """Makes the demo's newsroom in an empty database, once, and serves it until Ctrl-C."""

    help = (
        "Makes a small newsroom in the database if there is none, and serves it on this machine until Ctrl-C."
    )
    requires_migrations_checks = False

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "address",
            metavar="ADDR:PORT",
            nargs="?",
            default="127.0.0.1:8000",
            help="where to listen, on this machine only (default: %(default)s)",
        )

    def handle(self, *args: Any, address: str, **options: Any) -> None:
        try:
            with open_socket(parse_address(address)) as listening:
                self._run(Address(parse_address(address).host, listening.getsockname()[1]), listening)
        except (AddressError, ServingError) as error:
            raise CommandError(str(error)) from error
        except KeyboardInterrupt:
            raise CommandError("Stopped before the newsroom was ready.", returncode=130) from None

    def _run(self, address: Address, listening: socket) -> None:
        # Letters are written while the newsroom is made, and their links have to lead to this very server.
        settings.SITE_URL = address.url
        newsroom, password = read_newsroom(), os.environ.get("DEMO_PASSWORD") or secrets.token_urlsafe(9)
        self._make(newsroom, password)
        connection.close()
        mail = mail_folder()
        mail.mkdir(parents=True, exist_ok=True)
        server, worker = demo_parts(listening, child_environment(address, mail))
        self._say("Starting the web server and the mail worker ...")
        run_until_stopped(server, worker, address, lambda: self._introduce(newsroom, address, password, mail))
        self._say("Stopped. The newsroom is kept; the same command opens it again.")

    def _make(self, newsroom: Newsroom, password: str) -> None:
        make_folder_of_database()
        try:
            holding = look_at_database(newsroom)
            self._say(f"Preparing the database {database_name()} ...")
            if can_be_made_at_once():
                make_tables()
            else:
                call_command("migrate", verbosity=0, interactive=False)
        except ForeignDatabaseError as error:
            raise CommandError(
                f"{error} Nothing was changed. Name an empty database with DATABASE_URL, for example"
                f" DATABASE_URL=sqlite:////tmp/demo.sqlite3; this one is {database_name()}."
            ) from error
        except DatabaseError as error:
            raise CommandError(f"Cannot use the database {database_name()}: {str(error).strip()}.") from error
        if holding is Holding.DEMO:
            reset_sign_ins(newsroom, password)
            self._say(
                "The newsroom is there already and stays as it is. Its sign-ins get the password below."
            )
        else:
            build_newsroom(newsroom, password, timezone.now(), say=self._say)

    def _introduce(self, newsroom: Newsroom, address: Address, password: str, mail: Path) -> None:
        width = max(len(person.email) for person in newsroom.people)
        sign_ins = [
            f"  {person.email:{width}}  {person.name}, {role(person.group)}" for person in newsroom.people
        ]
        self._say(
            f"\n{newsroom.name} is open:\n"
            f"  the paper       {address.url}/\n"
            f"  its policy      {address.url}/comment-policy/\n"
            f"  the newsroom    {address.url}/admin/\n"
            f"  the moderation  {address.url}/admin/moderation/\n"
            f"\nSign-ins, all with the password {password}\n" + "\n".join(sign_ins) + "\n"
            f"\nMail is written to files in {mail}\n"
            "Ctrl-C ends the demo."
        )

    def _say(self, sentence: str) -> None:
        self.stdout.write(sentence)
        self.stdout.flush()


def role(group: str) -> str:
    """What a sign-in is, in a word or two, for the list that the demo prints."""
    return {"": "reader", "admin": "everything"}.get(group, group.lower())


def mail_folder() -> Path:
    """Where the demo's mail is written, whatever mail server the environment names."""
    return Path(settings.BASE_DIR) / "var" / "demo" / "mail"


def make_folder_of_database() -> None:
    """Makes the folder of a SQLite database, which SQLite itself does not."""
    if connection.vendor == "sqlite":
        Path(settings.DATABASES["default"]["NAME"]).absolute().parent.mkdir(parents=True, exist_ok=True)


def database_name() -> str:
    """The database as its users know it, without password."""
    name = str(connection.settings_dict["NAME"])
    return (
        name
        if connection.vendor == "sqlite"
        else f"{name} on {connection.settings_dict['HOST'] or 'this machine'}"
    )
