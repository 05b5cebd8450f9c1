"""The words and immutable facts that checks, decisions and the rest of the project share."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from comments.moderation.sketch import Sketch, sketch_of
from comments.moderation.text import NormalText, normalised


class State(StrEnum):
    """Where a comment stands; only `PUBLIC` is ever shown to readers."""

    UNCONFIRMED = "unconfirmed"
    HELD = "held"
    PUBLIC = "public"
    REJECTED = "rejected"
    REMOVED = "removed"
    WITHDRAWN = "withdrawn"


class Effect(StrEnum):
    """What a rule does with a comment in which one of its checks found something."""

    REFUSE = "refuse"
    HOLD = "hold"
    NOTE = "note"


class Gravity(StrEnum):
    """How much harm a comment does that breaks a rule."""

    ORDINARY = "ordinary"
    SERIOUS = "serious"
    GRAVE = "grave"


class StandingReason(StrEnum):
    """The closed list of reasons to hold that are no rule's; the policy page prints it in this order."""

    CHECK_UNAVAILABLE = "check_unavailable"
    DISCUSSION_PRE_MODERATED = "discussion_pre_moderated"
    FIRST_COMMENTS = "first_comments"
    ACCOUNT_PRE_MODERATED = "account_pre_moderated"
    ROBOT_PROTECTION = "robot_protection"


class DiscussionMode(StrEnum):
    """How a discussion takes comments."""

    OPEN = "open"
    PRE_MODERATED = "pre_moderated"
    CLOSED = "closed"


class OutcomeKind(StrEnum):
    """What is done with a comment, from the most severe to the most lenient."""

    REFUSE = "refuse"
    HOLD = "hold"
    PUBLISH = "publish"


@dataclass(frozen=True, slots=True)
class AuthorRecord:
    """Comments approved ever, rejected or removed in the last 30 days, and whether all are read first.

    `barred_by` is the suspension or ban that keeps them out, `unread_warning` one that they have to read first.
    """

    approved: int
    rejected_recently: int
    pre_moderated: bool
    barred_by: int | None = None
    unread_warning: int | None = None


@dataclass(frozen=True, slots=True)
class RecentComment:
    """One of the author's comments of late, as far as flood and repetition need it."""

    submitted_at: datetime
    fingerprint: str


@dataclass(frozen=True, slots=True)
class OthersText:
    """A text of another commenter that may be like this one, as far as its sketch tells."""

    commenter: int
    written_at: datetime
    sketch: frozenset[int]


@dataclass(frozen=True, slots=True)
class Ban:
    """A ban in force: whose, under which name, since when, and whether they wrote from this network."""

    commenter: int
    name: str
    since: datetime
    same_network: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Submission:
    """A comment as it came in, with everything that checks may look at.

    `language` is the discussion's. `staff_names` are the paper's own and those of who works for it. `others`
    are texts of other commenters that may be like this one. `paused` are checks, by rule key and name, that
    do not run now. `normal` and `sketch` are worked out when first asked for and kept, so a failure there
    fails the check that asked (which holds the comment) and not the making of the submission.
    """

    text: str
    name: str
    author: AuthorRecord
    recent: tuple[RecentComment, ...]
    mode: DiscussionMode
    now: datetime
    fingerprint: str
    robot_suspected: bool = False
    asked_for_moderator: bool = False
    language: str = "en"
    staff_names: tuple[str, ...] = ()
    others: tuple[OthersText, ...] = ()
    bans: tuple[Ban, ...] = ()
    paused: frozenset[tuple[str, str]] = frozenset()
    _normal: NormalText | None = field(default=None, init=False, repr=False, compare=False)

    @property
    def normal(self) -> NormalText:
        """The text in the form that checks compare, with the way back to the text as written."""
        if self._normal is None:
            object.__setattr__(self, "_normal", normalised(self.text))
        assert self._normal is not None  # noqa: S101 - tells the type checker what the line above did
        return self._normal

    @property
    def sketch(self) -> Sketch:
        """What is kept of the text's words to tell how alike others are."""
        return sketch_of(self.text)


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What one check saw: `words` is exactly `text[start:end]` of the text as written.

    A finding about no words (flood, length, the same comment again) has start = end = 0 and words = "".
    Checks leave `rule_key` and `effect` alone; `evaluate` sets both from the rule for which the check ran.
    """

    check: str
    fact: str
    rule_key: str = ""
    effect: Effect = Effect.HOLD
    start: int = 0
    end: int = 0
    words: str = ""
    details: Mapping[str, str | int] = field(default_factory=dict)
    list_revision: int | None = None
    entry: str | None = None


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason for an outcome: either a rule by its key or a standing reason, never both."""

    rule_key: str | None = None
    standing: StandingReason | None = None

    def __post_init__(self) -> None:
        if (self.rule_key is None) == (self.standing is None):
            raise ValueError("A reason names either a rule or a standing reason.")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What is done, the reasons that carry it, and all that was found, under one policy version."""

    kind: OutcomeKind
    reasons: tuple[Reason, ...]
    findings: tuple[Finding, ...]
    policy_version: int


@dataclass(frozen=True, slots=True)
class PhraseEntry:
    """One entry of a list. Kinds: `word` and `phrase` match whole words, `stem` any word that begins so.

    An `except` matches as a phrase does and lets pass what another entry would catch in it.
    """

    text: str
    kind: str


@dataclass(frozen=True, slots=True)
class PhraseFacts:
    """One revision of a phrase list, which never changes: its hash is that of its name and number alone."""

    name: str
    revision: int
    entries: tuple[PhraseEntry, ...]

    def __hash__(self) -> int:
        return hash((self.name, self.revision))
