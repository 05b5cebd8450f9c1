"""Sends letters: claimed first, tried again with growing waits, at least once, ever the same mail."""

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.core.mail import EmailMultiAlternatives
from django.db import models, transaction
from django.db.models import F, Q
from django.utils import timezone
from django_tasks import task
from django_tasks_db.models import DBTaskResult

from comments.enums import LetterKind, LetterState
from comments.models import Letter
from comments.wording import Words, words_of

WAITS = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 25, 125, 625))
"""Before the second try, the third, and so on; after the last the letter has failed."""

STUCK = timedelta(minutes=10)
"""A letter still being sent after that long was in the hands of a worker that died: it is sent again."""

WORKERS_DIED = "The worker ended each time before the mail server had answered."

logger = logging.getLogger(__name__)


@task
def deliver_letter(letter_id: int) -> None:
    """The job behind each letter; running it twice or too early does no harm."""
    deliver(letter_id, now=timezone.now())


@task
def hand_out_letters(letter_ids: list[int]) -> None:
    """The job behind letters that were written together: gives each a job of its own, for workers to share."""
    with transaction.atomic():
        for pk in letter_ids:
            enqueue_delivery(pk, at=timezone.now())


def enqueue_delivery(letter_id: int, *, at: datetime) -> None:
    """Inserts the job in the current transaction: if that is rolled back, there is no job."""
    deliver_letter.using(run_after=at).enqueue(letter_id)


def delivery_of(letter_ids: Sequence[int], *, at: datetime) -> DBTaskResult[..., Any]:
    """The row that `enqueue` would insert for letters that are written together: one job for all of them."""
    one = len(letter_ids) == 1
    job, argument = (deliver_letter, letter_ids[0]) if one else (hand_out_letters, list(letter_ids))
    return DBTaskResult(
        args_kwargs={"args": [argument], "kwargs": {}},
        priority=job.priority,
        task_path=job.module_path,
        queue_name=job.queue_name,
        run_after=at,
        backend_name=job.backend,
    )


def deliver(letter_id: int, *, now: datetime) -> None:
    """The letter has left, waits for its next try, or has failed for good; nothing happens if it is not due.

    Errors of the mail server are recorded on the letter and never raised.
    """
    letter = _claim(letter_id, now)
    if letter is None:
        return
    try:
        words = words_of(letter)
        _message(letter, words).send()
    except Exception as error:  # whatever the mail server or its library does, the letter is tried again
        logger.warning("Letter %s did not leave: %s", letter.uid, type(error).__name__)
        _put_off(letter, error, now)
    else:
        _sent(letter, words, now)


def _claim(letter_id: int, now: datetime) -> Letter | None:
    """Takes the letter if it is due; another job is left behind that takes over should this worker die."""
    due = Q(state=LetterState.WAITING, send_after__lte=now)
    stuck = Q(state=LetterState.SENDING, claimed_at__lte=now - STUCK)
    rows = Letter.objects.filter(due | stuck, pk=letter_id)
    with transaction.atomic():
        hopeless = rows.filter(stuck, attempts__gt=len(WAITS))
        if hopeless.update(state=LetterState.FAILED, last_error=WORKERS_DIED):
            return None
        if not rows.update(state=LetterState.SENDING, claimed_at=now, attempts=F("attempts") + 1):
            return None
        enqueue_delivery(letter_id, at=now + STUCK)
        return Letter.objects.get(pk=letter_id)


def _mine(letter: Letter) -> models.QuerySet[Letter]:
    """The letter, as long as no other worker has taken it over."""
    return Letter.objects.filter(pk=letter.pk, state=LetterState.SENDING, claimed_at=letter.claimed_at)


def _sent(letter: Letter, words: Words, now: datetime) -> None:
    """The letter has left. What was withheld of it while it was on its way is not written back."""
    sent: dict[str, Any] = {"state": LetterState.SENT, "sent_at": now, "last_error": ""}
    as_claimed = _mine(letter).filter(withheld_at=letter.withheld_at)
    if not as_claimed.update(**sent, **_kept(letter, words)):
        _mine(letter).update(**sent)


def _kept(letter: Letter, words: Words) -> dict[str, Any]:
    """What stays of a letter that has left: its words; of a confirmation, which holds the secret link, the subject."""
    if letter.kind == LetterKind.CONFIRMATION:
        words = Words(words.subject, "", "")
    return {"facts": {}, "subject": words.subject, "text": words.text, "html": words.html}


def _put_off(letter: Letter, error: Exception, now: datetime) -> None:
    what = f"{type(error).__name__}: {error}"[:500]
    if letter.attempts > len(WAITS):
        _mine(letter).update(state=LetterState.FAILED, last_error=what)
        return
    again = now + WAITS[letter.attempts - 1]
    with transaction.atomic():
        if _mine(letter).update(state=LetterState.WAITING, send_after=again, last_error=what):
            enqueue_delivery(letter.pk, at=again)


def _message(letter: Letter, words: Words) -> EmailMultiAlternatives:
    """The stable Message-ID lets a mail program show a letter once that had to be sent twice."""
    headers = {"Message-ID": letter.message_id, "Auto-Submitted": "auto-generated"}
    message = EmailMultiAlternatives(words.subject, words.text, to=[letter.to], headers=headers)
    if words.html:
        message.attach_alternative(words.html, "text/html")
    return message


def enqueue_forgotten(*, now: datetime) -> int:
    """Gives a new job to each letter that should have left long ago and whose job was lost; says to how many.

    For the operator, where jobs were deleted by hand: those that a worker lost are minded by the next one.
    """
    waiting = Q(state=LetterState.WAITING, send_after__lte=now - STUCK)
    stuck = Q(state=LetterState.SENDING, claimed_at__lte=now - 2 * STUCK)
    forgotten = Letter.objects.filter(waiting | stuck).order_by("send_after").values_list("pk", flat=True)
    with transaction.atomic():
        for pk in (found := list(forgotten[:1_000])):
            enqueue_delivery(pk, at=now)
    return len(found)


def failed() -> models.QuerySet[Letter]:
    """Letters that were tried as often as they are, the longest failed first."""
    return Letter.objects.filter(state=LetterState.FAILED).order_by("claimed_at", "pk")


def can_be_tried_again(now: datetime) -> models.QuerySet[Letter]:
    """Failed letters that still have something to say: a confirmation has not, once its link has expired."""
    expired = Q(kind=LetterKind.CONFIRMATION) & ~Q(comment__confirmations__expires_at__gt=now)
    return failed().exclude(expired)


@transaction.atomic
def try_again(letter_ids: Sequence[int], *, now: datetime) -> list[int]:
    """Of these letters, those that can leave now, with a job each; returns which they are.

    They count as tried once: what was told of cannot be undone any more. Two queries, and one for each letter.
    """
    rows = can_be_tried_again(now).filter(pk__in=letter_ids)
    found = list(rows.select_for_update(of=("self",), no_key=True).values_list("pk", flat=True))
    Letter.objects.filter(pk__in=found).update(state=LetterState.WAITING, attempts=1, send_after=now)
    for pk in found:
        enqueue_delivery(pk, at=now)
    return found


def forget_expired_links(*, now: datetime) -> int:
    """Failed confirmations whose link has expired keep no copy of it. One query."""
    kept = failed().filter(kind=LetterKind.CONFIRMATION).exclude(facts={}, text="")
    gone = kept.exclude(pk__in=can_be_tried_again(now))
    return Letter.objects.filter(pk__in=list(gone.values_list("pk", flat=True)[:1_000])).update(
        facts={}, text="", html=""
    )
