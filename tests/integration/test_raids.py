"""A discussion that is overrun: the breaker, the one row at the desk, pulling back and putting back."""

import uuid
from collections import Counter
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.core.mail import EmailMessage
from django.db import connection
from django.db.models import QuerySet
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django_tasks_db.models import DBTaskResult

from articles.archive import Key
from articles.models import Article
from comments import actions, runs
from comments.actions import NotPossible, Unacceptable
from comments.actions.pull_back import advance, stop
from comments.desk.raids import raids_on_desk
from comments.desk.views import Asker
from comments.enums import Act, DiscussionMode, LetterKind, LetterState, RunScope, State, TrialState
from comments.models import AddressConfirmation, Comment, Decision, Discussion, Letter, PullBack, Raid
from comments.seals import faults
from comments.tasks import deliver
from newsroom.accounts.models import User
from newsroom.groups import make_groups
from tests import factories
from tests.integration.commenting import Desk
from tests.integration.test_concurrency import at_once

pytestmark = pytest.mark.django_db

QUEUE = "/admin/moderation/"
MINUTE = timedelta(minutes=1)


@pytest.fixture
def desk(settings: Any) -> Desk:
    """Comments are public at once where nothing speaks against it; the breaker looks from the sixth unread on."""
    settings.BREAKER_LEAST = 6
    return Desk(approved_needed=0)


def newcomer() -> User:
    return factories.make_user()


def regular(desk: Desk) -> User:
    """Somebody who has commented here for a month."""
    user = factories.make_user()
    factories.make_commenter(user=user, address=user.email, first_seen=desk.now - timedelta(days=30))
    return user


def overrun(desk: Desk, count: int = 6) -> list[Comment]:
    return [desk.send(f"Shout {number}", user=newcomer()) for number in range(count)]


def discussion_of(desk: Desk) -> Discussion:
    return Discussion.objects.get(article=desk.article)


def pulled_back(desk: Desk, **fields: Any) -> PullBack:
    asked = {"since": desk.now - MINUTE, "reason": "A raid", "by": desk.moderator, "now": desk.now + MINUTE}
    return worked_off(actions.pull_back(discussion_of(desk).pk, **{**asked, **fields}), desk)


def worked_off(run: PullBack, desk: Desk) -> PullBack:
    while advance(run.pk, now=desk.now + 2 * MINUTE):
        pass
    run.refresh_from_db()
    return run


def states(comments: list[Comment]) -> list[str]:
    return list(
        Comment.objects.filter(pk__in=[one.pk for one in comments])
        .order_by("pk")
        .values_list("state", flat=True)
    )


# --- the breaker


def test_many_newcomers_at_once_trip_it_and_the_next_comment_is_held(desk: Desk) -> None:
    first = overrun(desk)
    after = desk.send("The seventh", user=newcomer())
    discussion = discussion_of(desk)
    assert (states(first), after.state) == ([State.PUBLIC] * 6, State.HELD)
    assert (discussion.breaker_mode, discussion.breaker_until) == (
        DiscussionMode.PRE_MODERATED, desk.now + 60 * MINUTE,
    )  # fmt: skip
    raid = Raid.objects.get()
    assert (raid.since, raid.why) == (desk.now, {"newcomers": 6, "comments": 6, "usual": 6})
    decision = Decision.objects.get(discussion=discussion)
    assert (decision.act, decision.automatic, decision.from_state, decision.to_state) == (
        Act.MODE_CHANGED, True, "open", "pre_moderated",
    )  # fmt: skip
    assert list(after.decisions.get().grounds.values_list("key", flat=True)) == ["discussion_pre_moderated"]
    assert after.raid == raid
    assert list(faults()) == []


def test_a_lively_discussion_of_regulars_does_not_trip_it(desk: Desk) -> None:
    for number in range(11):
        assert desk.send(f"Thought {number}", user=regular(desk)).state == State.PUBLIC
    assert Raid.objects.count() == 0


def test_far_more_than_usual_trips_it_whoever_writes(desk: Desk) -> None:
    factories.make_discussion(desk.article)
    Discussion.objects.update(created_at=desk.now - timedelta(days=10), public_count=100)
    sent = [desk.send(f"Thought {number}", user=regular(desk)).state for number in range(13)]
    assert sent == [State.PUBLIC] * 12 + [State.HELD]
    assert Raid.objects.get().why == {"rate": 12, "comments": 12, "usual": 0}


def test_what_is_mostly_held_trips_it_and_what_was_held_joins_the_raid(desk: Desk) -> None:
    loud = "THIS IS AN OUTRAGE AND I SAY SO "
    held = [desk.send(f"{loud}{'!' * number}", user=regular(desk)) for number in range(6)]
    assert states(held) == [State.HELD] * 6
    desk.send("A quiet one", user=regular(desk))
    raid = Raid.objects.get()
    assert (raid.why["held"], raid.comments.count()) == (6, 7)


def test_slow_comments_do_not_trip_it(desk: Desk) -> None:
    for _number in range(12):
        desk.now += 2 * MINUTE
        assert desk.send(f"Slowly {_number}", user=newcomer()).state == State.PUBLIC
    assert Raid.objects.count() == 0


def test_what_nobody_confirmed_trips_nothing(desk: Desk) -> None:
    desk.send("One", user=regular(desk))
    for number in range(8):
        actions.submit(desk.guest_draft(f"Shout {number}", address=f"g{number}@example.org"), now=desk.now)
    assert desk.send("Another", user=regular(desk)).state == State.PUBLIC


def test_reports_trip_it(desk: Desk, settings: Any) -> None:
    settings.BREAKER_REPORTS = 3
    comments = [desk.send(f"Thought {number}", user=regular(desk)) for number in range(3)]
    for number, comment in enumerate(comments):
        assert Raid.objects.count() == 0
        notice = actions.Notice(
            comment=comment,
            form_key=comment.uid,
            rule_key="respect",
            name="Rita",
            address=f"rita{number}@example.org",
        )
        actions.report(notice, now=desk.now)
    assert Raid.objects.get().why == {"reports": 3}


def test_it_ends_by_time_and_may_trip_again(desk: Desk) -> None:
    overrun(desk, 7)
    desk.now += 60 * MINUTE
    assert desk.send("Later", user=newcomer()).state == State.PUBLIC
    overrun(desk, 6)
    assert Raid.objects.count() == 2


def test_pausing_is_a_setting(desk: Desk, settings: Any) -> None:
    settings.BREAKER_DOES = "closed"
    overrun(desk)
    with pytest.raises(actions.DiscussionClosed, match="Very many comments came here at once"):
        desk.send("The seventh", user=newcomer())
    assert Decision.objects.get(discussion=discussion_of(desk)).to_state == "closed"


def test_comment_elsewhere_that_nobody_confirmed_keeps_nobody_from_writing_here(desk: Desk) -> None:
    elsewhere = factories.make_publication().article
    actions.submit(desk.guest_draft("Sent in their name", article=elsewhere), now=desk.now)
    overrun(desk, 7)
    assert actions.submit(desk.guest_draft("Mine"), now=desk.now).state == State.UNCONFIRMED


def test_while_it_holds_an_address_has_one_open_confirmation_there_at_most(desk: Desk) -> None:
    def write(body: str) -> actions.Sent:
        return actions.submit(desk.guest_draft(body, address="victim@example.org"), now=desk.now)

    write("Before")
    write("Twice")
    overrun(desk, 7)
    with pytest.raises(actions.TooManyConfirmations, match="Please send yours again later"):
        write("Meanwhile")
    AddressConfirmation.objects.update(used_at=desk.now)
    write("Confirmed, and here again")
    with pytest.raises(actions.TooManyConfirmations):
        write("Once more")
    assert Letter.objects.filter(kind=LetterKind.CONFIRMATION).count() == 3


def test_it_can_be_turned_off(desk: Desk, settings: Any) -> None:
    settings.BREAKER_LEAST = 0
    assert {one.state for one in overrun(desk, 9)} == {State.PUBLIC}


def test_a_moderator_ends_it_by_hand_once(desk: Desk) -> None:
    overrun(desk, 7)
    discussion = discussion_of(desk)
    with pytest.raises(PermissionDenied):
        actions.end_breaker(discussion.pk, by=desk.reader, now=desk.now)
    actions.end_breaker(discussion.pk, by=desk.moderator, now=desk.now + MINUTE)
    last = Decision.objects.filter(discussion=discussion).order_by("seq").last()
    assert last is not None
    assert (last.from_state, last.to_state, last.decider) == ("pre_moderated", "open", desk.moderator)
    assert (Raid.objects.get().until, Raid.objects.get().ended_by) == (desk.now + MINUTE, desk.moderator)
    with pytest.raises(NotPossible):
        actions.end_breaker(discussion.pk, by=desk.moderator, now=desk.now + MINUTE)


def test_leads_are_mailed_where_so_set(desk: Desk, settings: Any) -> None:
    settings.BREAKER_TELLS_LEADS = True
    lead = factories.make_user(group="Moderation lead")
    overrun(desk, 7)
    assert [(one.kind, one.to) for one in Letter.objects.all()] == [(LetterKind.RAID_ALARM, lead.email)]


def test_posting_to_a_quiet_story_asks_nothing_more(desk: Desk, settings: Any) -> None:
    desk.send("So that there is a discussion")
    counts = []
    for least in (0, 6):
        settings.BREAKER_LEAST = least
        desk.send(f"Warm {least}", user=regular(desk))
        reader = regular(desk)
        with CaptureQueriesContext(connection) as queries:
            desk.send(f"Thought {least}", user=reader)
        counts.append(len(queries))
    assert counts[0] == counts[1]


@pytest.mark.skipif(connection.vendor != "postgresql", reason="Plans are looked at on PostgreSQL alone.")
def test_posting_finds_what_is_unread_by_an_index_whatever_the_values(desk: Desk) -> None:
    discussion = factories.make_discussion(desk.article)
    first = factories.make_comment(discussion=discussion, read_at=desk.now)
    texts = Comment.objects.filter(pk=first.pk).values_list("commenter", "policy")[0]
    Comment.objects.bulk_create(
        Comment(
            discussion=discussion,
            commenter_id=texts[0],
            policy_id=texts[1],
            name="Ada",
            state=State.PUBLIC,
            form_key=uuid.uuid4(),
            submitted_at=desk.now - number * MINUTE,
            public_since=desk.now - number * MINUTE,
            read_at=desk.now,
        )
        for number in range(1, 3_000)
    )
    desk.send("So that it is planned", user=regular(desk))
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE comments_comment")
        cursor.execute("SET LOCAL plan_cache_mode = force_generic_plan")
        cursor.execute(
            "SELECT name FROM pg_prepared_statements WHERE statement LIKE '%%crowded_since%%'"
            " AND statement LIKE '%%OFFSET 5%%' ORDER BY prepare_time DESC LIMIT 1"
        )
        [(plan,)] = cursor.fetchall()
        now = ", ".join(["now()"] * 4)
        cursor.execute(f"EXPLAIN EXECUTE {plan}(1, 1, {now}, {desk.article.pk})")
        explained = "\n".join(line for (line,) in cursor.fetchall())
    assert "comment_watched" in explained


# --- the desk


def test_the_desk_shows_one_row_and_opening_it_its_comments(client: Client, desk: Desk) -> None:
    overrun(desk)
    raided = [desk.send(f"More {number}", user=newcomer()) for number in range(3)]
    other = factories.make_comment(state="held", body="On another story")
    client.force_login(desk.moderator)
    page = client.get(QUEUE).content.decode()
    [row] = raids_on_desk(Asker(desk.moderator.pk, desk.now))
    assert f"Raid: 3 on “<bdi>{desk.headline}</bdi>” since {row.since}." in page
    assert [str(one.uid) in page for one in (*raided, other)] == [False, False, False, True]
    opened = client.get(QUEUE, {"raid": row.uid}).content.decode()
    assert [f'value="{one.uid}:1"' in opened for one in (*raided, other)] == [True, True, True, False]
    picks = [f"{one.uid}:1" for one in raided]
    client.post(f"{QUEUE}bulk/", {"pick": picks, "act": "reject", "rule": "respect", "at": f"raid={row.uid}"})
    assert states(raided) == [State.REJECTED] * 3
    actions.end_breaker(discussion_of(desk).pk, by=desk.moderator, now=desk.now)
    assert raids_on_desk(Asker(desk.moderator.pk, desk.now)) == []


def test_a_desk_where_only_a_raid_waits_counts_it_and_leads_to_it(client: Client, desk: Desk) -> None:
    overrun(desk)
    raided = [desk.send(f"More {number}", user=newcomer()) for number in range(3)]
    Comment.objects.filter(pk__in=[one.pk for one in raided]).update(held_since=desk.now - 90 * MINUTE)
    client.force_login(desk.moderator)
    shown = client.get(QUEUE)
    [held, *_others], [row] = shown.context["counts"], raids_on_desk(Asker(desk.moderator.pk, desk.now))
    middle = shown.content.decode().partition('id="card"')[2]
    assert (held.shown, shown.context["oldest"]) == ("3", None)
    assert "Nothing waits but a raid." in middle
    assert f"Raid: 3 on “<bdi>{desk.headline}</bdi>” since {row.since}." in middle
    assert f'href="{QUEUE}?raid={row.uid}"' in middle
    assert "Nothing is waiting." not in middle
    fresh = client.get(QUEUE, {"view": "asked"}).content.decode()
    assert "Held: 3" in fresh


def test_a_raid_on_a_story_that_was_withdrawn_is_not_on_the_desk(client: Client, desk: Desk) -> None:
    overrun(desk)
    desk.send("One more", user=newcomer())
    Article.objects.update(withdrawn_at=desk.now)
    client.force_login(desk.moderator)
    shown = client.get(QUEUE)
    assert (shown.context["raids"], shown.context["counts"][0].shown) == ([], "0")
    assert "Nothing is waiting." in shown.content.decode()


def test_an_open_desk_is_told_of_a_raid_that_began_since_and_of_no_other(client: Client, desk: Desk) -> None:
    client.force_login(desk.moderator)
    overrun(desk)
    desk.send("One more", user=newcomer())

    def news(since: datetime) -> str:
        return client.post(f"{QUEUE}news/", {"since": str(Key(since, 0)), "at": ""}).content.decode()

    # The desk shows no row, and is told all the same.
    told = f"A raid on “<bdi>{desk.headline}</bdi>”. Show"
    assert told in news(desk.now - timedelta(minutes=30))
    assert told not in news(desk.now + timedelta(days=1))


def test_comments_of_a_raid_can_stand_among_the_others_again(client: Client, desk: Desk) -> None:
    overrun(desk, 8)
    raid = Raid.objects.get()
    with pytest.raises(PermissionDenied):
        actions.unfold(raid, by=desk.reader)
    assert actions.unfold(raid, by=desk.moderator) == 2
    client.force_login(desk.moderator)
    assert client.get(QUEUE).content.decode().count('name="pick"') == 2


def test_a_raid_that_is_none_gives_a_sentence(client: Client, desk: Desk) -> None:
    client.force_login(desk.moderator)
    assert client.get(QUEUE, {"raid": "x"}).status_code == 400


# --- pulling back


def test_pulled_back_comments_are_held_off_the_page_and_put_back_where_they_stood(desk: Desk) -> None:
    before = desk.send("Long before", user=regular(desk))
    desk.now += 20 * MINUTE
    comments = overrun(desk, 5)
    stood = list(Comment.objects.order_by("pk").values_list("pk", "public_since"))
    run = pulled_back(desk)
    assert (run.state, run.total, run.done, run.skipped) == (TrialState.DONE, 5, 5, 0)
    assert (states([before]), states(comments)) == ([State.PUBLIC], [State.HELD] * 5)
    assert discussion_of(desk).public_count == 1
    held = comments[0].decisions.get(act=Act.HELD)
    assert (held.decider, held.evidence.note, held.automatic) == (desk.moderator, "A raid", False)
    assert {one.raid_id for one in Comment.objects.held()} == {run.raid_id}
    undoing = worked_off(actions.put_back(run, by=desk.moderator, now=desk.now + 2 * MINUTE), desk)
    assert (undoing.state, undoing.total, undoing.done, undoing.skipped) == (TrialState.DONE, 5, 5, 0)
    assert list(Comment.objects.order_by("pk").values_list("pk", "public_since")) == stood
    assert states(comments) == [State.PUBLIC] * 5
    assert discussion_of(desk).public_count == 6
    assert comments[0].decisions.get(act=Act.UNDONE).undoes == held
    assert Letter.objects.count() == 0
    assert list(faults()) == []
    with pytest.raises(NotPossible, match="already"):
        actions.put_back(run, by=desk.moderator, now=desk.now)


def test_what_was_decided_since_is_not_put_back(desk: Desk) -> None:
    comments = overrun(desk, 3)
    run = pulled_back(desk)
    for comment in comments:
        comment.refresh_from_db()
    desk.reject(comments[0])
    actions.withdraw(comments[1].pk, now=desk.now, seen_version=comments[1].version)
    undoing = worked_off(actions.put_back(run, by=desk.moderator, now=desk.now), desk)
    assert (undoing.done, undoing.skipped) == (1, 2)
    assert states(comments) == [State.REJECTED, State.WITHDRAWN, State.PUBLIC]


def test_a_pull_back_goes_on_where_it_was_broken_off_and_decides_nothing_twice(desk: Desk) -> None:
    overrun(desk, 4)
    discussion = discussion_of(desk)
    asked: Any = {"since": desk.now - MINUTE, "reason": "A raid", "by": desk.moderator, "now": desk.now}
    run = actions.pull_back(discussion.pk, **asked)
    job = DBTaskResult.objects.get(task_path="comments.actions.pull_back.go_on")
    assert job.args_kwargs["args"] == [run.pk]
    assert [advance(run.pk, now=desk.now) for _time in range(2)] == [True, True]
    with pytest.raises(NotPossible, match="already"):
        actions.pull_back(discussion.pk, **asked)
    assert worked_off(run, desk).done == 4
    assert not advance(run.pk, now=desk.now)
    assert Decision.objects.filter(act=Act.HELD, automatic=False).count() == 4


def test_a_pull_back_that_was_stopped_can_be_put_back(desk: Desk) -> None:
    comments = overrun(desk, 3)
    asked: Any = {"since": desk.now - MINUTE, "reason": "A raid", "by": desk.moderator, "now": desk.now}
    run = actions.pull_back(discussion_of(desk).pk, **asked)
    advance(run.pk, now=desk.now)
    assert stop(run, by=desk.moderator, now=desk.now)
    assert not advance(run.pk, now=desk.now)
    worked_off(actions.put_back(run, by=desk.moderator, now=desk.now), desk)
    assert states(comments) == [State.PUBLIC] * 3


def test_a_pull_back_ends_where_who_began_it_may_not_decide_any_more(desk: Desk) -> None:
    comments = overrun(desk, 3)
    asked: Any = {"since": desk.now - MINUTE, "reason": "A raid", "by": desk.moderator, "now": desk.now}
    run = actions.pull_back(discussion_of(desk).pk, **asked)
    desk.moderator.groups.clear()
    assert not advance(run.pk, now=desk.now)
    run.refresh_from_db()
    assert (run.state, states(comments)) == (TrialState.STOPPED, [State.PUBLIC] * 3)


def test_pulling_back_needs_a_reason_a_moment_something_public_and_the_right(desk: Desk) -> None:
    overrun(desk, 2)
    for wrong, error in (
        ({"reason": " "}, Unacceptable),
        ({"since": desk.now - timedelta(days=8)}, NotPossible),
        ({"since": desk.now + 5 * MINUTE}, NotPossible),
        ({"since": desk.now + MINUTE / 2}, NotPossible),
        ({"by": desk.reader}, PermissionDenied),
        ({"by": factories.make_user(group="Editor")}, PermissionDenied),
    ):
        with pytest.raises(error):
            pulled_back(desk, **wrong)
    assert (PullBack.objects.count(), Raid.objects.count()) == (0, 0)


def test_a_moderator_pulls_back_and_puts_back_on_the_story_s_page(client: Client, desk: Desk) -> None:
    comments = overrun(desk, 3)
    page = f"/admin/moderation/stories/{desk.article.uid}/"
    client.force_login(desk.moderator)
    since = (desk.now - MINUTE).isoformat()
    shown = client.get(page, {"since": since}).content.decode()
    said = ("3 comments became public since", "Shout 0", "Hold 3 again")
    assert [words in shown for words in said] == [True] * 3
    assert client.post(page, {"act": "pull_back", "since": since, "reason": "A raid"}).status_code == 303
    run = worked_off(PullBack.objects.get(), desk)
    assert "3 of 3 done" in client.get(page).content.decode()
    assert client.post(page, {"act": "put_back", "which": str(run.uid)}).status_code == 303
    worked_off(PullBack.objects.get(undoes=run), desk)
    assert states(comments) == [State.PUBLIC] * 3


# --- 600 in 20 minutes


@pytest.fixture
def others() -> list[Article]:
    return [factories.make_publication().article for _number in range(4)]


def rejected_as_run(raid: Raid, desk: Desk) -> QuerySet[Letter]:
    """All that is held of the raid is turned down by one bulk decision; the letters about it."""
    items = list(Comment.objects.held().filter(raid=raid).values_list("pk", "version"))
    run = runs.prepare(items, RunScope.SELECTION, by=desk.moderator, now=desk.now)
    reasons = runs.Reasons(rule_keys=["respect"])
    runs.begin(run.pk, Act.REJECTED, by=desk.moderator, now=desk.now, reasons=reasons)
    while runs.advance(run.pk, now=desk.now):
        pass
    return Letter.objects.filter(kind=LetterKind.STATEMENT)


def test_a_raid_of_600_leaves_other_stories_their_place_and_is_pulled_back_and_put_back(
    client: Client, others: list[Article], mailoutbox: list[EmailMessage]
) -> None:
    desk = Desk(approved_needed=0)
    began = desk.now
    earlier = desk.send("Long before the raid", user=regular(desk))
    loud = "THIS IS AN OUTRAGE AND I SAY SO"
    waiting = [desk.send(loud, article=story, user=regular(desk)) for story in others]
    people = [newcomer() for _number in range(160)]
    desk.now += 30 * MINUTE
    raid_began = desk.now
    sent = []
    for number in range(600):
        desk.now = raid_began + number * timedelta(seconds=2)
        if number % 5 == 4:
            draft = desk.guest_draft(f"Shout {number}", address=f"guest{number}@example.org")
            sent.append(actions.submit(draft, now=desk.now).comment)
        else:
            sent.append(desk.send(f"Shout {number}", user=people[number % 160]))
    by_state = {state: [one for one in sent if one.state == state] for state in State}
    assert {state: len(found) for state, found in by_state.items() if found} == {
        State.UNCONFIRMED: 120, State.PUBLIC: 30, State.HELD: 450,
    }  # fmt: skip
    raid = Raid.objects.get()
    assert raid.comments.count() == 450
    # Only the confirmations that were asked for, one a guest.
    letters = list(Letter.objects.values_list("kind", flat=True))
    assert letters == [LetterKind.CONFIRMATION] * 120

    client.force_login(desk.moderator)
    first_screen = client.get(QUEUE).content.decode()
    assert [f'value="{one.uid}:1"' in first_screen for one in waiting] == [True] * 4
    assert first_screen.count('name="pick"') == 4
    assert "Raid: 450 on" in first_screen

    run = actions.pull_back(
        raid.discussion_id, since=raid.since, reason="A raid", by=desk.moderator, now=desk.now
    )
    worked_off(run, desk)
    assert states(by_state[State.PUBLIC]) == [State.HELD] * 30
    assert states([earlier]) == [State.PUBLIC]
    assert raid.comments.count() == 480
    worked_off(actions.put_back(run, by=desk.moderator, now=desk.now), desk)
    assert states(by_state[State.PUBLIC]) == [State.PUBLIC] * 30
    assert states(by_state[State.HELD]) == [State.HELD] * 450
    assert discussion_of(desk).public_count == 31
    assert Letter.objects.count() == 120
    assert began < raid.since <= raid_began

    # Turned down as one bulk decision, each has its own statement, and each of its authors one mail.
    statements = rejected_as_run(raid, desk)
    assert statements.count() == 450
    for _twice in range(2):
        for pk in statements.values_list("pk", flat=True):
            deliver(pk, now=desk.now + runs.MAIL_WAITS)
    by_address = Counter(address for message in mailoutbox for address in message.to)
    authors = {one.commenter.user.email for one in by_state[State.HELD] if one.commenter.user}
    assert by_address == dict.fromkeys(authors, 1)
    links_mailed = [
        line for message in mailoutbox for line in str(message.body).splitlines() if "/reasons/" in line
    ]
    assert len(links_mailed) == len(set(links_mailed)) == 450
    assert set(statements.values_list("state", flat=True)) == {LetterState.SENT}
    assert list(faults()) == []


# --- at the same moment


@pytest.fixture
def crowd(transactional_db: None, settings: Any) -> Desk:
    make_groups()
    settings.BREAKER_LEAST = 6
    return Desk(approved_needed=0)


@pytest.mark.django_db(transaction=True)
def test_comments_at_the_same_moment_trip_it_once(crowd: Desk) -> None:
    overrun(crowd)
    drafts = [crowd.draft(f"At once {number}", user=newcomer()) for number in range(4)]
    results = at_once(*[lambda draft=draft: actions.submit(draft, now=crowd.now) for draft in drafts])  # type: ignore[misc]
    assert [result.state for result in results] == [State.HELD] * 4
    raid = Raid.objects.get()
    assert raid.comments.count() == 4
    assert Decision.objects.filter(act=Act.MODE_CHANGED).count() == 1
    assert list(faults()) == []


@pytest.mark.django_db(transaction=True)
def test_tripping_while_moderators_decide_stops_nobody(crowd: Desk) -> None:
    held = [
        crowd.send(f"THIS IS AN OUTRAGE AND I SAY SO {'!' * number}", user=newcomer()) for number in range(9)
    ]
    draft = crowd.draft("The tenth", user=newcomer())
    results = at_once(
        lambda: actions.submit(draft, now=crowd.now),
        *[lambda one=one: crowd.approve(one) for one in held[:3]],  # type: ignore[misc]
    )
    assert [type(one).__name__ for one in results] == ["Sent", "Decision", "Decision", "Decision"]
    assert states(held[:3]) == [State.PUBLIC] * 3
    assert Raid.objects.count() == 1
    assert list(faults()) == []


@pytest.mark.django_db(transaction=True)
def test_two_workers_pull_each_comment_back_once(crowd: Desk) -> None:
    overrun(crowd, 5)
    asked: Any = {"since": crowd.now - MINUTE, "reason": "A raid", "by": crowd.moderator, "now": crowd.now}
    run = actions.pull_back(discussion_of(crowd).pk, **asked)
    at_once(lambda: worked_off(run, crowd), lambda: worked_off(run, crowd))
    assert Decision.objects.filter(act=Act.HELD, automatic=False).count() == 5
    run.refresh_from_db()
    assert (run.done, run.skipped, run.state) == (5, 0, TrialState.DONE)
