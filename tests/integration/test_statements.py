"""Statements of reasons: frozen with the decision, complete, readable by their author alone."""

import html
import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from comments import actions, links
from comments.actions.citing import acceptable_law
from comments.enums import Restriction, Source
from comments.models import Comment, Decision, Letter, Statement
from comments.privacy import erase_person
from comments.querysets import Unchangeable
from comments.seals import faults
from comments.statements import APPEALS_LAST, Law
from comments.wording import words_of
from tests import factories
from tests.integration.commenting import THREE_LINKS, Desk

pytestmark = pytest.mark.django_db
LAW = Law("Criminal Code, section 185", "It calls a private person a thief.")


@pytest.fixture
def desk() -> Desk:
    """Half an hour ago, so that what is decided now has been mailed."""
    desk = Desk()
    desk.now -= timedelta(minutes=30)
    return desk


def terms_of(decision: Decision) -> dict[str, Any]:
    fields = ("restriction", "ends_at", "source", "automated_detection", "automated_decision", "language")
    return Statement.objects.values(*fields).get(decision=decision)


def text_of(response: Any) -> str:
    plain = re.sub(r"<[^>]+>", " ", response.content.decode().partition("<main")[2])
    return html.unescape(re.sub(r"\s+", " ", plain))


def page_of(decision: Decision) -> str:
    comment = Comment.objects.get(pk=decision.comment_id)
    return links.statement_path(comment, decision.subject_version)


# --- what is frozen


def test_rejection_freezes_what_article_17_asks_for(desk: Desk) -> None:
    decision = desk.reject(desk.send(THREE_LINKS, ask_moderator=True), "links")
    assert terms_of(decision) == {
        "restriction": Restriction.NOT_PUBLISHED,
        "ends_at": None,
        "source": Source.OWN,
        "automated_detection": True,
        "automated_decision": False,
        "language": "en",
    }
    assert decision.statement_of_reasons.appeal_until == desk.now + APPEALS_LAST


def test_removal_is_another_restriction_and_no_program_found_it(desk: Desk) -> None:
    comment = factories.make_comment(discussion=factories.make_discussion(desk.article))
    decision = actions.remove(
        comment.pk, by=desk.moderator, seen_version=1, now=desk.now, rule_keys=["respect"]
    )
    terms = terms_of(decision)
    assert (terms["restriction"], terms["automated_detection"]) == (Restriction.REMOVED, False)


def test_check_of_a_rule_that_is_not_cited_did_not_detect_what_is_decided_on(desk: Desk) -> None:
    decision = desk.reject(desk.send(THREE_LINKS, ask_moderator=True), "respect")
    assert terms_of(decision)["automated_detection"] is False


def test_each_statement_of_many_is_its_own(desk: Desk) -> None:
    comments = [desk.send(THREE_LINKS, ask_moderator=True), desk.send("Plain")]
    items = [(comment.pk, 1) for comment in comments]
    actions.reject_many(items, by=desk.moderator, now=desk.now, rule_keys=["links"])
    found = Statement.objects.order_by("decision__comment").values_list("automated_detection", flat=True)
    assert list(found) == [True, False]


def test_approvals_holds_and_undoings_have_no_statement(desk: Desk) -> None:
    decision = desk.reject(desk.send())
    actions.undo(decision.pk, by=desk.moderator, now=desk.now)
    desk.approve(Comment.objects.get())
    assert list(Statement.objects.values_list("decision", flat=True)) == [decision.pk]


def test_statement_cannot_be_changed_or_deleted(desk: Desk) -> None:
    desk.reject(desk.send())
    statement = Statement.objects.get()
    with pytest.raises(Unchangeable):
        statement.save()
    with pytest.raises(Unchangeable):
        statement.delete()
    with pytest.raises(Unchangeable):
        Statement.objects.update(source=Source.NOTICE)


# --- why


AS_A_WHOLE = "A moderator judged that the comment, taken as a whole, breaks rule 3."


def test_where_nothing_was_marked_it_says_that_all_was_judged_and_quotes_it(
    desk: Desk, client: Client
) -> None:
    decision = desk.reject(desk.send("You are all fools."))
    letter = words_of(Letter.objects.get())
    assert f"{AS_A_WHOLE} It reads: “You are all fools.”\n" in decision.evidence.statement
    assert decision.evidence.statement in letter.text
    assert f"<p>{AS_A_WHOLE}</p>" in letter.html
    assert f"<p>{AS_A_WHOLE}</p>" in client.get(page_of(decision)).content.decode()


def test_where_words_were_marked_or_a_note_says_why_it_says_nothing_else(desk: Desk, client: Client) -> None:
    marked = desk.reject(desk.send(THREE_LINKS, ask_moderator=True), "links")
    noted = desk.reject(desk.send("You are all fools."), note="Call nobody a fool.")
    for decision in (marked, noted):
        assert "taken as a whole" not in decision.evidence.statement
        assert "taken as a whole" not in client.get(page_of(decision)).content.decode()


def test_of_several_rules_those_without_marked_words_are_named(desk: Desk) -> None:
    decision = desk.reject(desk.send(THREE_LINKS, ask_moderator=True), "links", "respect")
    assert f"{AS_A_WHOLE} It reads: “{THREE_LINKS}”" in decision.evidence.statement


# --- the law


def test_law_is_a_ground_beside_or_without_a_rule(desk: Desk) -> None:
    decision = desk.reject(desk.send(), law=LAW, rule_keys=())
    assert list(decision.grounds.values_list("kind", "key", "rule")) == [("law", LAW.name, None)]
    both = desk.reject(desk.send("Another"), "respect", law=LAW)
    assert list(both.grounds.values_list("kind", "key")) == [("rule", "respect"), ("law", LAW.name)]


def test_law_and_why_are_told_to_the_author_and_sealed(desk: Desk) -> None:
    comment = desk.send()
    decision = actions.reject(comment.pk, by=desk.moderator, seen_version=1, now=desk.now, law=LAW)
    letter = Letter.objects.get()
    told = (
        "We hold that it is against the law: Criminal Code, section 185\nIt calls a private person a thief.\n"
    )
    assert told in words_of(letter).text
    assert "against the law: <bdi>Criminal Code, section 185</bdi>" in words_of(letter).html
    assert list(faults()) == []
    evidence = decision.evidence
    evidence.explanation = "Something else."
    evidence.save()
    assert len(list(faults())) == 1


def test_rejection_without_rule_or_law_is_refused(desk: Desk) -> None:
    comment = desk.send()
    with pytest.raises(actions.RuleNeeded):
        actions.reject(comment.pk, by=desk.moderator, seen_version=1, now=desk.now)


@pytest.mark.parametrize(
    ("name", "why", "field"),
    [("", "Because.", "law"), ("§ 1", "", "why"), ("x" * 201, "Because.", "law"), ("§ 1", "\x00", "why")],
)
def test_half_a_law_is_refused(name: str, why: str, field: str) -> None:
    with pytest.raises(actions.Unacceptable) as refused:
        acceptable_law(name, why)
    assert refused.value.field == field


def test_desks_form_rejects_under_a_law(desk: Desk, client: Client) -> None:
    comment = desk.send()
    client.force_login(desk.moderator)
    address = f"/admin/moderation/comments/{comment.uid}/act/"
    sent = {"act": "reject", "version": 1, "law": "§ 185", "place": "comment"}
    half = client.post(address, sent)
    assert (half.status_code, Comment.objects.get().state) == (400, "held")
    assert "Say why the comment breaks that law" in half.content.decode()
    assert 'value="§ 185"' in half.content.decode()
    whole = client.post(address, {**sent, "why": "It calls somebody a thief."})
    assert (whole.status_code, Comment.objects.get().state) == (303, "rejected")
    assert "Law: § 185" in client.get(f"/admin/moderation/comments/{comment.uid}/").content.decode()


def test_mail_is_shown_before_a_decision_under_a_law(desk: Desk, client: Client) -> None:
    comment = desk.send()
    client.force_login(desk.moderator)
    address = f"/admin/moderation/comments/{comment.uid}/preview/"
    sent = {"law": LAW.name, "why": LAW.why, "place": "comment"}
    assert "It calls a private person a thief." in client.post(address, sent).content.decode()
    assert "or name a law" in client.post(address, {"place": "comment"}).content.decode()


# --- the page


def test_author_reads_the_statement_at_the_mailed_address(desk: Desk, client: Client) -> None:
    decision = desk.reject(desk.send(THREE_LINKS, ask_moderator=True), "links", note="Choose one.", law=LAW)
    address = page_of(decision)
    assert f"http://testserver{address}\n" in words_of(Letter.objects.get()).text
    response = client.get(address)
    shown = text_of(response)
    for told in (
        "Why your comment was not published",
        "Rule 2: Few links",
        "At most 2 links in a comment.",
        "https://c.example",
        "Criminal Code, section 185",
        "It calls a private person a thief.",
        "Choose one.",
        "An automatic check had pointed it out. A person decided, not a program.",
    ):
        assert told in shown
    assert (response["Cache-Control"], response["X-Robots-Tag"]) == ("no-store, private", "noindex, nofollow")
    assert address in client.get(links.mine_path(Comment.objects.get())).content.decode()


def test_statement_is_in_its_authors_language(desk: Desk, client: Client) -> None:
    commenter = factories.make_commenter(language="fa")
    decision = desk.reject(factories.make_comment(commenter=commenter, state="held"))
    response = client.get(page_of(decision))
    assert (response["Content-Language"], 'dir="rtl"' in response.content.decode()) == ("fa", True)


def test_statement_opens_for_nobody_else(desk: Desk, client: Client) -> None:
    decision = desk.reject(desk.send())
    address = page_of(decision)
    for wrong in (address.replace("/mine/", "/mine/x"), address.replace("reasons/1", "reasons/2")):
        assert client.get(wrong).status_code == 404
    client.force_login(desk.moderator)
    assert client.get(address.replace("/mine/", "/mine/x")).status_code == 404


def test_statement_is_not_there_until_its_mail_leaves_or_once_undone_or_erased(
    desk: Desk, client: Client
) -> None:
    decision = desk.reject(desk.send(), now=timezone.now())
    assert client.get(page_of(decision)).status_code == 404
    assert "reasons/" not in client.get(links.mine_path(Comment.objects.get())).content.decode()
    actions.undo(decision.pk, by=desk.moderator, now=timezone.now())
    comment = Comment.objects.get()
    again = desk.reject(comment)
    assert (client.get(page_of(decision)).status_code, client.get(page_of(again)).status_code) == (404, 200)
    erase_person("reader@example.org", now=timezone.now())
    assert client.get(page_of(again)).status_code == 404


def test_page_takes_as_many_queries_for_one_rule_as_for_three(
    desk: Desk, client: Client, django_assert_num_queries: Any
) -> None:
    one = desk.reject(desk.send())
    three = desk.reject(desk.send("Another"), "respect", "links", "length")
    for decision in (one, three):
        with django_assert_num_queries(9):
            assert client.get(page_of(decision)).status_code == 200
