"""The desk's sums and statistics: equal to the rows they lead to, to their CSV and to the public report."""

import csv
import io
import re
from collections import Counter
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.db import connection
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext

from comments import actions
from comments.counting import count
from comments.desk.charts import HEIGHT, bar_chart, nice_top
from comments.desk.totals import TotalsRow
from comments.enums import SanctionKind
from comments.models import Policy
from newsroom.accounts.models import User
from tests.factories import make_comment, make_policy, make_user
from tests.integration.busy_month import Month, whole_month
from tests.integration.commenting import Desk

pytestmark = pytest.mark.django_db
TOTALS = "/admin/moderation/decisions/totals/"
BY_RULE = ("held", "rejected", "removed")
AFTER_CHECK = ("decided_after_check", "approved_after_check")
UNPUBLISHED = ("unpublished", "unpublished_same_month")
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
        "A law": [0, 0, 0],
    }
    assert by_title(context["deciders"]) == {"Lena Lead": [1, 2, 0, 0], "Olga Other": [1, 2, 0, 0]}


def test_every_total_leads_to_as_many_rows_as_it_says(desk: Client, month: User) -> None:
    context = desk.get(TOTALS, {"month": "2026-10"}).context
    tables = ("acts", "rules", "sanctions", "deciders", "stories")
    rows = [row for table in tables for row in context[table]]
    cells = [cell for row in rows for cell in row.cells]
    assert len(cells) > 20
    assert [len(desk.get(cell.url).context["lines"]) for cell in cells] == [cell.count for cell in cells]


@pytest.fixture
def everything(client: Client) -> Month:
    """October 2026 with every kind of decision, and the totals of its page to be read by its lead."""
    happened = whole_month()
    count(now=happened.now + timedelta(days=20))
    client.force_login(happened.lead)
    return happened


def csv_rows(desk: Client, url: str) -> list[dict[str, str]]:
    answer = desk.get(url.replace("decisions/?", "decisions/csv/?"))
    text = b"".join(answer.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    return list(csv.DictReader(io.StringIO(text)))


def test_page_its_csv_and_the_public_report_give_equal_totals(client: Client, everything: Month) -> None:
    """Of what readers are told of the decisions of a month: the numbers, by the names that the report gives them."""
    context = client.get(TOTALS, {"month": "2026-10"}).context
    report = Client().get("/comment-policy/transparency/2026/10/").context["report"]
    told = {line.key: line.count for line in (*report.automation, *report.sanctions)}
    told |= {f"{rule.key}/{act}": getattr(rule, act) for rule in report.rules for act in BY_RULE}
    told |= {line.key: line.count for line in report.totals if line.key in ("illegal", "withdrawn")}

    rows = csv_rows(client, context["all_url"])
    in_csv: Counter[str] = Counter()
    for row in rows:
        by = "automatic" if row["automatic"] == "yes" else "people"
        if row["comment"]:
            in_csv[f"{row['act']}_{by}"] += 1
            in_csv.update(f"{key}/{row['act']}" for key in row["rules"].split())
            in_csv["illegal"] += row["act"] in ("rejected", "removed") and "Law: " in row["grounds"]
            in_csv["withdrawn"] += row["act"] == "withdrawn"
        elif row["sanction"]:
            in_csv[row["measure"] if row["act"] == "sanctioned" else row["act"]] += 1

    acts = {row.title.lower(): [cell.count for cell in row.cells] for row in context["acts"]}
    on_page = {f"{act}_people": people for act, (people, _program) in acts.items()}
    on_page |= {
        "published_automatic": acts["published without findings"][1],
        "held_automatic": acts["held"][1],
    }
    on_page["withdrawn"] = acts["withdrawn by its author"][0]
    rules = dict(zip((rule.key for rule in report.rules), context["rules"], strict=False))
    for key, row in rules.items():
        on_page |= {f"{key}/{act}": cell.count for act, cell in zip(BY_RULE, row.cells, strict=True)}
    on_page["illegal"] = sum(cell.count for cell in context["rules"][-1].cells[1:])
    names = (*SanctionKind.values, "granted", "lifted")
    on_page |= dict(zip(names, (row.cells[0].count for row in context["sanctions"]), strict=True))

    wanted = {key for key, n in told.items() if n and key not in (*UNPUBLISHED, *AFTER_CHECK)}
    assert wanted >= {"approved_people", "held_people", "held_automatic", "removed_people", "illegal", "ban"}
    assert {key: told[key] for key in wanted} == {key: in_csv[key] for key in wanted}
    assert {key: told[key] for key in wanted} == {key: on_page[key] for key in wanted}


def test_what_was_undone_is_in_none_of_them_but_in_the_whole_log(client: Client, everything: Month) -> None:
    context = client.get(TOTALS, {"month": "2026-10"}).context
    standing = csv_rows(client, context["all_url"])
    rows = csv_rows(client, context["all_url"].replace("&stands=on", ""))
    undone = [row for row in rows if row["undone"] == "yes"]
    assert {row["act"] for row in undone} == {"approved", "held", "sanctioned"}
    assert {row["undone"] for row in standing} == {"no"}
    undoing = [row for row in rows if row["act"] == "undone"]
    assert len(rows) == len(standing) + len(undone) + len(undoing)


def test_totals_by_decider_are_for_leads(month: User) -> None:
    client = Client()
    client.force_login(month)
    page = client.get(TOTALS, {"month": "2026-10"})
    assert page.context["deciders"] == []
    assert "Lena Lead" not in page.content.decode()


def test_decisions_of_who_has_left_are_totalled_and_lead_to_their_rows(desk: Client, month: User) -> None:
    User.objects.filter(pk=month.pk).update(is_staff=False)
    rows = desk.get(TOTALS, {"month": "2026-10"}).context["deciders"]
    cell = next(row for row in rows if row.title == "Olga Other").cells[1]
    page = desk.get(cell.url)
    assert (page.status_code, len(page.context["lines"])) == (200, cell.count)
    assert page.context["form"]["by"].value() == str(month.pk)


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
    bars = {bar.label: bar.value for bar in figures.charts[6].bars}
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
    assert text.count('<figure class="chart">') == text.count("As a table") == 9
    assert len(page.context["figures"].charts[0].bars) == 28
    assert not re.search(r"<svg[^>]*style=|<rect[^>]*style=", text)


def test_waiting_is_charted_by_hour_and_by_rule_against_the_promise(desk: Client, lead: User) -> None:
    with time_machine.travel(START, tick=False):
        story = Desk()
        shouts = [story.send(f"ALL OF THIS IS SHOUTED OUT LOUD {n}", user=make_user()) for n in range(10)]
    with time_machine.travel(START + timedelta(hours=2), tick=False):
        story.now = START + timedelta(hours=2)
        first = story.send("My first thought.", user=make_user())
    for comment, minutes in zip(shouts, (2, 3, 8, 8, 9, 14, 14, 25, 61, 200), strict=True):
        actions.approve(comment.pk, by=lead, seen_version=1, now=START + timedelta(minutes=minutes))
    actions.approve(first.pk, by=lead, seen_version=1, now=START + timedelta(hours=2, minutes=4))
    now = START + timedelta(hours=9)
    count(now=now)
    with time_machine.travel(now, tick=False):
        page = desk.get(STATISTICS)
    charts = page.context["figures"].charts
    held, hours, rules = charts[4], charts[-2], charts[-1]
    assert (held.bars[9].value, held.bars[11].value, sum(bar.value for bar in held.bars)) == (10, 1, 11)
    assert (hours.bars[9].value, hours.bars[9].more) == (65, (10, 240, 10, "80 %"))
    assert (hours.bars[11].value, hours.bars[11].more) == (5, (5, 5, 1, "100 %"))
    assert (hours.bars[0].value, hours.bars[0].more) == (0, ("–", "–", 0, "–"))
    shouting = next(bar for bar in rules.bars if bar.name == "5. No shouting")
    assert (shouting.label, shouting.value, shouting.more) == ("5", 65, (10, 240, 10, "80 %"))
    assert (rules.mark, rules.mark_y) == (30, round(HEIGHT - HEIGHT * 30 / rules.top, 2))
    assert page.content.decode().count('class="chart-mark"') == 2


@pytest.mark.parametrize(("promise", "kept"), [(28, 2), (32, 3), (125, 4), (150, 5)])
def test_charts_and_headline_agree_on_what_was_within_any_promise(
    desk: Client, lead: User, promise: int, kept: int
) -> None:
    with override_settings(MODERATION_PROMISE_MINUTES=promise):
        with time_machine.travel(START, tick=False):
            story = Desk()
            shouts = [story.send(f"ALL OF THIS IS SHOUTED OUT LOUD {n}", user=make_user()) for n in range(6)]
        for comment, minutes in zip(shouts, (26, 28, 31, 123, 127, 151), strict=True):
            actions.approve(comment.pk, by=lead, seen_version=1, now=START + timedelta(minutes=minutes))
        now = START + timedelta(hours=9)
        count(now=now)
        with time_machine.travel(now, tick=False):
            figures = desk.get(STATISTICS).context["figures"]
    hours, rules = figures.charts[-2:]
    shouting = next(bar for bar in rules.bars if bar.name == "5. No shouting")
    told = {figures.promise_kept, hours.bars[9].more[-1], shouting.more[-1]}
    assert told == {f"{kept * 100 // 6} %"}


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
