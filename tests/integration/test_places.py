"""The places of comments in the queue: what brings one forward, and that each is as it was reckoned when stored."""

from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.utils import timezone

from comments import actions
from comments.enums import State
from comments.models import Comment, Report, Rule
from comments.moderation.facts import Effect, Finding
from comments.moderation.urgency import Notice, ahead_for_reports, ahead_for_rules, ahead_for_story
from tests.factories import make_comment, make_commenter, make_discussion, make_policy, make_publication
from tests.integration.commenting import RULES, Desk

PROMISE = 30


def minutes(comment: Comment, since: datetime) -> float:
    """How long after that moment the comment is due."""
    return (Comment.objects.get(pk=comment.pk).due_at - since) / timedelta(minutes=1)


# --- the arithmetic


def test_the_gravest_rule_counts_once_and_notes_do_not() -> None:
    found = [
        Finding(check="a", fact="a", rule_key="mild"),
        Finding(check="b", fact="b", rule_key="bad"),
        Finding(check="b", fact="b", rule_key="bad"),
        Finding(check="c", fact="c", rule_key="worst", effect=Effect.NOTE),
        Finding(check="d", fact="d", rule_key="of no version"),
    ]
    gravities = {"mild": "ordinary", "bad": "serious", "worst": "grave"}
    assert ahead_for_rules(found, gravities) == 15
    assert ahead_for_rules([], gravities) == 0


@pytest.mark.parametrize(
    ("notices", "ahead"),
    [
        ([], 0),
        ([Notice()], 10),
        ([Notice(upheld=9)], 18),
        ([Notice(dismissed=9)], 2),
        ([Notice(), Notice()], 20),
        ([Notice(illegal=True)], 30),
        ([Notice(illegal=True)] * 40, 120),
    ],
)
def test_reports_count_by_their_reporters_record_up_to_a_most(notices: list[Notice], ahead: int) -> None:
    assert ahead_for_reports(notices) == ahead


@pytest.mark.parametrize(("public", "ahead"), [(0, 0), (49, 0), (50, 5), (499, 5), (500, 10), (10**6, 10)])
def test_stories_with_many_comments_are_read_sooner(public: int, ahead: int) -> None:
    assert ahead_for_story(public) == ahead


# --- stored


@pytest.fixture
def desk(db: None) -> Desk:
    rules = [{**rule, "gravity": "grave"} if rule["key"] == "shouting" else rule for rule in RULES]
    return Desk(rules=rules)


def test_a_first_comment_is_due_when_it_was_promised(desk: Desk) -> None:
    assert minutes(desk.send(), desk.now) == PROMISE


def test_a_comment_caught_by_a_grave_rule_is_due_an_hour_sooner(desk: Desk) -> None:
    comment = desk.send("LISTEN TO ME, ALL OF YOU, AT ONCE")
    assert (minutes(comment, desk.now), comment.ahead_for_rules) == (PROMISE - 60, 60)


def test_a_guests_comment_gets_its_place_when_the_address_is_confirmed(desk: Desk) -> None:
    from comments.models import Letter
    from tests.integration.commenting import token_in

    sent = actions.submit(desk.guest_draft("LISTEN TO ME, ALL OF YOU, AT ONCE"), now=desk.now).comment
    assert sent.due_at is None
    later = desk.now + timedelta(hours=3)
    actions.confirm_address(token_in(Letter.objects.get()), now=later)
    assert minutes(sent, later) == PROMISE - 60


def test_a_busy_story_brings_its_comments_forward(desk: Desk) -> None:
    make_discussion(desk.article, public_count=500)
    assert minutes(desk.send(), desk.now) == PROMISE - 10


def test_undoing_gives_the_old_place_back_and_a_new_hold_a_new_one(desk: Desk) -> None:
    comment = desk.send()
    before = comment.due_at
    decision = desk.approve(comment)
    desk.now += timedelta(seconds=30)
    actions.undo(decision.pk, by=desk.moderator, now=desk.now)
    comment.refresh_from_db()
    assert (comment.state, comment.due_at) == (State.HELD, before)
    desk.approve(comment)
    desk.now += timedelta(hours=1)
    seen = {"by": desk.moderator, "seen_version": 4, "now": desk.now}
    actions.hold(comment.pk, rule_keys=["respect"], **seen)
    assert minutes(comment, desk.now) == PROMISE


def test_what_a_moderator_approved_has_been_read_and_what_was_published_at_once_has_not(desk: Desk) -> None:
    first = desk.send()
    desk.approve(first)
    desk.trust(desk.reader)
    second = desk.send("Published at once.")
    read = [Comment.objects.get(pk=one.pk).read_at for one in (first, second)]
    assert (second.state, read) == (State.PUBLIC, [desk.now, None])


# --- reports


def report(comment: Comment, at: datetime, **fields: Any) -> Report:
    defaults = {"reporter": make_commenter(), "address": "reporter@example.org", "confirmed_at": at}
    made = Report.objects.create(
        comment=comment, rule=Rule.objects.first(), form_key=uuid4(), created_at=at, **{**defaults, **fields}
    )
    actions.reports_changed(comment.pk, now=at)
    return made


@pytest.mark.django_db
def test_a_reported_public_comment_is_due_from_its_first_report() -> None:
    make_policy()
    now = timezone.now()
    comment = make_comment(discussion=make_discussion(make_publication().article))
    report(comment, now - timedelta(minutes=9))
    second = report(comment, now)
    comment.refresh_from_db()
    assert (comment.open_reports, minutes(comment, now)) == (2, PROMISE - 20 - 9)
    Report.objects.exclude(pk=second.pk).update(state="dismissed")
    actions.reports_changed(comment.pk, now=now)
    assert minutes(comment, now) == PROMISE - 10


@pytest.mark.django_db
def test_a_held_comment_goes_back_to_its_place_when_its_reports_are_dismissed() -> None:
    make_policy()
    comment = make_comment(state="held")
    before = comment.due_at
    report(comment, timezone.now(), illegal=True)
    comment.refresh_from_db()
    assert comment.due_at == before - timedelta(minutes=30)
    Report.objects.update(state="dismissed")
    actions.reports_changed(comment.pk, now=timezone.now())
    comment.refresh_from_db()
    assert (comment.due_at, comment.open_reports) == (before, 0)


@pytest.mark.django_db
def test_who_is_mostly_wrong_weighs_less() -> None:
    make_policy()
    wrong = make_commenter()
    for _ in range(8):
        report(make_comment(), timezone.now(), reporter=wrong, state="dismissed")
    comment, now = make_comment(), timezone.now()
    report(comment, now, reporter=wrong)
    assert minutes(comment, now) == PROMISE - 2
