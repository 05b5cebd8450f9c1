"""Sanctions: each is one decision, one statement and one letter; ended by time; beyond seven days the word of two."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from comments import actions
from comments.decisions import last_of_commenter
from comments.enums import Act, AppealState, LetterKind, LetterState
from comments.evidence import author_record, record_of
from comments.models import Appeal, Comment, Commenter, Decision, Letter, Sanction, Statement
from comments.privacy import erase_person, export_person, forget_ended_mailboxes
from comments.seals import faults
from comments.standing import proposal, sanctions_of, seen_mark, stands
from comments.wording import words_of
from tests import factories
from tests.integration.commenting import token_in
from tests.integration.sanctioning import DAY, Sanctions

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk() -> Sanctions:
    return Sanctions()


def broken_chains() -> list[str]:
    """Faults of decisions; comments that a test made without any are its own affair."""
    return [str(fault) for fault in faults() if "without a decision" not in fault.what]


def barred(desk: Sanctions, **fields: Any) -> actions.Refused:
    with pytest.raises((actions.Barred, actions.WarningUnread)) as refused:
        desk.send("One more.", **fields)
    return refused.value


# --- each is one decision, one statement, one letter


@pytest.mark.parametrize(
    ("kind", "days"),
    [
        ("warning", None),
        ("pre_moderation", 7),
        ("suspension", 7),
        ("suspension", 8),
        ("pre_moderation", None),
        ("ban", None),
    ],
)
def test_each_sanction_has_one_decision_one_statement_and_one_letter(
    desk: Sanctions, kind: str, days: int | None
) -> None:
    made = desk.sanction(kind, days)
    decision = Decision.objects.get(commenter=desk.against)
    statement, letter = Statement.objects.get(), Letter.objects.get(decision=decision)
    ends = None if days is None else desk.now + days * DAY
    assert (made.decision, made.starts_at, made.ends_at) == (decision, desk.now, ends)
    assert (decision.act, decision.from_state, decision.to_state, decision.seq) == (
        Act.SANCTIONED,
        "",
        kind,
        1,
    )
    assert (statement.decision, statement.restriction, statement.ends_at) == (decision, kind, ends)
    assert (letter.kind, letter.to, letter.send_after) == (
        LetterKind.STATEMENT,
        "reader@example.org",
        desk.now + timedelta(seconds=60),
    )
    assert decision.evidence.statement in words_of(letter).text
    assert [ground.key for ground in decision.grounds.all()] == ["respect"]
    assert broken_chains() == []


def test_statement_says_what_article_17_asks_for(desk: Sanctions) -> None:
    desk.break_rule(2)
    made = desk.sanction("suspension", 5)
    assert made.decision is not None
    text = made.decision.evidence.statement
    for said in (
        "You cannot send comments for a time.",
        "Rule 3 (version 1): Respect others",
        "/comment-policy/1/#rule-3",
        "It rests on these decisions about your comments:\nRule 3: ",
        "You were asked to stop.",
        "wherever you are. This ends on ",
        "A person decided, not a program.",
        "No program had proposed it.",
        f"/comments/sanctions/{made.uid}/",
        "you can object",
        "to a court.",
    ):
        assert said in text


def test_commenter_without_an_address_gets_the_statement_and_no_letter(desk: Sanctions) -> None:
    gone = factories.make_commenter(address=None)
    made = desk.sanction(against=gone)
    assert (Statement.objects.get().decision, Letter.objects.count()) == (made.decision, 0)


@pytest.mark.parametrize(
    ("field", "measure"),
    [
        ("kind", {"kind": "flogging"}),
        ("days", {"kind": "suspension", "days": None}),
        ("days", {"kind": "suspension", "days": 0}),
        ("days", {"kind": "suspension", "days": 367}),
        ("days", {"kind": "ban", "days": 3}),
        ("note", {"note": "NUL \x00"}),
        ("note", {"note": "x" * 2_001}),
        ("note", {"note": ""}),
    ],
)
def test_measure_that_cannot_be_is_refused_with_its_field(
    desk: Sanctions, field: str, measure: dict[str, Any]
) -> None:
    with pytest.raises(actions.Unacceptable) as refused:
        desk.sanction(**measure)
    assert (refused.value.field, Sanction.objects.count(), Decision.objects.count()) == (field, 0, 0)


@pytest.mark.parametrize("keys", [[], ["unheard-of"], ["respect", "unheard-of"]])
def test_rules_must_be_rules_of_the_policy_in_force(desk: Sanctions, keys: list[str]) -> None:
    with pytest.raises(actions.RuleNeeded):
        desk.sanction(rule_keys=keys)
    assert Sanction.objects.count() == 0


def test_nobody_sanctions_themselves_the_erased_or_whom_nobody_knows(desk: Sanctions) -> None:
    own = factories.make_commenter(user=desk.moderator, address=desk.moderator.email)
    unknown = factories.make_commenter(confirmed_at=None)
    erased = factories.make_commenter(address=None, erased_at=desk.now)
    for against in (own, unknown, erased):
        with pytest.raises(actions.NotPossible):
            desk.sanction(against=against)
    assert Sanction.objects.count() == 0


def test_only_moderators_sanction(desk: Sanctions) -> None:
    for by in (desk.reader, factories.make_user(group="Reporter"), factories.make_user(group="Editor")):
        with pytest.raises(PermissionDenied):
            desk.sanction(by=by)


def test_second_to_come_is_told_and_changes_nothing(desk: Sanctions) -> None:
    seen = seen_mark(desk.against.pk)
    desk.sanction("warning", None)
    with pytest.raises(actions.StandingChanged):
        actions.sanction(desk.against.pk, desk.measure(), by=desk.second, seen=seen, now=desk.now)
    assert Sanction.objects.count() == 1


# --- what holds, and until when


@pytest.mark.parametrize(("kind", "days"), [("suspension", 3), ("ban", None)])
def test_suspended_and_banned_readers_cannot_send(desk: Sanctions, kind: str, days: int | None) -> None:
    made = desk.sanction(kind, days)
    refused = barred(desk)
    assert isinstance(refused, actions.Barred)
    assert (refused.sanction, refused.is_own) == (made, True)
    assert Comment.objects.filter(current_text__body="One more.").count() == 0


def test_suspension_ends_by_time_with_no_worker(desk: Sanctions) -> None:
    desk.sanction("suspension", 3)
    desk.now += 3 * DAY - timedelta(seconds=1)
    barred(desk)
    desk.now += timedelta(seconds=1)
    assert desk.send("Back again.").state == "public"


def test_pre_moderation_follows_from_the_sanction_and_ends_with_it(desk: Sanctions) -> None:
    desk.sanction("pre_moderation", 7)
    held = desk.send("Under an eye.")
    standing = held.current_text.findings.values_list("standing", flat=True)  # type: ignore[union-attr]
    assert (held.state, list(standing)) == ("held", ["account_pre_moderated"])
    desk.now += 7 * DAY
    assert desk.send("By myself.").state == "public"


def test_warning_is_acknowledged_with_the_next_comment_and_only_then(desk: Sanctions) -> None:
    made = desk.sanction("warning", None)
    refused = barred(desk)
    assert isinstance(refused, actions.WarningUnread)
    assert refused.sanction == made
    barred(desk, acknowledges=factories.make_comment().uid)
    assert desk.send("I have read it.", acknowledges=made.uid).state == "public"
    made.refresh_from_db()
    assert made.acknowledged_at == desk.now
    assert desk.send("And once more.").state == "public"


def test_warning_is_not_acknowledged_by_a_comment_that_is_refused(desk: Sanctions) -> None:
    made = desk.sanction("warning", None)
    with pytest.raises(actions.Refusal):
        desk.send("x", acknowledges=made.uid)
    assert Sanction.objects.get().acknowledged_at is None


def test_sanction_costs_posting_no_query(desk: Sanctions) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as caught:
            desk.send("A thought.")
        return len(caught)

    desk.send("So that tables are warm.")
    free = queries()
    for _time in range(3):
        actions.undo_sanction(desk.sanction("pre_moderation", 7).pk, by=desk.moderator, now=desk.now)
    assert (queries(), len(sanctions_of(desk.against.pk))) == (free, 3)


# --- guests, of whom a stranger learns nothing


def guest(desk: Sanctions, address: str = "troy@example.org") -> Commenter:
    return factories.make_commenter(address=address, name="Troy", confirmed_at=desk.now - DAY)


def test_form_says_the_same_of_a_banned_address_as_of_any_other(desk: Sanctions) -> None:
    desk.sanction("ban", None, against=guest(desk))
    banned = actions.submit(desk.guest_draft(address="troy@example.org"), now=desk.now)
    other = actions.submit(desk.guest_draft(address="helen@example.org"), now=desk.now)
    assert (banned.state, banned.reasons, banned.findings) == (other.state, other.reasons, other.findings)
    assert banned.state == "unconfirmed"


def test_banned_guest_is_told_when_they_confirm_and_the_comment_stays_unconfirmed(desk: Sanctions) -> None:
    made = desk.sanction("suspension", 1, against=guest(desk))
    sent = actions.submit(desk.guest_draft(address="troy@example.org"), now=desk.now)
    token = token_in(Letter.objects.get(comment=sent.comment))
    with pytest.raises(actions.Barred) as refused:
        actions.confirm_address(token, now=desk.now)
    sent.comment.refresh_from_db()
    assert (refused.value.sanction, refused.value.is_own) == (made, True)
    assert (sent.comment.state, sent.comment.confirmations.get().used_at) == ("unconfirmed", None)
    assert actions.confirm_address(token, now=desk.now + DAY).state == "held"


def test_warned_guest_confirms_with_the_warning_read(desk: Sanctions) -> None:
    made = desk.sanction("warning", None, against=guest(desk))
    sent = actions.submit(desk.guest_draft(address="troy@example.org"), now=desk.now)
    token = token_in(Letter.objects.get(comment=sent.comment))
    with pytest.raises(actions.WarningUnread):
        actions.confirm_address(token, now=desk.now)
    assert actions.confirm_address(token, now=desk.now, acknowledges=made.uid).state == "held"
    assert Sanction.objects.get().acknowledged_at == desk.now


# --- the address in all its spellings


@pytest.mark.parametrize(
    ("banned", "again"),
    [
        ("troy@example.org", "Troy+two@Example.org"),
        ("troy+one@example.org", "troy@example.org"),
        ("troy.of.ilium@gmail.com", "troyofilium+x@googlemail.com"),
    ],
)
def test_ban_holds_for_every_spelling_of_a_mailbox(desk: Sanctions, banned: str, again: str) -> None:
    desk.sanction("ban", None, against=guest(desk, banned))
    newcomer = factories.make_user(email=again.lower())
    refused = barred(desk, user=newcomer)
    assert isinstance(refused, actions.Barred)
    assert refused.is_own is False
    sent = actions.submit(desk.guest_draft(address=again), now=desk.now)
    token = token_in(Letter.objects.filter(comment=sent.comment).get())
    with pytest.raises(actions.Barred):
        actions.confirm_address(token, now=desk.now)


@pytest.mark.parametrize("other", ["tr.oy@example.org", "troy@example.com", "troyan@example.org"])
def test_another_mailbox_is_another_person(desk: Sanctions, other: str) -> None:
    desk.sanction("ban", None, against=guest(desk))
    assert desk.send(user=factories.make_user(email=other)).state == "held"


def test_ban_is_stored_under_a_keyed_form_and_never_as_an_address(desk: Sanctions) -> None:
    made = desk.sanction("ban", None, against=guest(desk, "troy+one@example.org"))
    assert len(made.mailbox_key) == 64
    assert "troy" not in made.mailbox_key


# --- the second person


@pytest.mark.parametrize(("kind", "days"), [("suspension", 8), ("pre_moderation", None), ("ban", None)])
def test_beyond_seven_days_it_is_a_proposal_that_restricts_nobody(
    desk: Sanctions, kind: str, days: int | None
) -> None:
    made = desk.propose(kind, days)
    assert (made.is_open, made.decision, made.starts_at) == (True, None, None)
    assert (Decision.objects.count(), Statement.objects.count(), Letter.objects.count()) == (0, 0, 0)
    assert desk.send("Free to speak.").state == "public"


def test_second_person_agrees_and_only_then_it_holds(desk: Sanctions) -> None:
    made = desk.propose("suspension", 30)
    with pytest.raises(actions.OwnProposal):
        actions.agree(made.pk, by=desk.moderator, now=desk.now)
    later = desk.now + DAY
    agreed = actions.agree(made.pk, by=desk.second, now=later)
    assert (agreed.agreed_by, agreed.starts_at, agreed.ends_at) == (desk.second, later, later + 30 * DAY)
    assert (agreed.decision.decider, agreed.note) == (desk.second, "")  # type: ignore[union-attr]
    with pytest.raises(actions.AlreadyLooked):
        actions.agree(made.pk, by=desk.lead, now=later)


def test_database_refuses_a_long_sanction_of_one_person(desk: Sanctions) -> None:
    made = desk.sanction("suspension", 7)
    for change in (
        {"days": 8},
        {"days": None, "ends_at": None},
        {"kind": "ban", "days": None, "ends_at": None},
    ):
        with pytest.raises(IntegrityError, match="long_sanction_needs_two"), transaction.atomic():
            Sanction.objects.filter(pk=made.pk).update(**change)


def test_database_refuses_the_same_person_twice(desk: Sanctions) -> None:
    made = desk.sanction("ban", None)
    with pytest.raises(IntegrityError, match="sanction_agreed_by_another"), transaction.atomic():
        Sanction.objects.filter(pk=made.pk).update(agreed_by=desk.moderator)


def test_database_refuses_two_open_proposals_and_a_sanction_that_holds_undecided(desk: Sanctions) -> None:
    made = desk.propose()
    with pytest.raises(IntegrityError), transaction.atomic():
        Sanction.objects.filter(pk=made.pk).update(starts_at=desk.now)
    made.pk, made.uid = None, factories.uuid.uuid4()
    with pytest.raises(IntegrityError), transaction.atomic():
        made.save(force_insert=True)


def test_editor_agrees_where_there_is_no_other_moderator(desk: Sanctions) -> None:
    editor = factories.make_user(group="Editor")
    made = desk.propose()
    with pytest.raises(PermissionDenied):
        actions.agree(made.pk, by=editor, now=desk.now)
    for moderator in (desk.second, desk.lead):
        moderator.groups.clear()
    assert actions.agree(made.pk, by=type(editor).objects.get(pk=editor.pk), now=desk.now).agreed_by == editor


def test_lead_is_told_where_nobody_may_agree(desk: Sanctions) -> None:
    desk.second.groups.clear()
    made = desk.propose(by=desk.lead)
    assert Letter.objects.count() == 0
    actions.decline(made.pk, by=desk.lead, why="Too much.", now=desk.now)
    desk.moderator.groups.clear()
    made = desk.propose(by=desk.lead)
    letter = Letter.objects.get()
    assert (letter.kind, letter.to) == (LetterKind.SECOND_ALARM, desk.lead.email)
    assert f"/admin/moderation/sanctions/{made.uid}/" in words_of(letter).text


def test_declined_proposal_restricts_nobody_and_another_can_follow(desk: Sanctions) -> None:
    made = desk.propose()
    actions.decline(made.pk, by=desk.second, why="Too hard.", now=desk.now)
    with pytest.raises(actions.AlreadyLooked):
        actions.agree(made.pk, by=desk.lead, now=desk.now)
    assert desk.propose("suspension", 14).is_open
    assert Decision.objects.count() == 0


# --- undone, ended early, objected to


def test_undone_it_never_was_and_no_mail_leaves(desk: Sanctions) -> None:
    made = desk.sanction()
    actions.undo_sanction(made.pk, by=desk.second, now=desk.now)
    last = Decision.objects.get(act=Act.UNDONE)
    assert (last.undoes, last.from_state, last.to_state) == (made.decision, "suspension", "")
    assert Letter.objects.get().state == LetterState.CANCELLED
    assert desk.send("Free again.").state == "public"
    assert [stands(one) for one in sanctions_of(desk.against.pk)] == [False]
    with pytest.raises(actions.NotPossible):
        actions.undo_sanction(made.pk, by=desk.second, now=desk.now)
    assert broken_chains() == []


def test_once_the_mail_has_left_it_cannot_be_undone(desk: Sanctions) -> None:
    made = desk.sanction()
    Letter.objects.update(state=LetterState.SENT, attempts=1)
    with pytest.raises(actions.NotPossible, match="left"):
        actions.undo_sanction(made.pk, by=desk.moderator, now=desk.now)


def test_lead_ends_it_early_with_reasons_which_are_mailed(desk: Sanctions) -> None:
    made = desk.sanction("ban", None)
    with pytest.raises(PermissionDenied):
        actions.lift(made.pk, by=desk.second, reasons="Enough.", now=desk.now)
    with pytest.raises(actions.Unacceptable):
        actions.lift(made.pk, by=desk.lead, reasons=" ", now=desk.now)
    actions.lift(made.pk, by=desk.lead, reasons="A year has passed.", now=desk.now)
    letter = Letter.objects.get(kind=LetterKind.SANCTION_ENDED)
    assert "A year has passed." in words_of(letter).text
    assert (letter.decision.act, desk.send("Back.").state) == (Act.LIFTED, "public")  # type: ignore[union-attr]
    assert [stands(one) for one in sanctions_of(desk.against.pk)] == [True]
    with pytest.raises(actions.NotPossible):
        actions.lift(made.pk, by=desk.lead, reasons="Again.", now=desk.now)


def test_granted_appeal_ends_the_sanction_and_restores_the_record(desk: Sanctions) -> None:
    desk.break_rule(3)
    made = desk.sanction("suspension", 30)
    appeal = actions.appeal(made.decision, "It was my brother.", now=desk.now)
    for decider in (desk.moderator, desk.second):
        with pytest.raises(actions.OwnDecision):
            actions.answer_appeal(appeal.pk, granted=True, reasons="So be it.", by=decider, now=desk.now)
    answer = actions.answer_appeal(appeal.pk, granted=True, reasons="So it was.", by=desk.lead, now=desk.now)
    assert (answer.act, answer.commenter, Appeal.objects.get().state) == (
        Act.GRANTED,
        desk.against,
        AppealState.GRANTED,
    )
    assert "So it was." in words_of(Letter.objects.get(decision=answer)).text
    assert author_record(desk.against, desk.reader.email, desk.now).barred_by is None
    # The record proposes what it would have without: the sanction does not count.
    record = record_of(desk.against.pk, now=desk.now)
    likely = proposal(record, sanctions_of(desk.against.pk), desk.now)
    assert likely is not None
    assert likely.rung.kind == "warning"
    assert broken_chains() == []


def test_refused_appeal_leaves_it_standing_and_can_be_made_once(desk: Sanctions) -> None:
    made = desk.sanction()
    appeal = actions.appeal(made.decision, "No.", now=desk.now)
    with pytest.raises(actions.AlreadyAppealed):
        actions.appeal(made.decision, "No, no.", now=desk.now)
    with pytest.raises(actions.NotPossible, match="objected"):
        actions.undo_sanction(made.pk, by=desk.moderator, now=desk.now)
    answer = actions.answer_appeal(appeal.pk, granted=False, reasons="Yes.", by=desk.second, now=desk.now)
    assert (answer.act, answer.from_state, answer.to_state) == (Act.CONFIRMED, "suspension", "suspension")
    barred(desk)


def test_database_refuses_the_proposer_as_answerer(desk: Sanctions) -> None:
    made = desk.sanction("ban", None)
    appeal = actions.appeal(made.decision, "No.", now=desk.now)
    with pytest.raises(IntegrityError, match="appeal_answered_by_a_third"), transaction.atomic():
        Appeal.objects.filter(pk=appeal.pk).update(answered_by=desk.moderator)


def test_appeal_is_too_late_after_six_months_and_pointless_after_the_end(desk: Sanctions) -> None:
    made = desk.sanction()
    with pytest.raises(actions.AppealTooLate):
        actions.appeal(made.decision, "No.", now=desk.now + 185 * DAY)
    actions.lift(made.pk, by=desk.lead, reasons="Enough.", now=desk.now)
    with pytest.raises(actions.NotPossible):
        actions.appeal(made.decision, "No.", now=desk.now)


# --- the record proposes


def test_record_proposes_the_next_rung_with_its_reason(desk: Sanctions) -> None:
    def likely() -> Any:
        record = record_of(desk.against.pk, now=desk.now)
        return proposal(record, sanctions_of(desk.against.pk), desk.now)

    desk.break_rule(2)
    assert likely() is None
    desk.break_rule(1)
    first = likely()
    assert (first.rung.kind, first.rule_key, first.times) == ("warning", "respect", 3)
    made = desk.sanction("warning", None)
    assert (made.from_record, len(made.breaches)) == (True, 3)
    assert "A program had counted those decisions" in made.decision.evidence.statement  # type: ignore[union-attr]
    assert likely() is None
    desk.now += DAY
    desk.break_rule(3)
    second = likely()
    assert (second.rung.kind, second.rung.days, second.before.rung.kind) == ("pre_moderation", 14, "warning")
    desk.propose("pre_moderation", 14)
    assert likely() is None


def test_what_was_undone_or_restored_is_no_breach(desk: Sanctions) -> None:
    desk.break_rule(3)
    decision = Decision.objects.filter(act=Act.REJECTED).latest("pk")
    actions.undo(decision.pk, by=desk.moderator, now=desk.now)
    record = record_of(desk.against.pk, now=desk.now)
    assert len(record.breaches) == 2


# --- erasure


def test_erasure_blanks_words_and_keeps_the_keyed_address_while_the_ban_holds(desk: Sanctions) -> None:
    made = desk.sanction("ban", None)
    appeal = actions.appeal(made.decision, "Trace of an objection.", now=desk.now)
    exported = export_person("reader@example.org")
    assert exported["sanctions"][0]["kind"] == "ban"
    assert "You were asked to stop." in exported["decisions on the person"][0]["statement"]
    erase_person("reader@example.org", now=desk.now)
    made.refresh_from_db()
    appeal.refresh_from_db()
    assert made.decision is not None
    evidence = made.decision.evidence
    assert (evidence.statement, evidence.note, appeal.text, appeal.state) == ("", "", "", AppealState.MOOT)
    assert made.mailbox_key != ""
    again = factories.make_user(email="reader+again@example.org")
    assert isinstance(barred(desk, user=again), actions.Barred)
    Sanction.objects.update(lifted_at=desk.now)
    assert (forget_ended_mailboxes(now=desk.now), forget_ended_mailboxes(now=desk.now)) == (1, 0)
    assert broken_chains() == []


def test_erasure_drops_proposals_and_the_keys_that_nothing_needs(desk: Sanctions) -> None:
    desk.sanction("warning", None)
    desk.propose()
    erase_person("reader@example.org", now=desk.now)
    assert {(one.is_open, one.note, one.mailbox_key) for one in Sanction.objects.all()} == {(False, "", "")}


def test_chain_of_a_commenter_counts_on(desk: Sanctions) -> None:
    for number in range(3):
        actions.undo_sanction(desk.sanction().pk, by=desk.moderator, now=desk.now)
        assert last_of_commenter(desk.against.pk)[0] == 2 * (number + 1)
    assert broken_chains() == []
