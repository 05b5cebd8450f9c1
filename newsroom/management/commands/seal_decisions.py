"""Seals new decisions and counts them for the report; to be run every hour by the machine's clock."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from comments.counting import count
from comments.privacy import forget_ended_mailboxes
from comments.seals import seal


class Command(BaseCommand):
    help = (
        "Seals the decisions since the last seal, with the key from SEAL_KEY, brings the figures of the"
        " transparency report up to date, and forgets the keyed addresses of erased people whose bans have ended."
        " Run it every hour."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        now = timezone.now()
        new = seal(now=now)
        if new is None:
            self.stdout.write("No new decisions to seal.")
        while new is not None:
            self.stdout.write(f"Seal {new.number} over {new.decisions} decisions: {new.root}")
            new = seal(now=now)
        forget_ended_mailboxes(now=now)
        days = count(now=now)
        self.stdout.write(f"Figures counted: {days} day{'' if days == 1 else 's'}.")
