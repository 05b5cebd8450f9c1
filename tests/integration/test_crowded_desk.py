"""Fifty moderators over the same two hundred held comments: each is decided once, and everybody else is told."""

import random
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection

from comments import actions
from comments.actions import BulkResult
from comments.enums import Act
from comments.models import Comment, Decision, DecisionEvidence, Discussion, Letter
from comments.seals import SETTLED, faults, seal
from newsroom.accounts.models import User
from newsroom.groups import make_groups
from tests import factories
from tests.integration.commenting import Desk
from tests.integration.test_concurrency import at_once

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(
        connection.vendor != "postgresql",
        reason="SQLite has one writer at a time: only PostgreSQL has a crowd.",
    ),
]
MODERATORS, COMMENTS, STORIES, ONE_BY_ONE, A_SELECTION = 50, 200, 5, 10, 40


@pytest.fixture
def desk() -> Iterator[Desk]:
    make_groups()
    pool = connection.pool  # type: ignore[attr-defined]
    before = pool.min_size, pool.max_size
    pool.resize(MODERATORS + 1, MODERATORS + 1)
    pool.wait(
        timeout=100
    )  # on a busy machine a moderator would wait for a connection longer than requests may
    yield Desk()
    pool.resize(*before)


def held(desk: Desk) -> list[tuple[int, int]]:
    """Ids and versions of comments that wait, under several stories, sent more slowly than is a flood."""
    stories = [factories.make_publication().article for _ in range(STORIES)]
    items = []
    for number in range(COMMENTS):
        desk.now += timedelta(minutes=10)
        items.append((desk.send(f"Thought {number}", article=stories[number % STORIES]).pk, 1))
    return items


def shift(desk: Desk, items: list[tuple[int, int]], by: User, number: int) -> list[BulkResult]:
    """One moderator tries to decide on every comment: some one by one, the others by selections, in any order."""
    mixed = random.Random(number).sample(items, len(items))
    act = "approve" if number % 2 else "reject"
    results = [decided(desk, act, item, by) for item in mixed[:ONE_BY_ONE]]
    for start in range(ONE_BY_ONE, len(mixed), A_SELECTION):
        results += decided_together(desk, act, mixed[start : start + A_SELECTION], by)
    return results


def decided(desk: Desk, act: str, item: tuple[int, int], by: User) -> BulkResult:
    seen: dict[str, Any] = {"by": by, "seen_version": item[1], "now": desk.now}
    try:
        if act == "approve":
            return BulkResult(item[0], actions.approve(item[0], **seen))
        return BulkResult(item[0], actions.reject(item[0], rule_keys=["respect"], **seen))
    except actions.Refused as refused:
        return BulkResult(item[0], refused)


def decided_together(desk: Desk, act: str, items: list[tuple[int, int]], by: User) -> list[BulkResult]:
    if act == "approve":
        return actions.approve_many(items, by=by, now=desk.now)
    return actions.reject_many(items, by=by, now=desk.now, rule_keys=["respect"])


def test_each_comment_is_decided_once_and_every_loser_is_told(desk: Desk) -> None:
    items = held(desk)
    moderators = [factories.make_user(group="Moderator") for _ in range(MODERATORS)]
    shifts = at_once(
        *[lambda by=by, n=n: shift(desk, items, by, n) for n, by in enumerate(moderators)]  # type: ignore[misc]
    )
    assert [one for one in shifts if not isinstance(one, list)] == []
    outcomes = [result for results in shifts for result in results]
    assert Counter(one.comment_id for one in outcomes) == {pk: MODERATORS for pk, _version in items}
    won = {one.comment_id: one.decision for one in outcomes if one.decision}
    assert Counter(one.comment_id for one in outcomes if one.decision) == {pk: 1 for pk, _version in items}
    told = [(one.refused, won[one.comment_id]) for one in outcomes if one.refused]
    assert [
        one for one in told if not (isinstance(one[0], actions.StaleView) and one[0].latest == one[1])
    ] == []
    assert_all_adds_up(desk)


def assert_all_adds_up(desk: Desk) -> None:
    made = Decision.objects.exclude(act=Act.HELD)
    assert (made.count(), DecisionEvidence.objects.count()) == (COMMENTS, 2 * COMMENTS)
    assert set(Letter.objects.values_list("decision", flat=True)) == set(made.values_list("pk", flat=True))
    for discussion in Discussion.objects.all():
        assert discussion.public_count == discussion.comments.public().count()
    assert seal(now=desk.now + SETTLED) is not None
    assert list(faults()) == []
    assert Comment.objects.held().count() == 0
