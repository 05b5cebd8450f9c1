"""An operator's answer to a request for access."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from newsroom.privacy import export_person


class Command(BaseCommand):
    help = "Prints everything that the newsroom holds of a person, as JSON."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("address", help="the person's e-mail address")

    def handle(self, *args: Any, address: str, **options: Any) -> None:
        exported = export_person(address)
        if not any(exported.values()):
            raise CommandError(f"Nothing is kept under {address}.")
        self.stdout.write(json.dumps(exported, ensure_ascii=False, indent=2))
