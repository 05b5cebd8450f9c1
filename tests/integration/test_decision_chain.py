"""The record of decisions: it stands, it shows what was done to it, and seals hold it from outside."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, models, transaction
from django.utils import timezone

from comments import actions
from comments.models import (
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
from comments.seals import SETTLED, faults, seal
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


def tamper(sql: str, *values: Any) -> None:
    """What somebody could do who owns the database: on PostgreSQL the triggers are switched off first."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            for table in ("decision", "decisionground", "statement", "seal"):
                cursor.execute(f"ALTER TABLE comments_{table} DISABLE TRIGGER USER")
        cursor.execute(sql, values)


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
    assert f"decision {row.pk} (number 2 of its chain): was changed after it was written" in told()


def test_decision_that_was_taken_out_of_its_storys_log_is_named(desk: Desk) -> None:
    row = Decision.objects.get(act="rejected")
    tamper("UPDATE comments_decision SET in_discussion_id = NULL WHERE id = %s", row.pk)
    assert told() == [
        f"decision {row.pk} (number 2 of its chain): is filed under another discussion than its comment's"
    ]


def test_changed_ground_is_named(desk: Desk) -> None:
    row = Decision.objects.get(act="rejected")
    tamper(
        "UPDATE comments_decisionground SET key = 'flood' WHERE decision_id = %s AND key = 'links'", row.pk
    )
    assert told() == [f"decision {row.pk} (number 2 of its chain): was changed after it was written"]


def test_deleted_ground_is_named(desk: Desk) -> None:
    row = Decision.objects.get(act="rejected")
    tamper("DELETE FROM comments_decisionground WHERE decision_id = %s AND key = 'links'", row.pk)
    assert told() == [f"decision {row.pk} (number 2 of its chain): was changed after it was written"]


def test_changed_evidence_is_named(desk: Desk) -> None:
    row = Decision.objects.get(act="rejected")
    DecisionEvidence.objects.filter(decision=row).update(note="Yes.")
    assert told() == [
        f"decision {row.pk} (number 2 of its chain): has other evidence than it was written with"
    ]


def test_erased_evidence_leaves_the_chain_whole(desk: Desk) -> None:
    DecisionEvidence.objects.update(note="", statement="", quoted=[], erased_at=desk.now)
    assert told() == []


def test_decision_missing_from_the_middle_is_named(desk: Desk) -> None:
    last = Decision.objects.get(act="undone")
    chain = Decision.objects.filter(comment=last.comment)
    middle = chain.get(seq=2)
    tamper("UPDATE comments_decision SET undoes_id = NULL WHERE id = %s", last.pk)
    for sql in (
        "DELETE FROM comments_decisionevidence WHERE decision_id = %s",
        "DELETE FROM comments_decisionground WHERE decision_id = %s",
        "DELETE FROM comments_statement WHERE decision_id = %s",
        "DELETE FROM comments_secondreview WHERE decision_id = %s",
        "UPDATE comments_letter SET decision_id = NULL WHERE decision_id = %s",
        "DELETE FROM comments_decision WHERE id = %s",
    ):
        tamper(sql, middle.pk)
    assert f"decision {last.pk} (number 3 of its chain): number 2 is missing before it" in told()


def test_state_that_no_decision_made_is_named(desk: Desk) -> None:
    comment = Decision.objects.get(act="approved").comment
    tamper("UPDATE comments_comment SET state = 'removed' WHERE id = %s", comment.pk)
    assert told() == [f"comment {comment.pk}: is removed, but its last decision left it public"]


def test_comment_whose_chain_is_gone_is_named(desk: Desk) -> None:
    comment = factories.make_comment()
    assert told() == [f"comment {comment.pk}: is public without a decision; its whole chain is missing"]


# --- seals


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
