"""An operator's answer to a request for erasure."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from newsroom.privacy import erase_person


class Command(BaseCommand):
    help = "Takes a person's name, address and texts out of the newsroom, for ever."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("address", help="the person's e-mail address")
        parser.add_argument("--yes", action="store_true", help="do not ask")

    def handle(self, *args: Any, address: str, yes: bool, **options: Any) -> None:
        if not yes and input(f"Erase {address} for ever? Type the address again: ") != address:
            raise CommandError("Nothing was erased.")
        if not erase_person(address, now=timezone.now()):
            raise CommandError(f"Nothing is kept under {address}.")
        self.stdout.write(f"{address} is erased.")
