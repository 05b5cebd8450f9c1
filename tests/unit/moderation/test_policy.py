from dataclasses import replace

import pytest

from comments.moderation.facts import Effect
from comments.moderation.policy import PlaceholderError, RuleCheckFacts, RuleFacts, problems, rule_text
from tests.unit.moderation.making import rule_check

LINKS = RuleFacts("links", 6, "Few links", "At most {max_links} links.", (rule_check("links", max_links=2),))


def with_check(check: RuleCheckFacts, text: str = LINKS.text) -> list[str]:
    return problems([replace(LINKS, checks=(check,), text=text)], {"insults"})


def test_a_sound_policy_has_no_problems() -> None:
    kindness = RuleFacts("kind", 1, "Be kind", "Argue with what was said.")
    listed = RuleFacts("slurs", 2, "No slurs", "We keep a list.", (rule_check("phrases", list="insults"),))
    assert problems([kindness, listed, LINKS], {"insults"}) == []


@pytest.mark.parametrize(
    ("check", "sentence"),
    [
        (rule_check("astrology"), "there is no check called “astrology”"),
        (rule_check("links"), "max_links of “links”: is missing"),
        (rule_check("links", max_links="2"), "max_links of “links”: must be a whole number"),
        (rule_check("links", max_links=True), "max_links of “links”: must be a whole number"),
        (rule_check("links", max_links=-1), "max_links of “links”: must be from 0 to 100, not -1"),
        (rule_check("links", max_links=2, colour="red"), "the check “links” has no parameter “colour”"),
    ],
)
def test_a_wrong_check_is_told_with_rule_and_parameter(check: RuleCheckFacts, sentence: str) -> None:
    found = [one for one in with_check(check) if sentence in one]
    assert len(found) == 1
    assert found[0].startswith("Rule 6")


def test_a_list_that_does_not_exist_is_told() -> None:
    check = rule_check("phrases", list="slurs")
    assert with_check(check, "A list.") == [
        "Rule 6, list of “phrases”: there is no phrase list called “slurs”."
    ]


def test_a_suspicion_may_not_refuse() -> None:
    check = rule_check("possible_return", Effect.REFUSE, days=90, alike_percent=60)
    assert with_check(check, "For {days} days, {alike_percent} per cent.") == [
        "Rule 6: “possible_return” may hold a comment or note something, but never refuse one: what it goes by"
        " is a suspicion."
    ]


@pytest.mark.parametrize("effect", [Effect.REFUSE, Effect.HOLD])
def test_a_figure_that_refuses_or_holds_must_be_in_the_text(effect: Effect) -> None:
    assert with_check(rule_check("links", effect, max_links=2), "Few links.") == [
        f"Rule 6: the text must name {{max_links}}, because “links” would {effect} a comment by it."
    ]


def test_a_figure_that_only_notes_need_not_be_in_the_text() -> None:
    assert with_check(rule_check("links", Effect.NOTE, max_links=2), "Few links.") == []


def test_a_name_that_no_check_sets_is_told() -> None:
    found = with_check(rule_check("links", max_links=2), "{max_links} links, {max_pictures} pictures")
    assert found == ["Rule 6: the text names {max_pictures}, which no check of this rule sets."]


@pytest.mark.parametrize(
    "text", ["{max_links", "max_links}", "{}", "{max_links.real}", "{0[x]}", "{max_links!r}", "{ }"]
)
def test_wrong_braces_are_told_once_and_never_filled(text: str) -> None:
    assert len(with_check(rule_check("links", max_links=2), text)) == 1
    with pytest.raises(PlaceholderError):
        rule_text(text, {"max_links": 2})


def test_keys_and_numbers_stand_once() -> None:
    assert problems([LINKS, LINKS]) == ["2 rules have the number 6.", "2 rules have the key “links”."]


def test_a_policy_without_rules_is_told() -> None:
    assert problems([]) == ["A policy needs at least one rule."]


def test_a_rule_without_words_is_told() -> None:
    assert problems([RuleFacts(" ", 0, "", "")]) == [
        "Rule 0: numbers start at 1.",
        "Rule 0 has no key.",
        "Rule 0 has no title.",
        "Rule 0 has no text.",
    ]


def test_two_checks_of_one_rule_that_disagree_on_a_name_are_told() -> None:
    twice = replace(LINKS, checks=(rule_check("links", max_links=2), rule_check("links", max_links=3)))
    assert problems([twice]) == [
        "Rule 6: two checks set “max_links” to different values; put them in two rules."
    ]


def test_a_minimum_above_the_maximum_is_told() -> None:
    check = rule_check("length", min_characters=100, max_characters=50)
    assert with_check(check, "{min_characters} to {max_characters}") == [
        "Rule 6: min_characters (100) is greater than max_characters (50)."
    ]


@pytest.mark.parametrize(
    ("text", "filled"),
    [
        ("At most {max_links} links.", "At most 2 links."),
        ("{{max_links}} is {max_links}", "{max_links} is 2"),
        ("{list}", "{max_links}"),
        ("no names", "no names"),
        ("", ""),
    ],
)
def test_a_text_is_filled_once_with_plain_names(text: str, filled: str) -> None:
    assert rule_text(text, {"max_links": 2, "list": "{max_links}"}) == filled


def test_a_name_without_a_value_is_refused() -> None:
    with pytest.raises(PlaceholderError, match="max_links"):
        rule_text("{max_links}", {})
