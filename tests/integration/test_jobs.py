"""Jobs that fail or lose their worker: tried again with growing waits, given up in the end, never thrown away."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.core.mail import EmailMessage
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django_tasks_db.management.commands.db_worker import Worker
from django_tasks_db.models import DBTaskResult

from comments import actions, tasks
from comments.enums import LetterState
from comments.models import Letter
from comments.wording import subject_of
from newsroom import jobs
from newsroom.accounts.models import User
from newsroom.backlog import Backlog, backlog
from newsroom.groups import make_groups
from tests import factories
from tests.integration.commenting import Desk
from tests.integration.test_letters import MINUTE

pytestmark = pytest.mark.django_db
PAGE = "/admin/jobs/"


@pytest.fixture
def desk() -> Desk:
    make_groups()
    return Desk()


@pytest.fixture
def lead(client: Client) -> User:
    user = factories.make_user(group="Moderation lead")
    client.force_login(user)
    return user


def job_of(letter_id: int = 999_999, *, tries: int = 1, **fields: Any) -> DBTaskResult[Any, Any]:
    tasks.enqueue_delivery(letter_id, at=timezone.now())
    job = DBTaskResult.objects.order_by("-enqueued_at")[0]
    DBTaskResult.objects.filter(pk=job.pk).update(worker_ids=["one"] * tries, **fields)
    job.refresh_from_db()
    return job


def failed_job(at: datetime, *, tries: int = 6) -> DBTaskResult[Any, Any]:
    said = 'Traceback (most recent call last):\n  File "x.py"\nValueError: no <good>\n'
    about = {"exception_class_path": "builtins.ValueError", "traceback": said}
    return job_of(status="FAILED", tries=tries, finished_at=at, **about)


def failed_letter(desk: Desk, **fields: Any) -> Letter:
    desk.approve(desk.send(fields.pop("body", "A thought of my own.")))
    letter = Letter.objects.latest("pk")
    about = {"state": LetterState.FAILED, "attempts": 6, "claimed_at": desk.now, "last_error": "no <route>"}
    Letter.objects.filter(pk=letter.pk).update(**(about | fields))
    DBTaskResult.objects.all().delete()
    letter.refresh_from_db()
    return letter


def failed_confirmation(desk: Desk) -> Letter:
    actions.submit(desk.guest_draft(), now=desk.now)
    Letter.objects.update(state=LetterState.FAILED, attempts=6, claimed_at=desk.now)
    DBTaskResult.objects.all().delete()
    return Letter.objects.get()


def state_of(job: DBTaskResult[Any, Any]) -> tuple[str, datetime]:
    job.refresh_from_db()
    return str(job.status), job.run_after


# --- tried again by themselves


@pytest.mark.parametrize("tries", [1, 2, 3, 4, 5])
def test_job_that_failed_is_tried_again_after_a_growing_wait(tries: int) -> None:
    failed_at = timezone.now()
    job = failed_job(failed_at, tries=tries)
    assert jobs.mind(now=failed_at).again == 1
    assert state_of(job) == ("READY", failed_at + jobs.WAITS[tries - 1])


def test_job_that_failed_six_times_is_dead() -> None:
    job = failed_job(now := timezone.now())
    assert jobs.mind(now=now + timedelta(days=1)).again == 0
    assert (state_of(job)[0], list(jobs.dead())) == ("FAILED", [job])


def test_job_whose_worker_died_gets_another_one() -> None:
    taken = timezone.now()
    job = job_of(status="RUNNING", started_at=taken)
    almost, now = taken + jobs.LOST - MINUTE, taken + jobs.LOST
    assert (jobs.mind(now=almost).again, jobs.mind(now=now).again) == (0, 1)
    assert state_of(job) == ("READY", now + jobs.WAITS[0])


def test_job_whose_workers_always_die_is_dead_and_says_so() -> None:
    job = job_of(status="RUNNING", started_at=(now := timezone.now()) - jobs.LOST, tries=6)
    jobs.mind(now=now)
    assert state_of(job)[0] == "FAILED"
    assert job.traceback == "Each of the 6 workers that took it ended before it was done."
    assert list(jobs.dead()) == [job]


def test_jobs_that_wait_or_run_are_left_alone() -> None:
    now = timezone.now()
    waiting, running = job_of(tries=0), job_of(status="RUNNING", started_at=now)
    before = state_of(waiting), state_of(running)
    jobs.mind(now=now + timedelta(minutes=9))
    assert (state_of(waiting), state_of(running)) == before


def test_done_jobs_are_kept_for_a_day_and_failed_ones_for_ever() -> None:
    now = timezone.now()
    dead = failed_job(now - timedelta(days=400))
    old = job_of(status="SUCCESSFUL", finished_at=now - jobs.KEPT)
    new = job_of(status="SUCCESSFUL", finished_at=now - jobs.KEPT + MINUTE)
    assert jobs.mind(now=now).thrown_away == 1
    assert set(DBTaskResult.objects.all()) == {dead, new}
    assert old not in DBTaskResult.objects.all()


def test_minding_costs_the_same_however_much_was_done() -> None:
    now = timezone.now()

    def queries() -> int:
        with CaptureQueriesContext(
            connection,
        ) as counted:
            jobs.mind(now=now)
        return len(counted)

    job_of(status="SUCCESSFUL", finished_at=now)
    one = queries()
    for _ in range(2):
        job_of(status="SUCCESSFUL", finished_at=now)
    assert queries() == one


@pytest.mark.django_db(transaction=True)
def test_letters_lost_between_their_job_and_their_hands_are_sent(
    desk: Desk, mailoutbox: list[EmailMessage]
) -> None:
    """The worker dies after it took the job that was to give many letters a job each."""
    readers = [factories.make_user(email=f"reader{number}@example.org") for number in range(3)]
    items = [(desk.send("Thought", user=reader).pk, 1) for reader in readers]
    actions.approve_many(items, by=desk.moderator, now=desk.now - 2 * MINUTE)
    DBTaskResult.objects.get().claim("a worker that dies")
    now = timezone.now() + jobs.LOST
    jobs.mind(now=now)
    DBTaskResult.objects.update(run_after=timezone.now())  # the minute passes
    work()
    assert sorted(message.to for message in mailoutbox) == [[reader.email] for reader in readers]


@pytest.mark.django_db(transaction=True)
def test_letters_handed_out_twice_are_sent_once(desk: Desk, mailoutbox: list[EmailMessage]) -> None:
    items = [(desk.send(f"Thought {number}").pk, 1) for number in range(3)]
    actions.approve_many(items, by=desk.moderator, now=desk.now - 2 * MINUTE)
    letters = list(Letter.objects.values_list("pk", flat=True))
    for _time in range(2):
        tasks.hand_out_letters.call(letters)
    assert DBTaskResult.objects.filter(task_path=tasks.deliver_letter.module_path).count() == 6
    DBTaskResult.objects.update(run_after=timezone.now())
    work()
    # They are of one decision and to one address: one mail has them all.
    [carrier] = set(Letter.objects.values_list("carrier", flat=True))
    left = [message.extra_headers["Message-ID"] for message in mailoutbox]
    assert left == [Letter.objects.get(pk=carrier).message_id]
    assert set(Letter.objects.values_list("state", flat=True)) == {LetterState.SENT}


def work() -> None:
    """A worker that does what is due and ends."""
    Worker(
        queue_names=["default"],
        interval=0,
        batch=True,
        backend_name="default",
        startup_delay=False,
        max_tasks=None,
        worker_id="w",
        excluded_queue_names=[],
    ).run()


# --- tried again by a person


def test_page_says_in_words_that_nothing_was_given_up(client: Client, lead: User) -> None:
    page = client.get(PAGE).content.decode()
    assert "Nothing was given up." in page
    assert "Try all again" not in page


def test_page_lists_letters_and_jobs_with_error_and_age(client: Client, lead: User, desk: Desk) -> None:
    letter = failed_letter(desk)
    job = failed_job(timezone.now() - timedelta(hours=3))
    context = client.get(PAGE).context
    assert [(row.what, row.to, row.error, row.tries, row.mark) for row in context["letters"]] == [
        (subject_of(letter), letter.to, "no <route>", 6, f"letter:{letter.pk}")
    ]
    assert [(row.what, row.error, row.since, row.tries, row.mark) for row in context["jobs"]] == [
        (
            "comments.tasks.deliver_letter(999999)",
            "ValueError: no <good>",
            job.finished_at,
            6,
            f"job:{job.pk}",
        )
    ]
    html = client.get(PAGE).content.decode()
    assert "no &lt;route&gt;" in html
    assert "3 hours ago" in html.replace("\xa0", " ")


@pytest.mark.django_db(transaction=True)
def test_letter_tried_again_leaves_with_the_same_message_id(
    client: Client, lead: User, desk: Desk, mailoutbox: list[Any]
) -> None:
    letter = failed_letter(desk)
    answer = client.post(PAGE, {"again": f"letter:{letter.pk}"}, follow=True)
    assert "1 is tried again now." in answer.content.decode()
    work()
    assert [message.extra_headers["Message-ID"] for message in mailoutbox] == [letter.message_id]
    letter.refresh_from_db()
    assert (letter.state, letter.last_error) == (LetterState.SENT, "")


def test_job_tried_again_has_all_its_tries(client: Client, lead: User) -> None:
    job = failed_job(timezone.now())
    client.post(PAGE, {"again": f"job:{job.pk}"})
    assert state_of(job)[0] == "READY"
    assert (job.worker_ids, list(jobs.due(timezone.now()))) == ([], [job])


def test_all_are_tried_again_and_each_is_in_the_log(client: Client, lead: User, desk: Desk) -> None:
    letters = [failed_letter(desk, body=f"Thought {number}") for number in range(2)]
    job = failed_job(timezone.now())
    client.post(PAGE, {"all": "1"})
    assert backlog(timezone.now()).given_up == 0
    entries = LogEntry.objects.values_list("user", "object_id", "change_message")
    wanted = [str(letter.pk) for letter in letters] + [str(job.pk)]
    assert sorted(entries) == sorted((lead.pk, pk, "Tried again.") for pk in wanted)


@pytest.mark.parametrize(
    "sent", ["", "letter:", "letter:x", "letter:" + "9" * 30, "job:", "job:1", "x", "\x00"]
)
def test_button_for_what_is_not_given_up_changes_nothing(
    client: Client, lead: User, desk: Desk, sent: str
) -> None:
    letter = failed_letter(desk)
    answer = client.post(PAGE, {"again": sent}, follow=True)
    assert "Nothing was tried again" in answer.content.decode()
    letter.refresh_from_db()
    assert (letter.state, DBTaskResult.objects.count(), LogEntry.objects.count()) == ("failed", 0, 0)


def test_letter_that_left_cannot_be_sent_again(client: Client, lead: User, desk: Desk) -> None:
    letter = failed_letter(desk, state=LetterState.SENT)
    client.post(PAGE, {"again": f"letter:{letter.pk}"})
    letter.refresh_from_db()
    assert (letter.state, DBTaskResult.objects.count()) == (LetterState.SENT, 0)


@pytest.mark.parametrize("group", ["", "Reporter", "Moderator", "Editor"])
def test_nobody_else_has_anything_tried_again(client: Client, desk: Desk, group: str) -> None:
    letter = failed_letter(desk)
    client.force_login(factories.make_user(group=group))
    assert client.post(PAGE, {"all": "1"}).status_code == 403
    letter.refresh_from_db()
    assert letter.state == LetterState.FAILED


def test_queries_of_the_page_do_not_grow(client: Client, lead: User, desk: Desk) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as counted:
            client.get(PAGE)
        return len(counted)

    failed_letter(desk, body="one")
    failed_job(timezone.now())
    one = queries()
    for number in range(2):
        failed_letter(desk, body=f"another {number}")
        failed_job(timezone.now())
    assert queries() == one


def test_start_page_counts_what_was_given_up_only_if_there_is_any(
    client: Client, lead: User, desk: Desk
) -> None:
    assert "given up" not in client.get("/admin/").content.decode()
    failed_letter(desk)
    failed_job(timezone.now())
    assert "2 letters and jobs were given up" in client.get("/admin/").content.decode()
    client.force_login(desk.moderator)
    assert "given up" not in client.get("/admin/").content.decode()


# --- letters that say what is not so any more


def test_failed_confirmation_keeps_its_link_while_that_works(desk: Desk, mailoutbox: list[Any]) -> None:
    letter = failed_confirmation(desk)
    before = desk.now + timedelta(hours=47)
    tasks.forget_expired_links(now=before)
    assert tasks.try_again([letter.pk], now=before) == [letter.pk]
    tasks.deliver(letter.pk, now=before)
    assert "/comments/confirm/" in mailoutbox[0].body


def test_failed_confirmation_with_an_expired_link_is_not_sent_and_keeps_no_copy(
    client: Client, lead: User, desk: Desk
) -> None:
    letter = failed_confirmation(desk)
    after = desk.now + timedelta(hours=48)
    assert (tasks.try_again([letter.pk], now=after), tasks.forget_expired_links(now=after)) == ([], 1)
    letter.refresh_from_db()
    assert (letter.facts, letter.text, letter.html, letter.state) == ({}, "", "", "failed")
    letter.comment.confirmations.update(expires_at=desk.now)  # type: ignore[union-attr]
    page = client.get(PAGE)
    assert [row.mark for row in page.context["letters"]] == [""]
    assert "The link in it has expired." in page.content.decode()


def test_failed_letter_about_what_was_decided_otherwise_since_is_never_sent(desk: Desk) -> None:
    comment = desk.send()
    desk.reject(comment)
    Letter.objects.update(state=LetterState.FAILED, attempts=6)
    actions.restore(comment.pk, by=desk.moderator, seen_version=2, now=desk.now)
    states = Letter.objects.order_by("pk").values_list("kind", "state")
    assert list(states) == [("statement", "cancelled"), ("approved", "waiting")]


def test_decision_whose_letter_is_tried_again_cannot_be_undone(desk: Desk) -> None:
    decision = desk.approve(desk.send())
    Letter.objects.update(state=LetterState.FAILED, attempts=6)
    tasks.try_again([Letter.objects.get().pk], now=desk.now)
    with pytest.raises(actions.NotPossible):
        actions.undo(decision.pk, by=desk.moderator, now=desk.now)


# --- the operator's figures


def test_figures_of_a_newsroom_that_is_well(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    desk.approve(desk.send())
    call_command("show_backlog")
    assert capsys.readouterr().out.splitlines() == [
        "jobs_waiting 1",
        "jobs_due 0",
        "seconds_late 0",
        "jobs_dead 0",
        "letters_waiting 1",
        "letters_failed 0",
    ]


def test_figures_of_a_newsroom_that_is_not(desk: Desk) -> None:
    failed_letter(desk)
    now = timezone.now()
    failed_job(now)
    job_of(status="RUNNING", started_at=now - timedelta(hours=1), run_after=now - timedelta(hours=1))
    assert backlog(now) == Backlog(
        jobs_waiting=0, jobs_due=1, seconds_late=3600, jobs_dead=1, letters_waiting=0, letters_failed=1
    )
    with pytest.raises(CommandError) as said:
        call_command("show_backlog")
    assert str(said.value).startswith(
        "2 letters and jobs were given up: /admin/jobs/ says why and tries again. "
    )
    assert "is manage.py db_worker running?" in str(said.value)
