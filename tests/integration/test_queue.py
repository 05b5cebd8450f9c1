"""The moderation queue: what it shows, what it does, and what it refuses."""

import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from articles.archive import Key
from articles.models import Article
from comments import actions
from comments.desk.marks import Segment, Span, marked
from comments.desk.queue import queue_page, waiting_after
from comments.desk.records import record_sentence
from comments.desk.views import HELD, Asker
from comments.desk.words import clock
from comments.enums import Effect, LetterState, State
from comments.evidence import Record
from comments.models import (
    Appeal,
    Comment,
    CommentFinding,
    Decision,
    Letter,
    Policy,
    Report,
    Rule,
    Watch,
)
from comments.moderation.checks import CHECKS
from comments.moderation.facts import AuthorRecord, DiscussionMode, Submission
from newsroom.accounts.models import User
from tests.factories import (
    make_article,
    make_comment,
    make_commenter,
    make_discussion,
    make_policy,
    make_user,
)

pytestmark = pytest.mark.django_db
QUEUE = "/admin/moderation/"


@pytest.fixture
def moderator() -> User:
    return make_user(group="Moderator")


@pytest.fixture
def desk(client: Client, moderator: User) -> Client:
    client.force_login(moderator)
    return client


@pytest.fixture
def policy() -> Policy:
    return make_policy()


def hold(minutes: int = 30, **fields: Any) -> Comment:
    at = timezone.now() - timedelta(minutes=minutes)
    return make_comment(state="held", submitted_at=at, **fields)


def find(comment: Comment, key: str, start: int, end: int, **fields: Any) -> CommentFinding:
    rule = Rule.objects.get(key=key, policy=comment.policy)
    defaults = {"effect": Effect.HOLD, "fact": "listed_phrase", "check_name": "phrases"}
    return CommentFinding.objects.create(
        text=comment.current_text, rule=rule, start=start, end=end, **{**defaults, **fields}
    )


def act(desk: Client, comment: Comment, act: str, *, follow: bool = False, **sent: Any) -> Any:
    data = {"act": act, "version": comment.version, "place": "queue", **sent}
    return desk.post(reverse("moderation:act", args=[comment.uid]), data, follow=follow)


def state_of(comment: Comment) -> str:
    return str(Comment.objects.get(pk=comment.pk).state)


# --- the text with its marks

PIECES = [
    "a",
    "é",
    "e\u0301",
    "\u200b",
    "\u200d",
    "\u202e",
    "ש",
    "م\u0640ر",
    "\U0001f468\u200d\U0001f33e",
    " ",
    "<b>",
    "&",
]
TEXTS = st.lists(st.sampled_from(PIECES), max_size=30).map("".join)


@st.composite
def texts_with_spans(draw: st.DrawFn) -> tuple[str, list[Span]]:
    text = draw(TEXTS)
    place = st.integers(0, len(text))
    pairs = draw(st.lists(st.tuples(place, place, st.integers(1, 9)), max_size=8))
    return text, [Span(min(a, b), max(a, b), number) for a, b, number in pairs]


@given(texts_with_spans())
def test_marked_segments_join_to_the_text_and_each_finding_to_its_words(made: tuple[str, list[Span]]) -> None:
    text, spans = made
    segments = marked(text, spans)
    assert "".join(segment.text for segment in segments) == text
    for span in spans:
        place, words = 0, ""
        for segment in segments:
            if span.start <= place and place + len(segment.text) <= span.end:
                assert span.number in segment.rules
                words += segment.text
            place += len(segment.text)
        assert words == text[span.start : span.end]


@given(
    st.lists(
        st.sampled_from([*PIECES, "numpty ", "a@b.example ", "https://x.example ", "+44 1632 960 414 "]),
        max_size=40,
    ).map("".join)
)
def test_the_words_of_every_check_are_those_at_its_span_and_are_marked(text: str) -> None:
    submission = Submission(
        text=text,
        name="N",
        author=AuthorRecord(0, 0, False),
        recent=(),
        mode=DiscussionMode.OPEN,
        now=timezone.now(),
        fingerprint="",
    )
    found = CHECKS["links"].run(submission, {"max_links": 0}) + CHECKS["personal_data"].run(submission, {})
    for finding in found:
        assert text[finding.start : finding.end] == finding.words
    segments = marked(text, [Span(one.start, one.end, 1) for one in found])
    caught = {place for one in found for place in range(one.start, one.end)}
    assert "".join(one.text for one in segments if one.rules) == "".join(
        text[place] for place in sorted(caught)
    )


def test_overlapping_spans_are_cut_where_they_cross() -> None:
    assert marked("abcdef", [Span(0, 4, 3), Span(2, 6, 5)]) == [
        Segment("ab", (3,)),
        Segment("cd", (3, 5), (3,)),
        Segment("ef", (5,), (5,)),
    ]


def test_spans_beyond_the_text_mark_what_there_is_of_it() -> None:
    assert marked("abc", [Span(1, 99, 2), Span(50, 60, 3)]) == [Segment("a"), Segment("bc", (2,), (2,))]


# --- what the page shows


def test_queue_lists_held_comments_oldest_first(desk: Client, policy: Policy) -> None:
    younger, older = hold(5), hold(50)
    make_comment(state="public")
    make_comment(state="rejected")
    rows = desk.get(QUEUE).context["page"].rows
    assert [row.uid for row in rows] == [str(older.uid), str(younger.uid)]


def test_bar_says_how_many_wait_since_when_and_what_one_did_today(
    desk: Client, moderator: User, policy: Policy
) -> None:
    held = [hold(minutes) for minutes in (14, 12, 10)]
    actions.approve(held[2].pk, by=moderator, seen_version=1, now=timezone.now())
    answer = desk.get(QUEUE)
    assert {one.view.name: one.shown for one in answer.context["counts"]} == {
        "held": "2",
        "reported": "0",
        "appeals": "0",
        "fresh": "0",
        "asked": "0",
        "review": "0",
        "watched": "0",
    }
    bar = answer.content.decode()
    assert "Oldest 14 min of 30 promised" in bar
    assert "You: 1 today" in bar


def test_oldest_is_the_oldest_of_what_this_desk_is_to_decide_on(
    desk: Client, moderator: User, policy: Policy
) -> None:
    def oldest() -> str:
        return str(getattr(desk.get(QUEUE).context["oldest"], "words", ""))

    moderator.desk_languages = ["en"]
    moderator.save()
    hold(300, discussion=make_discussion(make_article(language="de")))
    hold(200, discussion=make_discussion(make_article(withdrawn_at=timezone.now())))
    assert oldest() == ""
    hold(14)
    assert oldest() == "Oldest 14 min of 30 promised"


def test_a_withdrawn_story_takes_its_comments_from_every_view_but_appeals_and_second_review(
    desk: Client, moderator: User, policy: Policy
) -> None:
    now, colleague, discussion = timezone.now(), make_user(group="Moderator"), make_discussion()
    held = hold(discussion=discussion, open_reports=1)
    make_comment(discussion=discussion)
    rejected = hold(discussion=discussion)
    decision = actions.reject(rejected.pk, by=colleague, seen_version=1, rule_keys=["respect"], now=now)
    appeal = actions.appeal(decision, "You have misread me.", now=now)
    actions.ask(held.pk, by=colleague, to=moderator, note="", seen_version=1, now=now)
    Watch.objects.create(discussion=discussion, moderator=moderator, since=now)

    def counts() -> dict[str, int]:
        return {one.view.name: one.number for one in desk.get(QUEUE).context["counts"]}

    everything = {"held": 1, "reported": 1, "appeals": 1, "fresh": 1, "asked": 1, "review": 1, "watched": 2}
    assert counts() == everything
    Article.objects.update(withdrawn_at=now)
    assert counts() == {**dict.fromkeys(everything, 0), "appeals": 1, "review": 1}
    card = desk.get(QUEUE, {"view": "appeals"}).content.decode()
    assert "The appeal is to be answered all the same." in card
    actions.answer_appeal(appeal.pk, by=moderator, granted=True, reasons="It names nobody.", now=now)
    assert state_of(rejected) == State.PUBLIC
    Article.objects.update(withdrawn_at=None)
    assert counts() == {**everything, "appeals": 0, "review": 0}


def why(desk: Client, view: str) -> str:
    page = desk.get(QUEUE, {"view": view}).content.decode()
    return " ".join(page.partition("<b>Why here:</b>")[2].partition("</p>")[0].split())


def test_each_view_says_on_its_card_why_it_stands_there(
    desk: Client, moderator: User, policy: Policy
) -> None:
    now, colleague = timezone.now(), make_user(group="Moderator")
    public = make_comment()
    assert why(desk, "fresh") == "public for 30 min, read by no moderator"
    Watch.objects.create(discussion=public.discussion, moderator=moderator, since=now)
    assert why(desk, "watched") == "you watch this story, public for 30 min, read by no moderator"
    held = hold(12, discussion=public.discussion)
    assert why(desk, "watched") == "you watch this story, 12 of 30 min"
    decision = actions.reject(held.pk, by=colleague, seen_version=1, rule_keys=["respect"], now=now)
    assert why(desk, "review") == "a colleague decided on it under 1 min ago"
    appeal = actions.appeal(decision, "You have misread me.", now=now)
    promised = clock(appeal.promised_by, now)
    assert why(desk, "appeals") == f"its author objects, answer promised by {promised}"
    Appeal.objects.update(promised_by=now - timedelta(minutes=1))
    assert why(desk, "appeals").endswith(": late")


@pytest.mark.parametrize(
    ("earlier", "said"),
    [
        ([], "1 report"),
        (["upheld", "dismissed"], "1 report"),
        (
            ["dismissed", "dismissed"],
            "1 report (earlier ones by these readers mostly dismissed: they weigh less)",
        ),
        (["upheld", "upheld"], "1 report (earlier ones by these readers mostly upheld: they weigh more)"),
    ],
)
def test_a_reported_card_says_how_its_reporters_earlier_reports_count(
    desk: Client, policy: Policy, earlier: list[str], said: str
) -> None:
    now, rule, reporter = timezone.now(), policy.rules.get(key="respect"), make_commenter()
    seen = {"rule": rule, "reporter": reporter, "created_at": now, "confirmed_at": now}
    for state in earlier:
        Report.objects.create(comment=make_comment(state="rejected"), state=state, **seen)
    comment = make_comment()
    Report.objects.create(comment=comment, **seen)
    actions.reports_changed(comment.pk, now=now)
    assert why(desk, "reported") == said


@pytest.mark.parametrize("view", ["appeals", "asked", "review"])
def test_skipping_goes_on_in_views_whose_places_are_not_the_comments_own(
    desk: Client, moderator: User, policy: Policy, view: str
) -> None:
    now, colleague = timezone.now(), make_user(group="Moderator")
    for number in range(2):
        comment = hold(discussion=make_discussion())
        if view == "asked":
            actions.ask(comment.pk, by=colleague, to=moderator, note="", seen_version=1, now=now)
            continue
        seen = {"by": colleague, "seen_version": 1, "now": now + timedelta(seconds=number)}
        decision = actions.reject(comment.pk, rule_keys=["respect"], **seen)
        if view == "appeals":
            actions.appeal(decision, "You have misread me.", now=seen["now"])
    first = desk.get(QUEUE, {"view": view}).context
    second = desk.get(first["next_url"]).context
    uids = [row.uid for row in first["page"].rows]
    assert [str(one["card"].comment.uid) for one in (first, second)] == uids
    assert len(set(uids)) == 2


def test_pages_go_by_key_and_lose_nothing_while_comments_are_decided(desk: Client, policy: Policy) -> None:
    discussion = make_discussion()
    held = [hold(100 - number, discussion=discussion) for number in range(30)]
    first = desk.get(QUEUE).context["page"]
    Comment.objects.filter(pk__in=[held[0].pk, held[3].pk]).update(state=State.REJECTED)
    second = desk.get(QUEUE, {"after": first.next_after}).context["page"]
    assert [row.uid for row in first.rows] == [str(one.uid) for one in held[:25]]
    assert [row.uid for row in second.rows] == [str(one.uid) for one in held[25:]]


def test_comments_of_the_same_moment_are_paged_by_id(policy: Policy) -> None:
    at, discussion = timezone.now(), make_discussion()
    held = [make_comment(state="held", submitted_at=at, discussion=discussion) for _ in range(3)]
    assert list(waiting_after(Key(held[0].due_at, held[0].pk))) == held[1:]


@pytest.mark.parametrize("after", ["x", "1", "1-", "-1-2", "99999999999999999999-1", "1-1 OR 1=1", "٣-٤"])
def test_bad_place_in_the_list_gives_a_sentence(desk: Client, policy: Policy, after: str) -> None:
    response = desk.get(QUEUE, {"after": after})
    assert (response.status_code, "names no place in the queue" in response.content.decode()) == (400, True)


@pytest.mark.parametrize("item", ["00000000-0000-4000-8000-000000000000", "nonsense", "\x00", "a" * 5000])
def test_unknown_comment_gives_a_sentence_and_the_queue(desk: Client, policy: Policy, item: str) -> None:
    response = desk.get(QUEUE, {"item": item})
    assert (response.status_code, "no comment with this address" in response.content.decode()) == (404, True)


def test_nothing_waiting_says_when_somebody_decided_last(
    desk: Client, moderator: User, policy: Policy
) -> None:
    comment = hold()
    decision = actions.approve(comment.pk, by=moderator, seen_version=1, now=timezone.now())
    page = desk.get(QUEUE).content.decode()
    assert "Nothing is waiting." in page
    assert f"Last decided {timezone.localtime(decision.at):%H:%M}." in page


def test_without_a_policy_in_force_the_queue_says_so(desk: Client) -> None:
    assert "No policy is posted, so comments are closed." in desk.get(QUEUE).content.decode()


def test_card_marks_the_words_caught_and_names_the_rule_after_them(desk: Client, policy: Policy) -> None:
    comment = hold(body="You <i>utter</i> numpty!")
    find(comment, "respect", 17, 23)
    page = desk.get(QUEUE).content.decode()
    assert "You &lt;i&gt;utter&lt;/i&gt; <mark>numpty</mark><bdi" in page
    assert "[rule 3]" in page
    assert "listed word or phrase, “<bdi>numpty</bdi>”" in page


def test_card_names_the_check_that_did_not_finish(desk: Client, policy: Policy) -> None:
    comment = hold()
    CommentFinding.objects.create(
        text=comment.current_text,
        standing="check_unavailable",
        check_name="links",
        fact="check_unavailable",
        effect="hold",
        details={"rule": "links", "check": "links"},
    )
    page = desk.get(QUEUE).content.decode()
    assert "Rule 2’s check “Links” did not finish. Held for that reason." in page


def test_record_is_one_sentence() -> None:
    now = timezone.now().replace(month=8, day=20)
    record = Record(approved=41, rejected=1, removed=1, rules=(("respect", 2),))
    seen = now.replace(month=5)
    told = record_sentence(record, first_seen=seen, numbers={"respect": 3}, now=now)
    assert told == "41 approved, 2 rejected: rule 3 twice; first seen May"


def count_queries(desk: Client, url: str) -> int:
    with CaptureQueriesContext(
        connection,
    ) as queries:
        assert desk.get(url).status_code == 200
    return len(queries)


def test_queue_costs_the_same_queries_at_3_and_at_300_held(desk: Client, policy: Policy) -> None:
    discussion = make_discussion()
    for number in range(3):
        find(hold(number, discussion=discussion), "respect", 0, 1)
    desk.get(QUEUE)
    few = count_queries(desk, QUEUE)
    for number in range(297):
        find(hold(number, discussion=discussion, commenter=make_commenter()), "respect", 0, 1)
    desk.get(QUEUE)
    assert count_queries(desk, QUEUE) == few
    assert few <= 36


def test_queue_reads_its_partial_index(policy: Policy) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("The plan is PostgreSQL's.")
    discussion = make_discussion()
    held = [hold(number, discussion=discussion) for number in range(40)]
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("SET LOCAL enable_bitmapscan = off")
    plan = waiting_after(Key(held[20].due_at, held[20].pk))[:26].explain()
    assert "comment_due" in plan
    assert "Sort" not in plan


# --- deciding


def test_approve_publishes_and_goes_to_the_next_comment(desk: Client, policy: Policy) -> None:
    first, second = hold(50), hold(40)
    response = act(desk, first, "approve")
    assert (response.status_code, response["Location"]) == (303, f"{QUEUE}?item={second.uid}")
    assert state_of(first) == State.PUBLIC


def test_reject_cites_the_rules_and_says_so_with_undo(desk: Client, policy: Policy) -> None:
    comment = hold()
    page = act(desk, comment, "reject", rule=["links", "respect"], note="Please calm down.", follow=True)
    decision = Decision.objects.get(comment=comment)
    assert sorted(decision.grounds.values_list("key", flat=True)) == ["links", "respect"]
    text = page.content.decode()
    assert "Rejected under rules 2 and 3. Mail goes in 60 s." in text
    assert f'name="decision" value="{decision.uid}"' in text


def test_undo_brings_the_comment_back_and_stops_the_mail(desk: Client, policy: Policy) -> None:
    comment = hold()
    act(desk, comment, "reject", rule="links")
    decision = Decision.objects.get(comment=comment)
    page = desk.post(reverse("moderation:undo"), {"decision": str(decision.uid)}, follow=True)
    assert page.redirect_chain == [(f"{QUEUE}?item={comment.uid}", 303)]
    assert "Undone." in page.content.decode()
    assert (state_of(comment), Letter.objects.get().state) == (State.HELD, LetterState.CANCELLED)


def test_undo_after_the_mail_has_left_says_so(desk: Client, policy: Policy) -> None:
    comment = hold()
    act(desk, comment, "reject", rule="links")
    Letter.objects.update(state=LetterState.SENT)
    decision = Decision.objects.get(comment=comment)
    assert "Undo</button>" not in desk.get(QUEUE).content.decode()
    page = desk.post(reverse("moderation:undo"), {"decision": str(decision.uid)}, follow=True)
    assert "the mail about it has left" in page.content.decode()
    assert state_of(comment) == State.REJECTED


def test_second_moderator_is_told_and_keeps_the_note(desk: Client, policy: Policy) -> None:
    comment = hold()
    actions.approve(comment.pk, by=make_user(group="Moderator"), seen_version=1, now=timezone.now())
    response = act(desk, comment, "reject", rule="links", note="My long note.")
    page = response.content.decode()
    at = timezone.localtime(Decision.objects.get().at)
    assert response.status_code == 409
    assert f"Approved by a colleague at {at:%H:%M}, your rejection was not saved." in page
    assert "My long note." in page
    assert (state_of(comment), Decision.objects.count()) == (State.PUBLIC, 1)


def test_the_same_moderator_is_told_of_their_own_decision(
    desk: Client, moderator: User, policy: Policy
) -> None:
    comment = hold()
    act(desk, comment, "approve")
    assert "Approved by yourself at" in act(desk, comment, "approve").content.decode()


def test_reject_without_a_rule_asks_for_one_and_keeps_the_note(desk: Client, policy: Policy) -> None:
    comment = hold()
    response = act(desk, comment, "reject", note="Because.")
    page = response.content.decode()
    assert (response.status_code, state_of(comment)) == (400, State.HELD)
    assert "Choose at least one rule that the comment breaks, or name a law." in page
    assert "Because.</textarea>" in page


@pytest.mark.parametrize(
    ("sent", "sentence"),
    [
        ({"version": "x"}, "Version that you saw: it is missing"),
        ({"version": "-1"}, "Version that you saw: it is missing"),
        ({"version": "9" * 40}, "Version that you saw: it is missing"),
        ({"version": ""}, "Version that you saw: it is missing"),
        ({"act": "explode"}, "Act: it is none of approve"),
        ({"rule": "nonsense"}, "not in the policy that this comment is judged by"),
        ({"rule": "a b\x00"}, "Rules: one of them is no rule"),
        ({"rule": "links", "note": "a\x00b"}, "Note to the author: Null characters"),
        ({"rule": "links", "note": "a" * 2001}, "Note to the author: Ensure this value has at most 2000"),
    ],
)
def test_bad_input_gets_a_sentence_and_changes_nothing(
    desk: Client, policy: Policy, sent: dict[str, str], sentence: str
) -> None:
    comment = hold()
    data = {"act": "reject", "version": "1", "place": "queue", "rule": "links", **sent}
    response = desk.post(reverse("moderation:act", args=[comment.uid]), data)
    assert response.status_code == 400
    assert sentence in response.content.decode()
    assert (state_of(comment), Decision.objects.count()) == (State.HELD, 0)


@pytest.mark.parametrize("name", ["act", "preview", "comment"])
@pytest.mark.parametrize("uid", ["00000000-0000-4000-8000-000000000000", "nonsense", "%00"])
def test_pages_of_unknown_comments_give_a_sentence(desk: Client, policy: Policy, name: str, uid: str) -> None:
    url = reverse("moderation:comment", args=["UID"]).replace("UID", uid)
    response = (
        desk.get(url) if name == "comment" else desk.post(f"{url}{name}/", {"act": "approve", "version": 1})
    )
    assert (response.status_code, "no comment with this address" in response.content.decode()) == (404, True)


def test_preview_shows_the_mail_and_changes_nothing(desk: Client, policy: Policy) -> None:
    comment = hold()
    sent = {"rule": "links", "note": "Just the one link, please.", "place": "queue"}
    page = desk.post(reverse("moderation:preview", args=[comment.uid]), sent).content.decode()
    assert "At most 2 links in a comment." in page
    assert page.count("Just the one link, please.") == 2
    assert (state_of(comment), Letter.objects.count()) == (State.HELD, 0)


def test_remove_and_restore_on_the_comments_own_page(desk: Client, policy: Policy) -> None:
    comment = make_comment(state="public")
    page = act(desk, comment, "remove", rule="respect", place="comment", follow=True)
    assert page.redirect_chain == [(reverse("moderation:comment", args=[comment.uid]), 303)]
    assert "Removed under rule 3." in page.content.decode()
    comment.refresh_from_db()
    page = act(desk, comment, "restore", place="comment", follow=True)
    assert (state_of(comment), len(page.context["history"])) == (State.PUBLIC, 2)


def test_an_act_that_the_state_does_not_allow_gives_a_sentence(desk: Client, policy: Policy) -> None:
    comment = make_comment(state="public")
    response = act(desk, comment, "approve")
    assert (response.status_code, state_of(comment)) == (409, State.PUBLIC)
    assert "cannot be done to a comment in the state" in response.content.decode()


# --- many at once


def pick(*comments: Comment) -> list[str]:
    return [f"{comment.uid}:{comment.version}" for comment in comments]


def test_bulk_approves_what_is_as_it_was_seen_and_says_what_was_skipped(desk: Client, policy: Policy) -> None:
    held = [hold(number) for number in range(3)]
    actions.approve(held[1].pk, by=make_user(group="Moderator"), seen_version=1, now=timezone.now())
    page = desk.post(reverse("moderation:bulk"), {"act": "approve", "pick": pick(*held)}, follow=True)
    text = page.content.decode()
    assert "Approved 2. Mail goes in 60 s. 1 skipped: decided by a colleague." in text
    assert "Undo all" in text


def test_bulk_reject_cites_its_rules_on_each(desk: Client, policy: Policy) -> None:
    held = [hold(number) for number in range(3)]
    desk.post(
        reverse("moderation:bulk"), {"act": "reject", "pick": pick(*held), "rule": "links", "note": "No ads."}
    )
    decisions = Decision.objects.filter(act="rejected", grounds__key="links", evidence__note="No ads.")
    assert decisions.count() == 3


def test_bulk_undo_brings_all_back(desk: Client, policy: Policy) -> None:
    held = [hold(number) for number in range(3)]
    desk.post(reverse("moderation:bulk"), {"act": "approve", "pick": pick(*held)})
    uids = [str(uid) for uid in Decision.objects.values_list("uid", flat=True)]
    page = desk.post(reverse("moderation:undo"), {"decision": uids}, follow=True)
    assert "Undone 3." in page.content.decode()
    assert [state_of(comment) for comment in held] == [State.HELD] * 3


@pytest.mark.parametrize(
    ("sent", "sentence"),
    [
        ({"act": "approve"}, "Nothing is selected."),
        ({"act": "approve", "pick": ["nonsense"]}, "names something that is no comment"),
        ({"act": "approve", "pick": [f"{uuid.uuid4()}:1"]}, "One of the comments selected does not exist."),
        ({"act": "remove", "pick": ["HELD"]}, "can only be approved or rejected"),
        ({"act": "reject", "pick": ["HELD"]}, "Choose at least one rule"),
        (
            {"act": "reject", "pick": ["HELD", "x\x00:1"], "rule": "links"},
            "names something that is no comment",
        ),
        (
            {
                "act": "reject",
                "pick": [f"{uuid.uuid4()}:1"] * 2 + [f"{uuid.uuid4()}:{n}" for n in range(200)],
            },
            "More than 200",
        ),
    ],
)
def test_bulk_with_bad_input_gets_a_sentence_and_changes_nothing(
    desk: Client, policy: Policy, sent: dict[str, Any], sentence: str
) -> None:
    comment = hold()
    picks = [pick(comment)[0] if one == "HELD" else one for one in sent.get("pick", [])]
    response = desk.post(reverse("moderation:bulk"), {**sent, "pick": picks})
    assert (response.status_code, state_of(comment)) == (400, State.HELD)
    assert sentence in response.content.decode()


@pytest.mark.parametrize("decisions", [[], ["nonsense"], ["00000000-0000-4000-8000-000000000000"], ["\x00"]])
def test_undo_of_nothing_gives_a_sentence(desk: Client, policy: Policy, decisions: list[str]) -> None:
    response = desk.post(reverse("moderation:undo"), {"decision": decisions})
    assert (response.status_code, "no such decision" in response.content.decode()) == (404, True)


# --- who may come in


@pytest.mark.parametrize("group", ["", "Reporter", "Editor"])
def test_others_are_turned_away(client: Client, group: str) -> None:
    client.force_login(make_user(group=group))
    assert client.get(QUEUE).status_code == 403


def test_strangers_are_asked_to_sign_in(client: Client) -> None:
    response = client.get(QUEUE)
    assert (response.status_code, "login" in response["Location"]) == (302, True)


@pytest.mark.parametrize("group", ["Moderator", "Moderation lead"])
def test_moderators_and_leads_come_in(client: Client, group: str) -> None:
    client.force_login(make_user(group=group))
    assert client.get(QUEUE).status_code == 200


def test_script_gets_only_what_changes(desk: Client, policy: Policy) -> None:
    hold()
    answer = desk.get(QUEUE, headers={"HX-Request": "true"}).content.decode()
    assert ("<html" in answer, 'id="card"' in answer, 'hx-swap-oob="innerHTML"' in answer) == (
        False,
        True,
        True,
    )


def test_a_page_of_the_queue_is_bounded(policy: Policy) -> None:
    discussion = make_discussion()
    for number in range(27):
        hold(number, discussion=discussion)
    asker = Asker(0, timezone.now())
    assert len(queue_page(HELD.ordered(HELD.rows(asker)), HELD, asker).rows) == 25


def test_a_long_page_has_100_rows_and_stays_long(desk: Client, policy: Policy) -> None:
    discussion = make_discussion()
    held = [hold(200 - number, discussion=discussion) for number in range(102)]
    usual = desk.get(QUEUE).content.decode()
    answer = desk.get(QUEUE, {"rows": "100"})
    page, shown = answer.context["page"], answer.content.decode()
    assert f'href="{QUEUE}?rows=100"' in usual
    assert [row.uid for row in page.rows] == [str(one.uid) for one in held[:100]]
    assert f'href="{QUEUE}?after={page.next_after}&amp;rows=100"' in shown
    assert f"rows=100&amp;item={held[1].uid}" in shown
    assert f'href="{QUEUE}?rows=100"' not in shown
    decided = desk.post(
        reverse("moderation:bulk"), {"act": "approve", "pick": pick(held[0]), "at": "rows=100"}
    )
    one = act(desk, held[1], "approve", at="rows=100")
    assert decided.headers["Location"] == f"{QUEUE}?rows=100"
    assert one.headers["Location"] == f"{QUEUE}?rows=100&item={held[2].uid}"


def test_an_unknown_number_of_rows_is_the_usual_one(desk: Client, policy: Policy) -> None:
    hold()
    sizes = [desk.get(QUEUE, {"rows": rows}).context["page"].size for rows in ("7", "x", "-1", "²")]
    assert sizes == [25] * 4


def test_the_admins_front_page_leads_to_the_queue(desk: Client) -> None:
    assert f'href="{QUEUE}"' in desk.get("/admin/").content.decode()
