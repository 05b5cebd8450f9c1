"""Reports, appeals and decisions at the same moment: each is settled once, and nobody waits for ever."""

from typing import Any
from uuid import uuid4

import pytest
from django.utils import timezone

from comments import actions
from comments.enums import AppealState, ReportState, State
from comments.models import Appeal, Comment, Decision, Letter, Report
from comments.privacy import erase_person
from comments.seals import faults
from newsroom.groups import make_groups
from tests import factories
from tests.integration.commenting import Desk
from tests.integration.test_concurrency import at_once

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def desk() -> Desk:
    make_groups()
    return Desk()


@pytest.fixture
def comment(desk: Desk) -> Comment:
    return factories.make_comment(discussion=factories.make_discussion(desk.article))


def notice(comment: Comment, **fields: Any) -> actions.Notice:
    return actions.Notice(comment=comment, form_key=uuid4(), rule_key="respect", **fields)


def remove(desk: Desk, comment: Comment) -> Decision:
    return actions.remove(comment.pk, by=desk.moderator, seen_version=1, now=desk.now, rule_keys=["respect"])


def open_reports_are_right() -> bool:
    return all(
        comment.open_reports == comment.reports.filter(state=ReportState.OPEN).count()
        for comment in Comment.objects.all()
    )


def test_report_while_its_comment_is_removed_is_settled_or_refused(desk: Desk, comment: Comment) -> None:
    reporters = [factories.make_user() for _ in range(3)]
    reports = [
        lambda user=user: actions.report(notice(comment, user=user), now=desk.now) for user in reporters
    ]
    *made, removed = at_once(*reports, lambda: remove(desk, comment))
    assert isinstance(removed, Decision)
    assert {type(one) for one in made} <= {actions.Reported, actions.CommentGone}
    stored = sum(isinstance(one, actions.Reported) for one in made)
    assert Report.objects.filter(state=ReportState.UPHELD, decision=removed).count() == stored
    assert (Report.objects.count(), Comment.objects.get().open_reports) == (stored, 0)


def test_same_reporter_at_once_makes_one_report(desk: Desk, comment: Comment) -> None:
    results = at_once(*[lambda: actions.report(notice(comment, user=desk.reader), now=desk.now)] * 3)
    assert sorted(one.repeated for one in results) == [False, True, True]
    assert (Report.objects.count(), Letter.objects.count(), Comment.objects.get().open_reports) == (1, 1, 1)


def test_guests_with_one_address_at_once_get_three_receipts(desk: Desk) -> None:
    discussion = factories.make_discussion(desk.article)
    comments = [factories.make_comment(discussion=discussion) for _ in range(5)]
    results = at_once(
        *[
            lambda one=one: actions.report(notice(one, name="Gus", address="gus@example.org"), now=desk.now)
            for one in comments
        ]
    )
    refused = [one for one in results if isinstance(one, actions.TooManyReports)]
    assert (len(refused), Report.objects.count(), Letter.objects.count()) == (2, 3, 3)
    assert open_reports_are_right()


def test_report_and_erasure_of_its_reporter_at_once_never_block(desk: Desk, comment: Comment) -> None:
    actions.report(notice(comment, user=desk.reader), now=desk.now)
    other = factories.make_comment(discussion=comment.discussion)
    reported, erased = at_once(
        lambda: actions.report(notice(other, user=desk.reader), now=desk.now),
        lambda: erase_person("reader@example.org", now=desk.now),
    )
    assert (type(reported), erased) == (actions.Reported, 1)
    assert open_reports_are_right()


def test_confirming_while_removing_settles_the_report_once(desk: Desk, comment: Comment) -> None:
    made = actions.report(notice(comment, name="Gus", address="gus@example.org"), now=desk.now).report
    confirmed, removed = at_once(
        lambda: actions.confirm_report(made.pk, now=desk.now), lambda: remove(desk, comment)
    )
    assert (type(confirmed), type(removed)) == (Report, Decision)
    made.refresh_from_db()
    assert (made.state, made.confirmed_at) == (ReportState.UPHELD, desk.now)
    assert Comment.objects.get().open_reports == 0


def test_appealing_twice_at_once_makes_one_appeal(desk: Desk) -> None:
    decision = desk.reject(desk.send())
    results = at_once(*[lambda: actions.appeal(decision, "You are wrong.", now=desk.now)] * 4)
    assert sorted(type(one).__name__ for one in results) == ["AlreadyAppealed"] * 3 + ["Appeal"]
    assert Appeal.objects.count() == 1


def test_two_answers_at_once_and_one_is_told(desk: Desk) -> None:
    made = actions.appeal(desk.reject(desk.send()), "You are wrong.", now=desk.now)
    people = [factories.make_user(group="Moderator") for _ in range(3)]
    answers = [
        lambda by=by, granted=granted: actions.answer_appeal(
            made.pk, granted=granted, reasons="Because.", by=by, now=desk.now
        )
        for by, granted in zip(people, (True, False, True), strict=True)
    ]
    results = at_once(*answers)
    assert sorted(type(one).__name__ for one in results) == ["AlreadyAnswered", "AlreadyAnswered", "Decision"]
    made.refresh_from_db()
    public = Comment.objects.get().state == State.PUBLIC
    assert public == (made.state == AppealState.GRANTED)
    assert Letter.objects.filter(kind="appeal_outcome").count() == 1
    assert list(faults()) == []


def test_answer_while_the_comment_is_taken_back_or_restored(desk: Desk) -> None:
    comment = desk.send()
    made = actions.appeal(desk.reject(comment), "You are wrong.", now=desk.now)
    other = factories.make_user(group="Moderator")
    answered, restored, withdrawn = at_once(
        lambda: actions.answer_appeal(made.pk, granted=True, reasons="Yes.", by=other, now=desk.now),
        lambda: actions.restore(comment.pk, by=desk.moderator, seen_version=2, now=desk.now),
        lambda: actions.withdraw(comment.pk, now=desk.now, seen_version=2),
    )
    done = [one for one in (answered, restored, withdrawn) if isinstance(one, Decision)]
    assert len(done) == 1
    made.refresh_from_db()
    expected = AppealState.MOOT if done[0] is withdrawn else AppealState.GRANTED
    assert (made.state, Comment.objects.get().version) == (expected, 3)
    assert list(faults()) == []


def test_two_corrections_at_once_and_one_is_sent(desk: Desk) -> None:
    original = desk.send("Thieves, all of them.")
    desk.reject(original)
    original.refresh_from_db()
    drafts = [desk.draft(f"Corrected {number}", supersedes=original) for number in range(3)]
    results = at_once(*[lambda one=one: actions.submit(one, now=timezone.now()) for one in drafts])
    assert sorted(type(one).__name__ for one in results) == ["AlreadyResent", "AlreadyResent", "Sent"]
    assert Comment.objects.filter(supersedes=original).count() == 1
