"""The log of decisions: order, filters, pages, and what it refuses."""

import csv
import io
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from comments import actions
from comments.models import Comment, CommentText, Decision, Policy
from newsroom.accounts.models import User
from tests.factories import make_comment, make_discussion, make_policy, make_user
from tests.integration.sanctioning import Sanctions

pytestmark = pytest.mark.django_db
LOG = "/admin/moderation/decisions/"


@pytest.fixture
def moderator() -> User:
    return make_user(group="Moderator")


@pytest.fixture
def desk(client: Client, moderator: User) -> Client:
    client.force_login(moderator)
    return client


@pytest.fixture
def leads_desk() -> Client:
    client = Client()
    client.force_login(make_user(group="Moderation lead"))
    return client


@pytest.fixture
def policy() -> Policy:
    return make_policy()


def decide(by: User, act: str, *, days_ago: int = 0, **fields: Any) -> Decision:
    comment = make_comment(state="held", **fields)
    now = timezone.now() - timedelta(days=days_ago)
    if act == "approve":
        return actions.approve(comment.pk, by=by, seen_version=1, now=now)
    return actions.reject(
        comment.pk, by=by, seen_version=1, now=now, rule_keys=["respect"], note="Not like this."
    )


def shown(desk: Client, **query: Any) -> list[str]:
    return [line.uid for line in desk.get(LOG, query).context["lines"]]


def test_log_is_newest_first_with_grounds_and_links(desk: Client, moderator: User, policy: Policy) -> None:
    first, second = decide(moderator, "reject", days_ago=1), decide(moderator, "approve")
    page = desk.get(LOG)
    assert [line.uid for line in page.context["lines"]] == [str(second.uid), str(first.uid)]
    text = page.content.decode()
    assert "Rule 3, Respect others (version 1)" in text
    assert reverse("moderation:comment", args=[Comment.objects.get(pk=first.comment_id).uid]) in text


def test_log_filters_by_act_rule_decider_and_way(
    desk: Client, leads_desk: Client, moderator: User, policy: Policy
) -> None:
    other = make_user(group="Moderator")
    rejected, approved = decide(moderator, "reject"), decide(other, "approve")
    assert shown(desk, act="rejected") == [str(rejected.uid)]
    assert shown(desk, rule="respect") == [str(rejected.uid)]
    assert shown(leads_desk, by=other.pk) == [str(approved.uid)]
    assert shown(desk, made="automatic") == []
    assert len(shown(desk, made="people")) == 2


def test_log_filters_by_story_in_any_of_its_addresses(desk: Client, moderator: User, policy: Policy) -> None:
    discussion = make_discussion()
    wanted = decide(moderator, "approve", discussion=discussion)
    decide(moderator, "approve")
    path = discussion.article.addresses.get().path
    for story in (path, f"/{path}/", f"https://paper.example/{path}/?x=1#y", str(discussion.article.uid)):
        assert shown(desk, story=story) == [str(wanted.uid)]


def test_log_filters_by_days_both_included(desk: Client, moderator: User, policy: Policy) -> None:
    old, new = decide(moderator, "approve", days_ago=3), decide(moderator, "approve")
    today, then = timezone.localdate(), timezone.localdate(old.at)
    assert shown(desk, since=today.isoformat()) == [str(new.uid)]
    assert shown(desk, until=then.isoformat()) == [str(old.uid)]
    assert shown(desk, since=then.isoformat(), until=today.isoformat()) == [str(new.uid), str(old.uid)]


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ({"since": "2025-02-30"}, "From: there is no such day."),
        ({"until": "yesterday"}, "To: there is no such day."),
        ({"since": "0001-01-01"}, "From: "),
        ({"until": "9999-12-31"}, "To: "),
        ({"since": "2025-03-02", "until": "2025-03-01"}, "To: this day is before"),
        ({"act": "exploded"}, "Act: "),
        ({"rule": "nonsense"}, "Rule: "),
        ({"about": "weather"}, "About: "),
        ({"by": "9" * 30}, "Decided by: "),
        ({"by": "9" * 5000}, "Decided by: "),
        ({"by": "x\x00"}, "Decided by: "),
        ({"story": "/nowhere/"}, "no story has or had this address"),
        ({"story": "http://[::1"}, "no story has or had this address"),
        ({"story": "a\x00"}, "Null characters"),
        ({"before": "x"}, "names no place in the log"),
    ],
)
def test_impossible_filters_give_sentences(
    leads_desk: Client, policy: Policy, query: dict[str, str], sentence: str
) -> None:
    response = leads_desk.get(LOG, query)
    assert response.status_code == 400
    assert sentence in response.content.decode()


def test_log_pages_by_key_and_keeps_the_filter(desk: Client, moderator: User, policy: Policy) -> None:
    discussion = make_discussion()
    made = [decide(moderator, "approve", discussion=discussion, days_ago=60 - number) for number in range(53)]
    page = desk.get(LOG, {"act": "approved"})
    assert len(page.context["lines"]) == 50
    rest = desk.get(LOG + page.context["older_url"])
    assert [line.uid for line in rest.context["lines"]] == [str(one.uid) for one in reversed(made[:3])]
    assert "act=approved" in page.context["older_url"]


def test_log_costs_the_same_queries_at_1_and_at_10(desk: Client, moderator: User, policy: Policy) -> None:
    decide(moderator, "reject")
    desk.get(LOG)
    with CaptureQueriesContext(connection) as few:
        desk.get(LOG)
    for _ in range(9):
        decide(moderator, "reject")
    with CaptureQueriesContext(connection) as many:
        desk.get(LOG)
    assert len(many) == len(few)


def test_log_names_the_decider_to_leads_and_oneself_alone(
    desk: Client, leads_desk: Client, moderator: User, policy: Policy
) -> None:
    other = make_user(group="Moderator")
    decide(other, "approve", days_ago=1)
    decide(moderator, "reject")
    assert [line.by for line in desk.get(LOG).context["lines"]] == ["You", "A colleague"]
    assert [line.by for line in leads_desk.get(LOG).context["lines"]] == [str(moderator), str(other)]
    assert "by" not in desk.get(LOG).context["form"].fields


def test_log_leaves_out_what_was_undone_when_asked(desk: Client, moderator: User, policy: Policy) -> None:
    stays, undone = decide(moderator, "approve"), decide(moderator, "reject")
    actions.undo(undone.pk, by=moderator, now=undone.at)
    assert len(shown(desk)) == 3
    assert shown(desk, stands="on") == [str(stays.uid)]


def test_log_as_csv_has_all_rows_of_the_filter(desk: Client, moderator: User, policy: Policy) -> None:
    rejected = decide(moderator, "reject", body="=HYPERLINK(1)")
    decide(moderator, "approve")
    answer = desk.get(f"{LOG}csv/", {"act": "rejected"})
    assert "no-store" in answer["Cache-Control"]
    text = b"".join(answer.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    (row,) = csv.DictReader(io.StringIO(text))
    assert (row["decision"], row["rules"], row["versions"]) == (str(rejected.uid), "respect", "1")
    assert (row["text"], row["note"], row["decided_by"]) == ("'=HYPERLINK(1)", "Not like this.", "You")


def test_log_shows_the_text_that_was_decided_on(desk: Client, moderator: User, policy: Policy) -> None:
    decision = decide(moderator, "reject", body="As it was sent.")
    later = decision.at + timedelta(minutes=1)
    comment = Comment.objects.get(pk=decision.comment_id)
    first = comment.current_text
    mended = CommentText.objects.create(
        comment=comment, number=2, body="As it was mended.", html="", renderer=1, created_at=later
    )
    Comment.objects.filter(pk=comment.pk).update(current_text=mended)
    assert first is not None
    assert [line.text for line in desk.get(LOG).context["lines"]] == [first.body]
    actions.restore(comment.pk, by=moderator, seen_version=comment.version, now=later + timedelta(minutes=1))
    assert [line.text for line in desk.get(LOG).context["lines"]] == [mended.body, first.body]


# --- sanctions


def test_log_has_sanctions_and_each_line_leads_to_its_own(client: Client) -> None:
    world = Sanctions()
    warning, ban = world.sanction("warning", None), world.sanction("ban", None)
    actions.lift(ban.pk, by=world.lead, reasons="Enough.", now=world.now + timedelta(minutes=1))
    client.force_login(world.moderator)
    page = client.get(LOG, {"about": "sanction"})
    assert [(line.name, line.sanction.pk) for line in page.context["lines"]] == [
        ("lifted", ban.pk),
        ("sanctioned", ban.pk),
        ("sanctioned", warning.pk),
    ]
    text = page.content.decode()
    assert f'<a href="/admin/moderation/sanctions/{ban.uid}/">Ban against <bdi>Ada Reader</bdi></a>' in text
    assert len(shown(client, about="ban")) == 2
    assert shown(client, about="warning", rule="respect", act="sanctioned") == [str(warning.decision.uid)]
    assert shown(client, about="discussion") == []
    world.break_rule()
    about_comments = client.get(LOG, {"about": "comment"}).context["lines"]
    assert [(line.name, line.sanction) for line in about_comments] == [("rejected", None)]


def test_log_as_csv_names_the_measure(client: Client) -> None:
    world = Sanctions()
    made = world.sanction("suspension", 3)
    client.force_login(world.lead)
    answer = client.get(f"{LOG}csv/", {"act": "sanctioned"})
    text = b"".join(answer.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    (row,) = csv.DictReader(io.StringIO(text))
    assert (row["sanction"], row["measure"], row["name"]) == (str(made.uid), "suspension", "Ada Reader")
    assert (row["rules"], row["comment"], row["decided_by"]) == ("respect", "", str(world.moderator))


def test_who_sanctioned_is_for_leads_to_know(client: Client) -> None:
    world = Sanctions()
    world.sanction("warning", None)
    client.force_login(world.second)
    assert str(world.moderator) not in client.get(LOG, {"about": "sanction"}).content.decode()


def test_log_costs_the_same_queries_for_1_sanction_and_for_5(client: Client) -> None:
    world = Sanctions()
    client.force_login(world.moderator)
    world.sanction("warning", None)
    client.get(LOG)
    with CaptureQueriesContext(connection) as few:
        client.get(LOG, {"about": "sanction"})
    for _ in range(4):
        world.sanction("warning", None)
    with CaptureQueriesContext(connection) as many:
        client.get(LOG, {"about": "sanction"})
    assert len(many) == len(few)


def test_csv_of_an_impossible_filter_gives_sentences(desk: Client, policy: Policy) -> None:
    assert desk.get(f"{LOG}csv/", {"act": "exploded"}).status_code == 400


def test_log_without_decisions_says_so(desk: Client) -> None:
    assert "Nothing has been decided yet." in desk.get(LOG).content.decode()


@pytest.mark.parametrize("group", ["", "Reporter", "Editor"])
def test_log_is_for_moderators(client: Client, group: str) -> None:
    client.force_login(make_user(group=group))
    assert client.get(LOG).status_code == 403
