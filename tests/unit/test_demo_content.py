"""The demo's content is what it promises: long enough, of its own words, and in every state."""

import re
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pytest

from comments.moderation.evaluate import evaluate
from comments.moderation.facts import AuthorRecord, DiscussionMode, Effect, Submission
from comments.moderation.policy import (
    PhraseEntry,
    PhraseFacts,
    PolicyFacts,
    RuleCheckFacts,
    RuleFacts,
    problems,
)
from newsroom.demo.markup import story_html
from newsroom.demo.reading import ContentError, read_newsroom, read_story
from newsroom.demo.shapes import Newsroom, Rule


@pytest.fixture(scope="module")
def newsroom() -> Newsroom:
    return read_newsroom()


def sentences(body: str) -> set[str]:
    words = re.sub(r"\]\(\S+\)", "]", body)
    return {re.sub(r"\W+", " ", part).strip().lower() for part in re.split(r"[.!?؟]|\n", words)} - {""}


def depth(newsroom: Newsroom, key: str) -> int:
    parents = {comment.key: comment.parent for comment in newsroom.comments}
    return 1 + depth(newsroom, parents[key]) if parents[key] else 0


def test_stories_are_at_least_250_words_each(newsroom: Newsroom) -> None:
    assert [story.key for story in newsroom.stories if story.word_count < 250] == []
    assert len(newsroom.stories) == 18


def test_the_long_read_has_1500_words_crossheads_quotes_and_insertions(newsroom: Newsroom) -> None:
    long_read = newsroom.story("the-night-the-varn-came-over")
    assert long_read.word_count >= 1500
    assert long_read.html.count("<h2>") == 6
    assert long_read.html.count("<blockquote>") == 1
    insertions = re.findall(r"“[^”]*(\[[^\]]+\])[^”]*”", long_read.body)
    assert len(insertions) == 7


def test_no_two_stories_share_a_sentence(newsroom: Newsroom) -> None:
    counts = Counter(sentence for story in newsroom.stories for sentence in sentences(story.body))
    assert [sentence for sentence, count in counts.items() if count > 1] == []


def test_stories_stand_in_every_state_by_several_hands(newsroom: Newsroom) -> None:
    states = Counter(story.state for story in newsroom.stories)
    assert states == {
        "live": 12, "changed": 1, "scheduled": 1, "in_review": 1, "draft": 1, "withdrawn": 1, "ended": 1
    }  # fmt: skip
    assert len({story.section for story in newsroom.stories}) == 6
    assert len({author for story in newsroom.stories for author in story.authors}) == 7
    assert len(newsroom.topics) == 10
    assert {topic for story in newsroom.stories for topic in story.topics} == {
        t.slug for t in newsroom.topics
    }


def test_the_scheduled_story_is_ahead_and_all_others_behind(newsroom: Newsroom) -> None:
    assert [story.key for story in newsroom.stories if story.hours_ago < 0] == ["rents-report"]
    assert newsroom.story("rents-report").hours_ago > -24


def test_comments_stand_in_every_state_two_levels_deep(newsroom: Newsroom) -> None:
    states = Counter(comment.state for comment in newsroom.comments)
    assert states == {
        "public": 43, "held": 9, "rejected": 4, "removed": 2, "withdrawn": 2, "unconfirmed": 2
    }  # fmt: skip
    assert max(depth(newsroom, comment.key) for comment in newsroom.comments) == 2
    assert len({comment.by for comment in newsroom.comments}) == 19
    on_the_lead = [comment for comment in newsroom.comments if comment.story == "quay-street"]
    assert len(on_the_lead) == 22


def test_held_comments_are_held_for_many_reasons(newsroom: Newsroom) -> None:
    reasons = {
        reason for comment in newsroom.comments if comment.state == "held" for reason in comment.reasons
    }
    assert reasons == {
        "first_comments",
        "discussion_pre_moderated",
        "insults",
        "links",
        "personal-data",
        "shouting",
    }


def test_a_rejected_or_removed_comment_cites_a_rule(newsroom: Newsroom) -> None:
    decided = [comment for comment in newsroom.comments if comment.state in ("rejected", "removed")]
    assert [comment.key for comment in decided if not comment.rules] == []
    assert any(comment.note for comment in decided)


def test_a_reply_is_sent_after_the_comment_it_answers(newsroom: Newsroom) -> None:
    sent = {comment.key: comment.hours_ago for comment in newsroom.comments}
    assert [c.key for c in newsroom.comments if c.parent and sent[c.parent] - c.hours_ago < 0.15] == []


def test_a_comment_is_sent_after_its_story(newsroom: Newsroom) -> None:
    late = [c.key for c in newsroom.comments if newsroom.story(c.story).hours_ago <= c.hours_ago]
    assert late == []


def test_rules_are_numbered_in_order_and_name_their_parameters(newsroom: Newsroom) -> None:
    rules = newsroom.policy.rules
    assert [rule.number for rule in rules] == list(range(1, 11))
    for rule in rules:
        named = set(re.findall(r"{(\w+)}", rule.text))
        bound = {name for check in rule.checks for name in check["parameters"]} - {"list"}
        assert named == bound, rule.key


def test_listed_phrases_are_bound_by_a_rule(newsroom: Newsroom) -> None:
    bound = {
        c["parameters"]["list"]
        for rule in newsroom.policy.rules
        for c in rule.checks
        if "list" in c["parameters"]
    }
    assert {phrases.name for phrases in newsroom.policy.phrase_lists} == bound


def test_story_html_keeps_square_brackets_and_escapes_markup() -> None:
    body = "He said: “It [the gate] was *open* & <wide>.”\n\n## Then\n\n> “Yes.”\n> — N.\n\n- one\n- [two](https://e.org/)"
    assert story_html(body) == (
        "<p>He said: “It [the gate] was <em>open</em> &amp; &lt;wide&gt;.”</p>\n<h2>Then</h2>\n"
        "<blockquote><p>“Yes.”</p><p>— N.</p></blockquote>\n"
        '<ul><li>one</li><li><a href="https://e.org/">two</a></li></ul>'
    )


def test_a_story_file_without_a_head_is_refused_by_name(tmp_path: Path) -> None:
    file = tmp_path / "headless.txt"
    file.write_text("Only prose.\n")
    with pytest.raises(ContentError, match=r"^headless\.txt has no head between two lines of \+\+\+\.$"):
        read_story(file)


@pytest.fixture(scope="module")
def policy_facts(newsroom: Newsroom) -> PolicyFacts:
    checks = [check for rule in newsroom.policy.rules for check in rule_facts(rule).checks]
    phrases = {
        one.name: PhraseFacts(one.name, 1, tuple(PhraseEntry(**entry) for entry in one.typed_entries))
        for one in newsroom.policy.phrase_lists
    }
    return PolicyFacts(newsroom.policy.version, tuple(checks), phrases)


def rule_facts(rule: Rule) -> RuleFacts:
    checks = tuple(
        RuleCheckFacts(rule.key, rule.number, one["check"], one["parameters"], Effect(one["effect"]))
        for one in rule.checks
    )
    return RuleFacts(rule.key, rule.number, rule.title, rule.text, checks)


def caught(body: str, language: str, policy: PolicyFacts) -> set[str]:
    submission = Submission(
        text=body,
        name="N.",
        author=AuthorRecord(3, 0, False),
        recent=(),
        mode=DiscussionMode.OPEN,
        now=datetime(2026, 1, 1, tzinfo=UTC),
        fingerprint="",
        language=language,
    )
    return {finding.rule_key for finding in evaluate(submission, policy, budget=60)}


def test_the_policy_may_be_posted(newsroom: Newsroom) -> None:
    lists = [phrases.name for phrases in newsroom.policy.phrase_lists]
    assert problems([rule_facts(rule) for rule in newsroom.policy.rules], lists) == []


def test_each_comment_is_caught_by_the_rules_it_is_said_to_break(
    newsroom: Newsroom, policy_facts: PolicyFacts
) -> None:
    keys = {rule.key for rule in newsroom.policy.rules}
    expected = {comment.key: keys & {*comment.reasons} for comment in newsroom.comments}
    languages = {section.slug: section.language for section in newsroom.sections}
    found = {
        comment.key: caught(comment.body, languages[newsroom.story(comment.story).section], policy_facts)
        for comment in newsroom.comments
    }
    assert found == expected
