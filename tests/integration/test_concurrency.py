"""Things that happen at the same moment: nothing is lost, nothing happens twice."""

import re
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.core.mail import EmailMessage
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse
from django_tasks_db.management.commands.db_worker import Worker

from comments import actions
from comments.actions.bulk import locked
from comments.actions.senders import commenter_of, sender_of
from comments.enums import Act, LetterState, State
from comments.models import Comment, Commenter, Decision, Discussion, Letter, RefusalCount
from comments.privacy import erase_person
from comments.seals import faults
from comments.tasks import deliver
from newsroom.accounts.models import User
from newsroom.groups import make_groups
from tests import factories
from tests.integration.commenting import THREE_LINKS, Desk, token_in

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def desk() -> Desk:
    make_groups()
    return Desk()


def at_once(*acts: Callable[[], Any]) -> list[Any]:
    """What each returned or raised, all begun at the same moment in threads with connections of their own."""
    results: list[Any] = [None] * len(acts)
    barrier = threading.Barrier(len(acts), timeout=20)

    def run(place: int, act: Callable[[], Any]) -> None:
        try:
            barrier.wait()
            results[place] = act()
        except Exception as error:  # the test says which errors are right
            results[place] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=120)
    return results


def test_same_form_at_once_makes_one_comment(desk: Desk) -> None:
    draft = desk.draft()
    results = at_once(*[lambda: actions.submit(draft, now=desk.now)] * 4)
    assert {sent.comment.pk for sent in results} == {Comment.objects.get().pk}
    assert sorted(sent.repeated for sent in results) == [False, True, True, True]
    assert Decision.objects.count() == 1


def test_two_texts_in_one_form_at_once_make_one_comment(desk: Desk) -> None:
    first, second = desk.draft("One text"), desk.draft("Another text")
    second = replace(second, form_key=first.form_key)
    results = at_once(
        lambda: actions.submit(first, now=desk.now), lambda: actions.submit(second, now=desk.now)
    )
    assert sorted(type(result).__name__ for result in results) == ["AlreadySent", "Sent"]
    assert Comment.objects.count() == 1


def test_first_comments_of_one_reader_at_once_make_one_commenter(desk: Desk) -> None:
    drafts = [desk.draft(f"Thought {number}") for number in range(3)]
    results = at_once(*[lambda draft=draft: actions.submit(draft, now=desk.now) for draft in drafts])  # type: ignore[misc]
    assert [result.state for result in results] == [State.HELD] * 3
    assert (Commenter.objects.count(), Comment.objects.count(), Discussion.objects.count()) == (1, 3, 1)


def test_confirmation_mails_are_limited_at_once(desk: Desk) -> None:
    drafts = [desk.guest_draft(f"Thought {number}") for number in range(5)]
    results = at_once(*[lambda draft=draft: actions.submit(draft, now=desk.now) for draft in drafts])  # type: ignore[misc]
    refused = [result for result in results if isinstance(result, actions.TooManyConfirmations)]
    assert (len(refused), Letter.objects.count()) == (2, 3)


def test_two_moderators_at_once_one_decides(desk: Desk) -> None:
    comment = desk.send()
    other = factories.make_user(group="Moderator")
    results = at_once(
        lambda: desk.approve(comment),
        lambda: desk.reject(comment, by=other, note="Kept for me"),
    )
    [decision] = [result for result in results if isinstance(result, Decision)]
    [stale] = [result for result in results if isinstance(result, actions.StaleView)]
    assert stale.latest == decision
    assert (Decision.objects.count(), Letter.objects.count()) == (2, 1)
    assert list(faults()) == []


def test_two_browsers_at_once_one_decides_and_the_other_is_told_in_a_sentence(desk: Desk) -> None:
    comment = desk.send()
    act = reverse("moderation:act", args=[comment.uid])

    def browser(by: User, **sent: str) -> Callable[[], Any]:
        client = Client()
        client.force_login(by)
        return lambda: client.post(act, {"version": "1", "place": "queue", **sent})

    answers = at_once(
        browser(desk.moderator, act="approve", note="Well said."),
        browser(factories.make_user(group="Moderator"), act="reject", rule="respect", note="Too rude."),
    )
    assert sorted(answer.status_code for answer in answers) == [303, 409]
    [loser] = [place for place, answer in enumerate(answers) if answer.status_code == 409]
    page = answers[loser].content.decode()
    did, note = (("Rejected", "Well said."), ("Approved", "Too rude."))[loser]
    assert re.search(rf"{did} by a colleague at \d\d:\d\d, your \w+ was not saved\.", page)
    assert note in page
    assert (Decision.objects.filter(automatic=False).count(), Letter.objects.count()) == (1, 1)
    assert list(faults()) == []


def test_approvals_in_one_discussion_at_once_are_all_counted(desk: Desk) -> None:
    comments = [desk.send(f"Thought {number}") for number in range(4)]
    at_once(*[lambda one=one: desk.approve(one) for one in comments])  # type: ignore[misc]
    assert Discussion.objects.values_list("public_count", "version").get() == (4, 5)


def test_bulk_decisions_in_opposite_order_do_not_block_each_other(desk: Desk) -> None:
    items = [(desk.send(f"Thought {number}").pk, 1) for number in range(4)]
    other = factories.make_user(group="Moderator")
    results = at_once(
        lambda: actions.approve_many(items, by=desk.moderator, now=desk.now),
        lambda: actions.approve_many(items[::-1], by=other, now=desk.now),
    )
    decided = [one for result in results for one in result if one.decision]
    assert len(decided) == len(items)
    assert Discussion.objects.get().public_count == len(items)


def test_undo_and_the_leaving_mail_at_once_never_both_happen(desk: Desk, mailoutbox: list[object]) -> None:
    decision = desk.reject(desk.send())
    letter = Letter.objects.get()
    leaves = desk.now + timedelta(seconds=60)
    undone, _ = at_once(
        lambda: actions.undo(decision.pk, by=desk.moderator, now=leaves),
        lambda: deliver(letter.pk, now=leaves),
    )
    letter.refresh_from_db()
    state = Comment.objects.get().state
    if isinstance(undone, Decision):
        assert (letter.state, state, mailoutbox) == (LetterState.CANCELLED, State.HELD, [])
    else:
        assert (letter.state, state, len(mailoutbox)) == (LetterState.SENT, State.REJECTED, 1)


def test_one_letter_given_to_two_workers_leaves_once(desk: Desk, mailoutbox: list[object]) -> None:
    desk.approve(desk.send())
    letter, leaves = Letter.objects.get(), desk.now + timedelta(seconds=60)
    at_once(*[lambda: deliver(letter.pk, now=leaves)] * 3)
    assert len(mailoutbox) == 1


def test_refusals_at_once_are_all_counted(desk: Desk) -> None:
    results = at_once(*[lambda: desk.send(THREE_LINKS)] * 4)
    assert [type(result) for result in results] == [actions.Refusal] * 4
    assert RefusalCount.objects.get().count == 4


def test_link_used_at_once_confirms_once(desk: Desk) -> None:
    actions.submit(desk.guest_draft(), now=desk.now)
    token = token_in(Letter.objects.get())
    results = at_once(*[lambda: actions.confirm_address(token, now=desk.now)] * 3)
    assert sorted(type(result).__name__ for result in results) == ["Comment", "LinkUsed", "LinkUsed"]
    assert [one.act for one in Decision.objects.all()] == [Act.HELD]


def test_worker_runs_the_job_and_the_mail_leaves(desk: Desk, mailoutbox: list[EmailMessage]) -> None:
    actions.submit(desk.guest_draft(), now=desk.now)
    worker = Worker(
        queue_names=["default"],
        interval=0,
        batch=True,
        backend_name="default",
        startup_delay=False,
        max_tasks=None,
        worker_id="one",
        excluded_queue_names=[],
    )
    worker.run()
    assert [message.to for message in mailoutbox] == [["guest@example.org"]]
    assert Letter.objects.get().state == LetterState.SENT


def impatient(act: Callable[[], Any]) -> Callable[[], Any]:
    """The act, refused by the database where it would wait for a lock longer than a second."""

    def acting() -> Any:
        # For this transaction alone: the pool gives the connection to other tests.
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL lock_timeout = '1s'")
            return act()

    return acting


rows_are_locked = pytest.mark.skipif(
    connection.vendor != "postgresql", reason="SQLite locks the whole database, so that nobody deadlocks"
)


@rows_are_locked
def test_decision_does_not_wait_for_its_author_who_is_sending(desk: Desk) -> None:
    comment = desk.send()
    sender = sender_of(user=desk.reader, name="", address="", language="en")
    with transaction.atomic():
        commenter_of(sender, desk.now)
        [decision] = at_once(impatient(lambda: desk.reject(comment)))
    assert isinstance(decision, Decision)


@rows_are_locked
def test_answer_does_not_wait_for_a_decision_on_what_it_answers(desk: Desk) -> None:
    desk.trust(desk.reader)
    parent = desk.send("To be answered")
    with transaction.atomic():
        locked([parent.pk])
        [sent] = at_once(
            impatient(lambda: actions.submit(desk.draft("An answer", parent=parent), now=desk.now))
        )
    assert sent.comment.parent_id == parent.pk


def test_erasing_a_person_while_their_comment_is_decided_on_does_both(desk: Desk) -> None:
    comment = desk.send()
    entered = threading.Event()

    def approve() -> None:
        with transaction.atomic():
            locked([comment.pk])
            entered.set()
            time.sleep(0.5)
            actions.approve(comment.pk, by=desk.moderator, seen_version=comment.version, now=desk.now)

    def erase() -> None:
        entered.wait(20)
        erase_person("reader@example.org", now=desk.now)

    assert at_once(approve, erase) == [None, None]
    comment.refresh_from_db()
    assert (comment.state, comment.name, list(faults())) == (State.WITHDRAWN, "", [])
    assert not Letter.objects.filter(comment=comment).exists()
