"""Sending a comment: stored once or refused with nothing stored."""

import uuid
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext

from comments import actions
from comments.enums import Act, DiscussionMode, LetterKind, State
from comments.models import (
    AddressConfirmation,
    Comment,
    Commenter,
    CommentFinding,
    Decision,
    Discussion,
    Letter,
    PhraseList,
    PhraseListRevision,
    RefusalCount,
)
from comments.wording import words_of
from tests import factories
from tests.integration.commenting import RULES, THREE_LINKS, Desk, token_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk() -> Desk:
    return Desk()


def stored() -> tuple[int, ...]:
    return tuple(model.objects.count() for model in (Comment, Commenter, Discussion, Decision, Letter))


def reasons(sent: actions.Sent) -> list[str]:
    return [str(reason.rule_key or reason.standing) for reason in sent.reasons]


# --- what becomes of it


def test_newcomers_comment_is_held_under_the_standing_reason(desk: Desk) -> None:
    sent = actions.submit(desk.draft(), now=desk.now)
    decision = Decision.objects.get()
    assert (sent.state, reasons(sent)) == (State.HELD, ["first_comments"])
    assert (decision.act, decision.automatic, decision.from_state, decision.to_state) == (
        Act.HELD,
        True,
        "",
        State.HELD,
    )
    assert [(ground.kind, ground.key) for ground in decision.grounds.all()] == [
        ("standing", "first_comments")
    ]


def test_trusted_readers_comment_is_public_at_once_and_counted(desk: Desk) -> None:
    desk.trust(desk.reader)
    sent = actions.submit(desk.draft(), now=desk.now)
    discussion = sent.comment.discussion
    discussion.refresh_from_db()
    assert (sent.state, reasons(sent), sent.comment.public_since) == (State.PUBLIC, [], desk.now)
    assert (discussion.public_count, discussion.version) == (1, 2)
    assert [one.act for one in Decision.objects.filter(comment=sent.comment)] == [Act.PUBLISHED]
    assert Letter.objects.count() == 0


def test_reader_with_a_rejection_in_30_days_waits_again(desk: Desk) -> None:
    desk.trust(desk.reader)
    commenter = Commenter.objects.get(user=desk.reader)
    factories.make_comment(
        commenter=commenter, state="rejected", decided_at=desk.now - timedelta(days=29), body="Rude"
    )
    assert actions.submit(desk.draft(), now=desk.now).state == State.HELD
    assert actions.submit(desk.draft("Another day"), now=desk.now + timedelta(days=2)).state == State.PUBLIC


def test_held_comment_touches_no_row_that_others_share(desk: Desk) -> None:
    factories.make_discussion(desk.article)
    with CaptureQueriesContext(connection) as queries:
        desk.send()
    updates = [query["sql"] for query in queries if query["sql"].startswith("UPDATE")]
    tables = {sql.split()[1].strip('"') for sql in updates}
    tables -= {"sqlite_sequence"}  # where SQLite, which has one writer at a time, counts its keys
    assert tables == {"comments_commenter"}  # the sender's own


def test_all_reasons_and_findings_are_listed(desk: Desk) -> None:
    factories.make_discussion(desk.article, mode=DiscussionMode.PRE_MODERATED)
    sent = actions.submit(
        desk.draft(
            f"THIS IS AN OUTRAGE AND A SHAME. {THREE_LINKS}".upper(), ask_moderator=True, robot_suspected=True
        ),
        now=desk.now,
    )
    assert reasons(sent) == [
        "links",
        "shouting",
        "discussion_pre_moderated",
        "first_comments",
        "robot_protection",
    ]
    body = sent.comment.current_text.body
    for finding in CommentFinding.objects.filter(rule__isnull=False):
        assert finding.effect == "hold"
        assert body[finding.start : finding.end] in {words.words for words in sent.findings}
    standing = CommentFinding.objects.exclude(standing="").values_list("standing", flat=True)
    assert list(standing) == ["discussion_pre_moderated", "first_comments", "robot_protection"]


def test_text_is_kept_as_written_with_its_html(desk: Desk) -> None:
    comment = desk.send("One & two\r\n\r\n*three*")
    text = comment.current_text
    assert text is not None
    assert text.body == "One & two\r\n\r\n*three*"
    assert text.html == '<p dir="auto">One &amp; two</p><p dir="auto"><em>three</em></p>'


def test_check_that_is_unavailable_holds_under_its_standing_reason(desk: Desk) -> None:
    rule = {
        "key": "words",
        "title": "Words",
        "text": "Listed words wait.",
        "check": "phrases",
        "parameters": {"list": "nowhere"},
        "effect": "note",
    }
    policy = factories.make_policy(version=2, rules=[rule], effective_from=desk.now - timedelta(hours=1))
    desk.trust(desk.reader)
    sent = actions.submit(desk.draft(accepted_version=policy.version), now=desk.now)
    assert (sent.state, reasons(sent)) == (State.HELD, ["check_unavailable"])
    finding = CommentFinding.objects.get()
    assert (finding.standing, finding.check_name, finding.details["rule"]) == (
        "check_unavailable",
        "phrases",
        "words",
    )


def test_newest_revision_of_a_phrase_list_applies_and_is_recorded(desk: Desk) -> None:
    rule = {
        "key": "words",
        "title": "Words",
        "text": "Listed words wait.",
        "check": "phrases",
        "parameters": {"list": "insults"},
        "effect": "hold",
    }
    policy = factories.make_policy(version=2, rules=[rule], effective_from=desk.now - timedelta(hours=1))
    insults = PhraseList.objects.create(name="insults")
    desk.trust(desk.reader)
    for number, word in enumerate(("gullbrain", "numpty"), start=1):
        entries = [{"text": word, "kind": "word"}]
        PhraseListRevision.objects.create(
            phrase_list=insults, number=number, entries=entries, created_at=desk.now
        )
    sent = actions.submit(desk.draft("You numpty, you gullbrain", accepted_version=2), now=desk.now)
    finding = CommentFinding.objects.get()
    assert (policy.version, reasons(sent)) == (2, ["words"])
    assert (finding.entry, finding.list_revision, finding.start, finding.end) == ("numpty", 2, 4, 10)


# --- once and only once


def test_same_form_twice_makes_one_comment(desk: Desk) -> None:
    draft = desk.draft()
    first, second = actions.submit(draft, now=desk.now), actions.submit(draft, now=desk.now)
    assert (second.comment, second.repeated, second.state) == (first.comment, True, State.HELD)
    assert (reasons(second), first.repeated) == (reasons(first), False)
    assert (Comment.objects.count(), Decision.objects.count()) == (1, 1)


def test_retry_after_the_discussion_closed_still_gives_the_comment(desk: Desk) -> None:
    draft = desk.draft()
    first = actions.submit(draft, now=desk.now)
    Discussion.objects.update(mode=DiscussionMode.CLOSED)
    assert actions.submit(draft, now=desk.now).comment == first.comment


def test_same_form_with_another_text_says_already_sent(desk: Desk) -> None:
    key = uuid.uuid4()
    first = desk.send(form_key=key)
    with pytest.raises(actions.AlreadySent) as caught:
        actions.submit(desk.draft("Another text", form_key=key), now=desk.now)
    assert (caught.value.comment, caught.value.same_text) == (first, False)
    assert Comment.objects.count() == 1


def test_same_form_by_somebody_else_says_already_sent(desk: Desk) -> None:
    key = uuid.uuid4()
    desk.send(form_key=key)
    with pytest.raises(actions.AlreadySent):
        desk.send(form_key=key, user=factories.make_user())
    assert Comment.objects.count() == 1


# --- refused


def test_three_links_are_refused_and_only_counted(desk: Desk) -> None:
    before = stored()
    for _ in range(2):
        with pytest.raises(actions.Refusal) as caught:
            desk.send(THREE_LINKS)
    outcome = caught.value.outcome
    assert {(finding.rule_key, finding.words) for finding in outcome.findings} >= {
        ("links", "https://c.example")
    }
    count = RefusalCount.objects.get()
    assert (count.policy, count.rule_key, count.count) == (desk.policy, "links", 2)
    assert stored() == before


def test_refused_text_may_go_to_a_moderator_who_sees_why(desk: Desk) -> None:
    desk.trust(desk.reader)
    sent = actions.submit(desk.draft(THREE_LINKS, ask_moderator=True), now=desk.now)
    assert (sent.state, reasons(sent)) == (State.HELD, ["links"])
    assert [(ground.kind, ground.key) for ground in Decision.objects.get().grounds.all()] == [
        ("rule", "links")
    ]
    assert RefusalCount.objects.count() == 0


def test_flood_is_refused_even_when_a_moderator_is_asked_for(desk: Desk) -> None:
    for number in range(5):
        desk.send(f"Thought number {number}")
    with pytest.raises(actions.Refusal):
        desk.send("One more", ask_moderator=True)
    assert (Comment.objects.count(), RefusalCount.objects.get().rule_key) == (5, "flood")


@pytest.mark.parametrize(
    ("body", "field"), [("a\x00b", "body"), ("half \ud83d of a pair", "body"), ("\u200b\u200b\u200b", "body")]
)
def test_text_that_cannot_be_stored_or_seen_is_refused(desk: Desk, body: str, field: str) -> None:
    factories.make_policy(version=2, rules=[RULES[2]], effective_from=desk.now - timedelta(hours=1))
    before = stored()
    with pytest.raises(actions.Unacceptable) as caught:
        desk.send(body, accepted_version=2)
    assert (caught.value.field, stored()) == (field, before)


def test_text_beyond_all_bounds_is_refused_where_no_rule_names_a_length(desk: Desk) -> None:
    factories.make_policy(version=2, rules=[RULES[2]], effective_from=desk.now - timedelta(hours=1))
    with pytest.raises(actions.Unacceptable, match="20000"):
        desk.send("word " * 5_000, accepted_version=2)


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"name": " \u200b\x00"}, "name"),
        ({"name": "x" * 81}, "name"),
        ({"address": "nobody"}, "email"),
        ({"address": "a\x00@example.org"}, "email"),
        ({"address": f"{'a' * 300}@example.org"}, "email"),
        ({"address": ""}, "email"),
    ],
)
def test_guests_name_or_address_that_is_none_is_refused(
    desk: Desk, fields: dict[str, str], field: str
) -> None:
    before = stored()
    with pytest.raises(actions.Unacceptable) as caught:
        actions.submit(desk.guest_draft(**fields), now=desk.now)
    assert (caught.value.field, stored()) == (field, before)


def test_guests_name_loses_controls(desk: Desk) -> None:
    sent = actions.submit(desk.guest_draft(name=" Gus\x00 \u202eGuest\n"), now=desk.now)
    assert sent.comment.name == "Gus Guest"


def test_story_that_is_not_live_takes_no_comments(desk: Desk) -> None:
    desk.article = factories.make_article()
    with pytest.raises(actions.StoryGone):
        desk.send()


def test_closed_discussion_takes_no_comments(desk: Desk) -> None:
    factories.make_discussion(desk.article, mode=DiscussionMode.CLOSED)
    with pytest.raises(actions.DiscussionClosed):
        desk.send()


def test_discussion_closes_at_its_time(desk: Desk) -> None:
    factories.make_discussion(desk.article, closes_at=desk.now + timedelta(minutes=1))
    desk.send()
    with pytest.raises(actions.DiscussionClosed):
        actions.submit(desk.draft("Too late"), now=desk.now + timedelta(minutes=1))


def test_no_policy_no_comments() -> None:
    desk = Desk(effective_from=factories.timezone.now() + timedelta(hours=1))
    with pytest.raises(actions.NoPolicy):
        desk.send()


def test_new_policy_names_the_rules_that_changed(desk: Desk) -> None:
    changed = {**RULES[1], "parameters": {"max_links": 1}}
    added = {"key": "new", "title": "A new rule", "text": "Something new."}
    current = factories.make_policy(
        version=2, rules=[RULES[0], changed, RULES[2], added], effective_from=desk.now - timedelta(hours=1)
    )
    before = stored()
    with pytest.raises(actions.PolicyChanged) as caught:
        desk.send()
    assert (caught.value.current, [rule.key for rule in caught.value.changed]) == (current, ["links", "new"])
    assert stored() == before


def test_version_that_never_was_shows_all_rules(desk: Desk) -> None:
    with pytest.raises(actions.PolicyChanged) as caught:
        desk.send(accepted_version=99)
    assert [rule.key for rule in caught.value.changed] == [rule["key"] for rule in RULES]


def test_account_that_is_not_active_sends_nothing(desk: Desk) -> None:
    desk.reader.is_active = False
    with pytest.raises(PermissionDenied):
        desk.send()


# --- answers


def test_answer_hangs_on_its_parent_and_root(desk: Desk) -> None:
    root = factories.make_comment(discussion=factories.make_discussion(desk.article))
    first = desk.send("An answer", parent=root)
    assert (first.parent, first.root, first.depth) == (root, root, 1)


def test_answers_further_down_keep_their_parent_but_not_the_depth(desk: Desk) -> None:
    parent = factories.make_comment(discussion=factories.make_discussion(desk.article))
    for _ in range(7):
        parent = factories.make_comment(discussion=parent.discussion, parent=parent)
    answer = desk.send("So far down", parent=parent)
    assert (answer.parent, answer.depth) == (parent, 6)


@pytest.mark.parametrize("state", ["held", "rejected", "removed", "withdrawn", "unconfirmed"])
def test_answer_to_what_is_not_public_is_refused(desk: Desk, state: str) -> None:
    parent = factories.make_comment(discussion=factories.make_discussion(desk.article), state=state)
    with pytest.raises(actions.ParentGone):
        desk.send("An answer", parent=parent)


def test_answer_to_a_comment_of_another_story_is_refused(desk: Desk) -> None:
    with pytest.raises(actions.ParentGone):
        desk.send("An answer", parent=factories.make_comment())


# --- guests


def test_guests_comment_waits_for_its_address(desk: Desk) -> None:
    sent = actions.submit(desk.guest_draft(address=" Guest@Example.ORG "), now=desk.now)
    letter, link = Letter.objects.get(), AddressConfirmation.objects.get()
    assert (sent.state, sent.comment.commenter.address) == (State.UNCONFIRMED, "guest@example.org")
    assert (letter.kind, letter.to, letter.send_after) == (
        LetterKind.CONFIRMATION,
        "guest@example.org",
        desk.now,
    )
    assert (len(link.token_digest), token_in(letter) == link.token_digest) == (64, False)
    assert link.expires_at == desk.now + timedelta(hours=48)
    assert Decision.objects.count() == 0


def test_confirmation_letter_repeats_nothing_that_the_sender_wrote(desk: Desk) -> None:
    actions.submit(desk.guest_draft("Buy pills at once", name="Pill Seller"), now=desk.now)
    words = words_of(Letter.objects.get())
    for part in (words.subject, words.text, words.html):
        assert part
        assert [word for word in ("pills", "Pill Seller") if word in part] == []


def test_confirmed_newcomer_is_held(desk: Desk) -> None:
    actions.submit(desk.guest_draft(), now=desk.now)
    comment = actions.confirm_address(token_in(Letter.objects.get()), now=desk.now + timedelta(hours=1))
    assert (comment.state, comment.version, comment.held_since) == (
        State.HELD,
        2,
        desk.now + timedelta(hours=1),
    )
    assert comment.commenter.confirmed_at == desk.now + timedelta(hours=1)
    decision = Decision.objects.get()
    assert (decision.from_state, decision.to_state, decision.act) == (State.UNCONFIRMED, State.HELD, Act.HELD)


def test_confirmed_guest_with_a_good_record_is_public(desk: Desk) -> None:
    commenter = factories.make_commenter(address="guest@example.org")
    for number in range(3):
        factories.make_comment(commenter=commenter, body=f"Earlier {number}")
    sent = actions.submit(desk.guest_draft(), now=desk.now)
    assert sent.state == State.UNCONFIRMED
    comment = actions.confirm_address(token_in(Letter.objects.get()), now=desk.now)
    comment.discussion.refresh_from_db()
    assert (comment.state, comment.discussion.public_count) == (State.PUBLIC, 1)


def test_guest_cannot_learn_an_address_from_what_is_answered(desk: Desk) -> None:
    """A stranger sends under a known address what its owner sent: the answer is that to an unknown one."""
    for number in range(5):
        desk.send(f"What the owner of the address wrote {number}")
    known = actions.submit(
        desk.guest_draft("What the owner of the address wrote 1", address=desk.reader.email), now=desk.now
    )
    unknown = actions.submit(
        desk.guest_draft("What the owner of the address wrote 1", address="x@example.org"), now=desk.now
    )
    assert (known.state, known.reasons, known.findings) == (unknown.state, unknown.reasons, unknown.findings)


def test_guest_under_a_readers_address_is_that_reader_once_confirmed(desk: Desk) -> None:
    own = desk.send()
    actions.submit(desk.guest_draft(address=desk.reader.email), now=desk.now)
    comment = actions.confirm_address(token_in(Letter.objects.get()), now=desk.now)
    assert comment.commenter == own.commenter
    assert comment.commenter.name == "Ada Reader"


def test_guest_who_signs_up_keeps_their_record(desk: Desk) -> None:
    actions.submit(desk.guest_draft(address="ada@example.org"), now=desk.now)
    user = factories.make_user(email="ada@example.org")
    comment = desk.send(user=user)
    assert comment.commenter == Commenter.objects.get(address="ada@example.org")
    assert comment.commenter.user == user


def test_at_most_three_confirmation_mails_an_hour(desk: Desk) -> None:
    for number in range(3):
        actions.submit(desk.guest_draft(f"Thought {number}"), now=desk.now)
    before = stored()
    with pytest.raises(actions.TooManyConfirmations):
        actions.submit(desk.guest_draft("Thought 4"), now=desk.now + timedelta(minutes=59))
    assert stored() == before
    actions.submit(desk.guest_draft("Thought 5"), now=desk.now + timedelta(minutes=61))


def test_confirmation_link_works_once(desk: Desk) -> None:
    actions.submit(desk.guest_draft(), now=desk.now)
    token = token_in(Letter.objects.get())
    comment = actions.confirm_address(token, now=desk.now)
    with pytest.raises(actions.LinkUsed) as caught:
        actions.confirm_address(token, now=desk.now)
    assert caught.value.comment == comment
    assert Decision.objects.count() == 1


def test_confirmation_link_expires(desk: Desk) -> None:
    actions.submit(desk.guest_draft(), now=desk.now)
    with pytest.raises(actions.LinkExpired):
        actions.confirm_address(token_in(Letter.objects.get()), now=desk.now + timedelta(hours=48))
    assert Comment.objects.get().state == State.UNCONFIRMED


@pytest.mark.parametrize("token", ["", "x", "\x00", "\ud800", "z" * 10_000])
def test_unknown_confirmation_link_says_so(token: str) -> None:
    with pytest.raises(actions.LinkUnknown):
        actions.confirm_address(token, now=factories.timezone.now())


def test_opening_a_confirmation_link_changes_nothing(desk: Desk) -> None:
    actions.submit(desk.guest_draft(), now=desk.now)
    comment = actions.comment_to_confirm(token_in(Letter.objects.get()), now=desk.now)
    assert comment.state == Comment.objects.get().state == State.UNCONFIRMED


def test_robot_suspicion_outlives_the_confirmation(desk: Desk) -> None:
    commenter = factories.make_commenter(address="guest@example.org")
    for number in range(3):
        factories.make_comment(commenter=commenter, body=f"Earlier {number}")
    actions.submit(desk.guest_draft(robot_suspected=True), now=desk.now)
    comment = actions.confirm_address(token_in(Letter.objects.get()), now=desk.now)
    assert comment.state == State.HELD
    assert [finding.standing for finding in CommentFinding.objects.filter(text__comment=comment)] == [
        "robot_protection"
    ]


def test_network_is_kept_as_a_keyed_digest_of_its_prefix(desk: Desk) -> None:
    keys = [
        desk.send(f"From {address}", network=address).network_key
        for address in ("192.0.2.7", "192.0.2.200", "198.51.100.1", "2001:db8:1::1", "no address")
    ]
    assert (keys[0] == keys[1], len({*keys}), len(keys[0]), keys[4]) == (True, 4, 64, "")
