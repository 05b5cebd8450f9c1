"""The public report of a month in which everything happened, row by row against the raw rows that it stands on."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.conf import settings

from comments.counting import count
from comments.figures import counted_month, newest_rules
from comments.models import Appeal, Decision, RefusalCount, Report
from comments.transparency import MonthReport, report_of, rows_of
from tests.integration.busy_month import SINCE, UNTIL, Month, whole_month

pytestmark = pytest.mark.django_db


@pytest.fixture
def month() -> Month:
    return whole_month()


# --- counted once more, comment by comment


Row = tuple[str, str]


def recount() -> Counter[Row]:
    """Every figure of October from decisions, reports, appeals and refusals as they are stored."""
    found: Counter[Row] = Counter()
    decisions = list(Decision.objects.order_by("seq").prefetch_related("grounds").select_related("undoes"))
    undone = {one.undoes_id for one in decisions}
    chains = defaultdict(list)
    for decision in decisions:
        if decision.comment_id:
            chains[decision.comment_id].append(decision)
        elif decision.commenter_id and in_month(decision.at) and decision.pk not in undone:
            found.update(of_commenter(decision))
    waits: list[int] = []
    for chain in chains.values():
        found.update(of_comment(chain, undone, waits))
    found.update(of_waits(waits))
    for refused in RefusalCount.objects.all():
        if SINCE.date() <= refused.day < UNTIL.date():
            found["total", "refused"] += refused.count
            found["rule_refused", refused.rule_key] += refused.count
    found.update(of_readers())
    told_apart = ("published", "held", "approved", "rejected", "removed")
    acts = {key: n for (group, key), n in found.items() if group == "automation" and "_after_" not in key}
    acts = {key: n for key, n in acts.items() if key.split("_")[0] in told_apart}
    by_program = sum(n for key, n in acts.items() if key.endswith("_automatic"))
    found["percent", "automatic"] = by_program * 100 // sum(acts.values())
    judged = found["automation", "decided_after_check"] + found["automation", "published_automatic"]
    wrong = found["automation", "approved_after_check"] + found["automation", "unpublished_same_month"]
    found["percent", "reversal_of_automatic"] = wrong * 100 // judged
    return found


def in_month(at: datetime | None) -> bool:
    return at is not None and SINCE <= at < UNTIL


def of_comment(chain: list[Decision], undone: set[int | None], waits: list[int]) -> Iterator[Row]:
    """What one comment adds, its decisions read in their order as a person would."""
    hold: Decision | None = None
    hold_before: dict[int, Decision | None] = {}
    published: Decision | None = None
    down: Decision | None = None
    for one in chain:
        counts = in_month(one.at) and one.pk not in undone and one.act != "undone"
        grounds = [(ground.kind, ground.key) for ground in one.grounds.all()]
        if in_month(one.at) and one.from_state in ("", "unconfirmed") and one.act in ("published", "held"):
            yield "total", "received"
        if counts:
            yield from of_act(one, grounds)
        if counts and one.from_state == "held" and one.act in ("approved", "rejected") and hold:
            waits.append(-(-int((one.at - hold.at).total_seconds()) // 60))
            rules = [ground.key for ground in hold.grounds.all() if ground.kind == "rule"]
            if hold.automatic and rules:
                yield "automation", "decided_after_check"
                yield from (("rule_decided_after_check", key) for key in rules)
                if one.act == "approved":
                    yield "automation", "approved_after_check"
                    yield from (("rule_approved_after_all", key) for key in rules)
        if counts and one.act in ("rejected", "removed") and published:
            yield from of_taken_down(published)
        if counts and one.act in ("restored", "granted") and down:
            yield "total", "reversed"
        # What is so from now on.
        hold_before[one.pk] = hold
        if one.to_state == "held" and one.from_state != "held":
            taken_back = one.undoes if one.act == "undone" else None
            gave_back = taken_back is not None and taken_back.from_state == "held"
            hold = hold_before[taken_back.pk] if taken_back and gave_back else one
        made_public = one.to_state == "public" and one.from_state != "public" and one.act != "undone"
        if made_public and one.pk not in undone:
            published = one
        if one.act in ("rejected", "removed"):
            down = one


def of_act(one: Decision, grounds: list[tuple[str, str]]) -> Iterator[Row]:
    if one.act in ("published", "approved"):
        yield "total", "published"
    if one.act in ("held", "rejected", "removed", "withdrawn"):
        yield "total", one.act
    if one.act in ("published", "held", "approved", "rejected", "removed"):
        yield "automation", f"{one.act}_{'automatic' if one.automatic else 'people'}"
    for kind, key in grounds:
        if kind == "rule" and one.act in ("held", "rejected", "removed"):
            yield f"rule_{one.act}", key
        if kind == "standing" and one.act == "held":
            yield "held_for_standing_reason", key
        if kind == "law" and one.act in ("rejected", "removed"):
            yield "total", "illegal"


def of_taken_down(published: Decision) -> Iterator[Row]:
    if published.automatic:
        yield "automation", "unpublished"
    if published.automatic and in_month(published.at):
        yield "automation", "unpublished_same_month"


def of_commenter(one: Decision) -> Iterator[Row]:
    if one.act == "sanctioned":
        yield "sanction", one.to_state
    if one.act in ("lifted", "granted"):
        yield "sanction", one.act


def of_waits(waits: list[int]) -> dict[Row, int]:
    waits = sorted(waits)
    return {
        ("waiting", "decided"): len(waits),
        ("waiting", "within_promise"): sum(n <= settings.MODERATION_PROMISE_MINUTES for n in waits),
        ("waiting", "median_minutes"): waits[-(-len(waits) // 2) - 1],
        ("waiting", "ninetieth_percentile_minutes"): waits[-(-len(waits) * 9 // 10) - 1],
    }


def of_readers() -> Iterator[Row]:
    for report in Report.objects.select_related("decision"):
        if in_month(report.created_at):
            yield "report", "illegal" if report.illegal else "rule"
        if report.decision and in_month(report.decision.at):
            yield "report", report.state
    for made in Appeal.objects.all():
        if in_month(made.created_at):
            yield "appeal", "received"
        if in_month(made.answered_at):
            yield "appeal", made.state


# --- equal


def reported(now: datetime) -> MonthReport:
    count(now=now)
    month = counted_month(date(2026, 10, 1))
    assert month is not None
    return report_of(month, newest_rules())


NOT_HERE = {
    ("automation", "rejected_automatic"),
    ("automation", "removed_automatic"),
    ("held_for_standing_reason", "check_unavailable"),
}
"""Nothing is ever turned down by the program alone; a check that fails has a test of its own."""


def test_every_row_of_the_report_equals_a_recount_from_the_raw_rows(month: Month) -> None:
    rows = {(group, key): n for _month, group, key, n in rows_of(reported(month.now + timedelta(days=20)))}
    counted = recount()
    assert {row: n for row, n in rows.items() if n} == {row: n for row, n in counted.items() if n}
    empty = {row for row, n in rows.items() if not n and not row[0].startswith("rule_")}
    assert empty == NOT_HERE
    of_rules = {group for (group, _key), n in rows.items() if n and group.startswith("rule_")}
    assert len(of_rules) == 6


def test_comment_that_two_rules_held_is_one_that_people_decided_on(month: Month) -> None:
    report = reported(month.now + timedelta(days=20))
    lines = {line.key: line.count for line in report.automation}
    assert (lines["decided_after_check"], lines["approved_after_check"]) == (4, 2)
    assert sum(rule.decided_after_check for rule in report.rules) == 8


def test_what_was_published_in_an_earlier_month_is_no_part_of_the_share(month: Month) -> None:
    report = reported(month.now + timedelta(days=20))
    lines = {line.key: line.count for line in report.automation}
    assert lines["unpublished"] == lines["unpublished_same_month"] + 1
    assert report.overturned == lines["approved_after_check"] + lines["unpublished_same_month"]


def test_page_says_the_programs_share_and_how_often_it_was_wrong(client: Any, month: Month) -> None:
    report = reported(month.now + timedelta(days=20))
    text = " ".join(client.get("/comment-policy/transparency/2026/10/").content.decode().split())
    assert f"The program made {report.automatic_share} of these decisions" in text
    assert f"({report.overturned} of {report.judged})" in text
    data = client.get("/comment-policy/transparency.json").json()
    percent = next(one["figures"]["percent"] for one in data["months"] if one["month"] == "2026-10")
    assert {f"{n} %" for n in percent.values()} == {report.automatic_share, report.reversal}
