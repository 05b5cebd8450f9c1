"""The fault run's judge can find fault: each thing that is tampered with is named, and nothing else."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.db.models import F
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from articles.actions import publish, save
from articles.actions.content import Content, content_of
from comments import actions
from comments.models import Comment, CommentText, Discussion, Letter
from comments.tasks import deliver
from newsroom.groups import make_groups
from tests import factories
from tests.faults.checking import problems
from tests.faults.ledger import DONE, REFUSED, UNCLEAR, Acted, Ledger, Published, Saved, Sent, Undone
from tests.faults.mailserver import Mail
from tests.faults.truth import GONE, Seen, Truth, stale
from tests.integration.commenting import Desk

pytestmark = pytest.mark.django_db


class Newsroom(Desk):
    """A reader's comment that was approved, a guest's that waits to be confirmed, and a story published again."""

    def __init__(self) -> None:
        super().__init__()
        self.ledger, self.mails = Ledger(), dict[str, list[Mail]]()
        self.comment = self.noted(self.draft("A reader's thought."))
        self.decision = self.approve(self.comment)
        acted = Acted(self.moderator.email, str(self.comment.uid), 1, "approve", DONE)
        self.ledger.acted.append(acted)
        self.ledger.decisions.append(str(self.decision.uid))
        self.guest = self.noted(self.guest_draft("A guest's thought."))
        self._published_again()

    def noted(self, draft: actions.Draft) -> Comment:
        comment = actions.submit(draft, now=self.now).comment
        author = draft.user.email if draft.user else draft.address
        sent = Sent(str(draft.form_key), draft.body, author, draft.user is None, DONE, str(comment.uid))
        self.ledger.sent.append(sent)
        return comment

    def _published_again(self) -> None:
        revision = self.article.revisions.get()
        content = content_of(revision)
        again = save(
            self.article,
            by=None,
            content=Content(
                **{**_fields(content), "headline": "Edition 2", "byline": (factories.make_author().pk,)}
            ),
            base=revision.number,
            now=self.now,
        )
        publish(self.article, by=None, revision=again, now=self.now)
        self.ledger.saved.append(Saved(self.article.pk, "Edition 2", DONE))
        self.ledger.published.append(Published(self.article.pk, "Edition 2", DONE))

    def letters_leave(self, mailoutbox: list[Any]) -> None:
        for letter in Letter.objects.all():
            deliver(letter.pk, now=self.now + timedelta(minutes=1))
        for message in mailoutbox:
            message_id = message.extra_headers["Message-ID"]
            self.mails[message_id] = [Mail(message_id, message.to[0], message.subject, message.body)]
        DBTaskResult.objects.all().delete()

    def wrong(self) -> list[str]:
        return list(problems(self.ledger, self.mails))


def _fields(content: Any) -> dict[str, Any]:
    return {name: getattr(content, name) for name in content.__slots__}


@pytest.fixture
def newsroom(mailoutbox: list[Any]) -> Newsroom:
    make_groups()
    made = Newsroom()
    made.letters_leave(mailoutbox)
    return made


def test_newsroom_that_was_left_alone_has_nothing_wrong(newsroom: Newsroom) -> None:
    assert newsroom.wrong() == []


def lost_comment(newsroom: Newsroom) -> None:
    Letter.objects.filter(comment=newsroom.guest).delete()
    newsroom.mails = {key: mail for key, mail in newsroom.mails.items() if "guest" not in mail[0].to}
    Comment.objects.filter(pk=newsroom.guest.pk).update(current_text=None)
    CommentText.objects.filter(comment=newsroom.guest).delete()
    newsroom.guest.delete()


def comment_of_nobody(newsroom: Newsroom) -> None:
    newsroom.ledger.sent = [sent for sent in newsroom.ledger.sent if sent.guest]


def changed_text(newsroom: Newsroom) -> None:
    CommentText.objects.filter(comment=newsroom.comment).update(body="Other words.")


def comment_twice(newsroom: Newsroom) -> None:
    CommentText.objects.filter(comment=newsroom.guest).update(body="A reader's thought.")
    newsroom.ledger.sent[1].body = "A reader's thought."


def changed_count(newsroom: Newsroom) -> None:
    Discussion.objects.update(public_count=F("public_count") + 1)


def changed_state(newsroom: Newsroom) -> None:
    Comment.objects.filter(pk=newsroom.comment.pk).update(state="rejected")
    Discussion.objects.update(public_count=0)


def decision_of_nobody(newsroom: Newsroom) -> None:
    newsroom.ledger.acted.clear()


def unmade_decision(newsroom: Newsroom) -> None:
    newsroom.ledger.acted.append(Acted("other@example.org", str(newsroom.comment.uid), 2, "remove", DONE))


def decision_though_refused(newsroom: Newsroom) -> None:
    newsroom.ledger.acted[0].told = REFUSED


def decision_shown_but_unmade(newsroom: Newsroom) -> None:
    newsroom.ledger.decisions.append("00000000-0000-4000-8000-000000000000")


def undoing_that_did_nothing(newsroom: Newsroom) -> None:
    newsroom.ledger.undone.append(Undone(newsroom.moderator.email, str(newsroom.decision.uid), DONE))


def lost_mail(newsroom: Newsroom) -> None:
    del newsroom.mails[Letter.objects.get(comment=newsroom.comment).message_id]


def mail_under_another_id(newsroom: Newsroom) -> None:
    newsroom.mails["<other@testserver>"] = [Mail("<other@testserver>", "a@example.org", "", "")]


def letter_that_waits(newsroom: Newsroom) -> None:
    Letter.objects.filter(comment=newsroom.comment).update(state="waiting")


def letter_dropped(newsroom: Newsroom) -> None:
    letter = Letter.objects.get(comment=newsroom.comment)
    del newsroom.mails[letter.message_id]
    letter.delete()


def job_that_runs_for_ever(newsroom: Newsroom) -> None:
    DBTaskResult.objects.create(
        task_path="comments.tasks.deliver_letter",
        status="RUNNING",
        args_kwargs={"args": [1], "kwargs": {}},
        run_after=timezone.now(),
        backend_name="default",
    )


def lost_revision(newsroom: Newsroom) -> None:
    newsroom.ledger.saved.append(Saved(newsroom.article.pk, "Edition 3", DONE))


def lost_publication(newsroom: Newsroom) -> None:
    newsroom.ledger.published.append(Published(newsroom.article.pk, "Edition 2", DONE))


TAMPERED: list[tuple[Callable[[Newsroom], None], list[str]]] = [
    (lost_comment, [r"comment \S+ was acknowledged and is not there"]),
    (comment_of_nobody, [r"comment \S+ is there, which nobody sent"]),
    (changed_text, [r"comment \S+ has another text than was sent"]),
    (comment_twice, [r"the text “A reader's thought.” is there 2 times"]),
    (changed_count, [r"discussion \d+ counts 2 public comments and has 1"]),
    (changed_state, [r"comment \d+: is rejected, but decision \d+, its last, left it public"]),
    (decision_of_nobody, [r"decision \S+ is there, which nobody made"]),
    (
        unmade_decision,
        [r"other@\S+ was told that comment \S+ in version 2 is removed, and no decision says so"],
    ),
    (
        decision_though_refused,
        [r"\S+ was told that comment \S+ in version 1 could not be approved, and it was"],
    ),
    (decision_shown_but_unmade, [r"decision 0{8}-\S+ was shown as made and is not there"]),
    (undoing_that_did_nothing, [r"decision \S+ was taken back and stands"]),
    (lost_mail, [r"letter <\S+> is said to be sent, and the mail server never took it"]),
    (mail_under_another_id, [r"mail <other@testserver> is no letter of ours"]),
    (letter_that_waits, [r"letter <\S+> is waiting for ever \(\)"]),
    (letter_dropped, [r"decision \S+ has no letter"]),
    (job_that_runs_for_ever, [r"1 jobs of comments.tasks.deliver_letter are RUNNING for ever"]),
    (lost_revision, [r"revision “Edition 3” was done and is there 0 times"]),
    (lost_publication, [r"revision “Edition 2” was published 2 to 2 times and is 1 times"]),
]


@pytest.mark.parametrize(("tamper", "named"), TAMPERED, ids=lambda value: getattr(value, "__name__", ""))
def test_what_was_tampered_with_is_named(
    newsroom: Newsroom, tamper: Callable[[Newsroom], None], named: list[str]
) -> None:
    tamper(newsroom)
    wrong = newsroom.wrong()
    assert [bool(re.fullmatch(pattern, said)) for pattern, said in zip(named, wrong, strict=True)] == [True]


@pytest.mark.skipif(connection.vendor == "postgresql", reason="PostgreSQL refuses to change a decision.")
def test_changed_decision_is_named(newsroom: Newsroom) -> None:
    with connection.cursor() as cursor:
        cursor.execute("UPDATE comments_decision SET to_state = 'held' WHERE id = %s", [newsroom.decision.pk])
    row = f"decision {newsroom.decision.pk} (number 2 on comment {newsroom.comment.pk})"
    assert f"{row}: was changed after it was written" in newsroom.wrong()


def test_unclear_answers_may_mean_either(newsroom: Newsroom) -> None:
    newsroom.ledger.sent.append(
        Sent("00000000-0000-4000-8000-000000000009", "x", "a@example.org", guest=True)
    )
    newsroom.ledger.acted[0].told = UNCLEAR
    newsroom.ledger.saved[0].told = newsroom.ledger.published[0].told = UNCLEAR
    assert newsroom.wrong() == []


# --- what readers saw


def history() -> Truth:
    """A story in edition 1 from second 1 on, in 2 from 10, withdrawn at 20; each took a second."""
    truth = Truth()
    for place, (state, begun) in enumerate([(1, 0), (2, 10), (GONE, 20)]):
        step = truth.begin("story Ferries", place, state)
        step.begun, step.confirmed = begun, begun + 1
    return truth


def saw(asked: float, answered: float, edition: int) -> list[str]:
    seen = Seen(asked, answered, "/", 200, {"Ferries": edition})
    return list(stale([seen], history(), {}))


@pytest.mark.parametrize(
    ("asked", "answered", "edition", "right"),
    [
        (2, 3, 1, True),
        (9, 10.5, 1, True),
        (9, 10.5, 2, True),
        (10.5, 12, 1, True),
        (11, 12, 2, True),
        (11, 12, 1, False),
        (19, 20.5, GONE, True),
        (21, 22, 2, False),
        (21, 22, GONE, True),
        (2, 3, 2, False),
    ],
)
def test_answer_older_than_what_was_committed_before_it_is_found(
    asked: float, answered: float, edition: int, right: bool
) -> None:
    assert (saw(asked, answered, edition) == []) is right


def test_what_nobody_confirmed_may_be_or_not() -> None:
    truth = history()
    truth.steps["story Ferries"][1].confirmed = None
    answers = [Seen(12, 13, "/", 200, {"Ferries": edition}) for edition in (1, 2)]
    assert list(stale(answers, truth, {})) == []


def test_answer_that_says_it_came_without_the_database_is_not_judged() -> None:
    late = Seen(12, 13, "/", 200, {"Ferries": 1})
    assert len(list(stale([late, replace(late, without_database=True)], history(), {}))) == 1


@pytest.mark.parametrize(
    ("shown", "whole", "right"), [(True, True, True), (False, True, False), (False, False, True)]
)
def test_comment_left_out_of_a_whole_page_is_found(shown: bool, whole: bool, right: bool) -> None:
    truth = Truth()
    step = truth.begin("comment one", 1, 1)
    step.begun, step.confirmed = 0, 1
    comments = frozenset({"one"} if shown else ())
    seen = Seen(2, 3, "/", 200, {}, comments, thread="Ferries", whole=whole)
    assert (list(stale([seen], truth, {"one": "Ferries"})) == []) is right


def test_removed_comment_on_a_page_is_found() -> None:
    truth = Truth()
    for place, state in enumerate([1, GONE]):
        step = truth.begin("comment one", place, state)
        step.begun, step.confirmed = place, place + 0.5
    seen = Seen(2, 3, "/", 200, {}, frozenset({"one"}), thread="Ferries")
    assert list(stale([seen], truth, {"one": "Ferries"})) == [
        "/ showed comment one against what was decided before it was asked for"
    ]
