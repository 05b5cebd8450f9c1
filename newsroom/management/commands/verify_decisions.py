"""Says whether every decision, seal and copy that was frozen for a case is as it was written."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from comments.models import Decision
from comments.seals import faults


class Command(BaseCommand):
    help = (
        "Checks the chain of decisions, its seals, and what is frozen for cases; names each row that is wrong"
        " and exits with status 1."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        count = 0
        for fault in faults():
            self.stderr.write(str(fault))
            count += 1
        if count:
            raise CommandError(f"{count} faults in the record of decisions.")
        self.stdout.write(f"All {Decision.objects.count()} decisions are as they were written.")
