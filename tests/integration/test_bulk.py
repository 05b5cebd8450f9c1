"""Many decisions at once: as few queries as two, as whole a record as one, and an answer for each."""

import itertools
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django_tasks_db.models import DBTaskResult

from comments import actions
from comments.enums import Act, State
from comments.models import Decision, Letter
from comments.seals import faults
from tests.integration.commenting import Desk

pytestmark = pytest.mark.django_db
_NUMBERS = itertools.count()


@pytest.fixture
def desk() -> Desk:
    return Desk()


def queries_of(act: Callable[[], Any]) -> int:
    with CaptureQueriesContext(connection) as queries:
        act()
    return len(queries)


def test_bulk_costs_as_many_queries_for_many_as_for_two(desk: Desk) -> None:
    turn_down(desk, held(desk, 1))  # reads what the moderator may do, which is kept
    few, many = held(desk, 2), held(desk, 9)
    costs = {"turning down": queries_of(lambda: turn_down(desk, few))}
    assert queries_of(lambda: turn_down(desk, many)) == costs["turning down"]
    few, many = held(desk, 2), held(desk, 9)
    costs["approving"] = queries_of(lambda: approve(desk, few))
    assert queries_of(lambda: approve(desk, many)) == costs["approving"]
    # One of them asks whether the moderator is a newcomer, whose decisions all come back to a colleague.
    # SQLite, where a query costs little, takes the keys of each table and stores its rows one table at a time.
    on = {
        "postgresql": {"turning down": 15, "approving": 13},
        "sqlite": {"turning down": 22, "approving": 18},
    }
    assert costs == on[connection.vendor]


def held(desk: Desk, count: int) -> list[tuple[int, int]]:
    items = []
    for _ in range(count):
        desk.now += timedelta(minutes=10)  # slower than the rule on floods allows
        items.append((desk.send(f"Thought {next(_NUMBERS)}").pk, 1))
    return items


def approve(desk: Desk, items: list[tuple[int, int]]) -> None:
    results = actions.approve_many(items, by=desk.moderator, now=desk.now)
    assert [one.refused for one in results] == [None] * len(items)


def turn_down(desk: Desk, items: list[tuple[int, int]]) -> None:
    results = actions.reject_many(items, by=desk.moderator, now=desk.now, rule_keys=["respect", "links"])
    assert [one.refused for one in results] == [None] * len(items)


def test_bulk_keeps_whole_chains_with_evidence_and_grounds(desk: Desk) -> None:
    comments = [desk.send(f"Thought {number}") for number in range(3)]
    turn_down(desk, [(one.pk, 1) for one in comments])
    assert list(faults()) == []
    assert [
        (decision.seq, [ground.key for ground in decision.grounds.all()], bool(decision.evidence.statement))
        for decision in Decision.objects.filter(act=Act.REJECTED).order_by("id")
    ] == [(2, ["links", "respect"], True)] * 3


def test_bulk_leaves_what_is_not_there_or_not_held_with_the_reason(desk: Desk) -> None:
    comment, public = desk.send("Held"), desk.send("Public")
    desk.approve(public)
    items = [(10**9, 1), (public.pk, 2), (comment.pk, 1)]
    gone, not_held, done = actions.approve_many(items, by=desk.moderator, now=desk.now)
    assert (type(gone.refused), type(not_held.refused)) == (actions.NotPossible, actions.NotPossible)
    assert done.decision is not None
    comment.refresh_from_db()
    assert comment.state == State.PUBLIC


def test_bulk_writes_one_job_that_gives_each_letter_its_own(desk: Desk) -> None:
    approve(desk, [(desk.send(f"Thought {number}").pk, 1) for number in range(3)])
    [job] = DBTaskResult.objects.all()
    for _twice in range(2):
        job.task.call(*job.args_kwargs["args"])
    letters = [str([pk]) for pk in Letter.objects.order_by("pk").values_list("pk", flat=True)]
    jobs = DBTaskResult.objects.exclude(pk=job.pk)
    assert sorted(str(one.args_kwargs["args"]) for one in jobs) == sorted(letters * 2)
