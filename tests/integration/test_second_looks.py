"""What one person took down as illegal stays down; a second confirms it, doubts it, or the leads are told."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.test import Client
from django_tasks_db.models import DBTaskResult

from comments import actions
from comments.actions.second_looks import tell_leads_of_unconfirmed, waiting_looks
from comments.enums import Act, LetterKind
from comments.models import Comment, Decision, Letter, SecondLook
from comments.seals import faults
from comments.statements import Law
from comments.wording import words_of
from tests import factories
from tests.integration.commenting import Desk

pytestmark = pytest.mark.django_db
LAW = Law("Criminal Code, section 130", "It calls for violence.")


class Illegal(Desk):
    """A desk that rejected a comment as illegal a minute ago, with a second moderator and a lead."""

    def __init__(self) -> None:
        super().__init__()
        self.second = factories.make_user(group="Moderator")
        self.lead = factories.make_user(group="Moderation lead")
        self.comment = self.send("Burn it down.")
        self.decision = self.reject(self.comment, law=LAW)
        self.look = SecondLook.objects.get()

    def say(self, *, agrees: bool = True, reasons: str = "", **fields: Any) -> Decision:
        by, now = fields.get("by", self.second), fields.get("now", self.now)
        return actions.second(self.look.pk, agrees=agrees, reasons=reasons, by=by, now=now)

    def alarms(self) -> list[str]:
        letters = Letter.objects.filter(kind=LetterKind.SECOND_ALARM).order_by("pk")
        return [words_of(letter).text for letter in letters]


@pytest.fixture
def desk() -> Illegal:
    return Illegal()


def state_of(desk: Illegal) -> str:
    return str(Comment.objects.get(pk=desk.comment.pk).state)


def test_it_comes_down_at_once_and_waits_for_a_second(desk: Illegal) -> None:
    assert (state_of(desk), desk.look.decision, desk.look.decider) == (
        "rejected",
        desk.decision,
        desk.moderator,
    )
    assert timedelta(hours=24) <= desk.look.due_at - desk.now <= timedelta(hours=25)
    assert list(waiting_looks()) == [desk.look]


def test_a_rule_alone_needs_no_second(desk: Illegal) -> None:
    desk.reject(desk.send("An insult."))
    assert SecondLook.objects.count() == 1


def test_second_person_confirms_and_it_is_logged(desk: Illegal) -> None:
    decision = desk.say()
    desk.look.refresh_from_db()
    assert (decision.act, decision.decider, decision.from_state, decision.to_state) == (
        Act.SECONDED,
        desk.second,
        "rejected",
        "rejected",
    )
    assert (desk.look.answer, desk.look.answered_by, desk.look.answered_at) == (
        decision,
        desk.second,
        desk.now,
    )
    assert (list(waiting_looks()), desk.alarms(), list(faults())) == ([], [], [])
    with pytest.raises(actions.AlreadyLooked):
        desk.say(by=desk.lead)


def test_doubts_need_reasons_leave_it_down_and_are_told_to_the_lead(desk: Illegal) -> None:
    with pytest.raises(actions.Unacceptable):
        desk.say(agrees=False)
    decision = desk.say(agrees=False, reasons="It is a quotation.")
    assert (decision.act, decision.evidence.note, state_of(desk)) == (
        Act.DOUBTED,
        "It is a quotation.",
        "rejected",
    )
    [alarm] = desk.alarms()
    assert "stays down until you decide otherwise" in alarm
    assert f"/admin/moderation/illegal/{desk.look.uid}/" in alarm


def test_who_took_it_down_cannot_confirm_and_the_database_says_so_too(desk: Illegal) -> None:
    with pytest.raises(actions.OwnDecision):
        desk.say(by=desk.moderator)
    answer = desk.say()
    with pytest.raises(IntegrityError, match="second_look_by_another"), transaction.atomic():
        SecondLook.objects.filter(answer=answer).update(answered_by=desk.moderator)


def test_only_moderators_or_editors_for_want_of_them_may(desk: Illegal) -> None:
    editor = factories.make_user(group="Editor")
    for by in (desk.reader, editor):
        with pytest.raises(PermissionDenied):
            desk.say(by=by)
    for moderator in (desk.second, desk.lead):
        moderator.groups.clear()
    assert desk.say(by=type(editor).objects.get(pk=editor.pk)).decider == editor


def test_unconfirmed_it_stays_down_and_the_lead_is_told_once(desk: Illegal) -> None:
    desk.reject(desk.send("Burn that down too."), law=LAW)
    job = DBTaskResult.objects.filter(task_path__endswith="tell_of_unconfirmed").first()
    assert job is not None
    assert job.run_after == desk.look.due_at
    assert tell_leads_of_unconfirmed(now=desk.look.due_at - timedelta(seconds=1)) == 0
    assert [tell_leads_of_unconfirmed(now=desk.look.due_at) for _time in range(2)] == [2, 0]
    [alarm] = desk.alarms()
    assert "2 comments were taken down as illegal" in alarm
    assert (state_of(desk), len(waiting_looks())) == ("rejected", 2)


def test_lead_is_told_at_once_and_once_an_hour_where_nobody_may_confirm() -> None:
    desk = Desk()
    desk.moderator.groups.clear()
    lead = factories.make_user(group="Moderation lead")
    for number in range(3):
        desk.reject(desk.send(f"Burn it, {number}."), law=LAW, by=lead)
    letters = Letter.objects.filter(kind=LetterKind.SECOND_ALARM)
    assert [letter.to for letter in letters] == [lead.email]
    assert "nobody may confirm it" in words_of(letters[0]).text


def test_undone_or_restored_there_is_nothing_to_confirm(desk: Illegal) -> None:
    actions.undo(desk.decision.pk, by=desk.moderator, now=desk.now)
    assert list(waiting_looks()) == []
    comment = Comment.objects.get(pk=desk.comment.pk)
    again = desk.reject(comment, law=LAW)
    assert [look.decision for look in waiting_looks()] == [again]
    with pytest.raises(actions.AlreadyLooked):
        desk.say()


def test_author_still_objects_after_it_was_confirmed_and_is_told_the_first_reasons(desk: Illegal) -> None:
    desk.say()
    appeal = actions.appeal(desk.decision, "It was a quotation.", now=desk.now)
    answer = actions.answer_appeal(appeal.pk, granted=True, reasons="So it was.", by=desk.lead, now=desk.now)
    assert (answer.act, state_of(desk)) == (Act.GRANTED, "public")
    assert list(faults()) == []


def test_desk_lists_it_and_a_second_person_confirms_there(desk: Illegal) -> None:
    own, second = Client(), Client()
    own.force_login(desk.moderator)
    second.force_login(desk.second)
    listed = second.get("/admin/moderation/illegal/").content.decode()
    url = f"/admin/moderation/illegal/{desk.look.uid}/"
    assert url in listed
    page = own.get(url).content.decode()
    assert "You took this down, so somebody else has to look at it." in page
    assert own.post(url, {"answer": "confirm"}).status_code == 409
    for said in ("Burn it down.", "Criminal Code, section 130", "It calls for violence."):
        assert said in second.get(url).content.decode()
    assert second.post(url, {}).status_code == 400
    assert second.post(url, {"answer": "doubt", "reasons": ""}).status_code == 400
    assert second.post(url, {"answer": "confirm"}).status_code == 303
    assert "Confirmed by a second person." in second.get(url).content.decode()
    assert second.post(url, {"answer": "confirm"}).status_code == 409
    assert "Nothing waits to be confirmed." in second.get("/admin/moderation/illegal/").content.decode()
