"""Appeals: once a decision, by its author, answered with reasons by somebody other than whoever decided."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from comments import actions, links
from comments.enums import AppealState, State
from comments.evidence import record_of
from comments.models import Appeal, Comment, Decision, Discussion, Letter
from comments.privacy import erase_person, export_person
from comments.seals import faults
from comments.wording import words_of
from newsroom.accounts.models import User
from tests import factories
from tests.integration.commenting import Desk

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


class Appeals(Desk):
    """A desk that rejected a reader's comment half an hour ago, and a second moderator."""

    def __init__(self) -> None:
        super().__init__()
        self.now -= timedelta(minutes=30)
        self.comment = self.send("It was the harbour board, not the city.")
        self.decision: Decision = self.reject(self.comment)
        self.other: User = factories.make_user(group="Moderator")
        self.now = timezone.now()

    @property
    def path(self) -> str:
        comment = Comment.objects.get(pk=self.decision.comment_id)
        return links.statement_path(comment, self.decision.subject_version)

    def appeal(self, text: str = "You have misread me.", **fields: Any) -> Appeal:
        return actions.appeal(fields.pop("decision", self.decision), text, **{"now": self.now, **fields})

    def answer(self, made: Appeal, *, granted: bool = True, **fields: Any) -> Decision:
        defaults = {"by": self.other, "reasons": "It names a public body.", "now": self.now}
        return actions.answer_appeal(made.pk, granted=granted, **{**defaults, **fields})

    def removed(self) -> Comment:
        """A comment that was public between two others, and was removed."""
        discussion = Discussion.objects.get()
        comment, _later = (
            factories.make_comment(discussion=discussion, public_since=self.now - timedelta(hours=hours))
            for hours in (2, 1)
        )
        when = self.now - timedelta(minutes=20)
        rules = {"rule_keys": ["respect"]}
        self.decision = actions.remove(comment.pk, by=self.moderator, seen_version=1, now=when, **rules)
        return comment


@pytest.fixture
def desk() -> Appeals:
    return Appeals()


def text_of(response: Any) -> str:
    return re.sub(r"\s+", " ", response.content.decode())


# --- objecting


def test_author_objects_once_and_an_answer_is_promised(desk: Appeals) -> None:
    made = desk.appeal(" You have misread me. ")
    assert (made.text, made.state, made.decider, made.commenter, made.promised_by) == (
        "You have misread me.",
        AppealState.OPEN,
        desk.moderator,
        desk.comment.commenter,
        desk.now + 7 * DAY,
    )
    with pytest.raises(actions.AlreadyAppealed) as again:
        desk.appeal("Another")
    assert (again.value.appeal, Appeal.objects.count()) == (made, 1)


def test_appeal_is_possible_for_six_months(desk: Appeals) -> None:
    last = desk.decision.at + 184 * DAY
    with pytest.raises(actions.AppealTooLate):
        desk.appeal(now=last + timedelta(seconds=1))
    assert desk.appeal(now=last).state == AppealState.OPEN


@pytest.mark.parametrize("text", ["", "  ", "x" * 3_001, "NUL \x00"])
def test_objection_that_says_nothing_or_too_much_is_refused(desk: Appeals, text: str) -> None:
    with pytest.raises(actions.Unacceptable):
        desk.appeal(text)
    assert Appeal.objects.count() == 0


def test_decision_that_does_not_stand_cannot_be_appealed(desk: Appeals) -> None:
    actions.restore(desk.comment.pk, by=desk.moderator, seen_version=2, now=desk.now)
    with pytest.raises(actions.NotPossible):
        desk.appeal()
    decision = actions.remove(
        desk.comment.pk, by=desk.moderator, seen_version=3, now=desk.now, rule_keys=["respect"]
    )
    with pytest.raises(actions.NotPossible):
        desk.appeal()
    assert desk.appeal(decision=decision).decision == decision


def test_approval_cannot_be_appealed(desk: Appeals) -> None:
    comment = desk.send("Another")
    with pytest.raises(actions.NotPossible):
        desk.appeal(decision=desk.approve(comment))


def test_decision_with_an_appeal_cannot_be_undone(desk: Appeals) -> None:
    desk.appeal()
    with pytest.raises(actions.NotPossible, match="objected"):
        actions.undo(desk.decision.pk, by=desk.moderator, now=desk.decision.at)


# --- answering


def test_granted_appeal_restores_comment_and_record(desk: Appeals) -> None:
    decision = desk.answer(desk.appeal())
    made, comment = Appeal.objects.get(), Comment.objects.get()
    assert (made.state, made.answered_by, made.answered_at, made.reasons) == (
        AppealState.GRANTED,
        desk.other,
        desk.now,
        "It names a public body.",
    )
    assert (comment.state, comment.public_since, Discussion.objects.get().public_count) == (
        State.PUBLIC,
        desk.now,
        1,
    )
    assert (decision.act, decision.decider, decision.evidence.note) == (
        "granted",
        desk.other,
        "It names a public body.",
    )
    record = record_of(comment.commenter_id, now=desk.now)
    assert (record.approved, record.rejected, record.rules) == (1, 0, ())
    assert list(faults()) == []


def test_decision_that_was_overturned_counts_on_no_record_though_another_stands(desk: Appeals) -> None:
    desk.answer(desk.appeal())
    actions.remove(desk.comment.pk, by=desk.moderator, seen_version=3, now=desk.now, rule_keys=["links"])
    record = record_of(desk.comment.commenter_id, now=desk.now)
    assert record.rules == (("links", 1),)


def test_removed_comment_returns_to_its_place(desk: Appeals) -> None:
    comment = desk.removed()
    before = list(Comment.objects.public().in_thread_order())
    desk.answer(desk.appeal())
    after = list(Comment.objects.public().in_thread_order())
    assert after == [comment, *before]


def test_outcome_is_mailed_at_once_with_its_reasons(desk: Appeals) -> None:
    desk.answer(desk.appeal())
    letter = Letter.objects.get(kind="appeal_outcome")
    assert (letter.to, letter.send_after) == ("reader@example.org", desk.now)
    assert "you were right" in words_of(letter).text
    assert "It names a public body." in words_of(letter).text
    assert Letter.objects.filter(kind="approved").count() == 0


def test_refused_appeal_leaves_all_as_it_was_and_says_why(desk: Appeals) -> None:
    decision = desk.answer(desk.appeal(), granted=False, reasons="It names a person.")
    comment = Comment.objects.get()
    assert (comment.state, comment.version, decision.act, decision.to_state) == (
        State.REJECTED,
        3,
        "confirmed",
        "rejected",
    )
    letter = Letter.objects.get(kind="appeal_outcome")
    assert "the decision stands" in words_of(letter).text
    assert "It names a person." in words_of(letter).text
    with pytest.raises(actions.AlreadyAppealed):
        desk.appeal("Once more")


def test_whoever_decided_cannot_answer(desk: Appeals) -> None:
    made = desk.appeal()
    with pytest.raises(actions.OwnDecision):
        desk.answer(made, by=desk.moderator)
    made.refresh_from_db()
    assert made.state == AppealState.OPEN
    with pytest.raises(IntegrityError), transaction.atomic():
        Appeal.objects.update(answered_by=desk.moderator)


def test_second_answer_is_told_of_the_first(desk: Appeals) -> None:
    made = desk.appeal()
    desk.answer(made, granted=False)
    third = factories.make_user(group="Moderator")
    with pytest.raises(actions.AlreadyAnswered) as told:
        desk.answer(made, by=third)
    assert (told.value.appeal.answered_by, Comment.objects.get().state) == (desk.other, State.REJECTED)


@pytest.mark.parametrize("reasons", ["", " ", "x" * 3_001])
def test_answer_without_reasons_is_refused(desk: Appeals, reasons: str) -> None:
    made = desk.appeal()
    with pytest.raises(actions.Unacceptable):
        desk.answer(made, reasons=reasons)
    made.refresh_from_db()
    assert made.state == AppealState.OPEN


def test_editor_answers_only_where_there_is_no_other_moderator(desk: Appeals) -> None:
    editor, made = factories.make_user(group="Editor"), desk.appeal()
    with pytest.raises(PermissionDenied):
        desk.answer(made, by=editor)
    User.objects.filter(pk=desk.other.pk).update(is_active=False)
    assert desk.answer(made, by=editor).decider == editor


def test_reporters_and_readers_never_answer(desk: Appeals) -> None:
    made = desk.appeal()
    User.objects.filter(pk=desk.other.pk).update(is_active=False)
    for stranger in (factories.make_user(group="Reporter"), desk.reader):
        with pytest.raises(PermissionDenied):
            desk.answer(made, by=stranger)


def test_leads_are_told_where_nobody_may_answer(desk: Appeals) -> None:
    User.objects.filter(pk=desk.other.pk).update(is_active=False)
    desk.moderator.groups.clear()
    lead = factories.make_user(group="Moderation lead", email="lead@example.org")
    comment = desk.send("Another")
    decision = desk.reject(comment, by=lead)
    desk.appeal(decision=decision)
    alarm = Letter.objects.get(kind="appeal_alarm")
    assert (alarm.to, alarm.commenter) == ("lead@example.org", None)
    assert f"/admin/moderation/appeals/{Appeal.objects.get().uid}/" in words_of(alarm).text


def test_nobody_is_alarmed_where_somebody_may_answer(desk: Appeals) -> None:
    desk.appeal()
    assert Letter.objects.filter(kind="appeal_alarm").count() == 0


def test_restoring_of_the_desks_own_accord_settles_the_appeal(desk: Appeals) -> None:
    made = desk.appeal()
    actions.restore(desk.comment.pk, by=desk.moderator, seen_version=2, now=desk.now)
    made.refresh_from_db()
    assert (made.state, made.answered_by) == (AppealState.GRANTED, None)


def test_author_taking_the_comment_back_settles_the_appeal(desk: Appeals) -> None:
    made = desk.appeal()
    actions.withdraw(desk.comment.pk, now=desk.now, seen_version=2)
    made.refresh_from_db()
    assert made.state == AppealState.MOOT


def test_appeal_is_exported_and_erased_with_its_author(desk: Appeals) -> None:
    desk.appeal("My own words")
    assert "My own words" in str(export_person("reader@example.org"))
    erase_person("reader@example.org", now=desk.now)
    made = Appeal.objects.get()
    assert (made.text, made.state) == ("", AppealState.MOOT)


# --- the author's page


def test_author_objects_on_the_page_of_the_statement(desk: Appeals, client: Client) -> None:
    assert "Until" in text_of(client.get(desk.path))
    assert Appeal.objects.count() == 0
    sent = client.post(desk.path, {"text": "You have misread me."})
    assert (sent.status_code, sent["Location"]) == (303, f"{desk.path}#appeal")
    shown = text_of(client.get(desk.path))
    assert "We have your objection." in shown
    assert 'name="text"' not in shown
    assert client.post(desk.path, {"text": "Again"}).status_code == 303
    assert Appeal.objects.get().text == "You have misread me."


def test_page_keeps_what_cannot_be_taken(desk: Appeals, client: Client) -> None:
    response = client.post(desk.path, {"text": "Kept words" + "x" * 3_000})
    assert (response.status_code, "Kept words" in text_of(response)) == (422, True)
    empty = client.post(desk.path, {})
    assert (empty.status_code, "Write why you think" in text_of(empty)) == (422, True)


def test_author_reads_the_answer(desk: Appeals, client: Client) -> None:
    desk.answer(desk.appeal(), granted=False, reasons="It names a person.")
    shown = text_of(client.get(desk.path))
    assert "the decision stands" in shown
    assert "It names a person." in shown


def test_wrong_token_objects_to_nothing(desk: Appeals, client: Client) -> None:
    assert client.post(desk.path.replace("/mine/", "/mine/x"), {"text": "Me"}).status_code == 404
    assert Appeal.objects.count() == 0


# --- the desk's page


def test_desk_answers_an_appeal(desk: Appeals, client: Client) -> None:
    made = desk.appeal("You have misread me.")
    client.force_login(desk.other)
    listed = text_of(client.get("/admin/moderation/appeals/"))
    address = f"/admin/moderation/appeals/{made.uid}/"
    assert address in listed
    page = text_of(client.get(address))
    for part in (
        "You have misread me.",
        "It was the harbour board",
        "Argue with arguments",
        "Respect others",
    ):
        assert part in page
    half = client.post(address, {"answer": "grant"})
    assert (half.status_code, Comment.objects.get().state) == (400, "rejected")
    done = client.post(address, {"answer": "grant", "reasons": "It names a public body."})
    assert (done.status_code, Comment.objects.get().state) == (303, "public")
    assert "Granted by yourself" in text_of(client.get(address))
    assert "No appeal is open." in text_of(client.get("/admin/moderation/appeals/"))


def test_desk_tells_whoever_comes_second_and_keeps_their_words(desk: Appeals, client: Client) -> None:
    made = desk.appeal()
    desk.answer(made, granted=False, by=factories.make_user(group="Moderator"))
    client.force_login(desk.other)
    response = client.post(
        f"/admin/moderation/appeals/{made.uid}/", {"answer": "grant", "reasons": "My own reasons"}
    )
    page = text_of(response)
    assert (response.status_code, "Refused by a colleague" in page, "My own reasons" in page) == (
        409,
        True,
        True,
    )


def test_desk_offers_no_answer_to_whoever_decided(desk: Appeals, client: Client) -> None:
    made = desk.appeal()
    client.force_login(desk.moderator)
    address = f"/admin/moderation/appeals/{made.uid}/"
    page = text_of(client.get(address))
    assert ("somebody else has to answer" in page, 'name="answer"' in page) == (True, False)
    assert client.post(address, {"answer": "grant", "reasons": "Mine"}).status_code == 409


def test_desk_says_where_nobody_may_answer(desk: Appeals, client: Client) -> None:
    User.objects.filter(pk=desk.other.pk).update(is_active=False)
    made = desk.appeal()
    client.force_login(desk.moderator)
    assert "Nobody may answer this" in text_of(client.get(f"/admin/moderation/appeals/{made.uid}/"))


def test_list_costs_the_same_for_one_appeal_and_for_three(
    desk: Appeals, client: Client, django_assert_num_queries: Any
) -> None:
    client.force_login(desk.other)
    client.get("/admin/moderation/appeals/")
    desk.appeal()
    for text in ("Second", "Third"):
        with django_assert_num_queries(7):
            client.get("/admin/moderation/appeals/")
        when = desk.now - timedelta(minutes=5)
        decision = desk.reject(desk.send(text), now=when)
        desk.appeal(decision=decision)
