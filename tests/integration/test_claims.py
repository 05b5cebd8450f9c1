"""Claims: two moderators never get the same next comment, none is stranded, and no note is lost with a claim."""

import threading
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.utils import timezone

from comments import actions
from comments.actions.claims import LASTS
from comments.desk.views import HELD, Asker
from comments.models import Claim, Comment, Decision, UnsentNote
from newsroom.accounts.models import User
from newsroom.groups import make_groups
from tests.factories import make_comment, make_discussion, make_policy, make_user
from tests.integration.test_concurrency import at_once

MODERATORS, WAITING = 8, 200
NOW = timezone.now()


def hold(number: int = 1) -> list[Comment]:
    make_policy()
    discussion = make_discussion()
    return [
        make_comment(
            state="held", discussion=discussion, submitted_at=NOW - timedelta(minutes=number - place)
        )
        for place in range(number)
    ]


def next_for(by: User, minutes: int = 0) -> Comment | None:
    now = NOW + timedelta(minutes=minutes)
    return actions.take_next(HELD.ordered(HELD.rows(Asker(by.pk, now))), by=by, now=now)


@pytest.mark.django_db
class TestOneAfterAnother:
    def test_each_moderator_gets_another_comment(self) -> None:
        held, moderators = hold(3), [make_user(group="Moderator") for _ in range(4)]
        assert [next_for(by) for by in moderators] == [*held, None]

    def test_a_moderator_who_asks_again_gets_the_same_comment(self) -> None:
        held, by = hold(2), make_user(group="Moderator")
        assert [next_for(by), next_for(by)] == [held[0], held[0]]
        assert Claim.objects.get().until == NOW + LASTS

    def test_a_claim_lapses_after_five_minutes_and_not_before(self) -> None:
        [held] = hold()
        gone, another = make_user(group="Moderator"), make_user(group="Moderator")
        next_for(gone)
        assert [next_for(another, minutes=4), next_for(another, minutes=5)] == [None, held]

    def test_renewing_keeps_it_and_a_lost_claim_cannot_be_renewed(self) -> None:
        [held] = hold()
        slow, quick = make_user(group="Moderator"), make_user(group="Moderator")
        next_for(slow)
        at = [NOW + timedelta(minutes=minutes) for minutes in (4, 8, 13)]
        assert [actions.renew(held.pk, by=slow, now=now) for now in at[:2]] == [True, True]
        assert actions.claim(held.pk, by=quick, now=at[1]) is False
        assert actions.claim(held.pk, by=quick, now=at[2]) is True
        assert actions.renew(held.pk, by=slow, now=at[2]) is False

    def test_leaving_releases(self) -> None:
        held = hold(2)
        first, second = make_user(group="Moderator"), make_user(group="Moderator")
        next_for(first)
        actions.release(by=first)
        assert next_for(second) == held[0]

    def test_a_page_that_is_left_lets_go_of_what_it_knew_of_and_of_nothing_claimed_since(self) -> None:
        [held] = hold()
        reader, colleague = make_user(group="Moderator"), make_user(group="Moderator")
        next_for(reader)
        known = Claim.objects.get().until
        actions.claim(held.pk, by=reader, now=NOW + timedelta(seconds=1))  # the same page, loaded again
        actions.leave(by=reader, until=known)
        assert next_for(colleague) is None
        actions.leave(by=colleague, until=known + timedelta(days=1))
        assert next_for(colleague) is None
        actions.leave(by=reader, until=Claim.objects.get().until)
        assert next_for(colleague) == held

    def test_only_who_leads_takes_over(self) -> None:
        [held] = hold()
        holder, colleague = make_user(group="Moderator"), make_user(group="Moderator")
        lead = make_user(group="Moderation lead")
        next_for(holder)
        with pytest.raises(PermissionDenied):
            actions.take_over(held.pk, by=colleague, now=NOW)
        actions.take_over(held.pk, by=lead, now=NOW)
        assert Claim.objects.get().moderator == lead

    @pytest.mark.parametrize("group", ["", "Reporter", "Editor"])
    def test_nobody_else_claims_or_keeps_notes(self, group: str) -> None:
        [held] = hold()
        by = make_user(group=group)
        with pytest.raises(PermissionDenied):
            actions.claim(held.pk, by=by, now=NOW)
        with pytest.raises(PermissionDenied):
            actions.keep_note(held.pk, by=by, text="Mine.", now=NOW)
        assert (Claim.objects.count(), UnsentNote.objects.count()) == (0, 0)

    def test_a_note_outlives_the_claim_and_each_moderator_has_their_own(self) -> None:
        [held] = hold()
        first, second = make_user(group="Moderator"), make_user(group="Moderator")
        for by, text in ((first, "Half a"), (first, "Half a thought"), (second, "Another")):
            actions.keep_note(held.pk, by=by, text=text, now=NOW)
        actions.release(by=first)
        assert set(UnsentNote.objects.values_list("moderator", "text")) == {
            (first.pk, "Half a thought"),
            (second.pk, "Another"),
        }
        actions.keep_note(held.pk, by=first, text=" ", now=NOW)
        assert UnsentNote.objects.get().moderator == second

    @pytest.mark.parametrize("text", ["a\x00b", "\ud800", "a" * 2001])
    def test_a_note_that_cannot_be_stored_is_refused_with_a_sentence(self, text: str) -> None:
        [held] = hold()
        with pytest.raises(actions.NotPossible, match="at most 2000 characters"):
            actions.keep_note(held.pk, by=make_user(group="Moderator"), text=text, now=NOW)


# --- at once


@pytest.fixture
def crowd(transactional_db: None) -> Iterator[list[User]]:
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has one writer at a time: only PostgreSQL has a crowd.")
    make_groups()
    pool = connection.pool  # type: ignore[attr-defined]
    before = pool.min_size, pool.max_size
    pool.resize(MODERATORS + 1, MODERATORS + 1)
    pool.wait(timeout=100)  # on a busy machine a moderator would wait longer than requests may
    yield [make_user(group="Moderator") for _ in range(MODERATORS)]
    pool.resize(*before)


def test_eight_moderators_clear_two_hundred_and_no_card_is_given_twice(crowd: list[User]) -> None:
    held = hold(WAITING)
    given: list[int] = []
    writing = threading.Lock()

    def shift(by: User) -> int:
        cleared = 0
        while comment := next_for(by):
            with writing:
                given.append(comment.pk)
            actions.approve(comment.pk, by=by, seen_version=comment.version, now=NOW)
            actions.release(by=by)
            cleared += 1
        return cleared

    cleared = at_once(*[lambda by=by: shift(by) for by in crowd])  # type: ignore[misc]
    assert [one for one in cleared if not isinstance(one, int)] == []
    assert Counter(given) == {comment.pk: 1 for comment in held}
    assert (sum(cleared), Comment.objects.held().count(), Claim.objects.count()) == (WAITING, 0, 0)
    assert Decision.objects.filter(act="approved").count() == WAITING


def test_what_moderators_left_without_deciding_is_taken_by_the_others_when_their_claims_lapse(
    crowd: list[User],
) -> None:
    held = hold(WAITING // 4)
    left = at_once(*[lambda by=by: next_for(by) for by in crowd[:4]])  # type: ignore[misc]
    assert sorted(comment.pk for comment in left) == [comment.pk for comment in held[:4]]
    there: list[int] = []
    for minutes in (1, 6):
        while comment := next_for(crowd[5], minutes):
            there.append(comment.pk)
            now = NOW + timedelta(minutes=minutes)
            actions.approve(comment.pk, by=crowd[5], seen_version=comment.version, now=now)
    assert there == [comment.pk for comment in [*held[4:], *held[:4]]]
