"""Second review: which decisions come back, to whom, blind; how often they agree; and practice without consequence."""

import random
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from comments import actions, practice, reviewing
from comments.actions import NotPossible, RuleNeeded, RuleUnknown
from comments.actions.reviews import open_review
from comments.desk.reviews import Agreement, reviews_between
from comments.desk.views import BY_NAME, Asker
from comments.enums import ReviewKind, Verdict
from comments.models import Comment, Decision, Practice, SecondReview
from comments.seals import faults
from newsroom.accounts.models import User
from tests.factories import make_comment, make_discussion, make_policy, make_user

pytestmark = pytest.mark.django_db
QUEUE = "/admin/moderation/"


@pytest.fixture
def mina(db: None) -> User:
    make_policy()
    return make_user(group="Moderator", name="Mina")


@pytest.fixture
def bert(mina: User) -> User:
    return make_user(group="Moderator", name="Bert")


def decided(by: User, *, rule: str = "") -> Decision:
    comment = make_comment(state="held", body="A thought to decide on.")
    seen: dict[str, Any] = {"by": by, "seen_version": 1, "now": timezone.now()}
    if rule:
        return actions.reject(comment.pk, rule_keys=[rule], **seen)
    return actions.approve(comment.pk, **seen)


def experienced(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reviewing, "NEWCOMERS_FIRST", 0)


def to_review(by: User) -> list[int]:
    view = BY_NAME["review"]
    return [comment.pk for comment in view.ordered(view.rows(Asker(by.pk, timezone.now())))]


def answered(decision: Decision, by: User, verdict: Verdict, *rule_keys: str) -> SecondReview:
    return actions.answer_review(
        decision.review.pk, by=by, verdict=verdict, rule_keys=rule_keys, now=timezone.now()
    )


def test_all_of_a_newcomers_first_decisions_come_back_and_then_the_lot_decides(
    mina: User, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    monkeypatch.setattr(reviewing, "NEWCOMERS_FIRST", 3)
    settings.SECOND_REVIEW_PERCENT = 0
    decisions = [decided(mina, rule=rule) for rule in ("", "respect", "", "links")]
    assert list(SecondReview.objects.order_by("pk").values_list("decision", "kind", "decider")) == [
        (one.pk, ReviewKind.NEWCOMER, mina.pk) for one in decisions[:3]
    ]
    settings.SECOND_REVIEW_PERCENT = 100
    assert decided(mina).review.kind == ReviewKind.SAMPLE
    assert list(faults()) == []


def test_first_decisions_are_counted_within_one_act_on_many(
    mina: User, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    monkeypatch.setattr(reviewing, "NEWCOMERS_FIRST", 3)
    settings.SECOND_REVIEW_PERCENT = 0
    discussion = make_discussion()
    items = [(make_comment(state="held", discussion=discussion).pk, 1) for _number in range(5)]
    actions.approve_many(items, by=mina, now=timezone.now())
    assert SecondReview.objects.count() == 3


def test_the_lot_draws_the_set_share(monkeypatch: pytest.MonkeyPatch, settings: Any) -> None:
    settings.SECOND_REVIEW_PERCENT = 2
    digests = [random.Random(number).randbytes(32).hex() for number in range(10_000)]
    drawn = sum(reviewing._is_drawn(digest) for digest in digests)
    assert 150 < drawn < 250


def test_nobody_reviews_their_own(mina: User, bert: User) -> None:
    decision = decided(mina)
    assert (to_review(mina), to_review(bert)) == ([], [decision.comment_id])
    assert open_review(decision.comment_id, 2, by=mina) is None
    with pytest.raises(PermissionDenied):
        answered(decision, mina, Verdict.PUBLISH)
    with pytest.raises(IntegrityError):
        SecondReview.objects.filter(decision=decision).update(
            reviewer=mina, verdict="publish", agrees=True, answered_at=timezone.now()
        )


@pytest.mark.parametrize(
    ("rule", "verdict", "rules", "agrees"),
    [
        ("", Verdict.PUBLISH, [], True),
        ("", Verdict.REJECT, ["respect"], False),
        ("respect", Verdict.REJECT, ["respect", "links"], True),
        ("respect", Verdict.REJECT, ["links"], False),
        ("respect", Verdict.PUBLISH, [], False),
    ],
)
def test_review_agrees_where_it_comes_to_the_same_on_a_rule_in_common(
    mina: User, bert: User, rule: str, verdict: Verdict, rules: list[str], agrees: bool
) -> None:
    decision = decided(mina, rule=rule)
    before = Comment.objects.values().get(pk=decision.comment_id)
    review = answered(decision, bert, verdict, *rules)
    assert (review.agrees, review.reviewer, to_review(bert)) == (agrees, bert, [])
    assert Comment.objects.values().get(pk=decision.comment_id) == before
    assert Decision.objects.filter(comment=decision.comment_id).count() == 1


def test_review_needs_rules_that_are_there_and_is_answered_once(mina: User, bert: User) -> None:
    decision = decided(mina)
    with pytest.raises(RuleNeeded):
        answered(decision, bert, Verdict.REJECT)
    with pytest.raises(RuleUnknown):
        answered(decision, bert, Verdict.REJECT, "no-such")
    with pytest.raises(PermissionDenied):
        answered(decision, make_user(group="Reporter"), Verdict.PUBLISH)
    answered(decision, bert, Verdict.PUBLISH)
    with pytest.raises(NotPossible, match="reviewed this already"):
        answered(decision, make_user(group="Moderator"), Verdict.PUBLISH)


def test_what_was_undone_is_not_reviewed(mina: User, bert: User) -> None:
    decision = decided(mina)
    actions.undo(decision.pk, by=mina, now=timezone.now())
    assert to_review(bert) == []
    with pytest.raises(NotPossible, match="decided on anew"):
        answered(decision, bert, Verdict.PUBLISH)


def test_agreement_is_told_by_rule_and_for_newcomers_by_who_decided(
    mina: User, bert: User, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    today = timezone.localdate()
    answered(decided(mina), bert, Verdict.PUBLISH)
    answered(decided(mina), bert, Verdict.REJECT, "links")
    experienced(monkeypatch)
    settings.SECOND_REVIEW_PERCENT = 100
    for rule, verdict, rules in (
        ("respect", Verdict.REJECT, ["respect"]),
        ("respect", Verdict.PUBLISH, []),
        ("links", Verdict.REJECT, ["links"]),
        ("", Verdict.PUBLISH, []),
    ):
        answered(decided(mina, rule=rule), bert, verdict, *rules)
    decided(mina)
    told = reviews_between(today, today)
    assert told.by_rule == [
        Agreement("2. Few links", 1, 1),
        Agreement("3. Respect others", 1, 2),
        Agreement("Published or left public", 1, 1),
    ]
    assert told.newcomers == [Agreement("Mina", 1, 2)]
    assert ([one.verdict for one in told.disagreements], told.waiting) == (["publish", "reject"], 1)
    assert reviews_between(today - timedelta(days=9), today - timedelta(days=8)).by_rule == []


# --- the pages


@pytest.fixture
def desk(client: Client, bert: User) -> Client:
    client.force_login(bert)
    return client


def test_reviewer_sees_no_trace_of_what_was_decided_and_is_told_afterwards(
    desk: Client, mina: User, bert: User
) -> None:
    decision, other = decided(mina, rule="respect"), decided(mina)
    page = desk.get(QUEUE, {"view": "review"}).content.decode()
    assert "Second review: comment by" in page
    assert [
        word
        for word in ("Rejected", "rejected;", "State:", "Restore", "Public;", "public comment", "Mina")
        if word in page
    ] == []
    sent = {"verdict": "reject", "rule": ["respect"], "version": 2, "at": "view=review"}
    answer = desk.post(reverse("moderation:review", args=[decision.comment.uid]), sent)
    assert answer["Location"] == f"{QUEUE}?view=review&item={other.comment.uid}"
    assert (
        "A colleague had decided the same: rejected under rule 3."
        in desk.get(answer["Location"]).content.decode()
    )
    last = desk.post(reverse("moderation:review", args=[other.comment.uid]), sent)
    assert "A colleague had decided otherwise: approved." in desk.get(last["Location"]).content.decode()


@pytest.mark.parametrize(
    ("sent", "status"),
    [({}, 400), ({"verdict": "reject", "version": 2}, 409), ({"verdict": "publish", "version": 9}, 409)],
)
def test_review_that_cannot_be_kept_says_why(
    desk: Client, mina: User, sent: dict[str, Any], status: int
) -> None:
    decision = decided(mina)
    answer = desk.post(
        reverse("moderation:review", args=[decision.comment.uid]), {**sent, "at": "view=review"}
    )
    assert (answer.status_code, answer.context["kept"].problems != []) == (status, True)
    assert SecondReview.objects.filter(answered_at=None).count() == 1


def test_leads_read_agreement_on_the_statistics_page(client: Client, mina: User, bert: User) -> None:
    answered(decided(mina), bert, Verdict.PUBLISH)
    client.force_login(make_user(group="Moderation lead"))
    page = client.get(reverse("moderation:statistics")).content.decode()
    assert ("Second review" in page, "agreed 1 of 1" in page) == (True, True)


def test_statistics_cost_the_same_with_one_review_and_three(client: Client, mina: User, bert: User) -> None:
    client.force_login(make_user(group="Moderation lead"))

    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            client.get(reverse("moderation:statistics"))
        return len(queries)

    answered(decided(mina), bert, Verdict.REJECT, "links")
    cost()
    few = cost()
    for _number in range(2):
        answered(decided(mina), bert, Verdict.REJECT, "links")
    assert cost() == few


# --- practice


def test_practice_draws_what_colleagues_decided_half_of_it_turned_down(mina: User, bert: User) -> None:
    for number in range(3):
        decided(mina), decided(mina, rule="respect")
        decided(bert, rule="links" if number else "")
    made = practice.begin(by=bert, now=timezone.now(), chance=random.Random(1))
    deciders = Decision.objects.filter(pk__in=made.decisions).values_list("decider", "act")
    assert sorted(deciders) == [(mina.pk, "approved")] * 3 + [(mina.pk, "rejected")] * 3


def test_practice_changes_nothing_and_keeps_the_score(desk: Client, mina: User, bert: User) -> None:
    decided(mina, rule="respect"), decided(mina)
    url = reverse("moderation:practice")
    assert "Twenty comments that colleagues have decided on." in desk.get(url).content.decode()
    desk.post(url, {"begin": "1"})
    before = list(Comment.objects.order_by("pk").values()), Decision.objects.count()
    for number, pk in enumerate(Practice.objects.get().decisions):
        rejected = Decision.objects.get(pk=pk).act == "rejected"
        page = desk.get(url).content.decode()
        assert f"Comment {number + 1} of 2." in page
        refused = desk.post(url, {"number": number, "verdict": "reject"})
        assert "Choose at least one rule" in refused.content.decode()
        answer = desk.post(url, {"number": number, "verdict": "reject", "rule": "respect"})
        told = desk.get(answer["Location"]).content.decode()
        assert ("As the desk had decided." in told, "Rejected under rule 3." in told) == (rejected, rejected)
    assert "Done: 1 of 2 as the desk had decided." in desk.get(url).content.decode()
    assert (list(Comment.objects.order_by("pk").values()), Decision.objects.count()) == before


def test_practice_is_ones_own_and_goes_in_order(desk: Client, mina: User, bert: User) -> None:
    with pytest.raises(NotPossible, match="nothing to practise on"):
        practice.begin(by=bert, now=timezone.now(), chance=random.Random(1))
    decided(mina), decided(mina)
    made = practice.begin(by=bert, now=timezone.now(), chance=random.Random(1))
    how: dict[str, Any] = {"verdict": Verdict.PUBLISH, "rule_keys": [], "now": timezone.now()}
    with pytest.raises(PermissionDenied):
        practice.answer(made.pk, 0, by=mina, **how)
    with pytest.raises(NotPossible, match="not its turn"):
        practice.answer(made.pk, 1, by=bert, **how)
    for _twice in range(2):
        practice.answer(made.pk, 0, by=bert, **how)
    made.refresh_from_db()
    assert len(made.answers) == 1
    assert desk.post(reverse("moderation:practice"), {"verdict": "x"}).status_code == 400
