"""An operator's answer to a request for erasure."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from newsroom.privacy import ask_for_erasure, is_kept_out


class Command(BaseCommand):
    help = (
        "Takes a person's name, address and texts out of the newsroom, for ever; where an open case holds some of"
        " that, once it is closed."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("address", help="the person's e-mail address")
        parser.add_argument("--yes", action="store_true", help="do not ask")

    def handle(self, *args: Any, address: str, yes: bool, **options: Any) -> None:
        if not yes and input(f"Erase {address} for ever? Type the address again: ") != address:
            raise CommandError("Nothing was erased.")
        erasure = ask_for_erasure(address, now=timezone.now())
        if erasure.waits_for:
            cases = ", ".join(str(number) for number in erasure.waits_for)
            self.stdout.write(
                f"{address} is not erased yet: what they wrote is in a case that is open ({cases}). Their comments"
                " are withdrawn. A worker erases the rest once the last of these cases is closed."
            )
            return
        if not erasure.records:
            raise CommandError(f"Nothing is kept under {address}.")
        self.stdout.write(f"{address} is erased.")
        if is_kept_out(address, now=timezone.now()):
            self.stdout.write(
                "A suspension or ban holds for it: a keyed form of the address is kept until that ends."
            )
