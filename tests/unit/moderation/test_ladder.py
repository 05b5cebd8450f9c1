"""The ladder of sanctions: the next rung is stricter than all before, and only fresh breaches of a rule lead there."""

from datetime import UTC, datetime, timedelta

import pytest

from comments.moderation.ladder import Breach, Earlier, Proposed, Rung, proposed, rungs
from comments.moderation.mailbox import mailbox

NOW = datetime(2026, 5, 20, 12, tzinfo=UTC)
LADDER = rungs(["warning", "pre_moderation:14", "suspension:7", "suspension:30", "ban"])


def days_ago(days: float) -> datetime:
    return NOW - timedelta(days=days)


def breaches(rule: str, *days: float) -> list[Breach]:
    return [Breach(rule, days_ago(day)) for day in days]


def asked(broken: list[Breach], *earlier: Earlier, times: int = 3) -> Proposed | None:
    return proposed(broken, earlier, ladder=LADDER, times=times, within_days=30, now=NOW)


def next_after(*earlier: Earlier) -> Rung | None:
    found = asked(breaches("respect", 1, 1, 1), *earlier)
    return found.rung if found else None


def test_ladder_is_read_as_a_setting_writes_it() -> None:
    assert LADDER[:2] == (Rung("warning"), Rung("pre_moderation", 14))
    assert LADDER[-1] == Rung("ban")


def test_one_rule_broken_often_enough_proposes_the_first_rung_and_says_why() -> None:
    found = asked([*breaches("respect", 20, 2, 1), *breaches("links", 3)])
    assert found == Proposed(
        rung=Rung("warning"),
        rule_key="respect",
        times=3,
        within_days=30,
        breaches=tuple(breaches("respect", 20, 2, 1)),
        before=None,
    )


@pytest.mark.parametrize(
    "broken",
    [
        [],
        breaches("respect", 1, 2),
        [*breaches("respect", 1, 2), *breaches("links", 1, 2)],
        breaches("respect", 31, 2, 1),
    ],
)
def test_too_few_too_old_or_of_several_rules_propose_nothing(broken: list[Breach]) -> None:
    assert asked(broken) is None


@pytest.mark.parametrize(
    ("before", "then"),
    [
        (Rung("warning"), Rung("pre_moderation", 14)),
        (Rung("pre_moderation", 14), Rung("suspension", 7)),
        (Rung("pre_moderation"), Rung("suspension", 7)),
        (Rung("suspension", 3), Rung("suspension", 7)),
        (Rung("suspension", 10), Rung("suspension", 30)),
        (Rung("suspension", 300), Rung("ban")),
        (Rung("ban"), None),
    ],
)
def test_next_rung_is_stricter_than_what_was(before: Rung, then: Rung | None) -> None:
    assert next_after(Earlier(before, days_ago(5))) == then


def test_strictest_of_the_last_year_counts_and_what_is_older_is_forgiven() -> None:
    long, warning = Earlier(Rung("suspension", 30), days_ago(300)), Earlier(Rung("warning"), days_ago(10))
    assert next_after(long, warning) == Rung("ban")
    assert next_after(Earlier(Rung("ban"), days_ago(366))) == Rung("warning")


def test_breaches_before_the_last_sanction_were_answered_by_it() -> None:
    assert asked(breaches("respect", 9, 8, 7, 1), Earlier(Rung("warning"), days_ago(2))) is None


@pytest.mark.parametrize(
    ("address", "box"),
    [
        ("Ada@Example.org", "ada@example.org"),
        ("ada+news+more@example.org", "ada@example.org"),
        ("a.d.a@example.org", "a.d.a@example.org"),
        ("a.d.a+x@gmail.com", "ada@gmail.com"),
        ("Ada@GoogleMail.com", "ada@gmail.com"),
        ("+tag@example.org", "+tag@example.org"),
        ("...@gmail.com", "...@gmail.com"),
        (" ada@example.org ", "ada@example.org"),
        ("no address", ""),
        ("@example.org", ""),
        ("ada@", ""),
        ("", ""),
    ],
)
def test_mailbox_of_an_address(address: str, box: str) -> None:
    assert mailbox(address) == box
