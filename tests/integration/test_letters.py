"""Letters: what they say, when they leave, and that they leave at least once."""

from datetime import timedelta
from email.message import EmailMessage
from typing import Any

import pytest
from django.core.mail import EmailMultiAlternatives
from django.core.mail.backends.locmem import EmailBackend
from django.utils import timezone
from django.utils.formats import date_format
from django_tasks_db.models import DBTaskResult

from comments import actions, links
from comments.enums import LetterState
from comments.models import Letter
from comments.tasks import STUCK, WAITS, deliver, deliver_letter, enqueue_forgotten
from comments.wording import words_of
from tests import factories
from tests.integration.commenting import THREE_LINKS, Desk, token_in

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


class Outage(EmailBackend):
    """A mail server that takes nothing."""

    def send_messages(self, messages: Any) -> int:
        raise ConnectionRefusedError("nobody answers")


@pytest.fixture
def desk() -> Desk:
    return Desk()


@pytest.fixture
def no_mail_server(settings: Any) -> None:
    settings.EMAIL_BACKEND = f"{__name__}.Outage"


def jobs() -> list[tuple[str, Any]]:
    return [(job.task_path, job.run_after) for job in DBTaskResult.objects.order_by("run_after")]


# --- what they say


def test_statement_says_why_in_the_rules_own_words(desk: Desk) -> None:
    comment = desk.send(THREE_LINKS, ask_moderator=True)
    decision = desk.reject(comment, "links", note="Choose one of them.")
    letter = Letter.objects.get()
    mine = f"http://testserver/comments/{comment.uid}/mine/{links.mine_token(comment)}/"
    until = date_format(timezone.localtime(desk.now + timedelta(days=184)), "DATE_FORMAT")
    assert words_of(letter).subject == "Your comment was not published (The Harbour Courier)"
    assert words_of(letter).text == (
        "Hello Ada Reader,\n"
        "\n"
        f"A moderator has read your comment on our story “{desk.headline}”, and it will not be published. "
        "This is the rule of our comment policy that it breaks, as it stood:\n"
        "\n"
        "Rule 2 (version 1): Few links\n"
        "At most 2 links in a comment.\n"
        "http://testserver/comment-policy/1/#rule-2\n"
        "The words in question: “https://c.example”\n"
        "\n"
        "The moderator adds:\n"
        "Choose one of them.\n"
        "\n"
        "What this means: The comment is shown to nobody in any country, and for good, unless your objection"
        " shows us wrong.\n"
        "How it came about: We looked on our own account; nobody had reported it. An automatic check had pointed"
        " it out. A person decided, not a program.\n"
        f"What you can do: Until {until} you can object. Somebody other than whoever decided answers, with"
        f" reasons, within 7 days. It costs nothing: {mine}reasons/1/\n"
        "You may also turn to a certified body for out-of-court dispute settlement, or to a court.\n"
        "\n"
        f"This is what you wrote on {desk.shown_now}:\n"
        "\n"
        f"{THREE_LINKS}\n"
        "\n"
        "Your comment and where it stands, on a page that only you have the address of:\n"
        f"{mine}\n"
        "\n"
        "The Harbour Courier\n"
    )
    assert decision.evidence.statement in words_of(letter).text


def test_html_of_a_statement_says_the_same_and_escapes_it(desk: Desk) -> None:
    desk.reject(desk.send("<b>Bold</b> & rude"), note="<i>No</i>")
    html = words_of(Letter.objects.get()).html
    assert "&lt;b&gt;Bold&lt;/b&gt; &amp; rude" in html
    assert "&lt;i&gt;No&lt;/i&gt;" in html
    assert (
        '<a href="http://testserver/comment-policy/1/#rule-3">Rule 3 (version 1): Respect others</a>' in html
    )


def test_text_of_a_letter_is_not_escaped(desk: Desk) -> None:
    desk.reject(desk.send("<b>Bold</b> & rude"), note="It's rude & bold")
    text = words_of(Letter.objects.get()).text
    assert ("<b>Bold</b> & rude" in text, "It's rude & bold" in text) == (True, True)


def test_letter_of_an_approval_gives_the_permanent_address(desk: Desk) -> None:
    comment = desk.send()
    desk.approve(comment)
    letter = Letter.objects.get()
    assert words_of(letter).subject == "Your comment was published (The Harbour Courier)"
    assert words_of(letter).text == (
        "Hello Ada Reader,\n"
        "\n"
        f"a moderator has read your comment on our story “{desk.headline}”, and it is published. "
        "Its permanent address:\n"
        f"http://testserver/comments/{comment.uid}/\n"
        "\n"
        "Thank you for writing.\n"
        "\n"
        "The Harbour Courier\n"
    )


def test_letter_of_a_removal_says_so(desk: Desk) -> None:
    comment = factories.make_comment(discussion=factories.make_discussion(desk.article))
    actions.remove(
        comment.pk, by=desk.moderator, seen_version=1, now=desk.now, rule_keys=["respect", "links"]
    )
    letter = Letter.objects.get()
    assert words_of(letter).subject == "Your comment was removed (The Harbour Courier)"
    assert "These are the rules of our comment policy that it breaks, as they stood:" in words_of(letter).text
    assert words_of(letter).text.index("Rule 2") < words_of(letter).text.index("Rule 3")


def test_letter_names_the_headline_that_readers_had(desk: Desk) -> None:
    comment = desk.send()
    desk.article.working_headline = "Not for readers yet"
    desk.article.save(update_fields=["working_headline"])
    desk.approve(comment)
    assert desk.headline in words_of(Letter.objects.get()).text


def test_letter_is_in_its_readers_language(desk: Desk) -> None:
    commenter = factories.make_commenter(language="fa")
    desk.reject(factories.make_comment(commenter=commenter, state="held"))
    assert '<html lang="fa" dir="rtl">' in words_of(Letter.objects.get()).html


def test_letter_goes_where_its_author_signs_in_now(desk: Desk) -> None:
    comment = desk.send()
    desk.reader.email = "moved@example.org"
    desk.reader.save()
    desk.reject(comment)
    assert Letter.objects.get().to == "moved@example.org"


def test_guest_on_an_address_that_an_account_has_left_is_somebody_else(desk: Desk) -> None:
    comment = desk.send()
    desk.reader.email = "moved@example.org"
    desk.reader.save()
    guest = actions.submit(desk.guest_draft(address="reader@example.org"), now=desk.now).comment
    desk.reject(actions.confirm_address(token_in(Letter.objects.get()), now=desk.now))
    assert guest.commenter_id != comment.commenter_id
    assert list(Letter.objects.values_list("to", flat=True)) == ["reader@example.org"] * 2


def test_commenter_without_an_address_gets_no_letter(desk: Desk) -> None:
    desk.reject(factories.make_comment(commenter=factories.make_commenter(address=None), state="held"))
    assert Letter.objects.count() == 0


# --- when they leave


def test_letter_and_its_job_leave_a_minute_after_the_decision(desk: Desk) -> None:
    desk.approve(desk.send())
    assert Letter.objects.get().send_after == desk.now + MINUTE
    assert jobs() == [("comments.tasks.deliver_letter", desk.now + MINUTE)]


def test_letter_does_not_leave_early(desk: Desk, mailoutbox: list[EmailMessage]) -> None:
    desk.approve(desk.send())
    deliver(Letter.objects.get().pk, now=desk.now + timedelta(seconds=59))
    assert (mailoutbox, Letter.objects.get().state) == ([], LetterState.WAITING)


def test_letter_leaves_once_with_its_own_message_id(
    desk: Desk, mailoutbox: list[EmailMultiAlternatives]
) -> None:
    desk.approve(desk.send())
    letter = Letter.objects.get()
    words = words_of(letter)
    for _ in range(2):
        deliver(letter.pk, now=desk.now + MINUTE)
    [message] = mailoutbox
    assert (message.to, message.subject, message.body) == (
        ["reader@example.org"],
        words.subject,
        words.text,
    )
    assert message.extra_headers["Message-ID"] == letter.message_id == f"<{letter.uid}@testserver>"
    assert message.alternatives[0].mimetype == "text/html"
    letter.refresh_from_db()
    assert (letter.state, letter.sent_at, letter.attempts) == (LetterState.SENT, desk.now + MINUTE, 1)


def test_no_copy_of_a_secret_link_is_kept_once_it_left(desk: Desk, mailoutbox: list[EmailMessage]) -> None:
    actions.submit(desk.guest_draft(), now=desk.now)
    letter = Letter.objects.get()
    token = token_in(letter)
    deliver_letter.call(letter.pk)
    letter.refresh_from_db()
    assert (letter.state, letter.facts, letter.text, letter.html) == (LetterState.SENT, {}, "", "")
    assert token in mailoutbox[0].body  # type: ignore[attr-defined]


# --- at least once


@pytest.mark.usefixtures("no_mail_server")
def test_letter_is_tried_again_with_growing_waits_and_then_fails(desk: Desk) -> None:
    desk.approve(desk.send())
    letter, now = Letter.objects.get(), desk.now + MINUTE
    for attempt, wait in enumerate(WAITS, start=1):
        deliver(letter.pk, now=now)
        letter.refresh_from_db()
        now += wait
        assert (letter.state, letter.attempts, letter.send_after) == (LetterState.WAITING, attempt, now)
        assert now in {run_after for _, run_after in jobs()}
    deliver(letter.pk, now=now)
    letter.refresh_from_db()
    assert (letter.state, letter.attempts) == (LetterState.FAILED, 6)
    assert letter.last_error == "ConnectionRefusedError: nobody answers"


def test_letter_of_a_worker_that_died_is_sent_after_ten_minutes(
    desk: Desk, mailoutbox: list[EmailMessage]
) -> None:
    desk.approve(desk.send())
    letter, died = Letter.objects.get(), desk.now + MINUTE
    Letter.objects.update(state=LetterState.SENDING, claimed_at=died, attempts=1)
    deliver(letter.pk, now=died + STUCK - MINUTE)
    assert mailoutbox == []
    deliver(letter.pk, now=died + STUCK)
    assert [message.extra_headers["Message-ID"] for message in mailoutbox] == [letter.message_id]  # type: ignore[attr-defined]


def test_job_that_takes_over_is_there_before_the_letter_leaves(desk: Desk) -> None:
    desk.approve(desk.send())
    deliver(Letter.objects.get().pk, now=desk.now + MINUTE)
    assert [run_after for _, run_after in jobs()] == [desk.now + MINUTE, desk.now + MINUTE + STUCK]


def test_letter_whose_workers_always_die_fails_in_the_end(desk: Desk, mailoutbox: list[EmailMessage]) -> None:
    desk.approve(desk.send())
    Letter.objects.update(state=LetterState.SENDING, claimed_at=desk.now, attempts=6)
    deliver(Letter.objects.get().pk, now=desk.now + STUCK)
    assert (Letter.objects.get().state, mailoutbox) == (LetterState.FAILED, [])


def test_forgotten_letter_gets_a_new_job(desk: Desk) -> None:
    desk.approve(desk.send())
    DBTaskResult.objects.all().delete()
    assert enqueue_forgotten(now=desk.now + MINUTE) == 0
    later = desk.now + MINUTE + STUCK
    assert enqueue_forgotten(now=later) == 1
    assert jobs() == [("comments.tasks.deliver_letter", later)]


def test_letter_that_never_was_is_no_error() -> None:
    deliver_letter.call(999_999)


def test_private_address_opens_for_its_token_only(desk: Desk) -> None:
    comment, other = desk.send(), desk.send("Another")
    token = links.mine_token(comment)
    assert links.check_mine_token(comment, token)
    for wrong in ("", "x", token[:-1], links.mine_token(other), "\x00", f"{token}:{token}"):
        assert not links.check_mine_token(comment, wrong)


def test_private_address_outlives_a_change_of_the_key(desk: Desk, settings: Any) -> None:
    comment = desk.send()
    token = links.mine_token(comment)
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another key"
    assert links.check_mine_token(comment, token)
    assert links.mine_token(comment) != token


# --- what has been overtaken


def letters() -> list[tuple[str, str]]:
    return [(letter.kind, letter.state) for letter in Letter.objects.order_by("id")]


def test_restored_comment_is_not_said_to_be_rejected(desk: Desk) -> None:
    comment = desk.send()
    desk.reject(comment)
    actions.restore(comment.pk, by=desk.moderator, seen_version=2, now=desk.now + MINUTE / 2)
    assert letters() == [("statement", "cancelled"), ("approved", "waiting")]


def test_removed_comment_is_not_said_to_be_published(desk: Desk) -> None:
    comment = desk.send()
    desk.approve(comment)
    verdict: dict[str, Any] = {
        "by": desk.moderator,
        "seen_version": 2,
        "now": desk.now,
        "rule_keys": ["respect"],
    }
    actions.remove(comment.pk, **verdict)
    assert letters() == [("approved", "cancelled"), ("statement", "waiting")]


def test_comment_held_again_is_not_said_to_be_published(desk: Desk) -> None:
    comment = desk.send()
    desk.approve(comment)
    verdict: dict[str, Any] = {
        "by": desk.moderator,
        "seen_version": 2,
        "now": desk.now,
        "rule_keys": ["respect"],
    }
    actions.hold(comment.pk, **verdict)
    assert letters() == [("approved", "cancelled")]


def test_comment_taken_back_is_not_said_to_be_published(desk: Desk) -> None:
    comment = desk.send()
    desk.approve(comment)
    actions.withdraw(comment.pk, now=desk.now, seen_version=2)
    assert letters() == [("approved", "cancelled")]


def test_reasons_of_a_rejection_are_told_even_if_the_comment_was_taken_back(desk: Desk) -> None:
    comment = desk.send()
    desk.reject(comment)
    actions.withdraw(comment.pk, now=desk.now, seen_version=2)
    assert letters() == [("statement", "waiting")]
