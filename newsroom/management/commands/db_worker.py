"""The library's worker, which outlives an outage of the database, and minds the jobs that others lost."""

import logging
import threading
import time
from argparse import ArgumentParser
from typing import Any

from django.db import Error, InterfaceError, OperationalError, connection
from django.utils import timezone
from django_tasks_db.management.commands.db_worker import Command as Library
from django_tasks_db.management.commands.db_worker import valid_interval

from comments.tasks import forget_expired_links
from newsroom import jobs, outage
from newsroom.privacy import carry_out_erasures

PAUSE = 2.0
"""Seconds before the database is asked again once it was away."""

logger = logging.getLogger(__name__)


class Command(Library):
    """Runs jobs until it is told to end. Several may run, on several machines."""

    help = (
        "Runs jobs, and every minute gives those another try that failed or were lost with their worker, and erases"
        " who asked for it and waited for a case."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument(
            "--mind-every",
            type=valid_interval,
            default=60.0,
            metavar="SECONDS",
            help="how often to look for jobs that failed or were lost (default: %(default)s)",
        )

    def handle(self, *, mind_every: float, **options: Any) -> None:  # type: ignore[override]
        minder = threading.Thread(target=_mind_for_ever, args=[mind_every], name="minder", daemon=True)
        minder.start()
        while True:
            try:
                return super().handle(**options)
            except (OperationalError, InterfaceError) as error:
                if not outage.is_away(error):
                    raise
                logger.error("The database is away, the worker waits: %s", str(error).partition("\n")[0])
                connection.close()
                time.sleep(PAUSE)


def _mind_for_ever(pause: float) -> None:
    """Ends with the process. Whatever goes wrong is said and tried again, since nobody else would."""
    while True:
        time.sleep(pause)
        try:
            now = timezone.now()
            minded = jobs.mind(now=now)
            forget_expired_links(now=now)
            carry_out_erasures(now=now)
        except Error as error:
            logger.error("Jobs could not be minded: %s", str(error).partition("\n")[0])
        except Exception:  # the thread would end, and nobody would mind the jobs until the worker does
            logger.exception("Jobs could not be minded.")
        else:
            if minded.again:
                logger.warning("%s jobs that failed or were lost get another try.", minded.again)
        finally:
            connection.close()
