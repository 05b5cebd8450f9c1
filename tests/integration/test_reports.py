"""Readers report comments: once each, on the desk at once, and they hear what became of it."""

import re
import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.utils import timezone

from comments import actions, links
from comments.enums import LetterKind, LetterState, ReportState, Source, State
from comments.forms import started_mark
from comments.models import Comment, Commenter, Decision, Letter, Report, Statement
from comments.privacy import erase_person, export_person
from comments.statements import Law
from comments.wording import words_of
from tests import factories
from tests.integration.commenting import Desk

pytestmark = pytest.mark.django_db


class Reports(Desk):
    """A desk with one public comment of a reader, and others who report it."""

    def __init__(self) -> None:
        super().__init__()
        self.comment = factories.make_comment(
            discussion=factories.make_discussion(self.article),
            commenter=factories.make_commenter(address="author@example.org", name="Ann Author"),
        )
        self.url = f"/comments/{self.comment.uid}/report/"

    def notice(self, **fields: Any) -> actions.Notice:
        defaults: dict[str, Any] = {"comment": self.comment, "form_key": uuid.uuid4(), "user": self.reader}
        if not fields.get("illegal"):
            defaults["rule_key"] = "respect"
        return actions.Notice(**{**defaults, **fields})

    def guest_notice(self, **fields: Any) -> actions.Notice:
        guest = {"user": None, "name": "Gus Guest", "address": "Guest@example.org"}
        return self.notice(**{**guest, **fields})

    def illegal(self, **fields: Any) -> actions.Notice:
        said = {"illegal": True, "explanation": "§ 185: it calls her a thief.", "good_faith": True}
        return self.guest_notice(**{**said, **fields})

    def report(self, **fields: Any) -> Report:
        return actions.report(self.notice(**fields), now=self.now).report

    def form(self, **changes: Any) -> dict[str, Any]:
        fields = {
            "ground": "rule:respect",
            "explanation": "",
            "name": "Gus Guest",
            "email": "guest@example.org",
            "form_key": str(uuid.uuid4()),
            "started": started_mark(timezone.now() - timedelta(minutes=1)),
            "website": "",
        }
        return {name: value for name, value in {**fields, **changes}.items() if value is not None}

    def seen(self) -> dict[str, Any]:
        self.comment.refresh_from_db()
        return {"by": self.moderator, "seen_version": self.comment.version, "now": self.now}

    def remove(self, **fields: Any) -> Decision:
        cited = fields or {"rule_keys": ["respect"]}
        return actions.remove(self.comment.pk, **self.seen(), **cited)


@pytest.fixture
def desk() -> Reports:
    return Reports()


def letters(kind: str) -> list[tuple[str, str]]:
    return [(one.to, one.state) for one in Letter.objects.filter(kind=kind).order_by("id")]


# --- taken in


def test_report_is_on_the_desk_and_has_a_receipt(desk: Reports) -> None:
    made = desk.report(explanation="Read the last line.")
    desk.comment.refresh_from_db()
    assert (made.state, made.rule and made.rule.key, made.reporter, made.confirmed_at) == (
        ReportState.OPEN,
        "respect",
        desk.reader.commenter,
        desk.now,
    )
    assert (desk.comment.open_reports, desk.comment.state, desk.comment.version) == (1, State.PUBLIC, 1)
    assert letters("report_receipt") == [("reader@example.org", "waiting")]


def test_same_form_or_same_reporter_again_makes_no_second_report(desk: Reports) -> None:
    notice = desk.notice()
    first = actions.report(notice, now=desk.now)
    again = actions.report(notice, now=desk.now)
    anew = actions.report(desk.notice(), now=desk.now)
    assert (first.repeated, again, anew) == (
        False,
        actions.Reported(first.report, True),
        actions.Reported(first.report, True),
    )
    assert (Report.objects.count(), Letter.objects.count()) == (1, 1)


def test_several_reports_of_one_comment_are_one_item(desk: Reports) -> None:
    desk.report()
    actions.report(desk.illegal(), now=desk.now)
    actions.report(desk.guest_notice(address="", name=""), now=desk.now)
    desk.comment.refresh_from_db()
    assert desk.comment.open_reports == 3


@pytest.mark.parametrize("state", ["held", "rejected", "removed", "withdrawn", "unconfirmed"])
def test_comment_that_is_not_public_cannot_be_reported(desk: Reports, state: str, client: Client) -> None:
    hidden = factories.make_comment(discussion=desk.comment.discussion, state=state)
    with pytest.raises(actions.CommentGone):
        actions.report(desk.notice(comment=hidden), now=desk.now)
    assert client.get(f"/comments/{hidden.uid}/report/").status_code == 404
    assert Report.objects.count() == 0


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"explanation": " "}, "explanation"),
        ({"explanation": "x" * 2_001}, "explanation"),
        ({"explanation": "NUL \x00"}, "explanation"),
        ({"good_faith": False}, "good_faith"),
        ({"address": ""}, "email"),
        ({"address": "no address"}, "email"),
        ({"name": " "}, "name"),
        ({"illegal": False, "rule_key": "taste"}, "ground"),
        ({"illegal": False, "rule_key": ""}, "ground"),
    ],
)
def test_notice_without_what_article_16_asks_for_is_refused(
    desk: Reports, fields: dict[str, Any], field: str
) -> None:
    with pytest.raises(actions.Unacceptable) as refused:
        actions.report(desk.illegal(**fields), now=desk.now)
    assert (refused.value.field, Report.objects.count(), Commenter.objects.count()) == (field, 0, 1)


def test_child_abuse_is_reported_without_name_and_address(desk: Reports) -> None:
    made = actions.report(desk.illegal(child_abuse=True, name="", address=""), now=desk.now).report
    assert (made.reporter, made.address, made.illegal, made.child_abuse) == (None, "", True, True)
    assert Letter.objects.count() == 0


def test_robots_report_is_kept_weighs_nothing_and_mails_nobody(desk: Reports) -> None:
    made = actions.report(desk.guest_notice(robot_suspected=True), now=desk.now).report
    desk.comment.refresh_from_db()
    assert (made.robot_suspected, desk.comment.ahead_for_reports, Letter.objects.count()) == (True, 0, 0)


def test_receipts_to_an_address_that_nobody_confirms_are_limited(desk: Reports) -> None:
    comments = [factories.make_comment(discussion=desk.comment.discussion) for _ in range(4)]
    for one in comments[:3]:
        actions.report(desk.guest_notice(comment=one), now=desk.now)
    with pytest.raises(actions.TooManyReports):
        actions.report(desk.guest_notice(comment=comments[3]), now=desk.now)
    assert (Report.objects.count(), Letter.objects.count()) == (3, 3)
    actions.report(desk.guest_notice(comment=comments[3]), now=desk.now + timedelta(hours=1))


# --- the reporter


def test_guests_report_is_theirs_once_they_press_the_button(desk: Reports, client: Client) -> None:
    made = actions.report(desk.guest_notice(), now=desk.now).report
    letter = Letter.objects.get()
    path = links.report_path(made)
    assert f"http://testserver{path}\n" in words_of(letter).text
    weight = Comment.objects.get().ahead_for_reports
    assert (client.get(path).status_code, Report.objects.get().confirmed_at) == (200, None)
    assert client.post(path).status_code == 303
    made.refresh_from_db()
    assert made.confirmed_at is not None
    assert made.reporter
    assert made.reporter.confirmed_at
    assert Comment.objects.get().ahead_for_reports == 2 * weight
    confirmed = made.confirmed_at
    client.post(path)
    made.refresh_from_db()
    assert made.confirmed_at == confirmed


def test_receipt_holds_nothing_that_was_typed(desk: Reports) -> None:
    actions.report(desk.illegal(name="Bad Name", explanation="Bad text"), now=desk.now)
    letter = Letter.objects.get()
    assert not re.search(
        "Bad|Ann Author|thought", words_of(letter).text + words_of(letter).html + words_of(letter).subject
    )


def test_unconfirmed_reports_count_on_nobodys_record(desk: Reports) -> None:
    for hours in range(8):
        other = factories.make_comment(discussion=desk.comment.discussion)
        now = desk.now - timedelta(hours=12 - hours)
        actions.report(desk.guest_notice(comment=other), now=now)
        actions.keep(other.pk, by=desk.moderator, seen_version=1, now=now)
    made = actions.report(desk.guest_notice(), now=desk.now).report
    actions.confirm_report(made.pk, now=desk.now)
    assert Comment.objects.get(pk=desk.comment.pk).ahead_for_reports == 10


def test_report_opens_for_its_own_token_only(desk: Reports, client: Client) -> None:
    made, other = desk.report(), actions.report(desk.guest_notice(), now=desk.now).report
    token = links.report_path(other).split("/")[-2]
    for wrong in (token, "x"):
        assert client.get(f"{made.get_absolute_url()}{wrong}/").status_code == 404


# --- settled


def test_removal_upholds_the_reports_and_says_so_a_minute_later(desk: Reports) -> None:
    desk.report()
    decision = desk.remove()
    made = Report.objects.get()
    assert (made.state, made.decision, made.settled_at) == (ReportState.UPHELD, decision, desk.now)
    assert Comment.objects.get().open_reports == 0
    outcome = Letter.objects.get(kind="report_outcome")
    assert (outcome.to, outcome.send_after) == ("reader@example.org", desk.now + timedelta(seconds=60))
    assert "agreed that it should not stand" in words_of(outcome).text
    assert links.report_path(made) in words_of(outcome).text


def test_statement_tells_the_author_of_a_report_but_never_whose(desk: Reports) -> None:
    desk.report(explanation="Secret explanation")
    decision = desk.remove()
    letter = Letter.objects.get(kind="statement")
    assert Statement.objects.get().source == Source.REPORT
    assert "It was reported to us under our rules." in words_of(letter).text
    told = words_of(letter).text + words_of(letter).html + decision.evidence.statement
    assert not re.search("Ada|reader@|Secret", told)
    assert not re.search("Ada|reader@|Secret", str(export_person("author@example.org")))


def test_notice_of_illegal_content_is_the_source_whatever_else_was_reported(desk: Reports) -> None:
    actions.report(desk.illegal(), now=desk.now)
    desk.report()
    desk.remove(law=Law("§ 185", "It calls her a thief."))
    assert Statement.objects.get().source == Source.NOTICE
    assert "We were told that it is illegal." in words_of(Letter.objects.get(kind="statement")).text


def test_comment_that_stays_is_answered_with_the_note(desk: Reports) -> None:
    desk.report()
    before = Comment.objects.get()
    decision = actions.keep(desk.comment.pk, **desk.seen(), note="It argues hard, but it argues.")
    after = Comment.objects.get()
    assert (decision.act, decision.from_state, decision.to_state) == ("kept", "public", "public")
    assert (after.state, after.version, after.public_since, after.open_reports) == (
        State.PUBLIC,
        2,
        before.public_since,
        0,
    )
    assert after.discussion.version == before.discussion.version
    assert Report.objects.get().state == ReportState.DISMISSED
    outcome = Letter.objects.get(kind="report_outcome")
    assert "found that it may stay" in words_of(outcome).text
    assert "It argues hard, but it argues." in words_of(outcome).text
    assert Letter.objects.filter(commenter=desk.comment.commenter).count() == 0


def test_comment_without_reports_cannot_be_kept(desk: Reports) -> None:
    with pytest.raises(actions.NotPossible, match="No report"):
        actions.keep(desk.comment.pk, **desk.seen())


def test_keeping_needs_the_version_seen_and_the_right(desk: Reports) -> None:
    desk.report()
    with pytest.raises(actions.StaleView):
        actions.keep(desk.comment.pk, **{**desk.seen(), "seen_version": 7})
    with pytest.raises(PermissionDenied):
        actions.keep(desk.comment.pk, **{**desk.seen(), "by": desk.reader})
    assert Report.objects.get().state == ReportState.OPEN


def test_held_comment_keeps_its_reports_until_it_is_decided(desk: Reports) -> None:
    desk.report()
    actions.hold(desk.comment.pk, **desk.seen(), rule_keys=["respect"])
    assert (Report.objects.get().state, Comment.objects.get().open_reports) == (ReportState.OPEN, 1)
    desk.comment.refresh_from_db()
    desk.approve(desk.comment)
    assert (Report.objects.get().state, Comment.objects.get().open_reports) == (ReportState.DISMISSED, 0)


def test_author_taking_the_comment_back_settles_its_reports(desk: Reports) -> None:
    desk.report()
    actions.withdraw(desk.comment.pk, now=desk.now, seen_version=1)
    assert Report.objects.get().state == ReportState.MOOT
    assert "Its author has taken it back" in words_of(Letter.objects.get(kind="report_outcome")).text


def test_only_confirmed_reporters_hear_the_outcome(desk: Reports) -> None:
    actions.report(desk.guest_notice(), now=desk.now)
    desk.remove()
    assert (Report.objects.get().state, letters("report_outcome")) == (ReportState.UPHELD, [])


def test_undone_removal_opens_the_reports_again_and_mails_nobody(desk: Reports) -> None:
    desk.report()
    decision = desk.remove()
    actions.undo(decision.pk, by=desk.moderator, now=desk.now + timedelta(seconds=30))
    made = Report.objects.get()
    assert (made.state, made.decision, made.settled_at) == (ReportState.OPEN, None, None)
    assert Comment.objects.get().open_reports == 1
    assert letters("report_outcome") == [("reader@example.org", "cancelled")]


def test_removal_of_which_a_reporter_was_told_cannot_be_undone(desk: Reports) -> None:
    desk.report()
    decision = desk.remove()
    Letter.objects.filter(kind=LetterKind.REPORT_OUTCOME).update(state=LetterState.SENT, attempts=1)
    with pytest.raises(actions.NotPossible, match="has left"):
        actions.undo(decision.pk, by=desk.moderator, now=desk.now + timedelta(seconds=30))
    assert Report.objects.get().state == ReportState.UPHELD


def test_outcome_is_in_the_language_of_the_report(desk: Reports) -> None:
    desk.reader.language = "fa"
    desk.reader.save()
    desk.report()
    desk.remove()
    assert '<html lang="fa" dir="rtl">' in words_of(Letter.objects.get(kind="report_outcome")).html


def test_erased_reporters_report_stays_without_them(desk: Reports) -> None:
    actions.report(desk.illegal(), now=desk.now)
    erase_person("guest@example.org", now=desk.now)
    made = Report.objects.get()
    assert (made.reporter, made.name, made.address, made.explanation, made.state) == (
        None,
        "",
        "",
        "",
        "open",
    )


# --- the form


def text_of(response: Any) -> str:
    return re.sub(r"\s+", " ", response.content.decode())


def test_reader_reports_from_the_link_on_the_public_page(desk: Reports, client: Client) -> None:
    page = client.get(f"/{desk.article.publications.get().path}/")
    assert desk.url in page.content.decode()
    assert page.cookies.items() == {}.items()
    form = client.get(desk.url)
    assert f"http://testserver/comments/{desk.comment.uid}/" in form.content.decode()
    sent = client.post(desk.url, desk.form())
    assert (sent.status_code, sent["Location"]) == (303, f"/comments/{desk.comment.uid}/report/sent/?mailed")
    assert "A receipt is on its way" in client.get(sent["Location"]).content.decode()
    assert Report.objects.get().robot_suspected is False


def test_signed_in_reader_gives_neither_name_nor_address(desk: Reports, client: Client) -> None:
    client.force_login(desk.reader)
    assert 'name="email"' not in client.get(desk.url).content.decode()
    sent = client.post(desk.url, desk.form(name=None, email=None))
    assert sent["Location"].endswith("?confirmed")
    assert Report.objects.get().reporter == desk.reader.commenter


def test_form_says_what_is_missing_and_keeps_the_rest(desk: Reports, client: Client) -> None:
    response = client.post(desk.url, desk.form(ground="illegal", explanation="My reasons", email=""))
    assert response.status_code == 422
    page = text_of(response)
    assert "Tick this box" in page or "Write your e-mail address" in page
    assert "My reasons" in page
    empty = client.post(desk.url, {})
    assert (empty.status_code, Report.objects.count()) == (422, 0)


def test_forms_of_robots_are_known(desk: Reports, client: Client) -> None:
    client.post(desk.url, desk.form(website="buy"))
    client.post(desk.url, desk.form(email="", name="", started=started_mark(timezone.now())))
    client.post(desk.url, desk.form(email="", name="", started="forged"))
    assert list(Report.objects.values_list("robot_suspected", flat=True)) == [True, True, True]


def test_network_that_sends_very_many_is_told_to_wait(desk: Reports, client: Client, settings: Any) -> None:
    settings.REPORT_FORMS_PER_NETWORK = 1
    client.post(desk.url, desk.form())
    response = client.post(desk.url, desk.form(explanation="Kept text"))
    assert (response.status_code, "Kept text" in text_of(response), Report.objects.count()) == (429, True, 1)
    assert int(response["Retry-After"]) > 0


def test_pages_are_private_and_cost_the_same_for_one_report_and_three(
    desk: Reports, client: Client, django_assert_num_queries: Any
) -> None:
    made = desk.report()
    path = links.report_path(made)
    for number in range(3):
        with django_assert_num_queries(3):
            response = client.get(path)
        assert (response["Cache-Control"], response["X-Robots-Tag"]) == (
            "no-store, private",
            "noindex, nofollow",
        )
        actions.report(desk.guest_notice(address=f"g{number}@example.org"), now=desk.now)
