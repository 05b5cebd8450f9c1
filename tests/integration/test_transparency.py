"""The transparency report: what a day and a month count, on the page, in CSV and in JSON."""

import csv
import io
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from comments import actions
from comments.counting import count, facts_of_day, next_month
from comments.figures import Facts, counted_days, counted_month
from comments.models import Figures
from comments.seals import seal
from comments.transparency import report_of
from tests.factories import make_comment, make_policy
from tests.integration.commenting import THREE_LINKS, Desk
from tests.integration.sanctioning import Sanctions

pytestmark = pytest.mark.django_db
PAGE = "/comment-policy/transparency/"
BERLIN = ZoneInfo("Europe/Berlin")
MORNING = datetime(2026, 10, 14, 9, 0, tzinfo=BERLIN)


@pytest.fixture
def busy_month() -> Desk:
    """October 2026: comments held, approved, rejected, removed, restored, undone and refused."""
    with time_machine.travel(MORNING, tick=False):
        desk = Desk()
        sent = [desk.send(f"A thought of mine, {number}.") for number in range(2)]
        assert [one.state for one in sent] == ["held", "held"]
        waiting = [
            make_comment(state="held", body=f"Held {number}", held_since=MORNING, submitted_at=MORNING)
            for number in range(5)
        ]
    with time_machine.travel(MORNING + timedelta(minutes=20), tick=False):
        desk.now = timezone.now()
        desk.approve(waiting[0])
        rejected = desk.reject(waiting[1], "respect", "links")
        desk.reject(waiting[2])
        _refuse(desk)
    with time_machine.travel(MORNING + timedelta(minutes=20, seconds=30), tick=False):
        actions.undo(rejected.pk, by=desk.moderator, now=timezone.now())
    with time_machine.travel(MORNING + timedelta(days=1), tick=False):
        waiting[0].refresh_from_db()
        desk.now = timezone.now()
        actions.remove(
            waiting[0].pk,
            by=desk.moderator,
            seen_version=waiting[0].version,
            now=desk.now,
            rule_keys=["links"],
        )
        waiting[2].refresh_from_db()
        actions.restore(waiting[2].pk, by=desk.moderator, seen_version=waiting[2].version, now=desk.now)
    return desk


def _refuse(desk: Desk) -> None:
    with pytest.raises(actions.Refusal):
        desk.send(THREE_LINKS)


def counted(day: datetime) -> Facts:
    return facts_of_day(day.date())


def test_day_counts_what_was_decided_and_leaves_out_what_was_undone(busy_month: Desk) -> None:
    facts = counted(MORNING)
    assert facts.under("act") == {"held/automatic": 2, "approved/people": 1, "rejected/people": 1}
    assert facts.under("ground", "held") == {"standing/first_comments": 2}
    assert facts.under("ground", "rejected") == {"rule/respect": 1}
    assert (facts.at("undone"), facts.under("refused")) == (1, {"links": 1})


def test_next_day_counts_the_removal_and_what_was_taken_back(busy_month: Desk) -> None:
    facts = counted(MORNING + timedelta(days=1))
    assert facts.under("ground", "removed") == {"rule/links": 1}
    assert facts.under("reversed") == {"rejected/people": 1}


def test_month_is_the_sum_of_its_days_and_a_day_belongs_to_the_sites_calendar(busy_month: Desk) -> None:
    late = datetime(2026, 10, 31, 23, 30, tzinfo=BERLIN)
    comment = make_comment(state="held", held_since=late, submitted_at=late)
    actions.approve(comment.pk, by=busy_month.moderator, seen_version=1, now=late)
    count(now=MORNING + timedelta(days=40))
    month = counted_month(date(2026, 10, 1))
    assert month is not None
    assert month.facts.at("act", "approved", "people") == 2
    days = counted_days(date(2026, 10, 1), date(2026, 10, 31))
    assert sum((day.facts for day in days), Facts()) == month.facts


def test_counting_again_changes_nothing_and_reads_the_last_days_only(busy_month: Desk) -> None:
    now = MORNING + timedelta(days=40)
    assert count(now=now) == 41
    before = list(Figures.objects.order_by("pk").values_list("span", "first_day", "facts"))
    assert count(now=now) == 2
    assert list(Figures.objects.order_by("pk").values_list("span", "first_day", "facts")) == before


def test_what_is_undone_after_counting_is_counted_anew(busy_month: Desk) -> None:
    comment = make_comment(state="held", held_since=MORNING, submitted_at=MORNING)
    at = MORNING + timedelta(days=2)
    decision = actions.approve(comment.pk, by=busy_month.moderator, seen_version=1, now=at)
    count(now=at)
    actions.undo(decision.pk, by=busy_month.moderator, now=at + timedelta(seconds=50))
    count(now=at + timedelta(hours=1))
    day = counted_days(at.date(), at.date())[0]
    assert (day.facts.total("act"), day.facts.at("undone")) == (0, 1)


def test_sanction_that_is_undone_days_after_counting_is_counted_no_more() -> None:
    with time_machine.travel(MORNING, tick=False):
        desk = Sanctions()
        desk.break_rule()
        made = desk.sanction("suspension", 20)
    later = MORNING + timedelta(days=4)
    count(now=later)
    assert counted_days(MORNING.date(), MORNING.date())[0].facts.under("sanction") == {"suspension": 1}
    actions.undo_sanction(made.pk, by=desk.moderator, now=later)
    count(now=later + timedelta(hours=1))
    month = counted_month(date(2026, 10, 1))
    assert month is not None
    assert month.facts.under("sanction") == {}


def test_what_is_taken_down_in_a_later_month_is_told_apart_from_what_the_share_is_of() -> None:
    begun = datetime(2026, 10, 31, 23, 0, tzinfo=BERLIN)
    with time_machine.travel(begun, tick=False):
        desk = Desk()
        desk.trust(desk.reader)
        sent = [desk.send(f"Thought {number}.") for number in range(3)]
    desk.now = begun + timedelta(hours=2)
    with time_machine.travel(desk.now, tick=False):
        sent.append(desk.send("Thought of November."))
    for comment in sent[:3]:
        by = {"by": desk.moderator, "seen_version": comment.version, "now": desk.now}
        actions.remove(comment.pk, rule_keys=["respect"], **by)
    count(now=desk.now)
    month = counted_month(date(2026, 11, 1))
    assert month is not None
    report = report_of(month, {})
    lines = {line.key: line.count for line in report.automation}
    assert (lines["unpublished"], lines["unpublished_same_month"]) == (3, 0)
    assert (report.overturned, report.judged, report.reversal) == (0, 1, "0 %")


class Died(Exception):
    """The machine stops before a day is stored."""


def dying_at(day: date) -> Any:
    def stop(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if sql.startswith("INSERT") and "figures" in sql and day.isoformat() in map(str, params):
            raise Died
        return execute(sql, params, many, context)

    return connection.execute_wrapper(stop)


def test_count_that_was_broken_off_leaves_no_month_without_its_days(busy_month: Desk) -> None:
    now = MORNING + timedelta(days=100)
    with pytest.raises(Died), dying_at(date(2026, 12, 20)):
        count(now=now)
    stored = Figures.objects.filter(span="month").order_by("first_day")
    assert [row.first_day.month for row in stored] == [10, 11]
    count(now=now)
    assert [row.first_day.month for row in stored.all()] == [10, 11, 12, 1]
    for row in stored.all():
        days = counted_days(row.first_day, next_month(row.first_day) - timedelta(days=1))
        assert row.facts == dict(sum((day.facts for day in days), Facts()))


def test_day_that_is_missing_among_the_counted_ones_is_counted(busy_month: Desk) -> None:
    now = MORNING + timedelta(days=40)
    count(now=now)
    stored = Figures.objects.order_by("span", "first_day").values_list("span", "first_day", "facts")
    before = list(stored)
    Figures.objects.filter(first_day=MORNING.date()).delete()
    Figures.objects.filter(span="month", first_day__month=10).delete()
    assert count(now=now) == 41
    assert list(stored.all()) == before


def test_hourly_count_costs_the_same_queries_after_a_week_as_after_a_month(busy_month: Desk) -> None:
    costs = []
    for days in (7, 35):
        now = MORNING + timedelta(days=days)
        count(now=now)
        with CaptureQueriesContext(connection) as queries:
            count(now=now)
        costs.append(len(queries))
    assert costs[0] == costs[1]


def test_nothing_decided_is_nothing_counted() -> None:
    assert count(now=MORNING) == 0
    assert not Figures.objects.exists()


# --- the page


def test_page_without_figures_says_so(client: Client) -> None:
    page = client.get(PAGE)
    assert page.status_code == 200
    assert "Nothing has been counted yet." in page.content.decode()


def test_page_csv_and_json_say_the_same(client: Client, busy_month: Desk) -> None:
    count(now=MORNING + timedelta(days=40))
    report = client.get(f"{PAGE}2026/10/").context["report"]
    shown = {line.key: line.count for line in report.totals}
    assert shown == {
        "received": 2,
        "published": 1,
        "refused": 1,
        "held": 2,
        "rejected": 1,
        "removed": 1,
        "illegal": 0,
        "withdrawn": 0,
        "reversed": 1,
    }
    body = b"".join(client.get("/comment-policy/transparency.csv").streaming_content)  # type: ignore[attr-defined]
    rows = list(csv.DictReader(io.StringIO(body.decode("utf-8-sig"))))
    in_csv = {
        row["key"]: int(row["count"]) for row in rows if (row["month"], row["group"]) == ("2026-10", "total")
    }
    data = client.get("/comment-policy/transparency.json").json()
    in_json = {month["month"]: month["figures"]["total"] for month in data["months"]}
    assert in_csv == in_json["2026-10"] == shown


def test_page_names_the_waiting_and_the_seal(client: Client, busy_month: Desk) -> None:
    with time_machine.travel(MORNING + timedelta(days=2), tick=False):
        made = seal(now=timezone.now())
    assert made is not None
    count(now=MORNING + timedelta(days=40))
    text = client.get(f"{PAGE}2026/10/").content.decode()
    assert made.root in text
    assert made.signature in text


def test_rule_keeps_its_line_when_a_new_version_puts_it_elsewhere(client: Client, busy_month: Desk) -> None:
    second = [
        {"key": "respect", "title": "Respect", "text": "Argue with arguments."},
        {"key": "links", "title": "Few links", "text": "Few links."},
    ]
    make_policy(version=2, rules=second, posted_at=MORNING + timedelta(days=3))
    count(now=MORNING + timedelta(days=40))
    report = client.get(f"{PAGE}2026/10/").context["report"]
    by_key = {line.key: (line.number, line.rejected, line.removed) for line in report.rules}
    assert (by_key["respect"], by_key["links"]) == ((1, 1, 0), (2, 0, 1))


def test_nobody_at_the_desk_is_named_outside(client: Client, busy_month: Desk) -> None:
    count(now=MORNING + timedelta(days=40))
    assert counted_month(date(2026, 10, 1)).facts.under("decider")  # type: ignore[union-attr]
    for address in (PAGE, f"{PAGE}2026/10/", "/comment-policy/transparency.json"):
        text = client.get(address).content.decode()
        assert busy_month.moderator.name not in text
        assert "decider" not in text


@pytest.mark.parametrize("address", [f"{PAGE}2026/13/", f"{PAGE}0000/01/", f"{PAGE}2031/01/"])
def test_month_that_is_not_there_is_not_found(client: Client, address: str) -> None:
    assert client.get(address).status_code == 404


def test_page_has_no_cookie_and_may_be_kept(client: Client, busy_month: Desk) -> None:
    count(now=MORNING + timedelta(days=40))
    for address in (PAGE, "/comment-policy/transparency.csv", "/comment-policy/transparency.json"):
        page = client.get(address)
        assert not page.cookies
        assert page["Cache-Control"].startswith("public, max-age=")


@pytest.mark.parametrize("more", [0, 3])
def test_page_costs_the_same_queries_for_one_month_as_for_many(
    client: Client, busy_month: Desk, more: int
) -> None:
    count(now=MORNING + timedelta(days=20 + 31 * more))
    with CaptureQueriesContext(
        connection,
    ) as queries:
        client.get(f"{PAGE}2026/10/")
    assert len(queries) == 5
