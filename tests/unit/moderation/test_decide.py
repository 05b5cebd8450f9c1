import pytest
from hypothesis import given
from hypothesis import strategies as st

from comments.moderation.decide import can_be_overridden, decide, sent_to_moderator, standing_reasons
from comments.moderation.facts import (
    AuthorRecord,
    DiscussionMode,
    Effect,
    Finding,
    OutcomeKind,
    Reason,
    StandingReason,
)
from tests.unit.moderation.making import NEWCOMER, policy, rule_check, submission

RULES = policy(
    rule_check("links", number=3), rule_check("shouting", number=1), rule_check("flood", number=10)
)
SEVERITY = [OutcomeKind.PUBLISH, OutcomeKind.HOLD, OutcomeKind.REFUSE]
FINDINGS = st.builds(
    Finding,
    check=st.sampled_from(["links", "shouting", "flood", "gone"]),
    fact=st.sampled_from(["too_many_links", "flood", "check_unavailable"]),
    rule_key=st.sampled_from(["rule-1", "rule-3", "rule-10"]),
    effect=st.sampled_from(Effect),
)
STANDING = st.sets(st.sampled_from(StandingReason))


def finding(effect: Effect, number: int = 3, check: str = "links", fact: str = "too_many_links") -> Finding:
    return Finding(check=check, fact=fact, rule_key=f"rule-{number}", effect=effect)


def test_nothing_found_publishes_under_the_policy_version() -> None:
    outcome = decide((), RULES, ())
    assert (outcome.kind, outcome.reasons, outcome.policy_version) == (OutcomeKind.PUBLISH, (), 4)


def test_a_note_never_holds() -> None:
    assert decide((finding(Effect.NOTE),), RULES, ()).kind is OutcomeKind.PUBLISH


def test_a_refusal_names_its_rules_in_the_order_of_their_numbers_each_once() -> None:
    findings = tuple(finding(Effect.REFUSE, number) for number in (10, 3, 10, 1))
    outcome = decide((*findings, finding(Effect.HOLD, 2)), RULES, (StandingReason.FIRST_COMMENTS,))
    assert outcome.kind is OutcomeKind.REFUSE
    assert outcome.reasons == (Reason("rule-1"), Reason("rule-3"), Reason("rule-10"))


def test_a_hold_names_its_rules_and_then_the_standing_reasons() -> None:
    findings = (finding(Effect.HOLD, 10), finding(Effect.HOLD, 1), finding(Effect.NOTE, 3))
    standing = (StandingReason.ROBOT_PROTECTION, StandingReason.DISCUSSION_PRE_MODERATED)
    outcome = decide(findings, RULES, standing)
    assert outcome.kind is OutcomeKind.HOLD
    assert outcome.reasons == (
        Reason("rule-1"),
        Reason("rule-10"),
        Reason(standing=StandingReason.DISCUSSION_PRE_MODERATED),
        Reason(standing=StandingReason.ROBOT_PROTECTION),
    )


def test_an_unavailable_check_holds_under_the_standing_reason_and_not_the_rule() -> None:
    outcome = decide((finding(Effect.HOLD, fact="check_unavailable"),), RULES, ())
    assert outcome.kind is OutcomeKind.HOLD
    assert outcome.reasons == (Reason(standing=StandingReason.CHECK_UNAVAILABLE),)


@given(st.lists(FINDINGS, max_size=6), FINDINGS, STANDING)
def test_one_more_finding_never_makes_the_outcome_milder(
    findings: list[Finding], another: Finding, standing: set[StandingReason]
) -> None:
    before = decide(findings, RULES, standing).kind
    after = decide([*findings, another], RULES, standing).kind
    assert SEVERITY.index(after) >= SEVERITY.index(before)


@given(st.lists(FINDINGS, max_size=6), STANDING, st.sampled_from(StandingReason))
def test_one_more_standing_reason_never_makes_the_outcome_milder(
    findings: list[Finding], standing: set[StandingReason], another: StandingReason
) -> None:
    before = decide(findings, RULES, standing).kind
    assert SEVERITY.index(decide(findings, RULES, standing | {another}).kind) >= SEVERITY.index(before)


@given(st.lists(FINDINGS, max_size=6), STANDING)
def test_whatever_is_not_published_has_a_reason(
    findings: list[Finding], standing: set[StandingReason]
) -> None:
    outcome = decide(findings, RULES, standing)
    assert (outcome.kind is OutcomeKind.PUBLISH) == (outcome.reasons == ())


@given(st.lists(FINDINGS, max_size=6), STANDING)
def test_asking_for_a_moderator_never_publishes_what_was_refused(
    findings: list[Finding], standing: set[StandingReason]
) -> None:
    before = decide(findings, RULES, standing).kind
    after = decide(sent_to_moderator(findings), RULES, standing).kind
    if before is OutcomeKind.REFUSE:
        assert after in (OutcomeKind.REFUSE, OutcomeKind.HOLD)
    else:
        assert after is before


def test_a_refusal_for_flood_stands_though_a_moderator_is_asked_for() -> None:
    findings = (finding(Effect.REFUSE, 10, "flood", "flood"), finding(Effect.REFUSE))
    assert [can_be_overridden(one) for one in findings] == [False, True]
    assert [one.effect for one in sent_to_moderator(findings)] == [Effect.REFUSE, Effect.HOLD]


@pytest.mark.parametrize(
    ("author", "expected"),
    [
        (AuthorRecord(3, 0, False), ()),
        (AuthorRecord(2, 0, False), (StandingReason.FIRST_COMMENTS,)),
        (AuthorRecord(50, 1, False), (StandingReason.FIRST_COMMENTS,)),
        (AuthorRecord(50, 0, True), (StandingReason.ACCOUNT_PRE_MODERATED,)),
    ],
)
def test_an_author_is_read_first_by_their_record(
    author: AuthorRecord, expected: tuple[StandingReason, ...]
) -> None:
    assert standing_reasons(submission("Hello", author=author), RULES) == expected


def test_standing_reasons_come_in_the_order_of_the_closed_list() -> None:
    sent = submission("Hello", author=NEWCOMER, mode=DiscussionMode.PRE_MODERATED, robot_suspected=True)
    assert standing_reasons(sent, RULES) == (
        StandingReason.DISCUSSION_PRE_MODERATED,
        StandingReason.FIRST_COMMENTS,
        StandingReason.ROBOT_PROTECTION,
    )


@pytest.mark.parametrize("both", [{}, {"rule_key": "x", "standing": StandingReason.FIRST_COMMENTS}])
def test_a_reason_is_a_rule_or_a_standing_reason(both: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="either a rule or a standing reason"):
        Reason(**both)  # type: ignore[arg-type]
