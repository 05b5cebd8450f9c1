"""Gives letters a new job whose job is gone, as after jobs were deleted by hand."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from comments.tasks import enqueue_forgotten


class Command(BaseCommand):
    help = "Enqueues each letter again that should have left more than ten minutes ago, for when jobs were deleted."

    def handle(self, *args: Any, **options: Any) -> None:
        count = enqueue_forgotten(now=timezone.now())
        self.stdout.write(f"{count} letters enqueued again.")
