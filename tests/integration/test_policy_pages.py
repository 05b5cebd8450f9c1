"""The policy as readers read it: the very figures of the checks, at addresses that stay."""

import html
import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from comments.enums import StandingReason
from comments.models import RuleCheck
from tests.factories import make_policy

pytestmark = pytest.mark.django_db


def text_of(response: Any) -> str:
    return html.unescape(re.sub(r"\s+", " ", response.content.decode()))


def links_rule(most: int) -> list[dict[str, Any]]:
    text = "At most {max_links} links in a comment."
    check = {"check": "links", "parameters": {"max_links": most}, "effect": "refuse"}
    return [{"key": "links", "title": "Few links", "text": text, **check}]


def test_policy_prints_the_very_figures_that_the_checks_use(client: Client) -> None:
    make_policy(rules=links_rule(7))
    assert RuleCheck.objects.get().parameters == {"max_links": 7}
    assert "At most 7 links in a comment." in text_of(client.get("/comment-policy/"))


def test_each_rule_has_its_anchor_and_says_what_its_check_does(client: Client) -> None:
    make_policy()
    page = client.get("/comment-policy/").content.decode()
    assert re.findall(r'id="(rule-\d+)"', page) == ["rule-1", "rule-2", "rule-3"]
    effects = [html.unescape(found) for found in re.findall(r'class="rule__effect">(.*?)</p>', page)]
    assert effects == [
        "Checked before you post: you are told, and the comment is not taken until it fits.",
        "Checked before you post: you are shown what is caught, and may change it"
        " or send it to a moderator anyway.",
        "Judged by moderators, not by a program.",
    ]


def test_policy_prints_every_standing_reason(client: Client) -> None:
    make_policy()
    page = text_of(client.get("/comment-policy/"))
    assert [str(label) for label in StandingReason.labels if f"<li>{label}.</li>" not in page] == []


def test_old_version_stays_and_says_that_it_was_replaced(client: Client) -> None:
    now = timezone.now()
    make_policy(rules=links_rule(2), posted_at=now - timedelta(days=9))
    make_policy(version=2, rules=links_rule(1), posted_at=now - timedelta(days=1))
    old = text_of(client.get("/comment-policy/1/"))
    assert "At most 2 links in a comment." in old
    assert "This version has been replaced." in old
    assert "At most 1 links in a comment." in text_of(client.get("/comment-policy/"))


def test_announced_version_is_readable_and_named_beside_the_one_in_force(client: Client) -> None:
    make_policy(rules=links_rule(2))
    make_policy(version=2, rules=links_rule(1), effective_from=timezone.now() + timedelta(days=3))
    page = text_of(client.get("/comment-policy/"))
    assert "At most 2 links in a comment." in page
    assert 'href="/comment-policy/2/"' in page
    assert "Version 2 comes into force on" in page
    assert "in force from" in text_of(client.get("/comment-policy/2/"))


def test_announced_version_is_in_force_at_its_second_and_not_cached_beyond(client: Client) -> None:
    make_policy(rules=links_rule(2))
    make_policy(version=2, rules=links_rule(1), effective_from=timezone.now() + timedelta(seconds=5))
    assert client.get("/comment-policy/")["Cache-Control"] in ("public, max-age=4", "public, max-age=3")


@pytest.mark.parametrize(
    "address", ["/comment-policy/2/", "/comment-policy/9/", "/comment-policy/99999999999999999999/"]
)
def test_draft_and_unknown_version_are_not_there(client: Client, address: str) -> None:
    make_policy()
    make_policy(version=2, posted_at=None)
    assert client.get(address).status_code == 404


def test_without_a_policy_the_page_says_that_comments_are_closed(client: Client) -> None:
    make_policy(posted_at=None)
    response = client.get("/comment-policy/")
    assert response.status_code == 200
    assert "No comment policy is in force, so comments are closed on all stories." in text_of(response)


def test_policy_pages_are_public_pages(client: Client) -> None:
    make_policy()
    for address in ("/comment-policy/", "/comment-policy/1/"):
        response = client.get(address)
        assert dict(response.cookies) == {}
        assert response.get("Vary", "") in ("", "Accept-Encoding")
        assert response["Cache-Control"].startswith("public, max-age=")
        assert client.post(address).status_code == 405


@pytest.mark.parametrize("versions", [1, 3])
def test_policy_page_takes_the_same_queries_for_any_number_of_versions(
    client: Client, django_assert_num_queries: Any, versions: int
) -> None:
    now = timezone.now()
    for version in range(1, versions + 1):
        make_policy(version=version, posted_at=now - timedelta(days=9 - version))
    with django_assert_num_queries(6):
        client.get("/comment-policy/")
