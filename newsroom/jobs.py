"""Jobs after their worker: those that were lost or failed get another try by themselves, until they are dead."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django_tasks.base import Task
from django_tasks_db.models import DBTaskResult

WAITS = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 25, 125, 625))
"""After the first try, the second, and so on; after the last a job is dead until somebody has it tried again."""

LOST = timedelta(minutes=10)
"""A job that runs for longer than that was in the hands of a worker that died; none of ours takes a minute."""

KEPT = timedelta(days=1)
"""How long a job that was done is kept; what came of it stands elsewhere."""

A_TURN = timedelta(seconds=2)
"""A long job works for so long and leaves the rest to the next one, so that letters never wait long behind it."""

AT_ONCE = 1_000
WORKER_DIED = "newsroom.jobs.WorkerDied"

_LAST_TRY = f"worker_ids__{len(WAITS)}__isnull"  # each try adds a worker's id to the list
_READY, _RUNNING, _FAILED, _DONE = "READY", "RUNNING", "FAILED", "SUCCESSFUL"

Jobs = QuerySet[DBTaskResult[Any, Any]]


@dataclass(frozen=True, slots=True)
class Minded:
    """How many jobs got another try, and how many done ones were thrown away."""

    again: int
    thrown_away: int


def take_turn(job: Task[Any, None], advance: Callable[..., bool], pk: int) -> None:
    """Works by `advance(pk, now=...)` until it has no more, or the turn is over and the job is due once more.

    Each step is its own transaction, so that a job that was killed has lost nothing and may be run twice.
    """
    until = timezone.now() + A_TURN
    while advance(pk, now=timezone.now()):
        if timezone.now() >= until:
            job.enqueue(pk)
            return


def mind(*, now: datetime) -> Minded:
    """Each job that was lost or failed waits for its next try, or is dead; old done ones are gone.

    Every worker does so each minute. Jobs must bear being run twice: one that was taken for lost may be running
    still. At most AT_ONCE jobs, one query for each; four where there is nothing to do.
    """
    return Minded(again=_give_another_try(now), thrown_away=_throw_away(now))


@transaction.atomic
def _give_another_try(now: datetime) -> int:
    rows = _lost(now) | DBTaskResult.objects.filter(status=_FAILED, **{_LAST_TRY: True})
    found = list(rows.select_for_update(skip_locked=True)[:AT_ONCE])
    for job in found:
        tries = len(job.worker_ids)
        if tries > len(WAITS):
            _bury(job, now)
            continue
        job.status = _READY
        job.run_after = (job.finished_at or now) + WAITS[max(tries, 1) - 1]
        job.finished_at = None
        job.save(update_fields=["status", "run_after", "finished_at"])
    return len(found)


def _bury(job: DBTaskResult[Any, Any], now: datetime) -> None:
    job.status, job.finished_at = _FAILED, now
    job.exception_class_path = WORKER_DIED
    job.traceback = f"Each of the {len(job.worker_ids)} workers that took it ended before it was done."
    job.save(update_fields=["status", "finished_at", "exception_class_path", "traceback"])


def _throw_away(now: datetime) -> int:
    done = DBTaskResult.objects.filter(status=_DONE, finished_at__lte=now - KEPT)
    return DBTaskResult.objects.filter(pk__in=list(done.values_list("pk", flat=True)[:AT_ONCE])).delete()[0]


def _lost(now: datetime) -> Jobs:
    return DBTaskResult.objects.filter(status=_RUNNING, started_at__lte=now - LOST)


def dead() -> Jobs:
    """Jobs that failed as often as they are tried, the longest dead first."""
    return DBTaskResult.objects.filter(status=_FAILED, **{_LAST_TRY: False}).order_by("finished_at", "pk")


def due(now: datetime) -> Jobs:
    """Jobs that a worker should have taken by now, the longest due first; those lost with their worker among them."""
    waiting = Q(status=_READY, run_after__lte=now)
    return (DBTaskResult.objects.filter(waiting) | _lost(now)).order_by("run_after")


def waiting() -> Jobs:
    """Jobs that will be run, now or later."""
    return DBTaskResult.objects.filter(status=_READY)


def try_again(pks: Collection[UUID], *, now: datetime) -> list[UUID]:
    """Of these jobs, the dead ones are due now and have all their tries again; returns which they were."""
    with transaction.atomic():
        found = list(dead().filter(pk__in=list(pks)).select_for_update().values_list("pk", flat=True))
        again = DBTaskResult.objects.filter(pk__in=found)
        again.update(status=_READY, run_after=now, finished_at=None, worker_ids=[])
    return found
