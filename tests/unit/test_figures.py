"""Figures read from counts: waiting times, sums, and what stays inside."""

from datetime import timedelta

import pytest
from django.test import override_settings

from comments.figures import Facts, coarse, rounded_wait, share, together


@pytest.mark.parametrize(
    ("waits", "half", "most"),
    [
        ({}, None, None),
        ({"5": 1}, 5, 5),
        ({"1": 5, "30": 5}, 1, 30),
        ({"1": 9, "600": 1}, 1, 1),
        ({"1": 8, "600": 2}, 1, 600),
        ({"2": 1, "10": 1, "3": 1}, 3, 10),
    ],
)
def test_percentiles_are_by_nearest_rank_in_the_order_of_minutes(
    waits: dict[str, int], half: int | None, most: int | None
) -> None:
    facts = Facts({f"wait/{minutes}": count for minutes, count in waits.items()})
    assert (facts.wait(50), facts.wait(90)) == (half, most)


@pytest.mark.parametrize(
    ("seconds", "minutes"),
    [(0, 0), (1, 1), (60, 1), (61, 2), (7200, 120), (7201, 130), (86_400, 1440), (86_401, 1500), (-5, 0)],
)
def test_wait_is_rounded_up_never_down(seconds: int, minutes: int) -> None:
    assert rounded_wait(timedelta(seconds=seconds)) == minutes


@pytest.mark.parametrize(
    ("promise", "minutes", "rounded", "roughly"),
    [(28, 28, 28, 28), (28, 27, 27, 28), (28, 29, 29, 30), (125, 123, 125, 125), (125, 126, 130, 180)],
)
def test_wait_that_kept_the_promise_is_not_rounded_beyond_it(
    promise: int, minutes: int, rounded: int, roughly: int
) -> None:
    with override_settings(MODERATION_PROMISE_MINUTES=promise):
        assert rounded_wait(timedelta(minutes=minutes)) == rounded
        assert coarse(rounded) == roughly


@override_settings(MODERATION_PROMISE_MINUTES=30)
def test_promise_is_kept_up_to_its_last_minute() -> None:
    assert Facts({"wait/30": 2, "wait/31": 1}).within_promise == 2


def test_days_together_are_the_sum_of_each_count() -> None:
    days = [{"received": 2, "wait/3": 1}, {"received": 3, "wait/4": 1}]
    assert together(days) == Facts({"received": 5, "wait/3": 1, "wait/4": 1})


def test_who_decided_on_which_story_stays_inside() -> None:
    facts = Facts({"received": 1, "decider/7/approved": 1, "story/3/rejected": 1})
    assert facts.outside() == Facts({"received": 1})


@pytest.mark.parametrize(
    ("part", "whole", "text"), [(0, 0, ""), (999, 1000, "99 %"), (3, 3, "100 %"), (0, 5, "0 %")]
)
def test_share_is_full_only_when_nothing_is_missing(part: int, whole: int, text: str) -> None:
    assert share(part, whole) == text
