"""What a moderator decides: on what they saw, with rules, counts and a record."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django_tasks_db.models import DBTaskResult

from comments import actions
from comments.enums import Act, State
from comments.evidence import Record, record_of
from comments.models import Comment, Decision, DecisionEvidence, Discussion, Letter
from comments.moderation.ladder import Breach
from tests import factories
from tests.integration.commenting import RULES, THREE_LINKS, Desk, token_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk() -> Desk:
    return Desk()


def state_of(comment: Comment) -> tuple[str, int]:
    return Comment.objects.values_list("state", "version").get(pk=comment.pk)


def assert_counts_are_right() -> None:
    for discussion in Discussion.objects.all():
        assert discussion.public_count == discussion.comments.public().count()


def test_approved_comment_is_public_and_counted(desk: Desk) -> None:
    comment = desk.send()
    decision = desk.approve(comment)
    assert state_of(comment) == (State.PUBLIC, 2)
    assert Comment.objects.get().public_since == desk.now
    assert (decision.act, decision.decider, decision.automatic, decision.subject_version, decision.seq) == (
        Act.APPROVED,
        desk.moderator,
        False,
        1,
        2,
    )
    assert Discussion.objects.values_list("public_count", "version").get() == (1, 2)


def test_approving_a_parent_does_not_publish_its_answers(desk: Desk) -> None:
    parent = desk.send()
    desk.approve(parent)
    parent.refresh_from_db()
    answer = desk.send("An answer", parent=parent)
    hold = actions.hold(
        parent.pk, by=desk.moderator, seen_version=parent.version, now=desk.now, rule_keys=["respect"]
    )
    desk.approve(Comment.objects.get(pk=hold.comment_id))
    assert state_of(answer) == (State.HELD, 1)


def test_rejection_names_its_rules_and_keeps_its_evidence(desk: Desk) -> None:
    comment = desk.send(THREE_LINKS, ask_moderator=True)
    decision = desk.reject(comment, "respect", "links", note="Twice over.")
    evidence = DecisionEvidence.objects.get(decision=decision)
    assert state_of(comment) == (State.REJECTED, 2)
    assert [(one.kind, one.key, one.rule.number) for one in decision.grounds.all() if one.rule] == [
        ("rule", "links", 2),
        ("rule", "respect", 3),
    ]
    assert evidence.note == "Twice over."
    assert {"rule": "links", "words": "https://c.example"} in evidence.quoted
    assert "At most 2 links in a comment." in evidence.statement


def test_rejection_without_a_rule_is_refused(desk: Desk) -> None:
    comment = desk.send()
    with pytest.raises(actions.RuleNeeded):
        actions.reject(comment.pk, by=desk.moderator, seen_version=1, now=desk.now)
    assert state_of(comment) == (State.HELD, 1)


def test_rejection_under_a_rule_that_is_none_is_refused(desk: Desk) -> None:
    comment = desk.send()
    with pytest.raises(actions.RuleUnknown):
        desk.reject(comment, "respect", "taste")
    assert (state_of(comment), Letter.objects.count()) == ((State.HELD, 1), 0)


def test_rule_is_cited_as_it_stood_and_else_from_the_version_in_force(desk: Desk) -> None:
    comment = desk.send()
    reworded = {**RULES[2], "text": "Reworded since."}
    added = {"key": "late", "title": "Added since", "text": "A rule of the next version."}
    current = factories.make_policy(version=2, rules=[reworded, added], effective_from=desk.now)
    decision = desk.reject(comment, "late", "respect")
    cited = [one.rule for one in decision.grounds.order_by("id") if one.rule]
    assert [(rule.policy, rule.key) for rule in cited] == [(desk.policy, "respect"), (current, "late")]
    statement = DecisionEvidence.objects.get(decision=decision).statement
    assert "Argue with arguments, not with insults." in statement
    assert "Reworded since." not in statement


@pytest.mark.parametrize("verb", ["approve", "reject"])
def test_decision_on_a_stale_view_changes_nothing_and_says_what_happened(desk: Desk, verb: str) -> None:
    comment = desk.send()
    first = desk.approve(comment)
    counts = (Decision.objects.count(), Letter.objects.count(), DBTaskResult.objects.count())
    second = factories.make_user(group="Moderator")
    rules = {"rule_keys": ["respect"]} if verb == "reject" else {}
    with pytest.raises(actions.StaleView) as caught:
        getattr(actions, verb)(comment.pk, by=second, seen_version=1, now=desk.now, note="My note", **rules)
    assert (caught.value.latest, caught.value.note, caught.value.comment) == (first, "My note", comment)
    assert (Decision.objects.count(), Letter.objects.count(), DBTaskResult.objects.count()) == counts
    assert state_of(comment) == (State.PUBLIC, 2)


def test_approving_what_is_public_is_not_possible(desk: Desk) -> None:
    comment = factories.make_comment()
    with pytest.raises(actions.NotPossible, match="Public"):
        desk.approve(comment)


def test_comment_that_never_was_is_not_possible(desk: Desk) -> None:
    with pytest.raises(actions.NotPossible):
        actions.approve(999_999, by=desk.moderator, seen_version=1, now=desk.now)


@pytest.mark.parametrize("group", ["", "Reporter", "Editor"])
def test_only_moderators_decide(desk: Desk, group: str) -> None:
    comment = desk.send()
    by = factories.make_user(group=group)
    for decide in (actions.approve, actions.reject, actions.remove, actions.restore, actions.hold):
        with pytest.raises(PermissionDenied):
            decide(comment.pk, by=by, seen_version=1, now=desk.now)
    with pytest.raises(PermissionDenied):
        actions.undo(Decision.objects.get().pk, by=by, now=desk.now)
    assert state_of(comment) == (State.HELD, 1)


@pytest.mark.parametrize("note", ["x" * 2_001, "a\x00b"])
def test_note_that_cannot_be_kept_is_refused(desk: Desk, note: str) -> None:
    comment = desk.send()
    with pytest.raises(actions.Unacceptable):
        desk.reject(comment, note=note)
    assert state_of(comment) == (State.HELD, 1)


def test_removed_restored_and_held_again_counts_stay_right(desk: Desk) -> None:
    comment = factories.make_comment(discussion=factories.make_discussion(desk.article))
    steps = [
        (actions.remove, {"rule_keys": ["respect"]}, State.REMOVED),
        (actions.restore, {}, State.PUBLIC),
        (actions.hold, {"rule_keys": ["respect"]}, State.HELD),
        (actions.approve, {}, State.PUBLIC),
    ]
    for version, (verb, fields, state) in enumerate(steps, start=1):
        verb(comment.pk, by=desk.moderator, seen_version=version, now=desk.now, **fields)  # type: ignore[operator]
        assert state_of(comment) == (state, version + 1)
        assert_counts_are_right()
    assert Discussion.objects.values_list("version", flat=True).get() == 2 + len(steps)


def test_withdrawn_comment_is_gone_from_the_count(desk: Desk) -> None:
    comment = factories.make_comment()
    decision = actions.withdraw(comment.pk, now=desk.now, seen_version=1)
    assert (decision.act, decision.decider, decision.automatic) == (Act.WITHDRAWN, None, False)
    assert_counts_are_right()
    with pytest.raises(actions.NotPossible):
        actions.withdraw(comment.pk, now=desk.now, seen_version=2)
    with pytest.raises(actions.StaleView):
        actions.withdraw(comment.pk, now=desk.now, seen_version=1)


def test_withdrawn_comment_cannot_be_confirmed(desk: Desk) -> None:
    sent = actions.submit(desk.guest_draft(), now=desk.now)
    actions.withdraw(sent.comment.pk, now=desk.now, seen_version=1)
    with pytest.raises(actions.NotPossible):
        actions.confirm_address(token_in(Letter.objects.get()), now=desk.now)
    assert state_of(sent.comment) == (State.WITHDRAWN, 2)


def test_letter_and_job_stand_or_fall_with_the_decision(desk: Desk) -> None:
    comment = desk.send()
    with transaction.atomic():
        desk.approve(comment)
        assert (Letter.objects.count(), DBTaskResult.objects.count()) == (1, 1)
        transaction.set_rollback(True)
    assert (Letter.objects.count(), DBTaskResult.objects.count()) == (0, 0)
    assert state_of(comment) == (State.HELD, 1)
    assert Decision.objects.count() == 1


def test_bulk_decides_each_by_itself(desk: Desk) -> None:
    comments = [desk.send(f"Thought {number}") for number in range(3)]
    desk.approve(comments[1])
    results = actions.reject_many(
        [(one.pk, 1) for one in comments], by=desk.moderator, now=desk.now, rule_keys=["respect"]
    )
    assert [one.comment_id for one in results] == [one.pk for one in comments]
    assert [one.decision is not None for one in results] == [True, False, True]
    assert isinstance(results[1].refused, actions.StaleView)
    assert [state_of(one)[0] for one in comments] == [State.REJECTED, State.PUBLIC, State.REJECTED]


def test_bulk_approval(desk: Desk) -> None:
    comments = [desk.send(f"Thought {number}") for number in range(2)]
    results = actions.approve_many([(one.pk, 1) for one in comments], by=desk.moderator, now=desk.now)
    assert [one.refused for one in results] == [None, None]
    assert_counts_are_right()


def test_bulk_rejection_without_a_rule_touches_nothing(desk: Desk) -> None:
    comment = desk.send()
    with pytest.raises(actions.RuleNeeded):
        actions.reject_many([(comment.pk, 1)], by=desk.moderator, now=desk.now, rule_keys=[])
    assert state_of(comment) == (State.HELD, 1)


def test_the_record_of_a_commenter_takes_two_queries(desk: Desk, django_assert_num_queries) -> None:  # type: ignore[no-untyped-def]
    comment = desk.send()
    desk.reject(comment, "respect", "links")
    desk.reject(desk.send("Another"), "respect")
    with django_assert_num_queries(2):
        record = record_of(comment.commenter_id, now=desk.now + timedelta(minutes=1))
    assert record == Record(
        rejected=2,
        rejected_recently=2,
        rules=(("respect", 2), ("links", 1)),
        breaches=tuple(Breach(key, desk.now) for key in ("links", "respect", "respect")),
    )
    assert record_of(factories.make_commenter().pk, now=desk.now) == Record()
