"""Statements as the European Union's transparency database takes them: complete, and about nobody."""

import csv
import io
import json
import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from comments import actions
from comments.eu_database import FIELDS, entries
from comments.models import Comment, Decision
from comments.statements import Law
from tests import factories
from tests.integration.commenting import THREE_LINKS, Desk

pytestmark = pytest.mark.django_db
REQUIRED = {
    "decision_ground", "content_type", "category", "territorial_scope", "content_date", "application_date",
    "decision_facts", "source_type", "automated_detection", "automated_decision", "puid",
}  # fmt: skip
"""What the interface asks of every statement."""


@pytest.fixture
def desk() -> Desk:
    desk = Desk()
    desk.now -= timedelta(minutes=30)
    return desk


def exported(desk: Desk, **span: Any) -> list[dict[str, Any]]:
    day = timedelta(days=1)
    return list(entries(**{"since": desk.now - day, "until": desk.now + day, "now": timezone.now(), **span}))


def test_rejection_under_a_rule(desk: Desk) -> None:
    decision = desk.reject(desk.send(THREE_LINKS, ask_moderator=True), "links", "respect")
    [entry] = exported(desk)
    today = timezone.localtime(desk.now).date().isoformat()
    facts, scope = entry.pop("decision_facts"), entry.pop("territorial_scope")
    assert entry == {
        "decision_visibility": ["DECISION_VISIBILITY_CONTENT_DISABLED"],
        "decision_ground": "DECISION_GROUND_INCOMPATIBLE_CONTENT",
        "decision_ground_reference_url": "http://testserver/comment-policy/1/#rule-2",
        "incompatible_content_ground": (
            "Comment policy, version 1, rule 2: Few links; version 1, rule 3: Respect others"
        ),
        "incompatible_content_explanation": (
            "A check had marked words that break rule 2; they were quoted to the author.\n"
            "A moderator judged that the comment, taken as a whole, breaks rule 3.\n"
            "Against the rule: At most 2 links in a comment.\n"
            "Against the rule: Argue with arguments, not with insults."
        ),
        "incompatible_content_illegal": "No",
        "content_type": ["CONTENT_TYPE_TEXT"],
        "category": "STATEMENT_CATEGORY_OTHER_VIOLATION_TC",
        "content_language": "EN",
        "content_date": today,
        "application_date": today,
        "source_type": "SOURCE_VOLUNTARY",
        "automated_detection": "Yes",
        "automated_decision": "AUTOMATED_DECISION_NOT_AUTOMATED",
        "puid": str(decision.uid),
    }
    assert "An automatic check had pointed it out. A person decided" in facts
    assert (len(scope), len(set(scope)), {"DE", "NO"} <= set(scope)) == (30, 30, True)


def test_explanation_says_how_it_was_judged_without_a_word_of_anybody_s(desk: Desk) -> None:
    noted, silent = desk.send("You fools."), desk.send("You clowns.")
    desk.reject(noted, note="Call nobody a fool.")
    decision = desk.reject(silent)
    rule = "Against the rule: Argue with arguments, not with insults."
    as_a_whole = "A moderator judged that the comment, taken as a whole, breaks rule 3."
    assert [entry["incompatible_content_explanation"] for entry in exported(desk)] == [
        f"A moderator has written to the author why.\n{rule}",
        f"{as_a_whole}\n{rule}",
    ]
    # Once the words are erased nobody can tell any more whether some of them had been marked.
    decision.evidence.erased_at = desk.now
    decision.evidence.save()
    assert exported(desk)[1]["incompatible_content_explanation"] == rule


def test_removal_as_illegal_after_a_notice(desk: Desk) -> None:
    comment = factories.make_comment(discussion=factories.make_discussion(desk.article))
    notice = actions.Notice(
        comment=comment,
        form_key=comment.uid,
        user=desk.reader,
        illegal=True,
        explanation="Secret words",
        good_faith=True,
    )
    actions.report(notice, now=desk.now)
    law = Law("Criminal Code, section 185", "It calls a private person a thief.")
    actions.remove(comment.pk, by=desk.moderator, seen_version=1, now=desk.now, law=law)
    [entry] = exported(desk)
    assert {name: entry[name] for name in entry if "ground" in name or "illegal" in name} == {
        "decision_ground": "DECISION_GROUND_ILLEGAL_CONTENT",
        "illegal_content_legal_ground": "Criminal Code, section 185",
        "illegal_content_explanation": "It calls a private person a thief.",
    }
    assert (entry["decision_visibility"], entry["category"], entry["source_type"]) == (
        ["DECISION_VISIBILITY_CONTENT_REMOVED"],
        "STATEMENT_CATEGORY_ILLEGAL_OR_HARMFUL_SPEECH",
        "SOURCE_ARTICLE_16",
    )


def test_every_statement_has_what_is_required_and_nothing_of_anybody(desk: Desk) -> None:
    desk.reject(desk.send("Secret words of Ada"), note="Secret note")
    for entry in exported(desk):
        assert set(entry) >= REQUIRED
        assert set(entry) <= set(FIELDS)
        assert not re.search("Secret|Ada|reader@", json.dumps(entry))
        assert re.fullmatch(r"[a-zA-Z0-9_-]{1,500}", entry["puid"])


def test_categories_of_rules_are_a_setting(desk: Desk, settings: Any) -> None:
    settings.EU_CATEGORIES = {"respect": "STATEMENT_CATEGORY_CYBER_VIOLENCE"}
    desk.reject(desk.send(), "links", "respect")
    [entry] = exported(desk)
    assert (entry["category"], entry["category_addition"]) == (
        "STATEMENT_CATEGORY_OTHER_VIOLATION_TC",
        ["STATEMENT_CATEGORY_CYBER_VIOLENCE"],
    )


def test_what_was_or_can_be_undone_is_left_out(desk: Desk) -> None:
    first = desk.reject(desk.send())
    actions.undo(first.pk, by=desk.moderator, now=desk.now)
    desk.reject(Comment.objects.get(), now=timezone.now())
    assert exported(desk) == []
    assert len(exported(desk, now=timezone.now() + timedelta(minutes=2))) == 1


def test_span_begins_and_ends_where_it_says(desk: Desk) -> None:
    desk.reject(desk.send())
    at = Decision.objects.get(act="rejected").at
    moment = timedelta(microseconds=1)
    assert len(exported(desk, since=at, until=at + moment)) == 1
    assert (exported(desk, since=at + moment), exported(desk, until=at)) == ([], [])


def test_command_writes_json_and_csv(desk: Desk, tmp_path: Path) -> None:
    desk.reject(desk.send())
    today = timezone.localtime(desk.now).date().isoformat()
    span = [f"--since={today}", f"--until={today}"]
    out = io.StringIO()
    call_command("export_statements", *span, stdout=out)
    [entry] = json.loads(out.getvalue())["statements"]
    file = tmp_path / "statements.csv"
    call_command("export_statements", *span, "--format=csv", f"--output={file}", stdout=io.StringIO())
    [row] = csv.DictReader(file.read_text(encoding="utf-8-sig").splitlines())
    assert list(row) == list(FIELDS)
    assert {name: row[name] for name in ("puid", "category")} == {
        name: entry[name] for name in ("puid", "category")
    }
    assert json.loads(row["territorial_scope"]) == entry["territorial_scope"]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--since=tomorrow"], "'tomorrow' is no day"),
        (["--since=2025-03-02", "--until=2025-03-01"], "--until is before"),
        (["--output=/nowhere/at/all"], "cannot be written"),
    ],
)
def test_command_says_what_is_wrong(arguments: list[str], sentence: str) -> None:
    with pytest.raises(CommandError, match=re.escape(sentence)):
        call_command("export_statements", *arguments)


def test_lead_downloads_both_files(desk: Desk, client: Client) -> None:
    desk.reject(desk.send(), law=Law("=HYPERLINK(1)", "-1"), rule_keys=())
    client.force_login(factories.make_user(group="Moderation lead"))
    address = "/admin/moderation/statements/"
    assert client.get(address).status_code == 200
    today = timezone.localtime(desk.now).date().isoformat()
    span = {"since": today, "until": today}
    made = client.get(address, {**span, "format": "json"}).getvalue()  # type: ignore[attr-defined]
    [entry] = json.loads(made)["statements"]
    table = client.get(address, {**span, "format": "csv"}).getvalue().decode("utf-8-sig")  # type: ignore[attr-defined]
    [row] = csv.DictReader(io.StringIO(table))
    assert entry["illegal_content_legal_ground"] == "=HYPERLINK(1)"
    assert (row["illegal_content_legal_ground"], row["illegal_content_explanation"]) == (
        "'=HYPERLINK(1)",
        "'-1",
    )


@pytest.mark.parametrize(
    "changes", [{"since": "x"}, {"until": ""}, {"until": "1999-01-01"}, {"format": "xml"}]
)
def test_form_says_what_is_wrong(desk: Desk, client: Client, changes: dict[str, str]) -> None:
    client.force_login(factories.make_user(group="Moderation lead"))
    span = {"since": "2025-03-01", "until": "2025-03-02", "format": "csv", **changes}
    assert client.get("/admin/moderation/statements/", span).status_code == 400


def test_more_statements_cost_no_more_queries(desk: Desk, django_assert_num_queries: Any) -> None:
    for text in ("One", "Two", "Three"):
        desk.reject(desk.send(text))
        with django_assert_num_queries(4):
            exported(desk)
