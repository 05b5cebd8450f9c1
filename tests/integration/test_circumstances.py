"""What lies around a comment is read for the checks that need it, in as many queries however much there is."""

import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from comments import actions
from comments.circumstances import MOST_OF_A_BAND, bans, others_texts, staff_names
from comments.models import Comment, CommentText, Sanction
from comments.moderation.sketch import sketch_of
from comments.standing import seen_mark
from newsroom.networks import network_key
from tests.factories import make_author, make_comment, make_commenter, make_user
from tests.integration.commenting import Desk

pytestmark = pytest.mark.django_db

CALL = "Everybody write to the mayor today and say that the bridge must never be closed to cars again"
NEARLY = "Everyone write to the mayor today and say that the bridge must never be closed to cars!!"
HERE = "203.0.113.7"


def rule(check: str, text: str, **parameters: int) -> dict[str, Any]:
    named = {"key": check, "title": check, "text": text, "check": check}
    return {**named, "parameters": parameters, "effect": "hold"}


CAMPAIGNS = rule(
    "alike",
    "{min_others} others, {hours} hours, {alike_percent} per cent, {min_words} words",
    min_others=2,
    hours=24,
    alike_percent=75,
    min_words=8,
)
RETURNS = rule("possible_return", "{days} days, {alike_percent} per cent", days=90, alike_percent=60)
NAMES = rule("staff_names", "Not under our names.")


def facts_of(comment: Comment) -> list[str]:
    return [fact for fact in comment.current_text.findings.values_list("fact", flat=True) if fact]  # type: ignore[union-attr]


def ban(commenter: Any, desk: Desk, **fields: Any) -> Sanction:
    """A ban that two people decided three days ago; with fields that say otherwise, what became of it."""
    ban = actions.Measure(kind="ban", rule_keys=[desk.policy.rules.first().key], note="Once more.")
    second = make_user(group="Moderator")
    made = actions.sanction(commenter.pk, ban, by=desk.moderator, seen=seen_mark(commenter.pk), now=desk.now)
    actions.agree(made.pk, by=second, now=desk.now)
    Sanction.objects.filter(pk=made.pk).update(**{"starts_at": desk.now - timedelta(days=3), **fields})
    return Sanction.objects.get(pk=made.pk)  # type: ignore[no-any-return]


# --- campaigns


def test_the_third_of_nearly_the_same_from_as_many_people_waits() -> None:
    desk = Desk(rules=[CAMPAIGNS], approved_needed=0)
    for text, expected in ((CALL, []), (NEARLY, []), (CALL.upper(), ["alike"])):
        reader = make_user()
        assert facts_of(desk.send(text, user=reader)) == expected


def test_one_person_alone_is_no_campaign() -> None:
    desk = Desk(rules=[CAMPAIGNS], approved_needed=0)
    assert [facts_of(desk.send(CALL)) for _time in range(3)] == [[], [], []]


def test_what_nobody_has_confirmed_counts_for_nothing() -> None:
    desk = Desk(rules=[CAMPAIGNS], approved_needed=0)
    for number in range(3):
        actions.submit(desk.guest_draft(CALL, address=f"guest{number}@example.org"), now=desk.now)
    assert facts_of(desk.send(CALL)) == []


def test_a_hot_text_costs_no_more_than_the_newest_of_it() -> None:
    desk = Desk()
    comment = make_comment(body=CALL)
    text = CommentText.objects.get(comment=comment)
    others = [make_commenter() for _number in range(MOST_OF_A_BAND + 10)]
    for number, commenter in enumerate(others):
        make_comment(
            body=CALL,
            commenter=commenter,
            discussion=comment.discussion,
            submitted_at=desk.now - timedelta(minutes=number),
        )
    with CaptureQueriesContext(
        connection,
    ) as queries:
        found = others_texts(sketch_of(text.body), but_of=None, now=desk.now)
    assert (len(queries), len({one.commenter for one in found})) == (1, MOST_OF_A_BAND)


def test_a_text_without_words_is_like_no_other_and_costs_nothing() -> None:
    with CaptureQueriesContext(connection) as queries:
        assert others_texts(sketch_of("👍"), but_of=None, now=Desk().now) == ()
    assert not [query for query in queries if "band_" in query["sql"]]


# --- returns


def test_the_same_network_and_wording_as_a_banned_author_holds_with_the_evidence() -> None:
    desk = Desk(rules=[RETURNS], approved_needed=0)
    banned = make_commenter(name="Troy")
    make_comment(body=CALL, commenter=banned, state="removed", network_key=network_key(HERE))
    ban(banned, desk)
    comment = desk.send(NEARLY, network=HERE)
    [finding] = comment.current_text.findings.all()  # type: ignore[union-attr]
    assert (comment.state, finding.fact) == ("held", "possible_return")
    assert finding.details == {"network": 1, "wording": 80, "days": 3, "commenter": banned.pk} | {
        "wording": finding.details["wording"]
    }


def test_the_network_alone_holds_nobody() -> None:
    desk = Desk(rules=[RETURNS], approved_needed=0)
    banned = make_commenter(name="Troy")
    make_comment(body=CALL, commenter=banned, network_key=network_key(HERE))
    ban(banned, desk)
    assert desk.send("I walked over the bridge today.", network=HERE).state == "public"


@pytest.mark.parametrize(
    "fields",
    [
        {"kind": "pre_moderation"},
        {"ends_at": timedelta(days=-1), "days": 2},
        {"lifted_at": timedelta(days=-1)},
        {"starts_at": timedelta(days=1)},
    ],
)
def test_only_a_ban_in_force_is_evidence(fields: dict[str, Any]) -> None:
    desk = Desk(rules=[NAMES])
    times = {name: desk.now + at if isinstance(at, timedelta) else at for name, at in fields.items()}
    ban(make_commenter(), desk, **times)
    assert bans("", but_of=None, now=desk.now) == ()


def test_bans_are_read_in_one_query_and_know_the_network() -> None:
    desk = Desk(rules=[NAMES])
    here, elsewhere, unknown = (make_commenter(name=name) for name in ("Here", "Elsewhere", "Unknown"))
    make_comment(commenter=here, network_key="k")
    make_comment(commenter=elsewhere, network_key="other")
    make_comment(commenter=unknown)
    for commenter in (here, elsewhere, unknown):
        ban(commenter, desk)
    with CaptureQueriesContext(connection) as queries:
        found = bans("k", but_of=None, now=desk.now)
        nowhere = bans("", but_of=here, now=desk.now)
    assert len(queries) == 2
    assert {one.name: one.same_network for one in found} == {
        "Here": True,
        "Elsewhere": False,
        "Unknown": False,
    }
    assert {one.name: one.same_network for one in nowhere} == {"Elsewhere": False, "Unknown": False}


# --- the staff


def test_a_guest_under_an_editors_name_waits_and_the_editor_does_not() -> None:
    desk = Desk(rules=[NAMES], approved_needed=0)
    editor = make_user(group="Editor", name="Mina Karimi")
    stranger = make_user(name="Mіna Karimi")
    assert [desk.send(user=stranger).state, desk.send(user=editor).state] == ["held", "public"]


def test_staff_are_who_works_here_and_who_signs_stories(settings: Any) -> None:
    settings.SITE_NAME = "The Harbour"
    make_user(name="Just a Reader")
    make_user(group="Moderator", name="Mo Derator")
    make_user(group="Moderator", name="Long Gone", is_active=False)
    author = make_author(name="Bea Byline")
    assert [name for name in staff_names(None) if name != author.name] == ["The Harbour", "Mo Derator"]
    assert author.name in staff_names(None)


# --- queries


def test_checks_cost_the_same_queries_with_one_and_with_three_of_everything() -> None:
    desk = Desk(rules=[CAMPAIGNS, RETURNS, NAMES], approved_needed=0)

    def sent(words: str) -> int:
        draft = desk.draft(words, network=HERE, form_key=uuid.uuid4())
        with CaptureQueriesContext(connection) as queries:
            actions.submit(draft, now=desk.now)
        return len(queries)

    def one_more(number: int) -> None:
        banned = make_commenter(name=f"Troy {number}")
        make_comment(body=f"{CALL} {number}", commenter=banned, network_key=network_key(HERE))
        ban(banned, desk)
        make_user(group="Moderator")

    sent("A first comment, so that there is a commenter.")
    one_more(1)
    sent(f"{CALL} for the first time, when tables still begin")
    with_one = sent(f"{CALL} and again")
    one_more(2)
    one_more(3)
    assert sent(f"{CALL} and once more") == with_one
