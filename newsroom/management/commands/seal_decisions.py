"""Seals new decisions; to be run every hour by the machine's clock."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from comments.seals import seal


class Command(BaseCommand):
    help = "Seals the decisions since the last seal, with the key from SEAL_KEY. Run it every hour."

    def handle(self, *args: Any, **options: Any) -> None:
        new = seal(now=timezone.now())
        if new is None:
            self.stdout.write("No new decisions to seal.")
        else:
            self.stdout.write(f"Seal {new.number} over {new.decisions} decisions: {new.root}")
