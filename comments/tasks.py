"""Sends letters: claimed first, tried again with growing waits, at least once, ever the same mail."""

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.core.mail import EmailMultiAlternatives
from django.db import models, transaction
from django.db.models import F, Q
from django.utils import timezone
from django_tasks import task

from comments.enums import LetterKind, LetterState
from comments.models import Letter

WAITS = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 25, 125, 625))
"""Before the second try, the third, and so on; after the last the letter has failed."""

STUCK = timedelta(minutes=10)
"""A letter still being sent after that long was in the hands of a worker that died: it is sent again."""

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


def enqueue_deliveries(letter_ids: Sequence[int], *, at: datetime) -> None:
    """Inserts one job for all of them in the current transaction, so that deciding on many stays quick."""
    if len(letter_ids) == 1:
        enqueue_delivery(letter_ids[0], at=at)
    elif letter_ids:
        hand_out_letters.using(run_after=at).enqueue(list(letter_ids))


def deliver(letter_id: int, *, now: datetime) -> None:
    """The letter has left, waits for its next try, or has failed for good; nothing happens if it is not due.

    Errors of the mail server are recorded on the letter and never raised.
    """
    letter = _claim(letter_id, now)
    if letter is None:
        return
    try:
        _message(letter).send()
    except Exception as error:  # whatever the mail server or its library does, the letter is tried again
        logger.warning("Letter %s did not leave: %s", letter.uid, type(error).__name__)
        _put_off(letter, error, now)
    else:
        _mine(letter).update(state=LetterState.SENT, sent_at=now, last_error="", **_forgotten(letter))


def _claim(letter_id: int, now: datetime) -> Letter | None:
    """Takes the letter if it is due; another job is left behind that takes over should this worker die."""
    due = Q(state=LetterState.WAITING, send_after__lte=now)
    stuck = Q(state=LetterState.SENDING, claimed_at__lte=now - STUCK)
    rows = Letter.objects.filter(due | stuck, pk=letter_id)
    with transaction.atomic():
        if rows.filter(stuck, attempts__gt=len(WAITS)).update(state=LetterState.FAILED):
            return None
        if not rows.update(state=LetterState.SENDING, claimed_at=now, attempts=F("attempts") + 1):
            return None
        enqueue_delivery(letter_id, at=now + STUCK)
        return Letter.objects.get(pk=letter_id)


def _mine(letter: Letter) -> models.QuerySet[Letter]:
    """The letter, as long as no other worker has taken it over."""
    return Letter.objects.filter(pk=letter.pk, state=LetterState.SENDING, claimed_at=letter.claimed_at)


def _forgotten(letter: Letter) -> dict[str, str]:
    """What goes when a letter has left: a confirmation holds the secret link, of which no copy is kept."""
    return {"text": "", "html": ""} if letter.kind == LetterKind.CONFIRMATION else {}


def _put_off(letter: Letter, error: Exception, now: datetime) -> None:
    what = f"{type(error).__name__}: {error}"[:500]
    if letter.attempts > len(WAITS):
        _mine(letter).update(state=LetterState.FAILED, last_error=what, **_forgotten(letter))
        return
    again = now + WAITS[letter.attempts - 1]
    with transaction.atomic():
        if _mine(letter).update(state=LetterState.WAITING, send_after=again, last_error=what):
            enqueue_delivery(letter.pk, at=again)


def _message(letter: Letter) -> EmailMultiAlternatives:
    """The stable Message-ID lets a mail program show a letter once that had to be sent twice."""
    headers = {"Message-ID": letter.message_id, "Auto-Submitted": "auto-generated"}
    message = EmailMultiAlternatives(letter.subject, letter.text, to=[letter.to], headers=headers)
    if letter.html:
        message.attach_alternative(letter.html, "text/html")
    return message


def enqueue_forgotten(*, now: datetime) -> int:
    """Gives a new job to each letter that should have left long ago and whose job was lost; says to how many.

    For the operator's clock: a worker that dies between taking a job and taking its letter leaves none
    behind.
    """
    waiting = Q(state=LetterState.WAITING, send_after__lte=now - STUCK)
    stuck = Q(state=LetterState.SENDING, claimed_at__lte=now - 2 * STUCK)
    forgotten = Letter.objects.filter(waiting | stuck).order_by("send_after").values_list("pk", flat=True)
    with transaction.atomic():
        for pk in (found := list(forgotten[:1_000])):
            enqueue_delivery(pk, at=now)
    return len(found)
