"""One act on many comments: looked at first, done once each whoever does it and however often, and undone."""

import os
import subprocess
import sys
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from comments import actions, runs
from comments.actions import NotPossible, RuleNeeded, RuleUnknown
from comments.desk.scopes import around
from comments.enums import Act, ItemState, LetterState, RunScope, RunState
from comments.models import BulkItem, BulkRun, Comment, Commenter, Decision, Discussion, Letter
from comments.privacy import erase_person
from comments.seals import faults
from newsroom import jobs
from newsroom.accounts.models import User
from newsroom.groups import make_groups
from tests.factories import make_comment, make_commenter, make_discussion, make_policy, make_user
from tests.integration.test_concurrency import at_once

pytestmark = pytest.mark.django_db(transaction=True)
RESPECT = runs.Reasons(rule_keys=["respect"], note="Not again.")


@pytest.fixture
def moderator() -> User:
    make_groups()
    make_policy()
    return make_user(group="Moderator")


def held(count: int, **fields: Any) -> list[Comment]:
    discussion = fields.pop("discussion", None) or make_discussion()
    return [make_comment(state="held", discussion=discussion, **fields) for _number in range(count)]


def prepared(comments: list[Comment], by: User, **fields: Any) -> BulkRun:
    items = [(comment.pk, comment.version) for comment in comments]
    return runs.prepare(items, RunScope.SELECTION, by=by, now=timezone.now(), **fields)


def begun(comments: list[Comment], by: User, act: Act = Act.REJECTED, **fields: Any) -> BulkRun:
    run = prepared(comments, by, **fields)
    return runs.begin(run.pk, act, by=by, now=timezone.now(), reasons=RESPECT)


def finish(run: BulkRun) -> BulkRun:
    while runs.advance(run.pk, now=timezone.now()):
        pass
    run.refresh_from_db()
    return run


def work(run: BulkRun) -> None:
    """The worker's turns, one job after the other."""
    while BulkRun.objects.filter(pk=run.pk, state=RunState.RUNNING).exists():
        runs.go_on.call(run.pk)
    run.refresh_from_db()


def states(run: BulkRun) -> list[str]:
    return list(run.items.order_by("pk").values_list("state", flat=True))


def of_comments(comments: list[Comment]) -> list[str]:
    return list(
        Comment.objects.filter(pk__in=[one.pk for one in comments])
        .order_by("pk")
        .values_list("state", flat=True)
    )


def test_run_does_nothing_before_it_begins(moderator: User) -> None:
    comments = held(3)
    run = prepared(comments, moderator)
    assert not runs.advance(run.pk, now=timezone.now())
    assert (run.state, states(run), of_comments(comments)) == (
        RunState.PREPARED,
        ["waiting"] * 3,
        ["held"] * 3,
    )
    assert DBTaskResult.objects.count() == 0


def test_run_decides_on_each_with_its_own_decision_statement_and_letter(moderator: User) -> None:
    comments = held(3)
    run = begun(comments, moderator)
    (job,) = DBTaskResult.objects.filter(task_path="comments.runs.go_on")
    assert job.args_kwargs == {"args": [run.pk], "kwargs": {}}
    work(run)
    assert (run.state, states(run), of_comments(comments)) == (RunState.DONE, ["done"] * 3, ["rejected"] * 3)
    decisions = Decision.objects.filter(act=Act.REJECTED)
    assert {pk for (pk,) in run.items.values_list("decision")} == {one.pk for one in decisions}
    assert [bool(one.evidence.statement) and one.evidence.note for one in decisions] == ["Not again."] * 3
    assert Letter.objects.count() == 3
    assert list(faults()) == []


def test_mail_of_a_run_waits_ten_minutes_from_its_beginning(moderator: User) -> None:
    run = finish(begun(held(2), moderator))
    assert run.started_at is not None
    waits = [letter.send_after - run.started_at for letter in Letter.objects.all()]
    assert waits == [runs.MAIL_WAITS] * 2


def test_run_that_is_taken_up_again_decides_on_none_twice(moderator: User) -> None:
    run = begun(held(4), moderator)
    for _step in range(2):
        assert runs.advance(run.pk, now=timezone.now())
    work(run)
    runs.go_on.call(run.pk)
    assert states(run) == ["done"] * 4
    assert Decision.objects.filter(act=Act.REJECTED).count() == 4


WORKER = """
import sys
import django
django.setup()
from django.db import connection
connection.settings_dict["NAME"] = sys.argv[1]
from django.utils import timezone
from comments import runs
while runs.advance(int(sys.argv[2]), now=timezone.now()):
    print("one", flush=True)
"""


def test_worker_that_is_killed_in_the_middle_loses_nothing_and_another_finishes(moderator: User) -> None:
    comments = held(60)
    run = begun(comments, moderator)
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "tests.settings"}
    command = [sys.executable, "-c", WORKER, str(connection.settings_dict["NAME"]), str(run.pk)]
    worker = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True)
    assert worker.stdout is not None
    try:
        assert [worker.stdout.readline().strip() for _line in range(3)] == ["one"] * 3
    finally:
        worker.kill()
        worker.wait()
        worker.stdout.close()
    before = states(run).count("done")
    assert 3 <= before < 60
    assert Decision.objects.filter(act=Act.REJECTED).count() == before
    # What the dead worker had in hand is free again, and its job is given to the next one.
    long_ago = timezone.now() - jobs.LOST - timedelta(minutes=1)
    job = DBTaskResult.objects.filter(task_path="comments.runs.go_on")
    job.update(status="RUNNING", started_at=long_ago)
    assert jobs.mind(now=timezone.now()).again == 1
    finish(run)
    assert (run.state, states(run), of_comments(comments)) == (
        RunState.DONE,
        ["done"] * 60,
        ["rejected"] * 60,
    )
    assert Decision.objects.filter(act=Act.REJECTED).count() == 60
    assert list(faults()) == []


def test_two_workers_at_once_share_a_run(moderator: User) -> None:
    comments = held(16)
    run = begun(comments, moderator)
    assert at_once(*[lambda: finish(BulkRun.objects.get(pk=run.pk)) and None] * 2) == [None, None]
    run.refresh_from_db()
    assert (run.state, states(run), of_comments(comments)) == (
        RunState.DONE,
        ["done"] * 16,
        ["rejected"] * 16,
    )
    assert Decision.objects.filter(act=Act.REJECTED).count() == 16
    assert list(faults()) == []


def test_run_leaves_what_was_changed_decided_or_withdrawn_with_the_reason(moderator: User) -> None:
    colleague, now = make_user(group="Moderator"), timezone.now()
    edited, decided, own, withdrawn, plain = comments = held(5)
    run = begun(comments, moderator)
    Comment.objects.filter(pk=edited.pk).update(version=2)
    actions.approve(decided.pk, by=colleague, seen_version=1, now=now)
    actions.approve(own.pk, by=moderator, seen_version=1, now=now)
    actions.withdraw(withdrawn.pk, seen_version=1, now=now)
    finish(run)
    assert [(item.state, item.skipped_for) for item in run.items.order_by("pk")] == [
        ("skipped", "changed by its author."),
        ("skipped", "decided by a colleague."),
        ("skipped", "decided by yourself already."),
        ("skipped", "withdrawn by its author."),
        ("done", ""),
    ]
    assert of_comments(comments) == ["held", "public", "public", "withdrawn", "rejected"]
    assert Comment.objects.get(pk=plain.pk).version == 2


def test_a_thousand_are_decided_on_in_one_go(moderator: User) -> None:
    discussion, commenter = make_discussion(), make_commenter()
    comments = [
        make_comment(state="held", discussion=discussion, commenter=commenter) for _number in range(1_000)
    ]
    run = finish(begun(comments, moderator, Act.APPROVED))
    assert (run.state, run.items.filter(state=ItemState.DONE).count()) == (RunState.DONE, 1_000)
    assert Discussion.objects.get().public_count == 1_000
    assert Decision.objects.filter(act=Act.APPROVED).count() == 1_000


def test_undo_brings_back_what_stands_and_says_why_not_the_rest(moderator: User) -> None:
    comments = held(3)
    run = finish(begun(comments, moderator))
    first, second, _third = run.items.order_by("pk")
    Letter.objects.filter(decision=first.decision).update(state=LetterState.SENT)
    actions.undo(second.decision_id, by=moderator, now=timezone.now())
    undoing = finish(runs.undo(run, by=moderator, now=timezone.now()))
    assert [(item.comment_id, item.state, item.skipped_for) for item in undoing.items.order_by("pk")] == [
        (comments[0].pk, "skipped", "This can no longer be undone: the mail about it has left."),
        (comments[2].pk, "done", ""),
    ]
    assert of_comments(comments) == ["rejected", "held", "held"]
    with pytest.raises(NotPossible, match="Decide on it anew"):
        runs.undo(undoing, by=moderator, now=timezone.now())


def test_undo_stops_a_run_that_is_running(moderator: User) -> None:
    comments = held(3)
    run = begun(comments, moderator)
    assert runs.advance(run.pk, now=timezone.now())
    finish(runs.undo(run, by=moderator, now=timezone.now()))
    finish(run)
    assert (run.state, of_comments(comments)) == (RunState.STOPPED, ["held"] * 3)


def test_stopped_run_keeps_what_it_decided(moderator: User) -> None:
    comments = held(3)
    run = begun(comments, moderator)
    assert runs.advance(run.pk, now=timezone.now())
    assert runs.stop(run, by=moderator, now=timezone.now())
    assert not runs.stop(run, by=moderator, now=timezone.now())
    assert not runs.advance(run.pk, now=timezone.now())
    assert of_comments(comments) == ["rejected", "held", "held"]


def test_run_of_someone_who_may_not_decide_any_more_stops(moderator: User) -> None:
    comments = held(2)
    run = begun(comments, moderator)
    moderator.groups.clear()
    finish(run)
    assert (run.state, of_comments(comments)) == (RunState.STOPPED, ["held"] * 2)


def test_run_is_begun_once_by_who_prepared_it_with_what_it_needs(moderator: User) -> None:
    comments, now = held(1), timezone.now()
    run = prepared(comments, moderator)
    with pytest.raises(PermissionDenied):
        runs.begin(run.pk, Act.APPROVED, by=make_user(group="Moderation lead"), now=now)
    with pytest.raises(NotPossible, match="cannot be done to these"):
        runs.begin(run.pk, Act.REMOVED, by=moderator, now=now, reasons=RESPECT)
    with pytest.raises(RuleNeeded):
        runs.begin(run.pk, Act.REJECTED, by=moderator, now=now)
    with pytest.raises(RuleUnknown):
        runs.begin(run.pk, Act.REJECTED, by=moderator, now=now, reasons=runs.Reasons(rule_keys=["no-such"]))
    with pytest.raises(NotPossible, match="too long ago"):
        runs.begin(run.pk, Act.APPROVED, by=moderator, now=now + timedelta(hours=13))
    with pytest.raises(actions.Unacceptable, match="A note has at most"):
        runs.begin(run.pk, Act.APPROVED, by=moderator, now=now, reasons=runs.Reasons(note="x" * 2_001))
    for _twice in range(2):
        runs.begin(run.pk, Act.APPROVED, by=moderator, now=now)
    assert DBTaskResult.objects.filter(task_path="comments.runs.go_on").count() == 1


def test_nothing_and_nobody_without_the_right_makes_no_run(moderator: User) -> None:
    with pytest.raises(NotPossible, match="nothing to decide on"):
        prepared([], moderator)
    with pytest.raises(PermissionDenied):
        prepared(held(1), make_user(group="Reporter"))
    assert BulkRun.objects.count() == 0


def test_run_that_was_never_begun_goes_with_the_next_one(moderator: User) -> None:
    comments = held(1)
    old = prepared(comments, moderator)
    BulkRun.objects.filter(pk=old.pk).update(prepared_at=timezone.now() - timedelta(hours=13))
    new = prepared(comments, moderator)
    assert list(BulkRun.objects.values_list("pk", flat=True)) == [new.pk]


def test_public_comments_are_removed_in_bulk(moderator: User) -> None:
    comments = [make_comment(), make_comment()]
    finish(begun(comments, moderator, Act.REMOVED, of_public=True))
    assert of_comments(comments) == ["removed"] * 2


def test_steps_cost_the_same_in_a_short_run_and_a_long_one(moderator: User) -> None:
    def cost(count: int) -> int:
        run = begun(held(count), moderator)
        runs.advance(run.pk, now=timezone.now())
        with CaptureQueriesContext(connection) as queries:
            assert runs.advance(run.pk, now=timezone.now())
        return len(queries)

    assert cost(2) == cost(12)


# --- which comments


def found(comment: Comment, scope: RunScope, **fields: Any) -> list[int]:
    comment = Comment.objects.select_related("commenter", "discussion", "current_text").get(pk=comment.pk)
    fields = {"of_public": False, "now": timezone.now(), **fields}
    return [pk for pk, _version in around(comment, scope, **fields).items]


def test_scope_is_the_commenters_the_storys_or_the_campaigns(moderator: User) -> None:
    spam = "Buy the finest cranes in the harbour from us today, {}, and never look back at the others."
    commenter: Commenter = make_commenter()
    mine = make_comment(state="held", commenter=commenter, body=spam.format("friends"))
    same_author = make_comment(state="held", commenter=commenter, body="Something else.")
    same_story = make_comment(state="held", discussion=mine.discussion, body="I like harbours.")
    same_text = make_comment(state="held", body=spam.format("readers"))
    public = make_comment(body=spam.format("all"))
    make_comment(state="held", body="Nothing to do with it.")
    assert found(mine, RunScope.COMMENTER) == [mine.pk, same_author.pk]
    assert found(mine, RunScope.STORY) == [mine.pk, same_story.pk]
    assert found(mine, RunScope.CAMPAIGN) == [mine.pk, same_text.pk]
    assert found(public, RunScope.CAMPAIGN, of_public=True) == [public.pk]
    assert found(mine, RunScope.STORY, since=timezone.now()) == []


def test_campaign_of_a_text_without_words_is_itself(moderator: User) -> None:
    comment, _other = make_comment(state="held", body="!!!"), make_comment(state="held", body="???")
    assert found(comment, RunScope.CAMPAIGN) == [comment.pk]


def test_more_than_a_run_takes_are_left_out_and_it_says_so(
    moderator: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runs, "MOST", 2)
    run = prepared(held(3), moderator)
    assert (run.total, run.left_out, run.items.count()) == (2, True, 2)


# --- the pages


@pytest.fixture
def desk(client: Client, moderator: User) -> Client:
    client.force_login(moderator)
    return client


def test_moderator_sees_how_many_and_a_sample_then_rejects_them_all(desk: Client, moderator: User) -> None:
    comments = held(7, body="A thought.")
    asked = {"around": str(comments[0].uid), "scope": "story"}
    answer = desk.post(reverse("moderation:run-prepare"), asked)
    page = desk.get(answer["Location"])
    text = page.content.decode()
    assert (answer.status_code, len(page.context["sample"])) == (303, 5)
    assert ("<b>7 comments</b>" in text, "Reject 7" in text, "Approve 7" in text) == (True, True, True)
    assert of_comments(comments) == ["held"] * 7
    no_rule = desk.post(answer["Location"], {"act": "reject"})
    assert (no_rule.status_code, "Choose at least one rule" in no_rule.content.decode()) == (409, True)
    begin = desk.post(answer["Location"], {"act": "reject", "rule": "respect", "note": "Enough."})
    assert begin["Location"] == answer["Location"]
    assert "Running: 0 of 7 comments." in desk.get(answer["Location"]).content.decode()
    run = BulkRun.objects.get()
    actions.withdraw(comments[1].pk, seen_version=1, now=timezone.now())
    work(run)
    text = desk.get(answer["Location"]).content.decode()
    assert "Done. Rejected under rule 3: 6. 1 was skipped." in text
    assert "1 skipped: withdrawn by its author." in text
    undone = desk.post(reverse("moderation:run-undo", args=[run.uid]))
    work(BulkRun.objects.latest("pk"))
    assert "Done. Undone: 6." in desk.get(undone["Location"]).content.decode()
    assert of_comments(comments) == ["held", "withdrawn", *["held"] * 5]
    assert len(desk.get(reverse("moderation:bulk")).context["rows"]) == 2


def test_a_whole_page_is_approved_at_once(desk: Client) -> None:
    comments = held(100)
    picks = [f"{one.uid}:{one.version}" for one in comments]
    desk.post(reverse("moderation:bulk"), {"act": "approve", "pick": picks})
    assert (of_comments(comments), BulkRun.objects.count()) == (["public"] * 100, 0)


def test_rejecting_more_than_twenty_becomes_a_run_with_its_reasons(desk: Client) -> None:
    comments = held(21)
    picks = [f"{one.uid}:{one.version}" for one in comments]
    sent = {"act": "reject", "pick": picks, "rule": "links", "note": "No ads."}
    answer = desk.post(reverse("moderation:bulk"), sent)
    page = desk.get(answer["Location"])
    assert (page.context["ticked"], page.context["note"], of_comments(comments)) == (
        ["links"],
        "No ads.",
        ["held"] * 21,
    )


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        ({}, 400),
        ({"around": "x", "scope": "story"}, 400),
        ({"around": "11111111-1111-1111-1111-111111111111"}, 400),
    ],
)
def test_what_names_no_comments_gets_a_sentence(desk: Client, sent: dict[str, str], status: int) -> None:
    assert desk.post(reverse("moderation:run-prepare"), sent).status_code == status
    gone = {"around": "11111111-1111-1111-1111-111111111111", "scope": "story"}
    assert desk.post(reverse("moderation:run-prepare"), gone).status_code == 404
    none = {"around": str(make_comment().uid), "scope": "story"}
    answer = desk.post(reverse("moderation:run-prepare"), none)
    assert (answer.status_code, BulkRun.objects.count()) == (409, 0)


def test_pages_of_a_run_cost_the_same_for_one_comment_and_three(desk: Client, moderator: User) -> None:
    def cost(count: int) -> int:
        run = finish(begun(held(count), moderator))
        with CaptureQueriesContext(connection) as queries:
            assert desk.get(reverse("moderation:run", args=[run.uid])).status_code == 200
        return len(queries)

    cost(1)
    assert cost(1) == cost(3)


def test_colleague_reads_a_run_and_does_not_stop_or_undo_it(client: Client, moderator: User) -> None:
    run = begun(held(1), moderator)
    client.force_login(make_user(group="Moderator"))
    assert client.get(reverse("moderation:run", args=[run.uid])).status_code == 200
    for verb in ("run-stop", "run-undo"):
        assert client.post(reverse(f"moderation:{verb}", args=[run.uid])).status_code == 403
    client.force_login(make_user(group="Moderation lead"))
    assert client.post(reverse("moderation:run-stop", args=[run.uid])).status_code == 303
    run.refresh_from_db()
    assert run.state == RunState.STOPPED


def test_erasure_takes_what_was_written_to_many_along(moderator: User) -> None:
    commenter = make_commenter(address="gone@example.org")
    run = finish(begun(held(2, commenter=commenter), moderator))
    erase_person("gone@example.org", now=timezone.now())
    run.refresh_from_db()
    assert (run.note, BulkItem.objects.count()) == ("", 2)
