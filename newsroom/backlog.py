"""How far the workers are behind, and what they gave up: for the operator's command and the admin's page."""

from dataclasses import dataclass
from datetime import datetime

from comments import tasks
from comments.enums import LetterState
from comments.models import Letter
from newsroom import jobs


@dataclass(frozen=True, slots=True)
class Backlog:
    """Numbers at one moment. `seconds_late` is how long the job that is due longest waits for a worker."""

    jobs_waiting: int
    jobs_due: int
    seconds_late: int
    jobs_dead: int
    letters_waiting: int
    letters_failed: int

    @property
    def given_up(self) -> int:
        """What nobody does any more unless a person says so."""
        return self.jobs_dead + self.letters_failed


def backlog(now: datetime) -> Backlog:
    """Six queries."""
    due = jobs.due(now)
    oldest = due.values_list("run_after", flat=True).first()
    return Backlog(
        jobs_waiting=jobs.waiting().count(),
        jobs_due=due.count(),
        seconds_late=int((now - oldest).total_seconds()) if oldest else 0,
        jobs_dead=jobs.dead().count(),
        letters_waiting=Letter.objects.filter(state=LetterState.WAITING).count(),
        letters_failed=tasks.failed().count(),
    )


def given_up() -> int:
    """How many letters and jobs were given up. Two queries."""
    return tasks.failed().count() + jobs.dead().count()
