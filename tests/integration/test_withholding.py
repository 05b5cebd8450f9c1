"""Withholding on legal grounds: who may, on condition of what they saw, what stays, who reads it, how it ends."""

import json
import random
import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from comments import actions, runs
from comments.actions import NotPossible, StaleView
from comments.actions.pull_back import advance
from comments.actions.resending import can_be_resent
from comments.actions.withholding import end_withholding, withhold_comment, withhold_decision
from comments.cases import frozen_items
from comments.enums import Act, LetterState, RunScope
from comments.models import CaseCopy, Comment, Decision, DecisionEvidence, Discussion, Letter
from comments.practice import begin as begin_practice
from comments.privacy import erase_person
from comments.seals import faults
from comments.tasks import _claim, _sent
from comments.wording import words_of
from newsroom.append_only import Unchangeable
from newsroom.groups import make_groups
from newsroom.withheld import about_at, end
from newsroom.withholding.acts import Refused, read_original
from newsroom.withholding.models import Ending, Subject, WithheldOriginal, WithheldReading, Withholding
from newsroom.withholding.words import withheld_words
from tests import factories
from tests.integration.test_hostile_requests import HOSTILE
from tests.integration.withheld_world import MARK, World, columns_with

pytestmark = pytest.mark.django_db
GROUND = "Court of Hamburg, 324 O 1/26"
SAID_ONCE = "QUITTENGELEEGLAS"


@pytest.fixture
def world() -> World:
    return World()


def withhold(world: World, comment: Comment, **changes: Any) -> Withholding:
    comment.refresh_from_db()
    said = {"ground": GROUND, "seen_version": comment.version, "by": world.lead, "now": timezone.now()}
    return withhold_comment(comment.pk, **{**said, **changes})


def facts(comment: Comment) -> dict[str, Any]:
    names = ("state", "held_since", "due_at", "public_since", "read_at", "decided_at", "open_reports")
    return Comment.objects.values(*names).get(pk=comment.pk)


def marked() -> set[str]:
    return columns_with() - {"withholding_withheldoriginal.rows"}


# --- who may, and on what condition


@pytest.mark.parametrize("group", ["", "Reporter", "Editor", "Moderator"])
def test_nobody_withholds_without_the_right(world: World, group: str) -> None:
    before = columns_with()
    somebody = factories.make_user(group=group)
    with pytest.raises(PermissionDenied):
        withhold(world, world.public, by=somebody)
    with pytest.raises(PermissionDenied):
        withhold_decision(world.sanctioned.pk, ground=GROUND, by=somebody, now=timezone.now())
    assert columns_with() == before


@pytest.mark.parametrize("group", ["Moderation lead", "Editor-in-chief"])
def test_leads_and_editors_in_chief_withhold(world: World, group: str) -> None:
    made = withhold(world, world.public, by=factories.make_user(group=group))
    assert (made.subject, made.key, made.ground) == (Subject.COMMENT, str(world.public.uid), GROUND)


@pytest.mark.parametrize("ground", ["", "  \n", "x" * 201])
def test_ground_has_to_be_named(world: World, ground: str) -> None:
    with pytest.raises(Refused, match="Name the legal ground"):
        withhold(world, world.public, ground=ground)
    assert not Withholding.objects.exists()


def test_comment_that_changed_since_it_was_seen_is_not_withheld(world: World) -> None:
    before = columns_with()
    with pytest.raises(StaleView):
        withhold(world, world.public, seen_version=world.public.version - 1)
    assert columns_with() == before


def test_who_decides_on_what_they_saw_before_is_told(world: World) -> None:
    held = factories.make_comment(discussion=world.discussion, state="held", body=MARK)
    withhold(world, held)
    with pytest.raises(StaleView) as stale:
        actions.reject(
            held.pk, by=world.moderator, seen_version=1, rule_keys=["respect"], note="", now=timezone.now()
        )
    assert stale.value.latest
    assert stale.value.latest.act == Act.WITHHELD


def test_comment_in_a_bulk_decision_that_goes_on_is_not_withheld(world: World) -> None:
    held = factories.make_comment(discussion=world.discussion, state="held", body=MARK)
    run = runs.prepare([(held.pk, 1)], RunScope.SELECTION, by=world.moderator, now=timezone.now())
    reasons = runs.Reasons(rule_keys=["respect"])
    runs.begin(run.pk, Act.REJECTED, by=world.moderator, now=timezone.now(), reasons=reasons)
    with pytest.raises(NotPossible, match="going on"):
        withhold(world, held)
    run.refresh_from_db()
    runs.stop(run, by=world.moderator, now=timezone.now())
    assert withhold(world, held).places["texts"] == 1


def test_second_act_takes_what_was_written_since_and_a_third_finds_nothing(world: World) -> None:
    withhold(world, world.public)
    actions.add_note(world.public, by=world.moderator, text=f"It was {MARK}", now=timezone.now())
    assert withhold(world, world.public).places == {"notes": 1}
    with pytest.raises(Refused, match="no words here"):
        withhold(world, world.public)


# --- what stays


@pytest.mark.parametrize("which", ["public", "rejected", "removed"])
def test_comment_stays_where_it_stood(world: World, which: str) -> None:
    comment = getattr(world, which)
    before, count = facts(comment), Discussion.objects.get().public_count
    withhold(world, comment)
    assert (facts(comment), Discussion.objects.get().public_count) == (before, count)


def test_held_comment_keeps_its_place_in_the_queue(world: World) -> None:
    held = factories.make_comment(discussion=world.discussion, state="held", body=MARK)
    before = facts(held)
    withhold(world, held)
    assert facts(held) == before


def test_act_is_a_decision_with_its_ground_in_the_chain(world: World) -> None:
    number = world.rejected.decisions.count()
    withhold(world, world.rejected)
    last = world.rejected.decisions.order_by("-seq")[0]
    assert (last.act, last.decider, last.seq, last.from_state, last.to_state) == (
        Act.WITHHELD,
        world.lead,
        number + 1,
        "rejected",
        "rejected",
    )
    assert [(ground.kind, ground.key) for ground in last.grounds.all()] == [("law", GROUND)]


def test_chain_verifies_withheld_and_shown_again(world: World) -> None:
    made = world.withhold_all()
    assert [fault for fault in map(str, faults()) if not fault.startswith("comment")] == []
    for one in reversed(made):
        end(one, Ending.SHOWN, why="Lifted on appeal", by=world.lead, now=timezone.now())
    assert [fault for fault in map(str, faults()) if not fault.startswith("comment")] == []


def wrong_evidence() -> list[str]:
    return [str(fault) for fault in faults() if "other evidence" in str(fault)]


def test_change_that_only_claims_to_be_withholding_is_found(world: World) -> None:
    rows = DecisionEvidence.objects.filter(decision__comment=world.rejected, decision__act=Act.REJECTED)
    rows.update(statement=withheld_words("en"), withheld_at=timezone.now())
    assert len(wrong_evidence()) == 1


def wrong_copies() -> list[str]:
    return [str(fault) for fault in faults() if "another copy" in str(fault)]


def test_changed_copy_of_a_case_is_found_and_a_withheld_one_is_as_it_was(world: World) -> None:
    made = world.withhold_all()
    assert wrong_copies() == []
    original = WithheldOriginal.objects.get(withholding=made[0])
    rows = json.loads(json.dumps(original.rows).replace(f"Well said: {MARK}", "Badly said"))
    WithheldOriginal.objects.filter(pk=original.pk).update(rows=rows)
    assert wrong_copies() == [f"item 1 of case {world.case.pk}: has another copy than was frozen"]
    world.close_case()
    for one in made:
        end(one, Ending.DESTROYED, why="Ordered", by=world.lead, now=timezone.now())
    assert wrong_copies() == []


def test_change_of_an_original_is_found(world: World) -> None:
    withhold(world, world.rejected)
    original = WithheldOriginal.objects.get()
    rows = json.loads(json.dumps(original.rows).replace(f"No {MARK} here.", "Nothing at all."))
    WithheldOriginal.objects.update(rows=rows)
    assert len(wrong_evidence()) == 1


def test_chain_verifies_when_the_original_is_destroyed(world: World) -> None:
    made = withhold(world, world.rejected)
    world.close_case()
    end_withholding(made, Ending.DESTROYED, why="Ordered", by=world.lead, now=timezone.now())
    assert wrong_evidence() == []


def test_pages_are_made_anew_at_once(world: World, client: Client) -> None:
    path = f"/{world.publication.path}/"
    assert MARK in client.get(path).content.decode()
    withhold(world, world.public)
    answer = client.get(path).content.decode()
    assert (f"Well said: {MARK}" in answer, withheld_words("en") in answer) == (False, True)


def test_statement_of_a_decision_goes_and_its_comment_stays(world: World) -> None:
    decision = world.removed.decisions.get(act=Act.REMOVED)
    withhold_decision(decision.pk, ground=GROUND, by=world.lead, now=timezone.now())
    text = world.removed.texts.get()
    decision.evidence.refresh_from_db()
    said = (decision.evidence.note, decision.evidence.explanation, decision.evidence.statement)
    assert (MARK in text.body, said) == (True, (withheld_words("en"),) * 3)


def answered(world: World, *, granted: bool) -> tuple[Decision, Decision]:
    """A decision to which its author objected, and the one that answers, which alone says MARK."""
    comment = factories.make_comment(discussion=world.discussion, state="held", body="Plain")
    decision = world.reject(comment, "respect", note="Plain")
    actions.appeal(decision, "Please", now=world.now)
    said = {"granted": granted, "reasons": f"Only {SAID_ONCE}", "by": world.other, "now": timezone.now()}
    return decision, actions.answer_appeal(decision.appeal.pk, **said)


@pytest.mark.parametrize("granted", [True, False])
@pytest.mark.parametrize("which", [0, 1])
def test_answer_to_an_objection_goes_with_either_decision(world: World, which: int, granted: bool) -> None:
    decision = answered(world, granted=granted)[which]
    actions.add_item(world.case.pk, decision.comment, by=world.moderator, now=timezone.now())
    made = withhold_decision(decision.pk, ground=GROUND, by=world.lead, now=timezone.now())
    assert columns_with(SAID_ONCE) == {"withholding_withheldoriginal.rows"}
    assert wrong_evidence() == []
    world.close_case()
    end_withholding(made, Ending.DESTROYED, why="Ordered", by=world.lead, now=timezone.now())
    assert (columns_with(SAID_ONCE), wrong_evidence()) == (set(), [])


def test_answer_on_a_sanction_goes_with_it(world: World) -> None:
    actions.appeal(world.sanctioned, "Please", now=timezone.now())
    said = {"granted": True, "reasons": f"Only {SAID_ONCE}", "by": world.other, "now": timezone.now()}
    actions.answer_appeal(world.sanctioned.appeal.pk, **said)
    withhold_decision(world.sanctioned.pk, ground=GROUND, by=world.lead, now=timezone.now())
    assert columns_with(SAID_ONCE) == {"withholding_withheldoriginal.rows"}


def test_note_to_who_reported_goes_from_their_mail(world: World) -> None:
    report = world.public.reports.get()
    actions.confirm_report(report.pk, now=timezone.now())
    world.public.refresh_from_db()
    kept = actions.keep(
        world.public.pk,
        by=world.moderator,
        seen_version=world.public.version,
        note=SAID_ONCE,
        now=timezone.now(),
    )
    assert columns_with(SAID_ONCE) == {"comments_decisionevidence.note", "comments_letter.facts"}
    withhold_decision(kept.pk, ground=GROUND, by=world.lead, now=timezone.now())
    assert columns_with(SAID_ONCE) == {"withholding_withheldoriginal.rows"}


def test_decision_of_a_bulk_decision_that_goes_on_is_not_withheld(world: World) -> None:
    """What was written to many stands with the run, which needs it until it has ended."""
    held = [factories.make_comment(discussion=world.discussion, state="held") for _number in range(2)]
    items = [(comment.pk, 1) for comment in held]
    run = runs.prepare(items, RunScope.SELECTION, by=world.moderator, now=timezone.now())
    reasons = runs.Reasons(rule_keys=["respect"], note=SAID_ONCE)
    runs.begin(run.pk, Act.REJECTED, by=world.moderator, now=timezone.now(), reasons=reasons)
    runs.advance(run.pk, now=timezone.now())
    decision = held[0].decisions.get(act=Act.REJECTED)
    with pytest.raises(NotPossible, match="going on"):
        withhold_decision(decision.pk, ground=GROUND, by=world.lead, now=timezone.now())
    run.refresh_from_db()
    runs.stop(run, by=world.moderator, now=timezone.now())
    withhold_decision(decision.pk, ground=GROUND, by=world.lead, now=timezone.now())
    assert columns_with(SAID_ONCE) == {"withholding_withheldoriginal.rows"}


def test_form_of_a_bulk_decision_that_has_not_begun_is_empty_again(world: World) -> None:
    """Else what stands in place of its note would be mailed to all the others."""
    items = [(comment.pk, comment.version) for comment in (world.public, world.removed)]
    said = runs.Reasons(rule_keys=["respect"], note=SAID_ONCE, why=SAID_ONCE)
    run = runs.prepare(items, RunScope.SELECTION, by=world.moderator, now=timezone.now(), reasons=said)
    withhold(world, world.public)
    run.refresh_from_db()
    assert (run.note, run.why, run.rule_keys) == ("", "", ["respect"])


@pytest.mark.parametrize("which", ["comment", "decision"])
def test_reason_of_a_pull_back_goes_with_what_it_held_once_it_has_ended(world: World, which: str) -> None:
    since = timezone.now() - timedelta(days=1)
    said: dict[str, Any] = {"reason": SAID_ONCE, "by": world.moderator, "now": timezone.now()}
    run = actions.pull_back(world.discussion.pk, since=since, **said)

    assert advance(run.pk, now=timezone.now())
    held = Decision.objects.get(pulled_back__run=run)

    def act() -> Withholding:
        if which == "comment":
            assert held.comment
            return withhold(world, held.comment)
        return withhold_decision(held.pk, ground=GROUND, by=world.lead, now=timezone.now())

    with pytest.raises(NotPossible, match="going on"):
        act()
    while advance(run.pk, now=timezone.now()):
        pass
    act()
    run.refresh_from_db()
    assert run.reason == withheld_words("en")


def test_what_words_are_withheld_for_is_no_reason_to_wait(world: World) -> None:
    """Taken down, withheld, restored, and that undone: it waits under the rule that had taken it down."""
    comment = factories.make_comment(discussion=world.discussion, body="Plain")
    said: dict[str, Any] = {"by": world.moderator, "now": timezone.now()}
    actions.remove(comment.pk, seen_version=comment.version, rule_keys=["respect"], **said)
    withhold(world, comment)
    comment.refresh_from_db()
    restored = actions.restore(comment.pk, seen_version=comment.version, note="", **said)
    undone = actions.undo(restored.pk, **said)
    assert [ground.key for ground in undone.grounds.all()] == ["respect"]


def test_statement_mail_that_waits_keeps_rule_law_and_the_way_to_object(world: World) -> None:
    withhold(world, world.removed)
    said = words_of(Letter.objects.get(decision__comment=world.removed)).text
    assert "Criminal Code, section 185" in said
    assert "Rule 3 (version 1): Respect others" in said
    assert "/reasons/1/" in said


def test_withheld_comment_is_no_matter_for_practice_and_is_not_sent_anew(world: World) -> None:
    world.rejected.refresh_from_db()
    assert can_be_resent(world.rejected)
    withhold(world, world.rejected)
    withhold(world, world.many)
    withhold(world, world.removed)
    world.rejected.refresh_from_db()
    assert not can_be_resent(world.rejected)
    with pytest.raises(NotPossible):
        begin_practice(by=world.other, now=timezone.now(), chance=random.Random(4))


def test_words_are_in_the_language_of_their_readers(world: World) -> None:
    world.article.language = "fa"
    world.article.save()
    withhold(world, world.public, with_name=True)
    text = world.public.texts.get()
    world.public.refresh_from_db()
    assert (text.body, world.public.name) == (
        "این متن به دلایل حقوقی منتشر نمی‌شود.",
        "نام به دلایل حقوقی منتشر نمی‌شود",
    )


# --- the mail that is on its way


def test_words_of_a_mail_on_its_way_are_not_written_back(world: World) -> None:
    letter = Letter.objects.get(decision__comment=world.removed)
    now = letter.send_after
    [claimed] = _claim(letter.pk, now)
    words = words_of(claimed)
    withhold(world, world.removed)
    _sent(claimed, words, now)
    letter.refresh_from_db()
    assert (letter.state, MARK in str(words), MARK in str(words_of(letter))) == (
        LetterState.SENT,
        True,
        False,
    )


# --- the original


def test_original_is_read_with_a_reason_that_stays(world: World) -> None:
    made = withhold(world, world.public)
    with pytest.raises(Refused, match="Say why"):
        read_original(made, why=" ", by=world.lead, now=timezone.now())
    with pytest.raises(PermissionDenied):
        read_original(made, why="Curious", by=world.moderator, now=timezone.now())
    assert not WithheldReading.objects.exists()
    original = read_original(made, why="The court asks", by=world.lead, now=timezone.now())
    assert MARK in str(original.rows)
    assert WithheldReading.objects.values_list("by", "why").get() == (world.lead.pk, "The court asks")


def test_acts_readings_and_ends_stand(world: World) -> None:
    made = withhold(world, world.public)
    read_original(made, why="The court asks", by=world.lead, now=timezone.now())
    world.close_case()
    ended = end_withholding(made, Ending.DESTROYED, why="Ordered", by=world.lead, now=timezone.now())
    for row in (made, WithheldReading.objects.get(), ended):
        with pytest.raises(Unchangeable):
            row.save()
        with pytest.raises(Unchangeable):
            row.delete()
        with pytest.raises(Unchangeable):
            type(row).objects.update(by=world.moderator)


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has no triggers here.")
def test_postgresql_refuses_to_change_an_act(world: World) -> None:
    made = withhold(world, world.public)
    with (
        pytest.raises(Exception, match="stand for ever"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("UPDATE withholding_withholding SET ground = 'x' WHERE id = %s", [made.pk])


# --- its end


def test_shown_again_everything_is_as_it_was(world: World) -> None:
    before, texts = columns_with(), list(world.public.texts.values())
    made = world.withhold_all()
    for one in reversed(made):
        end(one, Ending.SHOWN, why="Lifted on appeal", by=world.lead, now=timezone.now())
    assert (columns_with(), WithheldOriginal.objects.count()) == (before, 0)
    assert list(world.public.texts.values()) == texts
    assert Comment.objects.exclude(withheld_at=None).count() == 0


def test_what_was_withheld_first_comes_back_last(world: World) -> None:
    decision = world.removed.decisions.get(act=Act.REMOVED)
    first = withhold_decision(decision.pk, ground=GROUND, by=world.lead, now=timezone.now())
    then = withhold(world, world.removed)
    with pytest.raises(NotPossible, match="withheld after this"):
        end_withholding(first, Ending.SHOWN, why="Lifted", by=world.lead, now=timezone.now())
    end_withholding(then, Ending.SHOWN, why="Lifted", by=world.lead, now=timezone.now())
    end_withholding(first, Ending.SHOWN, why="Lifted", by=world.lead, now=timezone.now())
    decision.evidence.refresh_from_db()
    assert MARK in decision.evidence.statement


def test_words_before_those_that_were_destroyed_do_not_come_back(world: World) -> None:
    decision = world.removed.decisions.get(act=Act.REMOVED)
    first = withhold_decision(decision.pk, ground=GROUND, by=world.lead, now=timezone.now())
    then = withhold(world, world.removed)
    world.close_case()
    end_withholding(then, Ending.DESTROYED, why="Ordered", by=world.lead, now=timezone.now())
    with pytest.raises(NotPossible, match="after this and destroyed"):
        end_withholding(first, Ending.SHOWN, why="Lifted", by=world.lead, now=timezone.now())


def test_destroyed_nothing_is_left_anywhere(world: World) -> None:
    made = world.withhold_all()
    world.close_case()
    for one in made:
        end(one, Ending.DESTROYED, why="The court ordered it", by=world.lead, now=timezone.now())
        with pytest.raises(Refused, match="not kept any more"):
            read_original(one, why="Curious", by=world.lead, now=timezone.now())
        with pytest.raises(Refused, match="ended already"):
            end(one, Ending.SHOWN, why="Too late", by=world.lead, now=timezone.now())
    assert columns_with() == set()


@pytest.mark.parametrize("which", ["public", "correction"])
def test_original_of_what_an_open_case_holds_is_not_destroyed(world: World, which: str) -> None:
    subjects = {"public": world.subjects()[0], "correction": world.subjects()[5]}
    made = world.withhold(*subjects[which])
    with pytest.raises(NotPossible, match="An open case holds this"):
        end(made, Ending.DESTROYED, why="Ordered", by=world.lead, now=timezone.now())
    assert WithheldOriginal.objects.exists()


def test_frozen_copies_say_so_and_are_whole_again_afterwards(world: World) -> None:
    copies = list(CaseCopy.objects.order_by("pk").values_list("content", flat=True))
    made = world.withhold_all()
    shown = [item.facts for item in frozen_items(world.case)]
    assert [facts["what"] for facts in shown if facts] == ["comment", "comment", "comment", "story"]
    assert all(withheld_words("en") in str(facts) for facts in shown)
    for one in reversed(made):
        end(one, Ending.SHOWN, why="Lifted on appeal", by=world.lead, now=timezone.now())
    assert list(CaseCopy.objects.order_by("pk").values_list("content", "withheld_at")) == [
        (content, None) for content in copies
    ]


def test_what_was_written_over_since_stays_when_words_are_shown_again(world: World) -> None:
    made = withhold(world, world.public)
    world.public.internal_notes.update(text="Another note by now")
    end_withholding(made, Ending.SHOWN, why="Lifted", by=world.lead, now=timezone.now())
    assert [note.text for note in world.public.internal_notes.all()] == ["Another note by now"]


def test_erasing_its_author_destroys_the_original_and_keeps_the_act(world: World) -> None:
    withhold(world, world.public)
    world.close_case()
    erase_person("public@example.org", now=timezone.now())
    made = Withholding.objects.get()
    assert (WithheldOriginal.objects.exists(), made.end.kind, made.ground) == (
        False,
        Ending.DESTROYED,
        GROUND,
    )


def test_erasing_a_reporter_takes_their_report_out_of_the_original(world: World) -> None:
    withhold(world, world.public)
    [report] = world.public.reports.all()
    private = f"/reports/{report.uid}/"
    kept = str(WithheldOriginal.objects.get().rows)
    assert ("It says" in kept, private in kept) == (True, True)
    reporter = factories.make_commenter(address="reporter@example.org")
    report.reporter = reporter
    report.save()
    report.letters.update(commenter=reporter)
    erase_person("reporter@example.org", now=timezone.now())
    kept = str(WithheldOriginal.objects.get().rows)
    assert ("It says" in kept, private in kept) == (False, False)


# --- the pages


@pytest.fixture
def lead(world: World) -> Client:
    client = Client()
    client.force_login(world.lead)
    return client


def form(comment: Comment, **changes: Any) -> dict[str, Any]:
    comment.refresh_from_db()
    return {"ground": GROUND, "remark": "By fax at 2:10", "seen": comment.version, **changes}


def test_page_says_what_would_be_withheld_and_withholds_it(world: World, lead: Client) -> None:
    address = f"/admin/withheld/new/?comment={world.public.uid}"
    page = lead.get(address).content.decode()
    for told in ("Its text, in every version", "Reports of it", "1 answer to it, which may quote it", MARK):
        assert told in page
    answer = lead.post(address, form(world.public, with_name="on"))
    made = Withholding.objects.get()
    assert (answer.status_code, answer.headers["Location"]) == (302, f"/admin/withheld/{made.uid}/")
    assert (made.with_name, made.remark, made.by) == (True, "By fax at 2:10", world.lead)
    assert MARK not in lead.get(answer.headers["Location"]).content.decode()


def test_page_without_a_ground_keeps_what_was_entered(world: World, lead: Client) -> None:
    answer = lead.post(f"/admin/withheld/new/?comment={world.public.uid}", form(world.public, ground=""))
    page = answer.content.decode()
    assert (answer.status_code, "Nothing was withheld" in page, "By fax at 2:10" in page) == (422, True, True)
    assert not Withholding.objects.exists()


def test_page_that_is_stale_shows_the_comment_anew(world: World, lead: Client) -> None:
    address, sent = f"/admin/withheld/new/?comment={world.public.uid}", form(world.public, seen=0)
    answer = lead.post(address, sent)
    page = answer.content.decode()
    assert (answer.status_code, "has changed since" in page, GROUND in page) == (409, True, True)
    assert f'name="seen" value="{world.public.version}"' in page
    assert not Withholding.objects.exists()


@pytest.mark.parametrize(
    "query", ["", "?comment=x", "?correction=x", "?decision=0", "?event=99", "?comment=" + "0" * 40]
)
def test_page_of_nothing_is_404(world: World, lead: Client, query: str) -> None:
    assert lead.get(f"/admin/withheld/new/{query}").status_code == 404


@pytest.mark.parametrize("number", range(len(HOSTILE)))
def test_no_page_fails_on_values_that_no_form_sends(number: int, client: Client) -> None:
    value = HOSTILE[number]
    lead, comment = factories.make_user(group="Moderation lead"), factories.make_comment(body=MARK)
    client.force_login(lead)
    said = {"ground": GROUND, "seen_version": 1, "by": lead, "now": timezone.now()}
    one = f"/admin/withheld/{withhold_comment(comment.pk, **said).uid}/"
    answers = [
        *(client.get("/admin/withheld/", {name: value}) for name in ("address", "before")),
        *(client.get("/admin/withheld/new/", {subject: value}) for subject in Subject),
        *(
            client.post(f"/admin/withheld/new/?comment={comment.uid}", {"ground": GROUND, name: value})
            for name in ("ground", "remark", "with_name", "seen")
        ),
        *(client.post(one, {"act": "read", "why": "x", name: value}) for name in ("act", "why")),
    ]
    assert [answer.status_code for answer in answers if answer.status_code >= 500] == []


def test_original_is_shown_once_asked_for_with_a_reason(world: World, lead: Client) -> None:
    made = withhold(world, world.public)
    address = f"/admin/withheld/{made.uid}/"
    refused = lead.post(address, {"act": "read", "why": ""})
    assert (refused.status_code, MARK in refused.content.decode()) == (409, False)
    page = lead.post(address, {"act": "read", "why": "The court asks"}).content.decode()
    assert (MARK in page, "The court asks" in page, "This reading is recorded." in page) == (True, True, True)
    assert MARK not in lead.get(address).content.decode()


def test_words_are_shown_again_from_the_page(world: World, lead: Client) -> None:
    made = withhold(world, world.public)
    lead.post(f"/admin/withheld/{made.uid}/", {"act": "shown", "why": "Lifted on appeal"})
    assert (world.public.texts.get().body, made.end.why) == (f"Well said: {MARK} it is.", "Lifted on appeal")


def test_pasted_address_leads_to_what_it_is_of(world: World, lead: Client) -> None:
    decision = world.removed.decisions.get(act=Act.REMOVED)
    for address, found in {
        f"https://news.example/comments/{world.public.uid}/": (Subject.COMMENT, str(world.public.uid)),
        f"https://news.example/{world.publication.path}/#comment-{world.public.uid}": (
            Subject.COMMENT,
            str(world.public.uid),
        ),
        f"/comments/{world.removed.uid}/mine/token/reasons/1/": (Subject.DECISION, str(decision.uid)),
        f"/admin/moderation/sanctions/{world.sanctioned.sanction.uid}/": (
            Subject.DECISION,
            str(world.sanctioned.uid),
        ),
        f"/corrections/#correction-{world.correction.pk}": (Subject.CORRECTION, str(world.correction.pk)),
        "/comments/------------------------------------/": None,
        "https://elsewhere.example/": None,
    }.items():
        assert about_at(address) == found
    answer = lead.get("/admin/withheld/", {"address": f"/comments/{world.public.uid}/"})
    assert answer.headers["Location"] == f"/admin/withheld/new/?comment={world.public.uid}"
    assert lead.get("/admin/withheld/", {"address": "nowhere"}).status_code == 400


def test_list_asks_as_many_queries_for_one_act_as_for_three(world: World, lead: Client) -> None:
    def queries() -> int:
        with CaptureQueriesContext(
            connection,
        ) as asked:
            assert lead.get("/admin/withheld/").status_code == 200
        return len(asked)

    withhold(world, world.public)
    once = queries()
    withhold(world, world.rejected)
    withhold(world, world.many)
    assert queries() == once


def test_links_stand_for_those_with_the_right_alone(world: World, client: Client) -> None:
    address = f"/admin/moderation/comments/{world.rejected.uid}/"
    client.force_login(world.moderator)
    assert "/admin/withheld/" not in client.get(address).content.decode()
    client.force_login(factories.make_user(group="Moderation lead"))
    page = client.get(address).content.decode()
    decision = world.rejected.decisions.get(act=Act.REJECTED)
    assert f"/admin/withheld/new/?comment={world.rejected.uid}" in page
    assert f"/admin/withheld/new/?decision={decision.uid}" in page


# --- at once


def at_once(*acts: Callable[[], Any]) -> list[Any]:
    results: list[Any] = [None] * len(acts)
    barrier = threading.Barrier(len(acts), timeout=20)

    def run(place: int, act: Callable[[], Any]) -> None:
        try:
            barrier.wait()
            results[place] = act()
        except Exception as error:
            results[place] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return results


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("time", range(3))
def test_withheld_and_rejected_at_once_one_of_them_is_told(time: int) -> None:
    make_groups()
    factories.make_policy()
    lead, moderator = factories.make_user(group="Moderation lead"), factories.make_user(group="Moderator")
    comment, now = factories.make_comment(state="held", body=f"It is {MARK}"), timezone.now()
    said: dict[str, Any] = {"seen_version": 1, "now": now}
    results = at_once(
        lambda: withhold_comment(comment.pk, ground=GROUND, by=lead, **said),
        lambda: actions.reject(comment.pk, by=moderator, rule_keys=["respect"], note=MARK, **said),
    )
    assert sorted(isinstance(result, StaleView) for result in results) == [False, True], results
    if isinstance(results[0], StaleView):
        withhold_comment(comment.pk, ground=GROUND, by=lead, seen_version=2, now=now + timedelta(seconds=1))
    assert marked() == set()
    assert [fault.row for fault in faults() if fault.row.startswith("decision")] == []
