from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import count

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comments.moderation.checks import CHECKS
from comments.moderation.checks.spec import MOST_FINDINGS, Parameters
from comments.moderation.evaluate import evaluate
from comments.moderation.facts import Effect, Finding, Submission
from comments.moderation.text import READ_AT_MOST
from tests.unit.moderation.making import every_check, policy, rule_check, submission

# Pieces that checks look for, mixed with everything that may stand between and upon their letters.
PIECES = st.one_of(
    st.sampled_from(
        ["troll", "тroll", "Idiots", "a$$", "bad egg", "کـتاب", "كِتاب", "t r o l l", "tr0ll", "𝓽𝓻𝓸𝓵𝓵"]
    ),
    st.sampled_from(
        ["https://example.org/ä", "example.com", "jane@example.org", "+49 30 1234567", "۰۹۱۲۱۲۳۴۵۶۷"]
    ),
    st.sampled_from(
        [
            "SHOUTING HERE",
            "!!!!!!",
            "no no no no",
            "line\nline\nline\nline\n",
            "👍🏽👍🏽👍🏽👍🏽",
            "👩\u200d🚀",
            "🇩🇪",
        ]
    ),
    st.sampled_from(
        ["\u200b", "\u200c", "\u200d", "\u00ad", "\u202e", "\u2067", "\u2069", "\ufeff", "\u0301", "\u0336"]
    ),
    st.sampled_from([" ", "\n", "\r\n", "\t", "سلام", "שלום", "हिन्दी", "é", "ﬁ", "…", "½"]),
    st.text(max_size=4),
)
TEXTS = st.lists(PIECES, max_size=20).map("".join)


def pierced(text: str, marks: list[str]) -> str:
    """The text with a hidden character or mark after each letter, in turn."""
    return "".join(letter + marks[place % len(marks)] for place, letter in enumerate(text)) if marks else text


@given(TEXTS, st.lists(st.sampled_from(["", "\u200b", "\u0336", "\u202e", "\ufe0f"]), max_size=5))
def test_the_words_of_every_finding_stand_in_the_text_where_it_says(text: str, marks: list[str]) -> None:
    written = pierced(text, marks)
    findings = evaluate(submission(written), every_check(), budget=60)
    assert [written[one.start : one.end] for one in findings] == [one.words for one in findings]
    assert [one.details for one in findings if one.fact == "check_unavailable"] == []


def test_a_finding_bears_rule_and_effect_of_the_rule_that_ran_the_check() -> None:
    rules = policy(
        rule_check("links", Effect.NOTE, 2, max_links=0), rule_check("links", Effect.REFUSE, 5, max_links=1)
    )
    findings = evaluate(submission("a.com b.com"), rules)
    assert [(one.rule_key, one.effect, one.words) for one in findings] == [
        ("rule-2", Effect.NOTE, "a.com"),
        ("rule-2", Effect.NOTE, "b.com"),
        ("rule-5", Effect.REFUSE, "b.com"),
    ]


def raises(submission: Submission, parameters: Parameters) -> list[Finding]:
    raise ZeroDivisionError


def answers(result: object) -> Callable[[Submission, Parameters], list[Finding]]:
    return lambda submission, parameters: result  # type: ignore[return-value]


@pytest.mark.parametrize(
    "broken",
    [
        raises,
        answers(None),
        answers("nothing"),
        answers(["nonsense"]),
        answers(iter([])),
        answers([Finding(check="links", fact="x", start=0, end=99, words="Fine words")]),
        answers([Finding(check="links", fact="x", start=0, end=4, words="Good")]),
        answers([Finding(check="links", fact="x", start=-5, end=-1, words="word")]),
        answers([Finding(check="links", fact="x", start=3, end=3)]),
    ],
)
def test_a_broken_check_holds_and_the_others_run(
    broken: Callable[[Submission, Parameters], list[Finding]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(CHECKS, "links", replace(CHECKS["links"], run=broken))
    rules = policy(
        rule_check("links", Effect.NOTE, 1, max_links=0),
        rule_check("length", Effect.NOTE, 2, min_characters=99, max_characters=999),
    )
    first, second = evaluate(submission("Fine words"), rules)
    assert (first.fact, first.effect, first.rule_key, first.words) == (
        "check_unavailable",
        Effect.HOLD,
        "rule-1",
        "",
    )
    assert (first.details["rule"], first.details["check"]) == ("rule-1", "links")
    assert second.fact == "too_short"


def ticks(seconds: float) -> Iterator[float]:
    return count(0.0, seconds)


def test_a_check_beyond_its_budget_holds_whatever_it_found() -> None:
    clock = ticks(0.051).__next__
    [finding] = evaluate(submission("a.com"), policy(rule_check("links", max_links=0)), clock=clock)
    assert (finding.fact, finding.effect) == ("check_unavailable", Effect.HOLD)


def test_a_check_within_its_budget_counts() -> None:
    clock = ticks(0.049).__next__
    [finding] = evaluate(submission("a.com"), policy(rule_check("links", max_links=0)), clock=clock)
    assert finding.fact == "too_many_links"


@pytest.mark.parametrize(
    "unknown",
    [
        rule_check("astrology"),
        rule_check("links"),
        rule_check("links", max_links="two"),
        rule_check("phrases", list="no such list"),
        rule_check("phrases"),
    ],
)
def test_a_rule_that_cannot_be_run_holds(unknown: object) -> None:
    [finding] = evaluate(submission("Hello"), policy(unknown))  # type: ignore[arg-type]
    assert (finding.fact, finding.effect) == ("check_unavailable", Effect.HOLD)


def test_a_text_of_which_a_part_is_not_read_is_held() -> None:
    [finding] = evaluate(submission("word " * (READ_AT_MOST // 5) + "!"), policy())
    assert (finding.fact, finding.effect) == ("check_unavailable", Effect.HOLD)


def test_findings_of_one_check_are_bounded() -> None:
    findings = evaluate(submission("a.com " * 500), policy(rule_check("links", max_links=0)), budget=60)
    assert len(findings) == MOST_FINDINGS


@pytest.mark.parametrize(
    "piece",
    [
        "a",
        "a@",
        "a.",
        "1 ",
        "(1",
        "www.",
        "http://",
        "\u0301",
        "\u200d",
        "@$",
        "a b",
        "کـ",
        "👩\u200d",
        "A",
        "\n",
        "-1",
    ],
)
def test_hostile_text_of_ten_thousand_characters_is_read_by_every_check(piece: str) -> None:
    text = (piece * 10_000)[:10_000]
    findings = evaluate(submission(text), every_check(), budget=60)
    assert [one.details for one in findings if one.fact == "check_unavailable"] == []
