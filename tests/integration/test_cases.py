"""A case: what it freezes stays as it was, each act is a row, and the database holds to both."""

import hashlib
import json
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection, transaction
from django.db.utils import DatabaseError

from articles.models import Correction, CorrectionText
from comments import actions
from comments.actions import Refused
from comments.actions.cases import MOST_ITEMS
from comments.actions.deadlines import tell_leads_of_deadline
from comments.actions.freezing import read_copy
from comments.cases import sentence_of
from comments.models import Case, CaseAct, CaseCopy, CaseItem, InternalNote, Letter, Report
from comments.querysets import Unchangeable
from comments.wording import words_of
from tests import factories
from tests.integration.casework import DAY, Cases

pytestmark = pytest.mark.django_db
on_postgresql = pytest.mark.skipif(
    "sqlite" in str(connection.settings_dict["ENGINE"]),
    reason="SQLite has no triggers here, since they would refuse Django's flush; there the models refuse.",
)


@pytest.fixture
def desk() -> Cases:
    return Cases()


def copy_of(case: Case, number: int = 1) -> dict[str, Any]:
    return read_copy(CaseCopy.objects.get(item__case=case, item__number=number).content)


def acts(case: Case) -> list[str]:
    return [act.verb for act in case.acts.all()]


def refusal(act: Any, *given: Any, **named: Any) -> str:
    with pytest.raises(Refused) as caught:
        act(*given, **named)
    return f"{type(caught.value).__name__}: {caught.value.sentence}"


# --- what is frozen


def test_case_opened_about_a_comment_holds_all_that_stood_there(desk: Cases) -> None:
    Report.objects.create(
        comment=desk.comment, illegal=True, explanation="Slander.", name="Mia", created_at=desk.now
    )
    frozen = copy_of(desk.open())
    [decision] = [one for one in frozen["decisions"] if one["act"] == "rejected"]
    assert (
        frozen["what"],
        frozen["name"],
        frozen["state"],
        frozen["version"],
        frozen["address"],
        frozen["story"]["headline"],
        [text["text"] for text in frozen["texts"]],
        decision["by"],
        decision["note"],
        [(ground["key"], ground["policy"]) for ground in decision["grounds"]],
        [(report["illegal"], report["state"]) for report in frozen["reports"]],
    ) == (
        "comment",
        "Ada Reader",
        "rejected",
        desk.comment.version,
        f"http://testserver/comments/{desk.comment.uid}/",
        desk.headline,
        ["You know nothing, Mr Varn."],
        "desk",
        "Not like this.",
        [("respect", desk.policy.version)],
        [(True, "open")],
    )


def test_frozen_copy_names_no_colleague_no_reporter_no_address_and_no_internal_note(desk: Cases) -> None:
    InternalNote.objects.create(comment=desk.comment, text="Hush.", author=desk.moderator, at=desk.now)
    Report.objects.create(
        comment=desk.comment, illegal=True, name="Mia", address="mia@x.org", created_at=desk.now
    )
    content = CaseCopy.objects.get(item__case=desk.open()).content
    hidden = ["Hush", "Mia", "mia@", desk.moderator.name, desk.moderator.email, desk.reader.email]
    assert [word for word in hidden if word in content] == []


def test_case_opened_about_a_story_holds_each_text_that_readers_had_and_the_newest(desk: Cases) -> None:
    factories.make_revision(desk.article, headline="Never out", body="<p>Between.</p>")
    factories.make_revision(desk.article, headline="The newest", body="<p>Now.</p>")
    correction = Correction.objects.create(
        article=desk.article, kind="correction", at=desk.now, by=desk.editor
    )
    CorrectionText.objects.create(correction=correction, what_was_wrong="A name.", what_stands="Another.")
    frozen = copy_of(desk.open(desk.article, by=desk.editor))
    assert [
        (revision["number"], revision["headline"], "body" in revision) for revision in frozen["revisions"]
    ] == [(3, "The newest", True), (2, "Never out", False), (1, desk.headline, True)]
    assert [row["revision"] for row in frozen["publications"]] == [1]
    assert [row["was wrong"] for row in frozen["corrections"]] == ["A name."]
    assert frozen["address"] == f"http://testserver/{desk.article.addresses.get().path}/"


def test_digest_is_that_of_the_copy_as_stored(desk: Cases) -> None:
    item = CaseItem.objects.get(case=desk.open())
    assert item.digest == hashlib.sha256(item.copy.content.encode()).hexdigest()
    assert json.loads(item.copy.content)["salt"]


def test_copy_stays_as_it_was_when_the_comment_changes(desk: Cases) -> None:
    case = desk.open()
    before = CaseCopy.objects.get().content
    actions.restore(
        desk.comment.pk,
        by=desk.moderator,
        seen_version=desk.comment.version,
        now=desk.now + DAY,
        note="Sorry.",
    )
    assert CaseCopy.objects.get().content == before
    actions.add_item(case.pk, desk.comment, by=desk.editor, now=desk.now + DAY)
    assert [copy_of(case, number)["state"] for number in (1, 2)] == ["rejected", "public"]


def test_same_version_is_not_frozen_twice(desk: Cases) -> None:
    case = desk.open()
    assert refusal(actions.add_item, case.pk, desk.comment, by=desk.editor, now=desk.now) == (
        "NotPossible: It is in the case already, and nothing has changed in it since."
    )
    actions.add_item(case.pk, desk.article, by=desk.editor, now=desk.now)
    assert refusal(actions.add_item, case.pk, desk.article, by=desk.editor, now=desk.now).startswith(
        "NotPossible"
    )
    assert case.items.count() == 2


def test_case_takes_so_many_items_and_no_more(desk: Cases) -> None:
    case = desk.open()
    CaseItem.objects.create(
        case=case,
        number=MOST_ITEMS,
        article=desk.article,
        subject_version=99,
        frozen_by=desk.editor,
        frozen_at=desk.now,
        digest="0" * 64,
    )
    assert "at most 100 items" in refusal(
        actions.add_item, case.pk, desk.article, by=desk.editor, now=desk.now
    )


# --- what is done


def test_each_act_is_a_row_with_who_when_and_what(desk: Cases) -> None:
    case = desk.open(by=desk.editor)
    actions.note_in_case(case.pk, "Called them.", by=desk.moderator, now=desk.now)
    case.refresh_from_db()
    later = desk.complaint(deadline=desk.now + 5 * DAY, sender="Quill LLP")
    actions.change_case(
        case.pk, later, seen_version=case.version, by=desk.lead, now=desk.now, note="They agreed."
    )
    actions.record_export(case.pk, "ab" * 32, by=desk.lead, now=desk.now)
    desk.close(case, note="Answered.")
    desk.reopen(case)
    assert [(act.seq, act.verb, act.by_id, act.note) for act in case.acts.all()] == [
        (1, "opened", desk.editor.pk, ""),
        (2, "added", desk.editor.pk, ""),
        (3, "noted", desk.moderator.pk, "Called them."),
        (4, "deadline", desk.lead.pk, "They agreed."),
        (5, "changed", desk.lead.pk, ""),
        (6, "exported", desk.lead.pk, ""),
        (7, "closed", desk.moderator.pk, "Answered."),
        (8, "reopened", desk.moderator.pk, ""),
    ]
    assert (case.version, case.is_open, case.outcome, case.deadline) == (8, True, "", desk.now + 9 * DAY)


def test_new_deadline_is_said_with_the_old_one(desk: Cases) -> None:
    case = desk.open(deadline=desk.now + DAY)
    case.refresh_from_db()
    [act] = actions.change_case(
        case.pk, desk.complaint(), seen_version=case.version, by=desk.lead, now=desk.now
    )
    assert act.details == {"deadline": [(desk.now + DAY).isoformat(), (desk.now + 3 * DAY).isoformat()]}
    assert sentence_of(act).startswith("changed the deadline: deadline from “")


def test_change_that_changes_nothing_is_no_act(desk: Cases) -> None:
    case = desk.open()
    case.refresh_from_db()
    assert (
        actions.change_case(case.pk, desk.complaint(), seen_version=case.version, by=desk.lead, now=desk.now)
        == []
    )
    assert acts(case) == ["opened", "added"]


def test_change_on_a_stale_view_changes_nothing(desk: Cases) -> None:
    case = desk.open()
    seen = {"seen_version": 1, "by": desk.lead, "now": desk.now}
    assert refusal(actions.change_case, case.pk, desk.complaint(sender="X"), **seen).startswith("CaseMoved")
    assert refusal(actions.close_case, case.pk, "upheld", **seen).startswith("CaseMoved")
    case.refresh_from_db()
    assert (case.sender, case.is_open, acts(case)) == ("Quill & Partners", True, ["opened", "added"])


def test_closed_case_takes_notes_and_nothing_else(desk: Cases) -> None:
    case = desk.close(desk.open())
    named = {"by": desk.lead, "now": desk.now}
    seen = {"seen_version": case.version, **named}
    assert {
        refusal(actions.add_item, case.pk, desk.article, **named).split(":")[0],
        refusal(actions.change_case, case.pk, desk.complaint(sender="X"), **seen).split(":")[0],
        refusal(actions.close_case, case.pk, "upheld", **seen).split(":")[0],
    } == {"CaseClosed"}
    actions.note_in_case(case.pk, "They thanked us.", **named)
    assert acts(case) == ["opened", "added", "closed", "noted"]


def test_open_case_is_not_opened_again(desk: Cases) -> None:
    case = desk.open()
    case.refresh_from_db()
    assert "open already" in refusal(
        actions.reopen_case, case.pk, desk.now + DAY, seen_version=case.version, by=desk.lead, now=desk.now
    )


@pytest.mark.parametrize(
    ("field", "complaint"),
    [
        ("received_at", {"received_at": timedelta(minutes=5)}),
        ("deadline", {"deadline": -timedelta(days=1)}),
        ("about", {"about": "A \x00 in it"}),
    ],
)
def test_complaint_that_cannot_be_opens_no_case(desk: Cases, field: str, complaint: dict[str, Any]) -> None:
    given = {
        key: desk.now + value if isinstance(value, timedelta) else value for key, value in complaint.items()
    }
    with pytest.raises(actions.Unacceptable) as caught:
        desk.open(**given)
    assert (caught.value.field, Case.objects.count(), CaseItem.objects.count()) == (field, 0, 0)


@pytest.mark.parametrize("group", ["Moderator", "Moderation lead", "Editor"])
def test_moderators_leads_and_editors_open_cases(desk: Cases, group: str) -> None:
    assert desk.open(by=factories.make_user(group=group)).is_open


@pytest.mark.parametrize("group", ["Reporter", ""])
def test_nobody_else_does_anything_in_a_case(desk: Cases, group: str) -> None:
    stranger, case = factories.make_user(group=group), desk.open()
    named: dict[str, Any] = {"by": stranger, "now": desk.now}
    seen = {"seen_version": 2, **named}
    for act in (
        lambda: actions.open_case(desk.complaint(), desk.comment, **named),
        lambda: actions.add_item(case.pk, desk.article, **named),
        lambda: actions.note_in_case(case.pk, "Hello", **named),
        lambda: actions.change_case(case.pk, desk.complaint(sender="X"), **seen),
        lambda: actions.close_case(case.pk, "upheld", **seen),
        lambda: actions.reopen_case(case.pk, desk.now + DAY, **seen),
        lambda: actions.record_export(case.pk, "0" * 64, **named),
    ):
        with pytest.raises(PermissionDenied):
            act()
    assert (Case.objects.count(), acts(case)) == (1, ["opened", "added"])


# --- the deadline


def alarms() -> list[Letter]:
    return list(Letter.objects.filter(kind="case_alarm").order_by("pk"))


def test_leads_are_told_a_day_before_and_once_a_deadline(desk: Cases) -> None:
    case = desk.open()
    assert not tell_leads_of_deadline(case.pk, now=desk.now)
    assert tell_leads_of_deadline(case.pk, now=desk.now + 2 * DAY)
    assert not tell_leads_of_deadline(case.pk, now=desk.now + 2.5 * DAY)
    case.refresh_from_db()
    moved = desk.complaint(deadline=desk.now + 8 * DAY)
    actions.change_case(case.pk, moved, seen_version=case.version, by=desk.lead, now=desk.now + 2.5 * DAY)
    assert not tell_leads_of_deadline(case.pk, now=desk.now + 2.6 * DAY)
    assert tell_leads_of_deadline(case.pk, now=desk.now + 7.5 * DAY)
    assert [letter.to for letter in alarms()] == [desk.lead.email] * 2
    assert f"Case {case.pk} is open" in words_of(alarms()[0]).text
    assert f"/admin/moderation/cases/{case.uid}/" in words_of(alarms()[0]).text


def test_nobody_is_told_of_a_closed_case(desk: Cases) -> None:
    case = desk.close(desk.open())
    assert not tell_leads_of_deadline(case.pk, now=desk.now + 3 * DAY)
    assert alarms() == []


# --- what the database holds to


def refused_by_the_database(write: Any) -> str:
    with pytest.raises(IntegrityError) as caught, transaction.atomic():
        write()
    return str(caught.value)


def test_database_refuses_a_case_closed_without_an_outcome(desk: Cases) -> None:
    case = desk.open()
    found = refused_by_the_database(lambda: Case.objects.filter(pk=case.pk).update(closed_at=desk.now))
    assert "case_closes_with_an_outcome" in found


def test_database_refuses_a_deadline_before_the_receipt(desk: Cases) -> None:
    case = desk.open()
    found = refused_by_the_database(lambda: Case.objects.filter(pk=case.pk).update(deadline=desk.now - DAY))
    assert "case_deadline_after_receipt" in found


def test_database_refuses_an_item_of_two_subjects_or_of_none(desk: Cases) -> None:
    case = desk.open()
    given = {"case": case, "subject_version": 9, "frozen_by": desk.lead, "frozen_at": desk.now, "digest": ""}
    both = {"comment": desk.comment, "article": desk.article}
    for number, subjects in ((7, both), (8, {})):
        found = refused_by_the_database(
            lambda subjects=subjects, number=number: CaseItem.objects.create(
                number=number, **given, **subjects
            )
        )
        assert "case_item_has_one_subject" in found


def test_items_acts_and_copies_stand(desk: Cases) -> None:
    case = desk.open()
    for row in (case.items.get(), case.acts.first(), CaseCopy.objects.get()):
        for change in (row.save, row.delete):
            with pytest.raises(Unchangeable):
                change()
        with pytest.raises(Unchangeable):
            type(row).objects.filter(pk=row.pk).update(pk=99)


def test_copy_is_whole_or_erased(desk: Cases) -> None:
    desk.open()
    with pytest.raises(IntegrityError, match="case_copy_is_whole_or_erased"), transaction.atomic():
        CaseCopy.objects.bulk_create([CaseCopy(item=_further_item(desk), content="")])


def _further_item(desk: Cases) -> CaseItem:
    item: CaseItem = CaseItem.objects.create(
        case=Case.objects.get(),
        number=2,
        article=desk.article,
        subject_version=1,
        frozen_by=desk.lead,
        frozen_at=desk.now,
        digest="0" * 64,
    )
    return item


@on_postgresql
@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE comments_caseitem SET digest = ''",
        "DELETE FROM comments_caseact",
        "UPDATE comments_caseact SET note = 'x'",
        "UPDATE comments_casecopy SET content = '{}'",
        "DELETE FROM comments_casecopy",
        "UPDATE comments_casecopy SET content = '', erased_at = now()",
    ],
)
def test_postgresql_refuses_to_change_what_an_open_case_has(desk: Cases, sql: str) -> None:
    desk.open()
    with pytest.raises(DatabaseError, match="stand"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)


def test_act_of_a_case_is_numbered_once(desk: Cases) -> None:
    case = desk.open()
    found = refused_by_the_database(
        lambda: CaseAct.objects.create(case=case, seq=1, verb="noted", by=desk.lead, at=desk.now)
    )
    assert "case_act_once" in found or "case_id, comments_caseact.seq" in found
