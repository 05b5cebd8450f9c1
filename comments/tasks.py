"""Sends letters: claimed first, tried again with growing waits, at least once, ever the same mail."""

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.core.mail import EmailMultiAlternatives
from django.db import models, transaction
from django.db.models import F, Q
from django.utils import timezone
from django_tasks import task
from django_tasks_db.models import DBTaskResult

from comments.enums import LetterKind, LetterState, RunState
from comments.models import BulkRun, Letter
from comments.wording import Words, words_together

WAITS = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 25, 125, 625))
"""Before the second try, the third, and so on; after the last the letter has failed."""

STUCK = timedelta(minutes=10)
"""A letter still being sent after that long was in the hands of a worker that died: it is sent again."""

MOST_TOGETHER = 200
"""Letters in one mail, further ones follow in the next: some 100 kB, which every server takes and people can read."""

WAITS_FOR_A_RUN = timedelta(hours=1)
"""After a bulk decision began, its mails wait no longer for its end: it may never come."""

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


@task
def hand_out_bundle(bundle: str) -> None:
    """The job behind letters that waited for the end of a run: one for each, of which the first takes its address's.

    One for each, since any of them may be cancelled before its job comes.
    """
    waiting = Letter.objects.filter(bundle=bundle, state=LetterState.WAITING).order_by("pk")
    with transaction.atomic():
        for pk in waiting.values_list("pk", flat=True):
            enqueue_delivery(pk, at=timezone.now())


def enqueue_bundle(bundle: UUID, *, at: datetime) -> None:
    """Inserts the job that hands out what still waits of a bundle, in the current transaction."""
    hand_out_bundle.using(run_after=at).enqueue(str(bundle))


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

    With it all that its bundle tells the same address. Errors of the mail server are recorded on the letters and never
    raised.
    """
    letters = _claim(letter_id, now)
    if not letters:
        return
    try:
        words, parts = words_together(letters)
        _message(letters[0], words).send()
    except Exception as error:  # whatever the mail server or its library does, the letter is tried again
        logger.warning("Letter %s did not leave: %s", letters[0].uid, type(error).__name__)
        _put_off(letters, error, now)
    else:
        # Noted as a whole: should this worker be killed here, the same mail leaves again.
        with transaction.atomic():
            for letter, part in zip(letters, parts, strict=True):
                _sent(letter, part, now)


@transaction.atomic
def _claim(letter_id: int, now: datetime) -> list[Letter]:
    """Takes the letters of one mail that are due; another job is left behind that takes over should this worker die."""
    due = Q(state=LetterState.WAITING, send_after__lte=now)
    stuck = Q(state=LetterState.SENDING, claimed_at__lte=now - STUCK)
    rows = _of_one_mail(letter_id, now)
    hopeless = rows.filter(stuck, attempts__gt=len(WAITS))
    hopeless.update(state=LetterState.FAILED, last_error=WORKERS_DIED)
    taken = rows.filter(due | stuck)
    if not taken.update(state=LetterState.SENDING, claimed_at=now, attempts=F("attempts") + 1):
        return []
    enqueue_delivery(letter_id, at=now + STUCK)
    mine = rows.filter(state=LetterState.SENDING, claimed_at=now)
    return list(mine.select_related("carrier").order_by("pk"))


def _of_one_mail(letter_id: int, now: datetime) -> models.QuerySet[Letter]:
    """The letter alone, or where it is of a bundle, all of that which leave for its address in the same mail."""
    letter = Letter.objects.filter(pk=letter_id).first()
    if letter is None or letter.bundle is None:
        return Letter.objects.filter(pk=letter_id)
    if letter.carrier_id is None:
        _gather(letter, letter.bundle, now)
        letter.refresh_from_db(fields=["carrier"])
    return Letter.objects.filter(carrier=letter.carrier_id) if letter.carrier_id else Letter.objects.none()


def _gather(letter: Letter, bundle: UUID, now: datetime) -> None:
    """What waits of the bundle for the letter's address is this letter's mail from now on, unless more is to come.

    More is to come while the run decides on, whose end hands its letters out, and until the last of them is due, whose
    job takes all. What one mail does not hold is the next one's at once, whose job finds it whatever becomes of the
    letter that it names. Their rows are locked by id: of two workers the second finds them gathered.
    """
    running = BulkRun.objects.filter(state=RunState.RUNNING, started_at__gt=now - WAITS_FOR_A_RUN)
    if running.filter(uid=bundle).exists():
        return
    waiting = Letter.objects.filter(bundle=bundle, to=letter.to, carrier=None, state=LetterState.WAITING)
    rows = waiting.select_for_update(no_key=True).order_by("pk")
    found = dict(rows.values_list("pk", "send_after"))
    if letter.pk not in found or max(found.values()) > now:
        return
    mine_first = [letter.pk, *(pk for pk in found if pk != letter.pk)]
    for start in range(0, len(mine_first), MOST_TOGETHER):
        carrier = mine_first[start]
        Letter.objects.filter(pk__in=mine_first[start : start + MOST_TOGETHER]).update(carrier=carrier)
        if carrier != letter.pk:
            enqueue_delivery(carrier, at=now)


def _mine(letters: Sequence[Letter]) -> models.QuerySet[Letter]:
    """The letters, as long as no other worker has taken them over."""
    pks, claimed = [letter.pk for letter in letters], letters[0].claimed_at
    return Letter.objects.filter(pk__in=pks, state=LetterState.SENDING, claimed_at=claimed)


def _sent(letter: Letter, words: Words, now: datetime) -> None:
    """The letter has left. What was withheld of it while it was on its way is not written back."""
    sent: dict[str, Any] = {"state": LetterState.SENT, "sent_at": now, "last_error": ""}
    as_claimed = _mine([letter]).filter(withheld_at=letter.withheld_at)
    if not as_claimed.update(**sent, **_kept(letter, words)):
        _mine([letter]).update(**sent)


def _kept(letter: Letter, words: Words) -> dict[str, Any]:
    """What stays of a letter that has left: its words; of a confirmation, which holds the secret link, the subject."""
    if letter.kind == LetterKind.CONFIRMATION:
        words = Words(words.subject, "", "")
    return {"facts": {}, "subject": words.subject, "text": words.text, "html": words.html}


def _put_off(letters: Sequence[Letter], error: Exception, now: datetime) -> None:
    what = f"{type(error).__name__}: {error}"[:500]
    attempts = max(letter.attempts for letter in letters)
    if attempts > len(WAITS):
        _mine(letters).update(state=LetterState.FAILED, last_error=what)
        return
    again = now + WAITS[attempts - 1]
    with transaction.atomic():
        if _mine(letters).update(state=LetterState.WAITING, send_after=again, last_error=what):
            enqueue_delivery(letters[0].pk, at=again)


def _message(letter: Letter, words: Words) -> EmailMultiAlternatives:
    """The stable Message-ID lets a mail program show a letter once that had to be sent twice."""
    message_id = (letter.carrier or letter).message_id
    headers = {"Message-ID": message_id, "Auto-Submitted": "auto-generated"}
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

    With them goes all that failed in the same mail, which leaves whole. They count as tried once: what was told of
    cannot be undone any more. Two queries, and one for each letter.
    """
    asked = Letter.objects.filter(pk__in=letter_ids)
    rows = can_be_tried_again(now).filter(Q(pk__in=letter_ids) | Q(carrier__in=asked.values("carrier")))
    locked = rows.order_by("pk").select_for_update(of=("self",), no_key=True)
    found = list(locked.values_list("pk", flat=True))
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
