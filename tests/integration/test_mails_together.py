"""What was decided together reaches an address in one mail: however often its jobs run, and without what was undone."""

import threading
import time
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core.mail import EmailMessage
from django.db import connection, transaction
from django_tasks_db.models import DBTaskResult

from comments import actions, links, runs, tasks
from comments.actions.withholding import withhold_comment
from comments.enums import Act, LetterState, RunScope
from comments.letters import cancel_overtaken
from comments.models import BulkRun, Comment, Decision, Letter
from comments.tasks import WAITS, deliver, hand_out_bundle
from comments.wording import words_of
from newsroom.groups import make_groups
from tests import factories
from tests.integration.commenting import Desk
from tests.integration.test_concurrency import at_once

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


@pytest.fixture
def desk() -> Desk:
    return Desk()


def rejected(desk: Desk, comments: list[Comment], **fields: Any) -> list[Decision]:
    items = [(comment.pk, comment.version) for comment in comments]
    fields = {"rule_keys": ["respect"], **fields}
    results = actions.reject_many(items, by=desk.moderator, now=desk.now, **fields)
    return [result.decision for result in results if result.decision]


def sent(desk: Desk, count: int) -> list[Comment]:
    return [desk.send(f"Thought {number} of many") for number in range(count)]


def deliver_all(desk: Desk, after: timedelta = MINUTE) -> None:
    for pk in Letter.objects.order_by("-pk").values_list("pk", flat=True):
        deliver(pk, now=desk.now + after)


def begun(desk: Desk, comments: list[Comment], act: Act = Act.REJECTED) -> BulkRun:
    items = [(comment.pk, comment.version) for comment in comments]
    run = runs.prepare(items, RunScope.SELECTION, by=desk.moderator, now=desk.now)
    reasons = runs.Reasons(rule_keys=["respect"], note="Enough.")
    return runs.begin(run.pk, act, by=desk.moderator, now=desk.now, reasons=reasons)


def test_each_address_gets_one_mail_that_names_each_comment_its_rule_and_its_statement(
    desk: Desk, mailoutbox: list[EmailMessage]
) -> None:
    own = sent(desk, 2)
    another = factories.make_user(email="another@example.org", name="Bo")
    alone = desk.send("The only one", user=another)
    rejected(desk, [*own, alone], note="Enough.")
    letter_alone = Letter.objects.get(comment=alone)
    as_ever = words_of(letter_alone).text
    deliver_all(desk)
    said = {message.to[0]: message for message in mailoutbox}
    assert (len(mailoutbox), set(said)) == (2, {"another@example.org", "reader@example.org"})
    assert said["another@example.org"].body == as_ever
    mail = said["reader@example.org"]
    assert mail.subject == "What was decided on 2 comments (The Harbour Courier)"
    for number, comment in enumerate(own):
        path = links.absolute(links.statement_path(comment, comment.version))
        assert (
            f"{number + 1}. Your comment “Thought {number} of many” on our story “{desk.headline}” was not published.\n"
            "Rule 3 (version 1): Respect others\n"
            f"The statement of reasons, and how to object: {path}\n"
        ) in str(mail.body)
    assert str(mail.body).count("Enough.") == 1
    html = mail.alternatives[0].content  # type: ignore[attr-defined]
    assert f'<a href="{path}"' in html
    kept = Letter.objects.get(comment=own[0])
    assert (kept.state, "Thought 0" in kept.text, "Thought 1" in kept.text) == (LetterState.SENT, True, False)


def test_what_was_undone_before_it_left_is_not_in_the_mail(
    desk: Desk, mailoutbox: list[EmailMessage]
) -> None:
    decisions = rejected(desk, sent(desk, 3))
    actions.undo(decisions[1].pk, by=desk.moderator, now=desk.now)
    deliver_all(desk)
    [mail] = mailoutbox
    assert ["Thought 0" in mail.body, "Thought 1" in mail.body, "Thought 2" in mail.body] == [
        True,
        False,
        True,
    ]
    with pytest.raises(actions.NotPossible, match="the mail about it has left"):
        actions.undo(decisions[0].pk, by=desk.moderator, now=desk.now)


def test_what_was_overtaken_between_two_tries_is_not_in_the_second_which_has_the_first_s_id(
    desk: Desk, settings: Any, mailoutbox: list[EmailMessage]
) -> None:
    comments = sent(desk, 3)
    rejected(desk, comments)
    usual = settings.EMAIL_BACKEND
    settings.EMAIL_BACKEND = "tests.integration.test_letters.Outage"
    carrier = Letter.objects.get(comment=comments[0])
    deliver(carrier.pk, now=desk.now + MINUTE)
    assert set(Letter.objects.values_list("state", "attempts", "carrier")) == {("waiting", 1, carrier.pk)}
    settings.EMAIL_BACKEND = usual
    comments[0].refresh_from_db()
    actions.restore(comments[0].pk, by=desk.moderator, seen_version=comments[0].version, now=desk.now)
    again = DBTaskResult.objects.get(run_after=desk.now + MINUTE + WAITS[0])
    deliver(again.args_kwargs["args"][0], now=again.run_after)
    [mail] = mailoutbox
    assert ["Thought 0" in mail.body, "Thought 1" in mail.body, "Thought 2" in mail.body] == [
        False,
        True,
        True,
    ]
    assert mail.extra_headers["Message-ID"] == carrier.message_id


def handed_out(due: datetime) -> list[int]:
    """The letters that have a job of their own which is due then."""
    jobs = DBTaskResult.objects.filter(task_path="comments.tasks.deliver_letter", run_after=due)
    return [job.args_kwargs["args"][0] for job in jobs.order_by("enqueued_at")]


def handed_out_again(run: BulkRun) -> list[int]:
    """The same of the letters that the job at a run's end gives one."""
    known = set(DBTaskResult.objects.values_list("pk", flat=True))
    hand_out_bundle.call(str(run.uid))
    jobs = DBTaskResult.objects.exclude(pk__in=known).order_by("enqueued_at")
    return [job.args_kwargs["args"][0] for job in jobs]


def test_more_than_a_mail_holds_follow_in_the_next_and_none_is_lost(
    desk: Desk, mailoutbox: list[EmailMessage], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tasks, "MOST_TOGETHER", 2)
    rejected(desk, sent(desk, 5))
    deliver(Letter.objects.latest("pk").pk, now=desk.now + MINUTE)
    following = handed_out(desk.now + MINUTE)
    # Before they leave, the letter that the second mail goes by is overtaken: what goes with it does leave.
    Letter.objects.filter(pk=following[0]).update(state=LetterState.CANCELLED)
    for pk in following:
        deliver(pk, now=desk.now + MINUTE)
    assert len(mailoutbox) == 3
    found = [sum(f"Thought {number}" in str(mail.body) for mail in mailoutbox) for number in range(5)]
    assert found == [1, 0, 1, 1, 1]


def test_mail_of_a_run_waits_for_its_end_however_long_that_takes(
    desk: Desk, mailoutbox: list[EmailMessage]
) -> None:
    run = begun(desk, sent(desk, 3))
    assert runs.advance(run.pk, now=desk.now)
    deliver_all(desk, after=runs.MAIL_WAITS)
    assert (mailoutbox, Letter.objects.get().state) == ([], LetterState.WAITING)
    desk.now += 2 * runs.MAIL_WAITS
    while runs.advance(run.pk, now=desk.now):
        pass
    job = DBTaskResult.objects.get(task_path="comments.tasks.hand_out_bundle", run_after=desk.now + MINUTE)
    assert job.args_kwargs["args"] == [str(run.uid)]
    for pk in handed_out_again(run):
        deliver(pk, now=desk.now + MINUTE)
    [mail] = mailoutbox
    assert [f"Thought {number}" in mail.body for number in range(3)] == [True] * 3


def test_letter_that_is_overtaken_after_a_long_run_takes_no_other_with_it(
    desk: Desk, mailoutbox: list[EmailMessage]
) -> None:
    run = begun(desk, sent(desk, 3))
    desk.now += 2 * runs.MAIL_WAITS
    while runs.advance(run.pk, now=desk.now):
        pass
    jobs = handed_out_again(run)
    Letter.objects.filter(pk=jobs[0]).update(state=LetterState.CANCELLED)
    for pk in jobs:
        deliver(pk, now=desk.now + MINUTE)
    [mail] = mailoutbox
    assert [f"Thought {number}" in mail.body for number in range(3)] == [False, True, True]


def test_mail_of_a_run_that_never_ends_leaves_an_hour_after_it_began(
    desk: Desk, mailoutbox: list[EmailMessage]
) -> None:
    run = begun(desk, sent(desk, 3))
    for _comment in range(2):
        assert runs.advance(run.pk, now=desk.now)
    hour = desk.now + timedelta(hours=1)
    deliver_all(desk, after=hour - desk.now - MINUTE)
    assert mailoutbox == []
    job = DBTaskResult.objects.get(task_path="comments.tasks.hand_out_bundle")
    assert (job.run_after, job.args_kwargs["args"]) == (hour, [str(run.uid)])
    for pk in handed_out_again(run):
        deliver(pk, now=hour)
    [mail] = mailoutbox
    assert [f"Thought {number}" in mail.body for number in range(3)] == [True, True, False]


def test_mail_of_what_was_published_together_leads_to_each(
    desk: Desk, mailoutbox: list[EmailMessage]
) -> None:
    comments = sent(desk, 2)
    items = [(comment.pk, comment.version) for comment in comments]
    actions.approve_many(items, by=desk.moderator, now=desk.now)
    deliver_all(desk)
    [mail] = mailoutbox
    assert [links.absolute(one.get_absolute_url()) in mail.body for one in comments] == [True, True]


def test_note_leaves_in_no_mail_about_a_comment_that_it_may_quote_and_whose_words_are_withheld(
    desk: Desk, mailoutbox: list[EmailMessage]
) -> None:
    quoted, other = sent(desk, 2)
    rejected(desk, [quoted, other], note="“Thought 0” is no thought.")
    quoted.refresh_from_db()
    lead = factories.make_user(group="Moderation lead")
    withhold_comment(quoted.pk, ground="A court", seen_version=quoted.version, by=lead, now=desk.now)
    deliver_all(desk)
    [mail] = mailoutbox
    for text in (str(mail.body), str(mail.alternatives[0].content)):  # type: ignore[attr-defined]
        found = ["Thought 0" in text, "Thought 1" in text, "Withheld on legal grounds." in text]
        assert found == [False, True, True]


def test_mail_that_failed_is_tried_again_whole(desk: Desk, mailoutbox: list[EmailMessage]) -> None:
    rejected(desk, sent(desk, 3))
    carrier, *others = Letter.objects.order_by("pk")
    Letter.objects.update(state=LetterState.FAILED, attempts=6, carrier=carrier)
    alone = rejected(desk, [desk.send("Another one")])[0].letter
    Letter.objects.filter(pk=alone.pk).update(state=LetterState.FAILED, attempts=6)
    assert tasks.try_again([others[0].pk], now=desk.now) == [carrier.pk, *(one.pk for one in others)]
    deliver_all(desk)
    [mail] = mailoutbox
    assert [f"Thought {number}" in mail.body for number in range(3)] == [True] * 3
    assert mail.extra_headers["Message-ID"] == carrier.message_id


def test_worker_that_is_killed_once_a_mail_has_left_leads_to_the_same_mail_again(
    desk: Desk, mailoutbox: list[EmailMessage]
) -> None:
    rejected(desk, sent(desk, 3))
    first = Letter.objects.earliest("pk")
    noted = []

    def killed(execute: Any, sql: str, params: Any, *rest: Any) -> Any:
        if sql.startswith("UPDATE") and LetterState.SENT in params:
            noted.append(sql)
            if len(noted) == 2:
                raise KeyboardInterrupt
        return execute(sql, params, *rest)

    with pytest.raises(KeyboardInterrupt), connection.execute_wrapper(killed):
        deliver(first.pk, now=desk.now + MINUTE)
    deliver(first.pk, now=desk.now + MINUTE + tasks.STUCK)
    before, again = mailoutbox
    assert (before.body, before.extra_headers) == (again.body, again.extra_headers)
    assert set(Letter.objects.values_list("state", flat=True)) == {LetterState.SENT}


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite locks no rows")
@pytest.mark.django_db(transaction=True)
def test_who_decides_anew_waits_for_the_worker_holding_nothing_that_it_needs_next() -> None:
    make_groups()
    desk = Desk()
    comments = sent(desk, 2)
    rejected(desk, comments)
    first, second = Letter.objects.order_by("pk")
    first.save()  # its row stands after the other one's now, where an update would come to it last

    def worker() -> None:
        with transaction.atomic():
            rows = Letter.objects.select_for_update(no_key=True, nowait=True)
            rows.get(pk=first.pk)
            holding.set()
            assert somebody_waits()
            rows.get(pk=second.pk)

    def decider() -> None:
        holding.wait(timeout=20)
        with transaction.atomic():
            cancel_overtaken(comments)

    holding = threading.Event()
    assert at_once(worker, decider) == [None, None]
    assert set(Letter.objects.values_list("state", flat=True)) == {LetterState.CANCELLED}


def somebody_waits() -> bool:
    """Whether some transaction waits for a lock within ten seconds."""
    for _look in range(200):
        with connection.cursor() as cursor:
            cursor.execute("SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted)")
            if cursor.fetchone()[0]:
                return True
        time.sleep(0.05)
    return False


@pytest.mark.django_db(transaction=True)
def test_workers_at_the_same_moment_send_it_once(mailoutbox: list[EmailMessage]) -> None:
    make_groups()
    desk = Desk()
    rejected(desk, sent(desk, 4))
    pks = list(Letter.objects.values_list("pk", flat=True))
    at_once(*[lambda pk=pk: deliver(pk, now=desk.now + MINUTE) for pk in pks])  # type: ignore[misc]
    assert len(mailoutbox) == 1
    assert set(Letter.objects.values_list("state", "attempts")) == {(LetterState.SENT, 1)}
