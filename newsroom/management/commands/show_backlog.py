"""Says in plain figures how far the workers are behind; for whoever watches, a machine or a person at night."""

from argparse import ArgumentParser
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from newsroom.backlog import backlog


class Command(BaseCommand):
    help = "Prints one figure a line; exits with status 1 where something was given up or waits for too long."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--late",
            type=int,
            default=600,
            metavar="SECONDS",
            help="how long a job that is due may wait for a worker (default: %(default)s)",
        )

    def handle(self, *args: Any, late: int, **options: Any) -> None:
        now = backlog(timezone.now())
        for name, figure in asdict(now).items():
            self.stdout.write(f"{name} {figure}")
        wrong = []
        if now.given_up:
            wrong.append(
                f"{now.given_up} letters and jobs were given up: /admin/jobs/ says why and tries again."
            )
        if now.seconds_late > late:
            wrong.append(f"A job waits for {now.seconds_late} s: is manage.py db_worker running?")
        if wrong:
            raise CommandError(" ".join(wrong))
