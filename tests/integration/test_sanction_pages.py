"""The pages of sanctions: at the desk, and for whom they are against, where a stranger learns nothing."""

import json
import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from articles.models import Publication
from comments import actions, links
from comments.counting import count
from comments.eu_database import entries
from comments.models import Comment, Decision, Letter, Sanction
from comments.statements import Law
from newsroom.networks import network_key
from tests import factories
from tests.integration.commenting import token_in
from tests.integration.sanctioning import DAY, Sanctions
from tests.integration.test_circumstances import CALL, HERE, NEARLY, RETURNS

pytestmark = pytest.mark.django_db
DESK = "/admin/moderation"


@pytest.fixture
def desk() -> Sanctions:
    return Sanctions()


def signed_in(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    return client


def text_of(response: Any) -> str:
    text = re.sub(r"<(?!/?(?:h1|b)\b)[^>]+>", "", response.content.decode())
    return re.sub(r"\s+", " ", text)


def form_of(desk: Sanctions) -> str:
    return f"{Publication.objects.get(article=desk.article).get_absolute_url()}comments/new/"


def page_of(desk: Sanctions) -> str:
    return f"{DESK}/commenters/{desk.against.uid}/"


def seen_in(page: Any) -> str:
    found = re.search(r'name="seen" value="([^"]+)"', page.content.decode())
    assert found is not None
    return found[1]


def sent(client: Client, desk: Sanctions, **fields: Any) -> Any:
    """The form of a commenter's page, filled in and sent as its page was seen."""
    seen = fields.pop("seen", None) or seen_in(client.get(page_of(desk)))
    said = {"kind": "suspension", "days": "3", "rule": "respect", "note": "Stop it.", "step": "do", **fields}
    return client.post(page_of(desk), {"seen": seen, **said})


# --- the desk


def test_mail_is_shown_first_and_nothing_is_stored(desk: Sanctions) -> None:
    answer = sent(signed_in(desk.moderator), desk, step="show")
    assert answer.status_code == 200
    assert "You cannot send comments for a time." in text_of(answer)
    assert 'value="suspension" checked' in answer.content.decode()
    assert (Sanction.objects.count(), Letter.objects.count()) == (0, 0)


def test_sanction_is_made_from_the_form_and_undone_on_its_page(desk: Sanctions) -> None:
    client = signed_in(desk.moderator)
    answer = sent(client, desk)
    made = Sanction.objects.get()
    assert (answer.status_code, answer.headers["Location"]) == (303, f"{DESK}/sanctions/{made.uid}/")
    page = client.get(answer.headers["Location"])
    assert "Suspension for 3 days against" in text_of(page)
    assert client.post(answer.headers["Location"], {"act": "undo"}).status_code == 303
    assert "<b>Undone.</b>" in text_of(client.get(answer.headers["Location"]))


@pytest.mark.parametrize(
    ("fields", "status", "sentence"),
    [
        ({"kind": ""}, 400, "Measure: choose what is to happen."),
        ({"kind": "flogging"}, 400, "Measure: "),
        ({"days": "many"}, 400, "Days: write a whole number."),
        ({"days": "9999"}, 400, "Days: "),
        ({"days": ""}, 400, "Say for how many days"),
        ({"rule": ""}, 400, "Rules: "),
        ({"rule": "unheard-of"}, 400, "One of the rules chosen is not in the policy"),
        ({"note": ""}, 400, "Say in the note what happened."),
        ({"note": "NUL \x00"}, 400, "Note: "),
        ({"seen": "9-9"}, 409, "Somebody has decided about this commenter"),
    ],
)
def test_bad_form_is_answered_in_a_sentence_and_keeps_what_was_written(
    desk: Sanctions, fields: dict[str, str], status: int, sentence: str
) -> None:
    answer = sent(signed_in(desk.moderator), desk, **fields)
    assert (answer.status_code, sentence in text_of(answer)) == (status, True)
    assert fields.get("note", "Stop it.").replace("\x00", "") in answer.content.decode()
    assert Sanction.objects.count() == 0


def test_days_of_a_ban_are_left_out_and_it_becomes_a_proposal(desk: Sanctions) -> None:
    sent(signed_in(desk.moderator), desk, kind="ban", days="3")
    made = Sanction.objects.get()
    assert (made.days, made.is_open) == (None, True)
    own = text_of(signed_in(desk.moderator).get(f"{DESK}/sanctions/{made.uid}/"))
    assert "You proposed this, so somebody else has to agree." in own
    assert "Agree: ban from now on" not in own
    other = signed_in(desk.second)
    assert "Agree: ban from now on" in text_of(other.get(f"{DESK}/sanctions/{made.uid}/"))
    assert other.post(f"{DESK}/sanctions/{made.uid}/", {"act": "agree"}).status_code == 303
    assert Sanction.objects.get().decision is not None
    late = signed_in(desk.lead).post(f"{DESK}/sanctions/{made.uid}/", {"act": "agree"})
    assert (late.status_code, "A colleague has answered this already" in text_of(late)) == (409, True)


def test_lead_ends_it_and_a_moderator_is_offered_nothing_of_the_kind(desk: Sanctions) -> None:
    made = desk.sanction("ban", None)
    url = f"{DESK}/sanctions/{made.uid}/"
    assert "End it early" not in text_of(signed_in(desk.moderator).get(url))
    assert signed_in(desk.moderator).post(url, {"act": "lift", "reasons": "x"}).status_code == 403
    lead = signed_in(desk.lead)
    assert "End it early" in text_of(lead.get(url))
    assert lead.post(url, {"act": "lift", "reasons": ""}).status_code == 400
    assert lead.post(url, {"act": "lift", "reasons": "A year has passed."}).status_code == 303
    assert lead.post(url, {"act": "dance"}).status_code == 400


def test_card_proposes_from_the_record_and_fills_the_form_in(desk: Sanctions) -> None:
    desk.break_rule(3)
    comment = factories.make_comment(commenter=desk.against, state="held", policy=desk.policy)
    client = signed_in(desk.moderator)
    page = text_of(client.get(f"{DESK}/comments/{comment.uid}/"))
    assert "Proposed: warning, since rule 3 was broken three times in 30 days." in page
    filled = client.get(f"{page_of(desk)}?kind=pre_moderation&days=14&rule=respect").content.decode()
    for expected in ('value="pre_moderation" checked', 'value="14"', 'value="respect" checked'):
        assert expected in filled
    made = desk.sanction("suspension", 3)
    page = client.get(f"{DESK}/comments/{comment.uid}/")
    assert "<b>Suspension for 3 days</b>, until" in text_of(page)
    assert f"{DESK}/sanctions/{made.uid}/" in page.content.decode()


def test_card_names_the_banned_author_who_may_have_come_back() -> None:
    desk = Sanctions(rules=[RETURNS], approved_needed=0)
    troy = factories.make_commenter(name="Troy")
    factories.make_comment(body=CALL, commenter=troy, state="removed", network_key=network_key(HERE))
    desk.sanction("ban", None, against=troy, rule_keys=["possible_return"])
    comment = desk.send(NEARLY, network=HERE)
    page = signed_in(desk.moderator).get(f"{DESK}/comments/{comment.uid}/")
    assert "Possible return of Troy, who is banned." in text_of(page)
    assert f"{DESK}/commenters/{troy.uid}/" in page.content.decode()
    own = Client().get(links.mine_path(comment))
    assert "Troy" not in own.content.decode()


def test_list_has_what_waits_and_what_holds(desk: Sanctions) -> None:
    made = desk.sanction("suspension", 3)
    assert "For two:" not in text_of(signed_in(desk.second).get(f"{DESK}/"))
    desk.propose()
    actions.appeal(made.decision, "No.", now=desk.now)
    desk.reject(desk.send("Burn it.", user=factories.make_user()), law=Law("Code, section 1", "A threat."))
    assert "For two: 3" in text_of(signed_in(desk.second).get(f"{DESK}/"))
    page = text_of(signed_in(desk.second).get(f"{DESK}/sanctions/"))
    assert "1 comment taken down as illegal waits to be confirmed" in page
    assert "Ada Reader against: suspension for 3 days, promised by" in page
    assert "Ban against Ada Reader, today: <b>waits for a second person</b>" in page
    assert "Suspension for 3 days against Ada Reader, today: <b>until " in page


def test_pages_cost_the_same_queries_with_one_and_with_three(desk: Sanctions) -> None:
    client = signed_in(desk.lead)

    def queries(url: str) -> int:
        with CaptureQueriesContext(connection) as caught:
            assert client.get(url).status_code == 200
        return len(caught)

    made = desk.sanction("suspension", 3)
    urls = [f"{DESK}/sanctions/", page_of(desk), f"{DESK}/sanctions/{made.uid}/"]
    for url in urls:
        queries(url)
    few = [queries(url) for url in urls]
    for _time in range(2):
        desk.sanction("warning", None)
        desk.break_rule(1)
    assert [queries(url) for url in urls] == few


# --- for the person


def test_suspended_reader_is_told_until_when_why_and_where_to_object(desk: Sanctions) -> None:
    made = desk.sanction("suspension", 3)
    reader = signed_in(desk.reader)
    page = reader.get(form_of(desk))
    said = text_of(page)
    assert "You cannot send comments until" in said
    assert "Rule 3: Respect others" in said
    assert links.sanction_path(made) in page.content.decode()
    assert "<textarea" not in page.content.decode()


def test_suspended_readers_text_is_kept(desk: Sanctions) -> None:
    reader = signed_in(desk.reader)
    form = reader.get(form_of(desk))
    hidden = dict(re.findall(r'name="(\w+)" value="([^"]*)"', form.content.decode()))
    desk.sanction("suspension", 3)
    said = {**hidden, "body": "Kept as I wrote it.", "accept_policy": "on", "website": ""}
    answer = reader.post(form_of(desk), said)
    assert (answer.status_code, "Kept as I wrote it." in answer.content.decode()) == (422, True)
    assert Comment.objects.filter(current_text__body="Kept as I wrote it.").count() == 0


def test_warned_reader_ticks_that_they_have_read_it(desk: Sanctions) -> None:
    made = desk.sanction("warning", None)
    reader = signed_in(desk.reader)
    form = reader.get(form_of(desk))
    assert "A warning about your comments" in text_of(form)
    hidden = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', form.content.decode()))
    said = {**hidden, "body": "A calmer thought.", "accept_policy": "on"}
    without = reader.post(form_of(desk), said)
    assert (without.status_code, "A calmer thought." in without.content.decode()) == (422, True)
    answer = reader.post(form_of(desk), {**said, "acknowledges": str(made.uid)})
    assert answer.status_code == 303
    assert Sanction.objects.get().acknowledged_at is not None


def test_form_is_the_same_for_a_guest_whoever_is_banned(desk: Sanctions) -> None:
    desk.sanction("ban", None, against=factories.make_commenter(address="troy@example.org"))

    def answer(address: str) -> tuple[int, str]:
        client = Client()
        hidden = dict(
            re.findall(
                r'type="hidden" name="(\w+)" value="([^"]*)"', client.get(form_of(desk)).content.decode()
            )
        )
        said = {**hidden, "name": "Gus", "email": address, "body": "A thought.", "accept_policy": "on"}
        reply = client.post(form_of(desk), said)
        page = client.get(reply.headers["Location"])
        return reply.status_code, re.sub(r"\s+", " ", text_of(page)).replace(address, "")

    one, other = answer("troy@example.org"), answer("nobody@example.org")
    assert one[0] == other[0] == 303
    assert _without_times(one[1]) == _without_times(other[1])


def _without_times(text: str) -> str:
    return re.sub(r"http\S+|\d\d:\d\d(:\d\d)?", "", text)


def test_banned_guest_reads_why_behind_the_link_in_their_mail(desk: Sanctions) -> None:
    made = desk.sanction("suspension", 2, against=factories.make_commenter(address="troy@example.org"))
    comment = actions.submit(desk.guest_draft("Once more!", address="troy@example.org"), now=desk.now).comment
    url = f"/comments/confirm/{token_in(Letter.objects.get(comment=comment))}/"
    for answer, status in ((Client().get(url), 200), (Client().post(url), 409)):
        assert answer.status_code == status
        assert "You cannot send comments until" in text_of(answer)
        assert "Once more!" in answer.content.decode()
        assert links.sanction_path(made) in answer.content.decode()
    comment.refresh_from_db()
    assert comment.state == "unconfirmed"
    # Whoever sent the form holds its private address and has proved nothing.
    assert "suspen" not in text_of(Client().get(links.mine_path(comment))).lower()


def test_warned_guest_confirms_by_ticking_the_box(desk: Sanctions) -> None:
    made = desk.sanction("warning", None, against=factories.make_commenter(address="troy@example.org"))
    comment = actions.submit(desk.guest_draft(address="troy@example.org"), now=desk.now).comment
    url = f"/comments/confirm/{token_in(Letter.objects.get(comment=comment))}/"
    assert "I have read this warning" in text_of(Client().get(url))
    assert Client().post(url).status_code == 409
    assert Client().post(url, {"acknowledges": str(made.uid)}).status_code == 303


def test_another_spelling_reads_the_measure_and_not_the_statement(desk: Sanctions) -> None:
    made = desk.sanction("ban", None)
    other = signed_in(factories.make_user(email="reader+two@example.org"))
    page = other.get(form_of(desk))
    assert "another spelling of your address" in text_of(page)
    assert str(made.uid) not in page.content.decode()


def test_statement_is_at_a_private_address_and_takes_the_objection(desk: Sanctions) -> None:
    desk.break_rule(2)
    made = desk.sanction("suspension", 3)
    path, client = links.sanction_path(made), Client()
    page = client.get(path)
    assert (page.status_code, page.headers["Cache-Control"]) == (200, "no-store, private")
    for said in (
        "You cannot send comments for a time",
        "Rule 3:",
        "You were asked to stop.",
        "A person decided",
    ):
        assert said in text_of(page)
    assert client.get(path[:-2] + "x/").status_code == 404
    assert client.post(path, {"text": ""}).status_code == 422
    answer = client.post(path, {"text": "It was my brother."})
    assert answer.headers["Location"] == f"{path}#appeal"
    assert "We have your objection." in text_of(client.get(path))
    appeal = made.decision.appeal  # type: ignore[union-attr]
    by = signed_in(desk.lead)
    assert "suspension for 3 days" in text_of(by.get(f"{DESK}/appeals/"))
    url = f"{DESK}/appeals/{appeal.uid}/"
    assert "It was my brother." in text_of(by.get(url))
    assert "You decided this or proposed it" in text_of(signed_in(desk.moderator).get(url))
    assert by.post(url, {"answer": "grant", "reasons": "So it was."}).status_code == 303
    assert "you were right" in text_of(client.get(path))
    assert actions.submit(desk.draft("Back."), now=timezone.now()).state == "held"


def test_warning_is_acknowledged_on_its_own_page(desk: Sanctions) -> None:
    made = desk.sanction("warning", None)
    path, client = links.sanction_path(made), Client()
    assert "I have read this warning" in text_of(client.get(path))
    assert client.post(path, {"acknowledge": "1"}).status_code == 303
    assert "You have said that you have read it." in text_of(client.get(path))
    assert desk.send("And on.").state == "public"


def test_undone_sanction_has_no_page(desk: Sanctions) -> None:
    made = desk.sanction()
    actions.undo_sanction(made.pk, by=desk.moderator, now=desk.now)
    assert Client().get(links.sanction_path(made)).status_code == 404


def test_pages_cost_a_signed_in_reader_three_queries_more_than_none(desk: Sanctions) -> None:
    reader = signed_in(desk.reader)
    reader.get(form_of(desk))
    with CaptureQueriesContext(connection) as free:
        reader.get(form_of(desk))
    desk.sanction("pre_moderation", 7, now=desk.now - timedelta(hours=1))
    with CaptureQueriesContext(connection) as watched:
        reader.get(form_of(desk))
    assert len(watched) == len(free)
    assert Decision.objects.filter(commenter=desk.against).count() == 1


# --- counted, and exported


def test_every_sanction_is_counted_from_its_decision(desk: Sanctions) -> None:
    desk.sanction("warning", None)
    desk.sanction("suspension", 3)
    actions.undo_sanction(desk.sanction("suspension", 5).pk, by=desk.moderator, now=desk.now)
    ban = desk.sanction("ban", None)
    desk.propose("pre_moderation", 30)
    actions.lift(ban.pk, by=desk.lead, reasons="Enough.", now=desk.now)
    count(now=desk.now)
    month = f"{timezone.localtime(desk.now):%Y-%m}"
    csv = b"".join(Client().get("/comment-policy/transparency.csv").streaming_content).decode()
    figures = dict(re.findall(rf"{month},sanction,(\w+),(\d+)", csv))
    assert figures == {
        "warning": "1", "pre_moderation": "0", "suspension": "1", "ban": "1", "granted": "0", "lifted": "1"
    }  # fmt: skip
    page = Client().get("/comment-policy/transparency/").content.decode()
    for label in ("Warning", "Suspension", "Ban", "Ended early for other reasons"):
        assert re.search(rf"{label}</\w+>\s*<\w+[^>]*>1</", page), label


def test_european_database_gets_sanctions_as_account_restrictions_and_no_warning(desk: Sanctions) -> None:
    desk.now -= timedelta(minutes=30)
    desk.sanction("warning", None)
    desk.sanction("pre_moderation", 7)
    desk.sanction("suspension", 3)
    desk.sanction("ban", None)
    found = list(entries(desk.now - DAY, desk.now + DAY, now=timezone.now()))
    ends = timezone.localtime(desk.now + 3 * DAY).date().isoformat()
    assert [
        (
            entry.get("decision_account", ""),
            entry.get("end_date_account_restriction", ""),
            entry.get("decision_visibility"),
        )
        for entry in found
    ] == [
        ("", "", ["DECISION_VISIBILITY_OTHER"]),
        ("DECISION_ACCOUNT_SUSPENDED", ends, None),
        ("DECISION_ACCOUNT_TERMINATED", "", None),
    ]
    told = json.dumps(found)
    assert not [said for said in ("Ada", "reader@example.org", "You were asked to stop.") if said in told]
