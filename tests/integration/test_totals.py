"""The desk's sums and statistics: equal to the rows they lead to, to their CSV and to the public report."""

import csv
import io
import re
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from comments import actions
from comments.counting import count
from comments.desk.charts import HEIGHT, bar_chart, nice_top
from comments.desk.totals import TotalsRow
from comments.models import Policy
from newsroom.accounts.models import User
from tests.factories import make_comment, make_policy, make_user
from tests.integration.commenting import Desk

pytestmark = pytest.mark.django_db
TOTALS = "/admin/moderation/decisions/totals/"
STATISTICS = "/admin/moderation/statistics/"
START = datetime(2026, 10, 14, 9, 0, tzinfo=ZoneInfo("Europe/Berlin"))


@pytest.fixture
def lead() -> User:
    return make_user(group="Moderation lead", name="Lena Lead")


@pytest.fixture
def desk(client: Client, lead: User) -> Client:
    client.force_login(lead)
    return client


@pytest.fixture
def policy() -> Policy:
    with time_machine.travel(START - timedelta(days=20), tick=False):
        return make_policy()


def decide(by: User, *rule_keys: str, minutes: int = 10, days: int = 0) -> Any:
    """Approved without a rule, rejected under these, after so many minutes of waiting."""
    since = START + timedelta(days=days)
    comment = make_comment(state="held", submitted_at=since, held_since=since)
    how: dict[str, Any] = {"by": by, "seen_version": 1, "now": since + timedelta(minutes=minutes)}
    if rule_keys:
        return actions.reject(comment.pk, rule_keys=rule_keys, **how)
    return actions.approve(comment.pk, **how)


@pytest.fixture
def month(policy: Policy, lead: User) -> User:
    """October 2026 with four rejections, two approvals and one undone; returns the other moderator."""
    other = make_user(group="Moderator", name="Olga Other")
    (
        decide(lead, "respect"),
        decide(lead, "respect", "links"),
        decide(other, "links"),
        decide(other, "respect"),
    )
    decide(lead), decide(other)
    undone = decide(lead, "respect")
    actions.undo(undone.pk, by=lead, now=undone.at)
    count(now=START + timedelta(days=1))
    return other


def by_title(rows: list[TotalsRow]) -> dict[str, list[int]]:
    return {row.title: [cell.count for cell in row.cells] for row in rows}


def test_totals_of_a_month_by_act_rule_and_decider(desk: Client, month: User) -> None:
    context = desk.get(TOTALS, {"month": "2026-10"}).context
    assert by_title(context["acts"]) == {"Approved": [2, 0], "Rejected": [4, 0]}
    assert by_title(context["rules"]) == {
        "1. Keep it readable": [0, 0, 0],
        "2. Few links": [0, 2, 0],
        "3. Respect others": [0, 3, 0],
    }
    assert by_title(context["deciders"]) == {"Lena Lead": [1, 2, 0, 0], "Olga Other": [1, 2, 0, 0]}


def test_every_total_leads_to_as_many_rows_as_it_says(desk: Client, month: User) -> None:
    context = desk.get(TOTALS, {"month": "2026-10"}).context
    rows = [*context["acts"], *context["rules"], *context["deciders"], *context["stories"]]
    cells = [cell for row in rows for cell in row.cells]
    assert len(cells) > 20
    assert [len(desk.get(cell.url).context["lines"]) for cell in cells] == [cell.count for cell in cells]


def test_page_its_csv_and_the_public_report_give_equal_totals(desk: Client, month: User) -> None:
    context = desk.get(TOTALS, {"month": "2026-10"}).context
    page = {row.title.split(". ")[1]: row.cells[1].count for row in context["rules"]}
    answer = desk.get(context["all_url"].replace("decisions/?", "decisions/csv/?"))
    text = b"".join(answer.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    in_csv: dict[str, int] = dict.fromkeys(("length", "links", "respect"), 0)
    for row in csv.DictReader(io.StringIO(text)):
        for key in row["rules"].split() if row["act"] == "rejected" else []:
            in_csv[key] += 1
    report = Client().get("/comment-policy/transparency/2026/10/").context["report"]
    assert (
        [line.rejected for line in report.rules] == list(page.values()) == list(in_csv.values()) == [0, 2, 3]
    )


def test_totals_by_decider_are_for_leads(month: User) -> None:
    client = Client()
    client.force_login(month)
    page = client.get(TOTALS, {"month": "2026-10"})
    assert page.context["deciders"] == []
    assert "Lena Lead" not in page.content.decode()


@pytest.mark.parametrize("asked", ["2026-13", "2026-1", "x", "2031-01", "²026-10"])
def test_month_that_is_none_gives_a_sentence(desk: Client, month: User, asked: str) -> None:
    page = desk.get(TOTALS, {"month": asked})
    assert page.status_code == 404
    assert "Nothing was counted in this month." in page.content.decode()


@pytest.mark.parametrize("address", [TOTALS, STATISTICS])
def test_page_without_figures_says_so(desk: Client, address: str) -> None:
    assert "Nothing has been counted yet." in desk.get(address).content.decode()


def test_statistics_say_waiting_times_and_share_within_the_promise(desk: Client, lead: User) -> None:
    with time_machine.travel(START, tick=False):
        story = Desk()
        sent = [story.send(f"Thought {number}.", user=make_user()) for number in range(10)]
    for comment, minutes in zip(sent, (1, 2, 3, 4, 5, 6, 7, 8, 45, 90), strict=True):
        actions.approve(comment.pk, by=lead, seen_version=1, now=START + timedelta(minutes=minutes))
    now = START + timedelta(hours=3)
    count(now=now)
    make_comment(state="held", held_since=now - timedelta(minutes=50), submitted_at=now)
    with time_machine.travel(now, tick=False):
        figures = desk.get(STATISTICS).context["figures"]
    assert (figures.decided, figures.half_within, figures.most_within) == (10, 5, 45)
    assert (figures.promise_kept, figures.waiting, figures.oldest) == ("80 %", 1, "50 min")
    assert figures.oldest_is_late
    bars = {bar.label: bar.value for bar in figures.charts[5].bars}
    assert bars == {
        "≤ 5 min": 5,
        "≤ 15 min": 3,
        "≤ 30 min": 0,
        "≤ 1 h": 1,
        "≤ 2 h": 1,
        "≤ 4 h": 0,
        "≤ 8 h": 0,
        "≤ 24 h": 0,
        "over 24 h": 0,
    }


def test_each_chart_has_the_table_behind_it(desk: Client, month: User) -> None:
    with time_machine.travel(START + timedelta(days=1), tick=False):
        page = desk.get(STATISTICS, {"days": "28"})
    text = page.content.decode()
    assert text.count('<figure class="chart">') == text.count("As a table") == 6
    assert len(page.context["figures"].charts[0].bars) == 28
    assert not re.search(r"<svg[^>]*style=|<rect[^>]*style=", text)


def test_statistics_are_for_leads(client: Client) -> None:
    client.force_login(make_user(group="Moderator"))
    assert client.get(STATISTICS).status_code == 403


@pytest.mark.parametrize("address", [TOTALS, STATISTICS])
def test_pages_cost_the_same_queries_for_one_day_as_for_many(
    desk: Client, policy: Policy, lead: User, address: str
) -> None:
    decide(lead, "respect")
    count(now=START + timedelta(hours=1))
    with time_machine.travel(START + timedelta(days=3), tick=False):
        desk.get(address)
        with CaptureQueriesContext(connection) as few:
            desk.get(address)
        for day in range(3):
            decide(make_user(group="Moderator"), "respect", days=day)
        count(now=START + timedelta(days=3))
        with CaptureQueriesContext(connection) as many:
            desk.get(address)
    assert len(many) == len(few)


@pytest.mark.parametrize(
    ("value", "top"), [(0, 1), (1, 1), (2, 2), (3, 5), (6, 10), (11, 20), (21, 50), (999, 1000)]
)
def test_scale_ends_at_a_round_number(value: int, top: int) -> None:
    assert nice_top(value) == top


def test_bars_stand_on_the_ground_and_reach_their_value() -> None:
    chart = bar_chart("Received", "comments", [("a", 0), ("b", 5), ("c", 10)])
    assert [(bar.height, bar.y + bar.height) for bar in chart.bars] == [
        (0, HEIGHT),
        (80, HEIGHT),
        (160, HEIGHT),
    ]
