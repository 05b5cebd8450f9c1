"""Gives letters a new job whose job was lost with its worker; to be run every hour by the machine's clock."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from comments.tasks import enqueue_forgotten


class Command(BaseCommand):
    help = "Enqueues each letter again that should have left more than ten minutes ago. Run it every hour."

    def handle(self, *args: Any, **options: Any) -> None:
        count = enqueue_forgotten(now=timezone.now())
        self.stdout.write(f"{count} letters enqueued again.")
