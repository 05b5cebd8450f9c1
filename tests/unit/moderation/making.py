"""Makes the facts that the tests of moderation need, with as little said as possible."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from comments.moderation.checks import CHECKS
from comments.moderation.facts import (
    AuthorRecord,
    DiscussionMode,
    Effect,
    Finding,
    PhraseEntry,
    PhraseFacts,
    RecentComment,
    Submission,
)
from comments.moderation.phrase_index import index_of
from comments.moderation.policy import PolicyFacts, RuleCheckFacts
from comments.moderation.words import fingerprint

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
REGULAR = AuthorRecord(approved=3, rejected_recently=0, pre_moderated=False)
NEWCOMER = AuthorRecord(approved=0, rejected_recently=0, pre_moderated=False)


def submission(
    text: str,
    *,
    author: AuthorRecord = REGULAR,
    recent: tuple[RecentComment, ...] = (),
    mode: DiscussionMode = DiscussionMode.OPEN,
    robot_suspected: bool = False,
    **around: Any,
) -> Submission:
    return Submission(
        text=text,
        **{"name": "Ada", **around},
        author=author,
        recent=recent,
        mode=mode,
        now=NOW,
        fingerprint=fingerprint(text),
        robot_suspected=robot_suspected,
    )


def sent(minutes_ago: float, text: str = "Another thought") -> RecentComment:
    return RecentComment(NOW - timedelta(minutes=minutes_ago), fingerprint(text))


def phrases(*entries: str, stems: tuple[str, ...] = ()) -> PhraseFacts:
    words = tuple(PhraseEntry(entry, "phrase" if " " in entry else "word") for entry in entries)
    return PhraseFacts("insults", 7, words + tuple(PhraseEntry(stem, "stem") for stem in stems))


def rule_check(
    check: str, effect: Effect = Effect.REFUSE, number: int = 1, **parameters: int | str
) -> RuleCheckFacts:
    return RuleCheckFacts(f"rule-{number}", number, check, parameters, effect)


def policy(*checks: RuleCheckFacts, lists: Mapping[str, PhraseFacts] | None = None) -> PolicyFacts:
    return PolicyFacts(version=4, checks=checks, phrases=lists or {})


def every_check() -> PolicyFacts:
    """A policy that runs each check, set so tight that most texts are caught by something."""
    tight = {
        "max_characters": 40,
        "max_links": 0,
        "max_share_percent": 30,
        "min_letters": 4,
        "max_run": 2,
        "max_mixed_words": 0,
        "max_marks": 3,
        "max_other_percent": 1,
        "list": "insults",
    }
    checks = []
    for number, spec in enumerate(CHECKS.values(), start=1):
        values = {one.name: tight.get(one.name, one.default) for one in spec.parameters}
        parameters = {name: value for name, value in values.items() if value is not None}
        checks.append(RuleCheckFacts(f"rule-{number}", number, spec.name, parameters, Effect.HOLD))
    listed = phrases("troll", "bad egg", "کتاب", "ass", "a.co", stems=("idiot",))
    return policy(*checks, lists={"insults": listed})


def found(check: str, text: str, **parameters: int) -> list[Finding]:
    return CHECKS[check].run(submission(text), parameters)


def found_with_list(check: str, text: str, *entries: str) -> list[Finding]:
    return CHECKS[check].run(submission(text), {"list": index_of(phrases(*entries))})


def caught(text: str, *entries: str, stems: tuple[str, ...] = ()) -> list[str]:
    """The words of `text` in which listed entries were seen."""
    index = index_of(phrases(*entries, stems=stems))
    return [finding.words for finding in CHECKS["phrases"].run(submission(text), {"list": index})]
