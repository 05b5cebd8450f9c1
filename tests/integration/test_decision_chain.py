"""The record of decisions: it stands, it shows what was done to it, and seals hold it from outside."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, models, transaction
from django.utils import timezone

from comments import actions, seals
from comments.chain import decision_digest, evidence_digest
from comments.models import (
    Commenter,
    Decision,
    DecisionEvidence,
    DecisionGround,
    PhraseList,
    PhraseListRevision,
    Policy,
    Rule,
    RuleCheck,
    Seal,
)
from comments.querysets import Unchangeable
from comments.seals import SETTLED, _signature, faults, seal
from tests import factories
from tests.integration.commenting import Desk

pytestmark = pytest.mark.django_db
on_postgresql = pytest.mark.skipif(
    "sqlite" in str(connection.settings_dict["ENGINE"]),
    reason="SQLite has no triggers here, since they would refuse Django's flush; there the models refuse.",
)


@pytest.fixture
def desk() -> Desk:
    """Three comments: one approved, one rejected and undone, one only held."""
    desk = Desk()
    approved, undone, _held = (desk.send(f"Thought {number}") for number in range(3))
    desk.approve(approved)
    decision = desk.reject(undone, "respect", "links", note="No.")
    actions.undo(decision.pk, by=desk.moderator, now=desk.now)
    return desk


def told() -> list[str]:
    return [str(fault) for fault in faults()]


def named(row: Decision) -> str:
    return f"decision {row.pk} (number {row.seq} on comment {row.comment_id})"


def tamper(sql: str, *values: Any) -> None:
    """What somebody could do who owns the database: on PostgreSQL the triggers are switched off first."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            for table in ("decision", "decisionground", "statement", "seal"):
                cursor.execute(f"ALTER TABLE comments_{table} DISABLE TRIGGER USER")
        cursor.execute(sql, values)


def take_out(row: Decision) -> None:
    """The row is gone, with all that hangs on it."""
    tamper("UPDATE comments_decision SET undoes_id = NULL WHERE undoes_id = %s", row.pk)
    for sql in (
        "DELETE FROM comments_decisionevidence WHERE decision_id = %s",
        "DELETE FROM comments_decisionground WHERE decision_id = %s",
        "DELETE FROM comments_statement WHERE decision_id = %s",
        "DELETE FROM comments_secondreview WHERE decision_id = %s",
        "UPDATE comments_letter SET decision_id = NULL WHERE decision_id = %s",
        "DELETE FROM comments_decision WHERE id = %s",
    ):
        tamper(sql, row.pk)


def put_in(after: Decision, **fields: Any) -> Decision:
    """A forged row with all its digests right, as the next of the chain: the comment was let stand."""
    evidence = DecisionEvidence(salt="0" * 32)
    facts: dict[str, Any] = {
        "comment": after.comment,
        "in_discussion_id": after.in_discussion_id,
        "seq": after.seq + 1,
        "act": "kept",
        "automatic": True,
        "at": after.at,
        "from_state": after.to_state,
        "to_state": after.to_state,
        "subject_version": after.comment.version if after.comment else 1,
        "evidence_digest": evidence_digest(evidence),
        "previous_digest": after.digest,
    }
    forged = Decision(**{**facts, **fields})
    forged.digest = decision_digest(forged, [])
    forged.save(force_insert=True)
    evidence.decision = forged
    evidence.save()
    return forged


# --- chains


def test_untouched_record_has_no_faults(desk: Desk) -> None:
    assert told() == []


def test_chain_links_each_decision_to_the_one_before(desk: Desk) -> None:
    chain = list(Decision.objects.filter(comment=Decision.objects.get(act="undone").comment).order_by("seq"))
    assert [one.seq for one in chain] == [1, 2, 3]
    assert [one.previous_digest for one in chain] == ["", chain[0].digest, chain[1].digest]


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("to_state", "public"),
        ("act", "approved"),
        ("at", "2020-01-01 00:00:00+00:00"),
        ("decider_id", None),
        ("subject_version", 7),
        ("evidence_digest", "0" * 64),
    ],
)
def test_changed_column_is_named_with_its_row(desk: Desk, column: str, value: Any) -> None:
    row = Decision.objects.get(act="rejected")
    if column == "decider_id":
        value = factories.make_user().pk
    tamper(f"UPDATE comments_decision SET {column} = %s WHERE id = %s", value, row.pk)  # noqa: S608
    assert f"{named(row)}: was changed after it was written" in told()


def test_decision_that_was_taken_out_of_its_storys_log_is_named(desk: Desk) -> None:
    row = Decision.objects.get(act="rejected")
    tamper("UPDATE comments_decision SET in_discussion_id = NULL WHERE id = %s", row.pk)
    assert told() == [f"{named(row)}: is filed under another discussion than its comment's"]


def test_changed_ground_is_named(desk: Desk) -> None:
    row = Decision.objects.get(act="rejected")
    tamper(
        "UPDATE comments_decisionground SET key = 'flood' WHERE decision_id = %s AND key = 'links'", row.pk
    )
    assert told() == [f"{named(row)}: was changed after it was written"]


def test_deleted_ground_is_named(desk: Desk) -> None:
    row = Decision.objects.get(act="rejected")
    tamper("DELETE FROM comments_decisionground WHERE decision_id = %s AND key = 'links'", row.pk)
    assert told() == [f"{named(row)}: was changed after it was written"]


def test_changed_evidence_is_named(desk: Desk) -> None:
    row = Decision.objects.get(act="rejected")
    DecisionEvidence.objects.filter(decision=row).update(note="Yes.")
    assert told() == [f"{named(row)}: has other evidence than it was written with"]


def test_erased_evidence_leaves_the_chain_whole(desk: Desk) -> None:
    Commenter.objects.update(erased_at=desk.now)
    DecisionEvidence.objects.update(note="", statement="", quoted=[], erased_at=desk.now)
    assert told() == []


@pytest.mark.parametrize(("note", "is_erased"), [("Forged.", True), ("", False)])
def test_evidence_that_only_says_that_it_was_erased_is_named(desk: Desk, note: str, is_erased: bool) -> None:
    decision = Decision.objects.get(act="approved")
    Commenter.objects.update(erased_at=desk.now if is_erased else None)
    tamper(
        "UPDATE comments_decisionevidence SET note = %s, statement = '', quoted = '[]', erased_at = %s"
        " WHERE decision_id = %s",
        note,
        desk.now,
        decision.pk,
    )
    assert told() == [
        f"{named(decision)}: has evidence that is marked as erased and is not, or of a person who is not"
    ]


def test_decision_missing_from_the_middle_is_named(desk: Desk) -> None:
    last = Decision.objects.get(act="undone")
    chain = Decision.objects.filter(comment=last.comment)
    middle = chain.get(seq=2)
    take_out(middle)
    assert f"{named(last)}: number 2 is missing before it" in told()


def test_state_that_no_decision_made_is_named(desk: Desk) -> None:
    approved = Decision.objects.get(act="approved")
    comment = approved.comment_id
    tamper("UPDATE comments_comment SET state = 'removed' WHERE id = %s", comment)
    assert told() == [f"comment {comment}: is removed, but decision {approved.pk}, its last, left it public"]


def test_decision_put_in_at_the_end_of_a_chain_is_named(desk: Desk) -> None:
    forged = put_in(Decision.objects.get(act="approved"))
    assert told() == [
        f"comment {forged.comment_id}: is in version 2, but decision {forged.pk}, its last, left it in 3:"
        " one is missing after it, or it was put in"
    ]


def test_decision_put_in_amid_a_chain_that_was_numbered_anew_is_named(desk: Desk) -> None:
    """Whoever put it in has made the row after it follow: number and digests are right, what happened is not."""
    approved = Decision.objects.get(act="approved")
    first = Decision.objects.get(comment=approved.comment, seq=1)
    approved.seq = 3
    tamper("UPDATE comments_decision SET seq = 3 WHERE id = %s", approved.pk)
    approved.previous_digest = put_in(first, subject_version=1).digest
    digest = decision_digest(approved, approved.grounds.all())
    tamper(
        "UPDATE comments_decision SET previous_digest = %s, digest = %s WHERE id = %s",
        *(approved.previous_digest, digest, approved.pk),
    )
    assert told() == [
        f"{named(approved)}: does not begin where the one before it ended: one was put in or taken out"
    ]


def test_last_decision_that_was_taken_out_with_its_state_put_back_is_named(desk: Desk) -> None:
    approved = Decision.objects.get(act="approved")
    first = Decision.objects.get(comment=approved.comment, seq=1)
    take_out(approved)
    tamper("UPDATE comments_comment SET state = 'held' WHERE id = %s", approved.comment_id)
    assert told() == [
        f"comment {approved.comment_id}: is in version 2, but decision {first.pk}, its last, left it in 1:"
        " one is missing after it, or it was put in"
    ]


def test_comment_whose_chain_is_gone_is_named(desk: Desk) -> None:
    comment = factories.make_comment()
    assert told() == [f"comment {comment.pk}: is public without a decision; its whole chain is missing"]


# --- seals


def sealed_with_one_more(desk: Desk) -> None:
    """All decisions are sealed, the last of them one that the test leaves alone: a seal points to its last."""
    desk.send("One more")
    seal(now=desk.now + SETTLED)


def test_seal_covers_settled_decisions_and_verifies(desk: Desk) -> None:
    assert seal(now=desk.now) is None
    first = seal(now=desk.now + SETTLED)
    assert first is not None
    assert (first.number, first.decisions) == (1, Decision.objects.count())
    assert seal(now=desk.now + SETTLED) is None
    desk.now += timedelta(hours=1)
    desk.send("One more")
    second = seal(now=desk.now + SETTLED)
    assert second is not None
    assert (second.number, second.decisions) == (2, 1)
    assert told() == []


def test_seal_tells_of_a_row_forged_with_a_right_digest(desk: Desk) -> None:
    """Whoever owns the database can make digests, but not the seal."""
    seal(now=desk.now + SETTLED)
    last = Decision.objects.latest("pk")
    tamper("UPDATE comments_decision SET digest = %s WHERE id = %s", "0" * 64, last.pk)
    count = Decision.objects.count()
    expected = f"seal 1: covered {count} of decisions 1 to {last.pk}; now there are {count}, or other ones"
    assert expected in told()


def test_sealed_decision_that_was_forged_with_its_digest_is_named(desk: Desk) -> None:
    seal(now=desk.now + SETTLED)
    row = Decision.objects.get(act="approved")
    row.automatic = True
    digest = decision_digest(row, row.grounds.all())
    tamper("UPDATE comments_decision SET automatic = %s, digest = %s WHERE id = %s", True, digest, row.pk)
    assert told()[1:] == [f"decision {row.pk} on comment {row.comment_id}: is another one than was sealed"]


def test_sealed_decision_that_was_taken_out_without_a_trace_is_named(desk: Desk) -> None:
    row = Decision.objects.get(act="approved")
    sealed_with_one_more(desk)
    take_out(row)
    tamper("UPDATE comments_comment SET state = 'held', version = 1 WHERE id = %s", row.comment_id)
    assert told()[1:] == [f"decision {row.pk} on comment {row.comment_id}: was sealed and is gone"]


def test_sealed_chain_that_was_taken_out_without_a_trace_is_named(desk: Desk) -> None:
    chain = list(Decision.objects.filter(comment__decisions__act="approved").order_by("-seq"))
    sealed_with_one_more(desk)
    for row in chain:
        take_out(row)
    comment = chain[0].comment_id
    tamper("UPDATE comments_comment SET state = 'unconfirmed', version = 1 WHERE id = %s", comment)
    gone = [f"decision {row.pk} on comment {comment}: was sealed and is gone" for row in reversed(chain)]
    assert told()[1:] == gone


def test_decision_put_in_among_sealed_ones_is_named_whatever_its_number(desk: Desk) -> None:
    seal(now=desk.now + SETTLED)
    forged = put_in(Decision.objects.get(act="approved"), pk=-1)
    tamper("UPDATE comments_comment SET version = 3 WHERE id = %s", forged.comment_id)
    assert told()[1:] == [f"decision -1 on comment {forged.comment_id}: was put in after the seal"]


def test_marks_of_a_seal_cannot_be_changed_unseen(desk: Desk) -> None:
    seal(now=desk.now + SETTLED)
    tamper("UPDATE comments_seal SET marks = %s", b"")
    assert told() == ["seal 1: is not signed with this newsroom's key, or was changed"]


def test_seal_from_before_marks_were_kept_verifies(desk: Desk) -> None:
    made = seal(now=desk.now + SETTLED)
    assert made is not None
    made.marks = b""
    tamper("UPDATE comments_seal SET marks = %s, signature = %s", b"", _signature(made, None))
    assert told() == []


def test_many_decisions_are_sealed_in_parts(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(seals, "MOST", 4)
    parts = [made.decisions for made in iter(lambda: seal(now=desk.now + SETTLED), None) if made]
    assert parts == [4, Decision.objects.count() - 4]
    assert told() == []


def test_seal_with_another_key_is_named(desk: Desk, settings: Any) -> None:
    seal(now=desk.now + SETTLED)
    settings.SEAL_KEY = "the key of somebody else"
    assert told() == ["seal 1: is not signed with this newsroom's key, or was changed"]


def test_missing_seal_is_named(desk: Desk) -> None:
    seal(now=desk.now + SETTLED)
    desk.now += timedelta(hours=1)
    desk.send("One more")
    seal(now=desk.now + SETTLED)
    tamper("DELETE FROM comments_seal WHERE number = 1")
    assert "seal 2: the seal before it is missing" in told()


def test_command_verifies_and_names_the_row(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("seal_decisions")
    call_command("verify_decisions")
    count = Decision.objects.count()
    assert capsys.readouterr().out.splitlines()[-1] == f"All {count} decisions are as they were written."
    row = Decision.objects.get(act="approved")
    tamper("UPDATE comments_decision SET act = 'restored' WHERE id = %s", row.pk)
    with pytest.raises(CommandError, match="1 faults"):
        call_command("verify_decisions")
    assert f"decision {row.pk}" in capsys.readouterr().err


# --- rows that stand


def standing_rows(desk: Desk) -> list[models.Model]:
    seal(now=desk.now + SETTLED)
    words = PhraseList.objects.create(name="words")
    revision = PhraseListRevision.objects.create(phrase_list=words, number=1, created_at=desk.now)
    found = [Decision.objects.first(), DecisionGround.objects.first(), Seal.objects.first(), revision]
    found += [desk.policy, Rule.objects.first(), RuleCheck.objects.first()]
    return [row for row in found if row is not None]


def test_models_refuse_to_change_or_delete_what_stands(desk: Desk) -> None:
    for row in standing_rows(desk):
        rows = type(row)._default_manager.filter(pk=row.pk)
        refused: list[Callable[[], object]] = [
            row.save,
            row.delete,
            rows.delete,
            lambda rows=rows: rows.update(pk=1),  # type: ignore[misc]
            lambda row=row, rows=rows: rows.bulk_update([row], [row._meta.fields[1].name]),  # type: ignore[misc]
        ]
        for attempt in refused:
            with pytest.raises(Unchangeable):
                attempt()


def test_models_refuse_more_rules_for_a_posted_policy(desk: Desk) -> None:
    rule = Rule(policy=desk.policy, key="more", number=9, title="More", text="More.")
    check = RuleCheck(rule=desk.policy.rules.get(key="respect"), check_name="flood", effect="hold")
    for row in (rule, check):
        with pytest.raises(Unchangeable):
            row.save()
        with pytest.raises(Unchangeable):
            type(row).objects.bulk_create([row])


def test_draft_of_a_policy_may_change_be_posted_and_then_stands() -> None:
    policy = factories.make_policy(posted_at=None)
    rule = policy.rules.get(key="links")
    rule.title = "Fewer links"
    rule.save()
    policy.rules.get(key="respect").delete()
    policy.posted_at = policy.effective_from = timezone.now()
    policy.save()
    for row in (policy, rule):
        with pytest.raises(Unchangeable):
            row.save()


def test_decision_with_the_key_of_a_stored_one_does_not_replace_it(desk: Desk) -> None:
    stored = Decision.objects.get(act="approved")
    forged = Decision(**{field.attname: getattr(stored, field.attname) for field in Decision._meta.fields})
    with pytest.raises(IntegrityError), transaction.atomic():
        forged.save()


@on_postgresql
def test_triggers_refuse_to_change_or_delete_what_stands(desk: Desk) -> None:
    for row in standing_rows(desk):
        table = row._meta.db_table
        for verb in (f"UPDATE {table} SET id = id", f"DELETE FROM {table}"):  # noqa: S608
            with (
                pytest.raises(IntegrityError, match="cannot be changed"),
                transaction.atomic(),
                connection.cursor() as cursor,
            ):
                cursor.execute(f"{verb} WHERE id = %s", [row.pk])


@on_postgresql
def test_trigger_refuses_more_rules_for_a_posted_policy(desk: Desk) -> None:
    copy = (
        "INSERT INTO comments_rule (policy_id, key, number, title, text)"
        " SELECT policy_id, 'more', 99, title, text FROM comments_rule LIMIT 1"
    )
    with (
        pytest.raises(IntegrityError, match="cannot be changed"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(copy)


@on_postgresql
def test_triggers_let_a_draft_be_changed_and_posted() -> None:
    policy = factories.make_policy(posted_at=None)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE comments_rule SET title = 'New' WHERE policy_id = %s", [policy.pk])
        posted = "UPDATE comments_policy SET posted_at = now(), effective_from = now() WHERE id = %s"
        cursor.execute(posted, [policy.pk])
    assert Policy.objects.posted().get() == policy
