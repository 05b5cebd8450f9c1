"""What the demo's newsroom consists of, as its data files state it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from newsroom.demo.markup import story_html

StoryState = Literal["live", "changed", "scheduled", "in_review", "draft", "withdrawn", "ended"]
CommentState = Literal["unconfirmed", "held", "public", "rejected", "removed", "withdrawn"]


@dataclass(frozen=True)
class Person:
    """Somebody with a sign-in; an empty `group` is a reader."""

    email: str
    name: str
    group: str


@dataclass(frozen=True)
class Section:
    slug: str
    name: str
    description: str
    language: str


@dataclass(frozen=True)
class Topic:
    slug: str
    name: str


@dataclass(frozen=True)
class Author:
    slug: str
    name: str
    role: str
    bio: str
    user: str = ""


@dataclass(frozen=True)
class Story:
    """One story; `hours_ago` is when it was published or, unpublished, last saved; negative if ahead."""

    key: str
    slug: str
    section: str
    label: str
    kicker: str
    headline: str
    standfirst: str
    dateline: str
    authors: tuple[str, ...]
    topics: tuple[str, ...]
    hours_ago: float
    state: StoryState
    discussion: str
    body: str
    ended_hours_ago: float = 0
    changed_headline: str = ""
    changed_note: str = ""
    withdrawn_note: str = ""

    @property
    def html(self) -> str:
        return story_html(self.body)

    @property
    def word_count(self) -> int:
        return len(self.body.split())


@dataclass(frozen=True)
class Rule:
    key: str
    number: int
    title: str
    text: str
    checks: tuple[dict[str, Any], ...]
    gravity: str = "ordinary"
    examples: tuple[dict[str, Any], ...] = ()
    notes: tuple[dict[str, Any], ...] = ()
    translations: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


@dataclass(frozen=True)
class PhraseList:
    name: str
    entries: tuple[str, ...]

    @property
    def typed_entries(self) -> list[dict[str, str]]:
        """The entries as a revision of a phrase list holds them."""
        return [{"text": entry, "kind": "phrase" if " " in entry else "word"} for entry in self.entries]


@dataclass(frozen=True)
class Policy:
    version: int
    days_ago: float
    title: str
    introduction: str
    how_comments_are_moderated: str
    phrase_lists: tuple[PhraseList, ...]
    rules: tuple[Rule, ...]
    translations: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


@dataclass(frozen=True)
class Commenter:
    key: str
    email: str
    name: str
    signed_in: bool = False


@dataclass(frozen=True)
class Comment:
    """One comment and what becomes of it; `anyway` sends it to a moderator past a refusing check."""

    key: str
    story: str
    by: str
    hours_ago: float
    state: CommentState
    body: str
    parent: str = ""
    moderator: str = "moderator@example.org"
    reasons: tuple[str, ...] = ()
    anyway: bool = False
    rules: tuple[str, ...] = ()
    note: str = ""


@dataclass(frozen=True)
class Newsroom:
    """All that the demo consists of, checked for references that lead nowhere."""

    name: str
    people: tuple[Person, ...]
    sections: tuple[Section, ...]
    topics: tuple[Topic, ...]
    authors: tuple[Author, ...]
    stories: tuple[Story, ...]
    policy: Policy
    commenters: tuple[Commenter, ...]
    comments: tuple[Comment, ...]

    @property
    def lead(self) -> Person:
        """Who posts the policy."""
        return next(person for person in self.people if person.group == "Moderation lead")

    def story(self, key: str) -> Story:
        return next(story for story in self.stories if story.key == key)

    def commenter(self, key: str) -> Commenter:
        return next(commenter for commenter in self.commenters if commenter.key == key)
