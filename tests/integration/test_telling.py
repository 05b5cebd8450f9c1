"""How much of what a check saw an author is told: the same through every door, and the desk sees all."""

from dataclasses import replace
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from comments.links import mine_path
from comments.models import Comment, DecisionEvidence, Letter
from comments.moderation.checks import CHECKS, Told
from comments.privacy import export_person
from comments.wording import words_of
from tests.factories import make_user
from tests.integration.commenting import THREE_LINKS, Desk
from tests.integration.test_comment_pages import guest_form

pytestmark = pytest.mark.django_db

CAUGHT = "https://c.example"
FIGURES = "Your comment has 3 links; at most 2 are allowed."
RULE = "At most 2 links in a comment."


def links_rule(effect: str) -> list[dict[str, Any]]:
    text = "At most {max_links} links in a comment."
    rule = {"key": "links", "title": "Few links", "text": text, "check": "links", "effect": effect}
    return [{**rule, "parameters": {"max_links": 2}}]


@pytest.fixture(params=list(Told))
def told(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Told:
    """The links check as one that tells so much."""
    level: Told = request.param
    monkeypatch.setitem(CHECKS, "links", replace(CHECKS["links"], told=level))
    return level


def held(desk: Desk) -> Comment:
    return desk.send(THREE_LINKS)


def test_the_form_tells_what_it_may_and_always_the_rule(client: Client, told: Told) -> None:
    desk = Desk(rules=links_rule("refuse"))
    url = f"{desk.article.publications.get().get_absolute_url()}comments/new/"
    fields = guest_form(body=THREE_LINKS, policy_version=str(desk.policy.version))
    page = client.post(url, fields).content.decode()
    assert RULE in page
    assert (f"<mark>{CAUGHT}</mark>" in page) == (told is Told.WORDS)
    assert (FIGURES in page) == (told is not Told.RULE)


def test_the_private_page_of_a_waiting_comment_shows_its_rules_alone(client: Client, told: Told) -> None:
    comment = held(Desk(rules=links_rule("hold")))
    page = client.get(mine_path(comment)).content.decode()
    assert RULE in page
    assert ("<mark>" in page, "3 links" in page) == (False, False)


def test_statement_and_mail_quote_what_may_be_told(told: Told) -> None:
    desk = Desk(rules=links_rule("hold"))
    comment = held(desk)
    desk.reject(comment, "links")
    evidence = DecisionEvidence.objects.get(decision__comment=comment, decision__act="rejected")
    letter = Letter.objects.get(comment=comment)
    quoted = [{"rule": "links", "words": CAUGHT}] if told is Told.WORDS else []
    assert evidence.quoted == quoted
    for text in (evidence.statement, words_of(letter).text, words_of(letter).html):
        assert RULE in text
        assert ("The words in question:" in text) == (told is Told.WORDS)


def test_the_desks_preview_of_the_mail_is_what_the_author_gets(client: Client, told: Told) -> None:
    desk = Desk(rules=links_rule("hold"))
    comment = held(desk)
    client.force_login(desk.moderator)
    sent = {"version": comment.version, "rule": "links", "note": ""}
    page = client.post(reverse("moderation:preview", args=[comment.uid]), sent).content.decode()
    desk.reject(comment, "links")
    statement = DecisionEvidence.objects.get(decision__comment=comment, decision__act="rejected").statement
    assert all(line in page for line in statement.splitlines() if "“" not in line)
    assert ("The words in question:" in page) == (told is Told.WORDS)


def test_a_copy_of_ones_data_tells_no_more_than_the_letters_did(told: Told) -> None:
    desk = Desk(rules=links_rule("hold"))
    held(desk)
    [comment] = export_person(desk.reader.email)["comments"]
    [finding] = [one for one in comment["findings"] if one["fact"] or one["details"]] or [None]
    figures = {"links": 3, "max_links": 2}
    expected = None if told is Told.RULE else {"fact": "too_many_links", "entry": "", "details": figures}
    assert finding == expected


def test_the_desk_sees_all_of_it(client: Client, told: Told) -> None:
    comment = held(Desk(rules=links_rule("hold")))
    client.force_login(make_user(group="Moderator"))
    page = client.get(reverse("moderation:comment", args=[comment.uid])).content.decode()
    assert f"<mark>{CAUGHT}</mark>" in page


def test_a_check_that_is_gone_tells_its_rule_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    desk = Desk(rules=links_rule("hold"))
    comment = held(desk)
    monkeypatch.delitem(CHECKS, "links")
    desk.reject(comment, "links")
    assert DecisionEvidence.objects.get(decision__comment=comment, decision__act="rejected").quoted == []
