"""How discussions take comments: ordered for site, section and story, by time, and said to readers and editors."""

from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from articles import actions as articles
from articles.models import Correction, PageVersion
from comments import actions
from comments.actions import DeskHours, NotPossible, StaleView, Unacceptable
from comments.enums import Act, DiscussionMode, State, Why
from comments.live import live_story, mode_of
from comments.models import Comment, Decision, Discussion, Letter, ModeOrder, StandingOrders
from comments.modes import Applied
from comments.querysets import Unchangeable
from comments.seals import faults
from newsroom.accounts.models import User
from tests import factories
from tests.integration.commenting import Desk, token_in

pytestmark = pytest.mark.django_db

OPEN, READ_FIRST, CLOSED = DiscussionMode.OPEN, DiscussionMode.PRE_MODERATED, DiscussionMode.CLOSED
HOUR = timedelta(hours=1)
MODES = "/admin/moderation/modes/"


@pytest.fixture
def desk() -> Desk:
    return Desk(approved_needed=0)


@pytest.fixture
def lead() -> User:
    return factories.make_user(group="Moderation lead", name="Lea Lead")


@pytest.fixture
def editor() -> User:
    return factories.make_user(group="Editor", name="Ed Editor")


def applied(desk: Desk, now: datetime | None = None) -> Applied:
    now = now or desk.now
    publication = live_story(desk.article, now)
    assert publication is not None
    return mode_of(publication, Discussion.objects.filter(article=desk.article).first(), now)


def order(desk: Desk, lead: User, mode: DiscussionMode = READ_FIRST, **fields: Any) -> ModeOrder:
    section = fields.pop("section", None)
    fields["desk"] = fields.pop("hours", None)
    return actions.order(section, mode, **{"reason": "Why not.", "by": lead, "now": desk.now, **fields})


def url_of(desk: Desk) -> str:
    publication = live_story(desk.article, desk.now)
    assert publication is not None
    return publication.get_absolute_url()


def page_at_desk(desk: Desk) -> str:
    return f"/admin/moderation/stories/{desk.article.uid}/"


# --- what applies


def test_without_any_order_a_discussion_is_open(desk: Desk) -> None:
    assert applied(desk) == Applied(OPEN, Why.NOTHING, None, ())


def test_orders_of_site_and_section_apply_to_their_stories_and_the_strictest_wins(
    desk: Desk, lead: User, editor: User
) -> None:
    order(desk, lead, section=factories.make_section(), mode=CLOSED)
    assert applied(desk).mode == OPEN
    order(desk, lead)
    assert (applied(desk).mode, applied(desk).why) == (READ_FIRST, Why.SITE)
    order(desk, lead, section=desk.article.section)
    assert (applied(desk).mode, applied(desk).why) == (READ_FIRST, Why.SECTION)
    actions.set_mode(desk.article, CLOSED, by=editor, now=desk.now)
    assert (applied(desk).mode, applied(desk).why) == (CLOSED, Why.STORY)
    actions.set_mode(desk.article, OPEN, by=editor, now=desk.now)
    assert (applied(desk).mode, applied(desk).why) == (READ_FIRST, Why.SECTION)


def test_an_order_begins_and_ends_by_time_alone(desk: Desk, lead: User) -> None:
    order(desk, lead, starts_at=desk.now + HOUR, ends_at=desk.now + 2 * HOUR)
    assert applied(desk) == Applied(OPEN, Why.NOTHING, None, (desk.now + HOUR, desk.now + 2 * HOUR))
    during = Applied(READ_FIRST, Why.SITE, desk.now + 2 * HOUR, (desk.now + 2 * HOUR,))
    assert applied(desk, desk.now + HOUR) == during
    assert applied(desk, desk.now + 2 * HOUR).mode == OPEN


def test_a_story_s_own_order_begins_and_ends_by_time_alone(desk: Desk, editor: User) -> None:
    span = {"starts_at": desk.now + HOUR, "ends_at": desk.now + 2 * HOUR}
    actions.set_mode(desk.article, CLOSED, by=editor, now=desk.now, **span)  # type: ignore[arg-type]
    modes = [applied(desk, desk.now + hours * HOUR).mode for hours in range(3)]
    assert modes == [OPEN, CLOSED, OPEN]


@pytest.mark.parametrize(
    ("day", "hour", "mode", "until"),
    [
        ("2026-11-27", "06:59", READ_FIRST, "2026-11-27 07:00"),
        ("2026-11-27", "07:00", OPEN, None),
        ("2026-11-27", "21:59", OPEN, None),
        ("2026-11-27", "22:00", READ_FIRST, "2026-11-30 07:00"),
        ("2026-11-28", "12:00", READ_FIRST, "2026-11-30 07:00"),
    ],
)
def test_an_order_with_desk_hours_holds_while_the_desk_is_empty(
    lead: User, day: str, hour: str, mode: DiscussionMode, until: str | None
) -> None:
    berlin = ZoneInfo("Europe/Berlin")
    at = datetime.fromisoformat(f"{day} {hour}").replace(tzinfo=berlin)
    with time_machine.travel(at, tick=False):
        desk = Desk()
        order(
            desk, lead, starts_at=at - 24 * HOUR, hours=DeskHours(days="12345", opens=time(7), shuts=time(22))
        )
        found = applied(desk)
    expected = datetime.fromisoformat(until).replace(tzinfo=berlin) if until else None
    assert (found.mode, found.until) == (mode, expected)
    assert min(found.changes) == (expected or datetime.fromisoformat(f"{day} 22:00").replace(tzinfo=berlin))


def test_discussions_close_so_many_days_after_their_story_came_out(
    desk: Desk, editor: User, settings: Any
) -> None:
    settings.COMMENTS_CLOSE_AFTER_DAYS = 14
    publication = live_story(desk.article, desk.now)
    assert publication is not None
    ends = publication.first_published_at + timedelta(days=14)
    assert applied(desk).changes == (ends,)
    assert (applied(desk, ends).mode, applied(desk, ends).why) == (CLOSED, Why.AGE)
    with pytest.raises(actions.DiscussionClosed, match="for 14 days after"):
        actions.submit(desk.draft(), now=ends)
    actions.set_mode(desk.article, OPEN, closes_at=ends + HOUR, by=editor, now=desk.now)
    assert [applied(desk, at).mode for at in (ends, ends + HOUR)] == [OPEN, CLOSED]


def test_an_ended_order_holds_no_more_and_both_stand_in_the_log(desk: Desk, lead: User) -> None:
    made = order(desk, lead)
    actions.end_order(made.pk, by=lead, now=desk.now + HOUR)
    assert applied(desk, desk.now + HOUR).mode == OPEN
    with pytest.raises(NotPossible):
        actions.end_order(made.pk, by=lead, now=desk.now + HOUR)
    with pytest.raises(Unchangeable):
        ModeOrder.objects.filter(pk=made.pk).update(reason="Another")
    if connection.vendor == "postgresql":
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("DELETE FROM comments_modeorder")


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"mode": OPEN}, "mode"),
        ({"reason": " \n"}, "reason"),
        ({"reason": "x" * 501}, "reason"),
        ({"ends_at": timezone.now() - HOUR}, "ends_at"),
        ({"starts_at": timezone.now() + 3 * HOUR, "ends_at": timezone.now() + 2 * HOUR}, "ends_at"),
        ({"hours": DeskHours(days="", opens=time(7), shuts=time(22))}, "desk_days"),
        ({"hours": DeskHours(days="1", opens=time(22), shuts=time(7))}, "desk_days"),
    ],
)
def test_an_order_that_cannot_be_is_refused_and_changes_nothing(
    desk: Desk, lead: User, fields: dict[str, Any], field: str
) -> None:
    with pytest.raises(Unacceptable) as refused:
        order(desk, lead, **fields)
    assert refused.value.field == field
    assert (ModeOrder.objects.count(), StandingOrders.objects.count()) == (0, 0)


def test_only_leads_order_for_site_and_section_and_only_editors_and_the_desk_for_a_story(
    desk: Desk, lead: User, editor: User
) -> None:
    for who in (desk.moderator, editor, desk.reader):
        with pytest.raises(PermissionDenied):
            order(desk, who)
    made = order(desk, lead)
    with pytest.raises(PermissionDenied):
        actions.end_order(made.pk, by=editor, now=desk.now)
    for who in (desk.reader, factories.make_user(group="Reporter")):
        with pytest.raises(PermissionDenied):
            actions.set_mode(desk.article, CLOSED, by=who, now=desk.now)
    assert Discussion.objects.count() == 0


# --- the record


def test_each_change_of_a_story_is_a_decision_in_the_discussion_s_chain(desk: Desk, editor: User) -> None:
    actions.set_mode(desk.article, READ_FIRST, by=editor, now=desk.now, reason="A verdict is due.")
    ends = desk.now + HOUR
    actions.set_mode(desk.article, CLOSED, ends_at=ends, by=desk.moderator, now=desk.now)
    discussion = Discussion.objects.get()
    chain = Decision.objects.filter(discussion=discussion).order_by("seq")
    rows = chain.values_list("seq", "act", "from_state", "to_state", "decider", "automatic", "in_discussion")
    assert list(rows) == [
        (1, Act.MODE_CHANGED, OPEN, READ_FIRST, editor.pk, False, discussion.pk),
        (2, Act.MODE_CHANGED, READ_FIRST, CLOSED, desk.moderator.pk, False, discussion.pk),
    ]
    kept = [(one.evidence.note, one.evidence.quoted) for one in chain]
    assert kept == [("A verdict is due.", []), ("", [{"mode_until": ends.isoformat()}])]
    assert list(faults()) == []
    with pytest.raises(NotPossible, match="so already"):
        actions.set_mode(desk.article, CLOSED, ends_at=ends, by=editor, now=desk.now)


def test_the_log_of_decisions_names_the_story(client: Client, desk: Desk, editor: User) -> None:
    actions.set_mode(desk.article, READ_FIRST, by=editor, now=desk.now, reason="A verdict is due.")
    client.force_login(desk.moderator)
    page = client.get("/admin/moderation/decisions/", {"story": str(desk.article.uid)}).content.decode()
    assert f'<a href="{page_at_desk(desk)}" dir="auto">{desk.article.working_headline}</a>' in page
    assert "A verdict is due." in page
    rows = client.get("/admin/moderation/decisions/csv/").getvalue().decode()
    assert desk.article.working_headline in rows


# --- writing


def test_comments_are_held_where_an_order_says_so_and_name_the_standing_reason(
    desk: Desk, lead: User
) -> None:
    assert desk.send("One").state == State.PUBLIC
    order(desk, lead, section=desk.article.section)
    held = desk.send("Two")
    grounds = held.decisions.get().grounds.values_list("kind", "key")
    assert (held.state, list(grounds)) == (State.HELD, [("standing", "discussion_pre_moderated")])


def test_a_guest_who_confirms_after_the_end_is_read_first(desk: Desk, editor: User) -> None:
    desk.send("So that there is a discussion")
    comment = actions.submit(desk.guest_draft(), now=desk.now).comment
    actions.set_mode(desk.article, CLOSED, by=editor, now=desk.now)
    confirmed = actions.confirm_address(token_in(Letter.objects.get()), now=desk.now)
    assert (confirmed.pk, confirmed.state) == (comment.pk, State.HELD)


def test_the_form_says_the_mode_and_how_long_a_comment_waits_now(
    client: Client, desk: Desk, lead: User
) -> None:
    form = f"{url_of(desk)}comments/new/"
    page = client.get(form).content.decode()
    assert "at the moment within about 30 minutes" in page
    assert "a moderator reads every comment" not in page
    order(desk, lead)
    waited = desk.send("A thought")
    later = desk.now + timedelta(minutes=7)
    actions.approve(waited.pk, by=desk.moderator, seen_version=1, now=later)
    with time_machine.travel(later + timedelta(minutes=1)):
        page = client.get(form).content.decode()
    assert "At the moment a moderator reads every comment before it is published." in page
    assert "at the moment within about 7 minutes" in page


def test_a_closed_form_says_until_when(client: Client, desk: Desk, lead: User) -> None:
    order(desk, lead, CLOSED, ends_at=desk.now + HOUR)
    page = client.get(f"{url_of(desk)}comments/new/").content.decode()
    assert "Comments are closed on all stories at the moment. They open again on" in page


# --- readers' pages


def test_a_kept_page_ends_with_the_order_and_is_another_when_one_begins(
    client: Client, desk: Desk, lead: User
) -> None:
    with time_machine.travel(desk.now, tick=False):
        first = client.get(url_of(desk))
        order(desk, lead, CLOSED, starts_at=desk.now + timedelta(seconds=5))
        soon = client.get(url_of(desk))
    with time_machine.travel(desk.now + timedelta(seconds=5), tick=False):
        then = client.get(url_of(desk))
    assert [page["Cache-Control"] for page in (first, soon, then)] == [
        "public, max-age=10",
        "public, max-age=5",
        "public, max-age=10",
    ]
    sentence = "Comments are closed on all stories at the moment."
    assert [sentence in page.content.decode() for page in (first, soon, then)] == [False, False, True]


def test_a_kept_page_of_a_story_under_orders_costs_one_query(
    client: Client, desk: Desk, lead: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    order(desk, lead, section=desk.article.section)
    order(desk, lead, CLOSED, starts_at=desk.now + HOUR)
    PageVersion.objects.rise("furniture")
    url = url_of(desk)
    client.get(url)
    with django_assert_num_queries(1):
        client.get(url)


def test_a_withdrawn_story_takes_its_discussion_along_and_a_moved_one_keeps_it(
    client: Client, desk: Desk, editor: User
) -> None:
    comment = desk.send("Said here")
    before = url_of(desk)
    article = desk.article
    section = factories.make_section()
    articles.move(
        article, by=editor, now=desk.now, section=section, slug="another-slug", language=article.language
    )
    moved = desk.now - timedelta(minutes=1)
    article.publications.update(ends_at=moved)
    factories.make_publication(article=article, revision=article.revisions.get(), starts_at=moved)
    after = url_of(desk)
    assert section.slug in after
    assert client.get(f"{before}comments/")["Location"] == f"{after}comments/"
    assert "Said here" in client.get(after).content.decode()
    assert client.get(comment.get_absolute_url())["Location"] == f"{after}#comment-{comment.uid}"
    articles.withdraw(article, by=editor, note="Wrong", now=desk.now)
    gone = [after, f"{after}comments/", f"{after}comments/new/", comment.get_absolute_url()]
    assert [client.get(url).status_code for url in gone] == [410] * 4


def test_a_retracted_story_can_be_read_but_its_discussion_is_not_there(
    client: Client, desk: Desk, editor: User
) -> None:
    comment = desk.send("Said here")
    Correction.objects.create(article=desk.article, kind="retraction", at=desk.now, by=editor)
    page = client.get(url_of(desk)).content.decode()
    assert "This story was retracted, and its discussion with it." in page
    assert [words in page for words in ("Said here", str(comment.uid))] == [False, False]
    assert client.get(comment.get_absolute_url()).status_code == 410
    with pytest.raises(actions.DiscussionClosed, match="was retracted"):
        desk.send("Too late")


# --- screens


def test_a_lead_orders_and_ends_on_the_page(client: Client, desk: Desk, lead: User) -> None:
    client.force_login(lead)
    sent = {"section": desk.article.section.slug, "mode": "closed", "reason": "Polling day"}
    assert client.post(MODES, sent).status_code == 303
    made = ModeOrder.objects.get()
    assert (made.section, made.mode, made.reason, made.ordered_by) == (
        desk.article.section, CLOSED, "Polling day", lead,
    )  # fmt: skip
    assert "Polling day" in client.get(MODES).content.decode()
    assert client.post(MODES, {"end": str(made.pk)}).status_code == 303
    assert made.end.ended_by == lead
    page = client.get(MODES).content.decode()
    assert [words in page for words in ("by Lea Lead.", "Nothing is ordered")] == [True, True]


@pytest.mark.parametrize(
    ("sent", "sentence"),
    [
        ({"mode": "open"}, "Comments are: "),
        ({"reason": ""}, "Reason: write one"),
        ({"starts_at": "tomorrow"}, "this is no time"),
        ({"desk_days": ["1"], "desk_opens": "07:00"}, "Fill in all three, or none."),
        ({"desk_days": ["1"], "desk_opens": "22:00", "desk_shuts": "07:00"}, "Desk hours name days"),
        ({"ends_at": "2020-01-01T00:00"}, "This end has passed already."),
        ({"section": "nowhere"}, "For: "),
        ({"end": "999"}, "has ended already"),
        ({"end": "x"}, "There is no such order"),
    ],
)
def test_a_bad_order_is_answered_in_a_sentence(
    client: Client, desk: Desk, lead: User, sent: dict[str, Any], sentence: str
) -> None:
    client.force_login(lead)
    answer = client.post(MODES, {"mode": "closed", "reason": "Polling day", **sent})
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert ModeOrder.objects.count() == 0


def test_an_editor_sets_the_mode_from_the_story_page(client: Client, desk: Desk, editor: User) -> None:
    factories.make_discussion(desk.article, closes_at=desk.now + 100 * HOUR)
    client.force_login(editor)
    story = client.get(f"/admin/articles/article/{desk.article.pk}/change/").content.decode()
    assert f'<form id="comments-form" method="post" action="{page_at_desk(desk)}"' in story
    assert "<p>Open.</p>" in story
    until = timezone.localtime(desk.now + HOUR).strftime("%Y-%m-%dT%H:%M")
    answer = client.post(page_at_desk(desk), {"act": "mode", "mode": "closed", "ends_at": until})
    assert answer.status_code == 303
    discussion = Discussion.objects.get()
    assert (discussion.mode, discussion.closes_at) == (CLOSED, desk.now + 100 * HOUR)
    assert timezone.localtime(discussion.mode_until).strftime("%Y-%m-%dT%H:%M") == until
    story = client.get(f"/admin/articles/article/{desk.article.pk}/change/").content.decode()
    assert "ordered for this story" in story


def test_an_editor_takes_a_comment_down_and_the_desk_decides(
    client: Client, desk: Desk, editor: User
) -> None:
    comment = desk.send("Something rude")
    client.force_login(editor)
    assert "Something rude" in client.get(page_at_desk(desk)).content.decode()
    sent = {"act": "take_down", "comment": f"{comment.uid}:1", "rule": "respect", "note": "Look at this"}
    assert client.post(page_at_desk(desk), sent).status_code == 303
    comment.refresh_from_db()
    decision = comment.decisions.get(act=Act.HELD)
    assert (comment.state, decision.decider, decision.evidence.note) == (State.HELD, editor, "Look at this")
    assert list(decision.grounds.values_list("key", flat=True)) == ["respect"]
    assert Letter.objects.count() == 0
    assert "Something rude" not in client.get(url_of(desk)).content.decode()
    again = client.post(page_at_desk(desk), sent)
    assert (again.status_code, "has changed since you opened it" in again.content.decode()) == (422, True)
    assert list(faults()) == []


def test_an_editor_reaches_every_public_comment_of_a_story(client: Client, desk: Desk, editor: User) -> None:
    discussion = factories.make_discussion(desk.article)
    times = [desk.now - timedelta(hours=number) for number in range(45)]
    made = [factories.make_comment(discussion=discussion, submitted_at=at) for at in times]
    client.force_login(editor)
    address, seen = page_at_desk(desk), []
    for _page in range(3):
        page = client.get(address)
        seen += [comment.pk for comment in page.context["public"].rows]
        for comment in page.context["public"].rows:
            assert f"/admin/moderation/cases/new/?item={comment.uid}" in page.content.decode()
        address = f"{page_at_desk(desk)}?before={page.context['public'].older}"
    assert (seen, page.context["public"].older) == ([comment.pk for comment in made], None)


def test_taking_an_old_comment_down_comes_back_to_its_page(client: Client, desk: Desk, editor: User) -> None:
    discussion = factories.make_discussion(desk.article)
    made = [
        factories.make_comment(discussion=discussion, submitted_at=desk.now - timedelta(hours=number))
        for number in range(25)
    ]
    client.force_login(editor)
    address = f"{page_at_desk(desk)}?before={client.get(page_at_desk(desk)).context['public'].older}"
    sent = {"act": "take_down", "comment": f"{made[24].uid}:{made[24].version}", "rule": "respect"}
    assert client.post(address, sent)["Location"] == f"{address}#newest"
    assert Comment.objects.get(pk=made[24].pk).state == State.HELD
    assert [one.pk for one in client.get(address).context["public"].rows] == [one.pk for one in made[20:24]]


def test_a_comment_is_found_on_the_story_s_page_by_its_address(
    client: Client, desk: Desk, editor: User
) -> None:
    discussion = factories.make_discussion(desk.article)
    wanted, other = factories.make_comment(discussion=discussion), factories.make_comment()
    factories.make_comment(discussion=discussion)
    client.force_login(editor)
    page = client.get(page_at_desk(desk), {"comment": f"https://paper.example/x/#comment-{wanted.uid}"})
    assert [one.pk for one in page.context["public"].rows] == [wanted.pk]
    for written in (str(other.uid), "/nowhere/", "a\x00"):
        page = client.get(page_at_desk(desk), {"comment": written})
        assert "No comment that is public under this story has this address." in page.content.decode()
    assert client.get(page_at_desk(desk), {"before": "x"}).status_code == 400


def test_taking_down_needs_a_rule_the_version_seen_and_the_right(desk: Desk, editor: User) -> None:
    comment = desk.send()
    asked: dict[str, Any] = {"by": editor, "seen_version": 1, "now": desk.now, "rule_keys": ["respect"]}
    for wrong, error in (
        ({"rule_keys": []}, actions.RuleNeeded),
        ({"rule_keys": ["nonsense"]}, actions.RuleUnknown),
        ({"seen_version": 2}, StaleView),
        ({"by": desk.reader}, PermissionDenied),
        ({"by": factories.make_user(group="Reporter")}, PermissionDenied),
    ):
        with pytest.raises(error):
            actions.take_down(comment.pk, **{**asked, **wrong})
    assert Comment.objects.get().state == State.PUBLIC


@pytest.mark.parametrize(
    ("sent", "sentence"),
    [
        ({}, "Press one of the buttons."),
        ({"act": "mode", "mode": "shut"}, "Comments are: "),
        ({"act": "mode", "mode": "closed", "ends_at": "soon"}, "this is no time"),
        ({"act": "mode", "mode": "open"}, "It is so already."),
        ({"act": "end"}, "This has ended already."),
        ({"act": "unfold", "which": "x"}, "That is not there"),
        ({"act": "put_back", "which": "00000000-0000-4000-8000-000000000000"}, "That is not there"),
        ({"act": "pull_back", "since": ""}, "Public since: "),
        ({"act": "pull_back", "since": "2020-01-01T00:00", "reason": "x"}, "within the last seven days"),
        ({"act": "take_down", "comment": "x", "rule": "respect"}, "no comment"),
    ],
)
def test_a_bad_act_on_a_story_is_answered_in_a_sentence(
    client: Client, desk: Desk, sent: dict[str, str], sentence: str
) -> None:
    desk.send()
    client.force_login(desk.moderator)
    answer = client.post(page_at_desk(desk), sent)
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert Decision.objects.filter(comment=None).count() == 0


def test_the_story_s_page_at_the_desk_costs_the_same_for_1_and_30_comments(
    client: Client, desk: Desk
) -> None:
    client.force_login(desk.moderator)
    discussion = factories.make_discussion(desk.article)
    factories.make_comment(discussion=discussion)
    few = _queries(client, page_at_desk(desk))
    for _number in range(30):
        factories.make_comment(discussion=discussion)
    assert _queries(client, page_at_desk(desk)) == few


def _queries(client: Client, url: str) -> int:
    client.get(url)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(url).status_code == 200
    return len(queries)
