"""A story while it is being read: the blocks that are left, what was found so far, and what is doubtful."""

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Self

from articles.wire.conventions import dateline_of, is_furniture
from articles.wire.layout import Block
from articles.wire.story import Instruction, Paragraph


@dataclass(frozen=True)
class Draft:
    """Every step of reading takes one and returns the next; ``blocks`` are what is not yet understood."""

    blocks: tuple[Block, ...]
    headline: str = ""
    kicker: str = ""
    standfirst: str = ""
    byline: tuple[str, ...] = ()
    dateline: str = ""
    paragraphs: tuple[Paragraph, ...] = ()
    notes: tuple[str, ...] = ()
    instruction: Instruction | None = None
    doubts: tuple[str, ...] = ()

    @cached_property
    def first_prose(self) -> int:
        """Where the text begins; what stands before is the head. The number of blocks if there is no text."""
        return next((at for at, block in enumerate(self.blocks) if self.is_text(block)), len(self.blocks))

    @cached_property
    def last_prose(self) -> int:
        """Where the text ends, -1 if there is none; what stands after is the page's or the agency's."""
        return max((at for at, block in enumerate(self.blocks) if self.is_text(block)), default=-1)

    def is_text(self, block: Block) -> bool:
        return block.is_prose and block is not self.title_sentence and not is_furniture(block.text)

    @cached_property
    def title_sentence(self) -> Block | None:
        """The first block if it reads like a sentence but can be a headline: "Will peace hold at last?"."""
        if self.headline or not self.blocks:
            return None
        first = self.blocks[0]
        if len(first.text.split()) > 20 or len(first.text) > 140 or dateline_of(first.text):
            return None
        return first if any(block.is_prose for block in self.blocks[1:]) else None

    def without(self, *blocks: Block) -> Self:
        gone = set(map(id, blocks))
        return replace(self, blocks=tuple(block for block in self.blocks if id(block) not in gone))

    def noting(self, *blocks: Block) -> Self:
        return replace(self, notes=self.notes + tuple(block.text for block in blocks))

    def doubting(self, *doubts: str) -> Self:
        return replace(self, doubts=self.doubts + doubts)


def quoted(text: str) -> str:
    """The beginning of a text in quotation marks, short enough for a sentence."""
    return f"“{text}”" if len(text) <= 80 else f"“{text[:77].rstrip()}…”"
