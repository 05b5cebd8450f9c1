"""What every wire format is read into: a story with its doubts, or the reason why it is none."""

from dataclasses import dataclass
from enum import StrEnum
from html import escape


class NotAStory(Exception):
    """The document cannot become a story; its text is one sentence that says why."""


class Instruction(StrEnum):
    """An agency's order about its own copy, which forbids publishing it."""

    KILL = "KILL"
    HOLD = "HOLD"


@dataclass(frozen=True)
class Paragraph:
    text: str
    tag: str = "p"


@dataclass(frozen=True)
class Story:
    """One document as read: plain text in every field, no HTML; empty where the document does not say.

    ``doubts`` are sentences for the editor about what was guessed or left out; ``text`` is what came.
    """

    headline: str
    paragraphs: tuple[Paragraph, ...]
    text: str
    kicker: str = ""
    standfirst: str = ""
    byline: tuple[str, ...] = ()
    dateline: str = ""
    notes: tuple[str, ...] = ()
    instruction: Instruction | None = None
    doubts: tuple[str, ...] = ()

    @property
    def body(self) -> str:
        """The paragraphs and crossheads as HTML source, to be cleaned by whoever stores it."""
        return "".join(f"<{part.tag}>{escape(part.text)}</{part.tag}>" for part in self.paragraphs)

    @property
    def crossheads(self) -> tuple[str, ...]:
        return tuple(part.text for part in self.paragraphs if part.tag == "h2")
