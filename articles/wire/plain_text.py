"""Reads a plain-text story as agencies send it and as scrapes of news pages leave it."""

from collections.abc import Callable
from dataclasses import replace
from itertools import zip_longest

from articles.wire import conventions as known
from articles.wire import head, trimmings
from articles.wire.decoding import decoded
from articles.wire.draft import Draft, quoted
from articles.wire.layout import Block, blocks_of, ends_sentence
from articles.wire.story import NotAStory, Paragraph, Story

_LONGEST_CROSSHEAD = 80


def read_story(data: bytes, *, name: str) -> Story:
    """What a file says as a story, with what the reader was unsure of. Pure; ``name`` is for the doubts only.

    Raises NotAStory with one sentence: empty, binary, over-long, another format, no headline or no prose.
    """
    text, doubts = decoded(data)
    draft = Draft(blocks_of(text, _stands_alone, _begins), doubts=doubts)
    for step in STEPS:
        draft = step(draft)
    return Story(
        headline=draft.headline,
        kicker=draft.kicker,
        standfirst=draft.standfirst,
        byline=draft.byline,
        dateline=draft.dateline,
        paragraphs=draft.paragraphs,
        notes=draft.notes,
        instruction=draft.instruction,
        doubts=draft.doubts,
        text=text,
    )


def _stands_alone(line: str) -> bool:
    """Lines that are never part of a longer paragraph, even without blank lines around them."""
    marks = (known.SLUG, known.END_MARK, known.MORE_MARK, known.LABEL, known.CREDITS)
    return any(mark.fullmatch(line) for mark in marks) or head.is_byline(line)


def _begins(line: str) -> bool:
    return bool(known.NOTE.match(line) or known.DATELINE.match(line))


def tell_prose(draft: Draft) -> Draft:
    """Goes on only if there is prose, and more of it than of anything else."""
    prose = sum(len(block.text) for block in draft.blocks if draft.is_text(block))
    if not prose:
        raise NotAStory("It has no paragraphs of prose.")
    if prose < sum(len(block.text) for block in draft.blocks) / 2:
        raise NotAStory("Most of it is not prose: it looks like a list, a table or a program.")
    return draft


def write_paragraphs(draft: Draft) -> Draft:
    """Every block that is left becomes a paragraph or a crosshead."""
    opening, *others = draft.blocks
    tags = ["p"] + ["h2" if _is_crosshead(*pair) else "p" for pair in zip_longest(others, others[1:])]
    paragraphs = tuple(Paragraph(block.text, tag) for block, tag in zip(draft.blocks, tags, strict=True))
    doubts = [_doubt_about(block, tag, opening) for block, tag in zip(draft.blocks, tags, strict=True)]
    return replace(draft, paragraphs=paragraphs).doubting(*filter(None, doubts))


def _is_crosshead(block: Block, after: Block | None) -> bool:
    """A short line without end punctuation, followed by prose."""
    if after is None or not after.is_prose or block.is_prose or len(block.text) > _LONGEST_CROSSHEAD:
        return False
    return not ends_sentence(block.text) and block.text[-1] not in ",;:،؛"


def _doubt_about(block: Block, tag: str, opening: Block) -> str:
    if tag == "h2":
        return "" if block.indented else f"{quoted(block.text)} was taken for a crosshead."
    if block.is_prose or ends_sentence(block.text):
        return ""
    if block is opening:
        return f"{quoted(block.text)} under the headline became a paragraph; it may be the standfirst."
    return f"{quoted(block.text)} became a paragraph; it may be a caption or belong to the page."


STEPS: tuple[Callable[[Draft], Draft], ...] = (
    head.say_once,
    trimmings.obey_orders,
    trimmings.take_notes,
    trimmings.stop_at_end_mark,
    trimmings.drop_continuations,
    trimmings.cut_comments_below,
    trimmings.take_credits,
    trimmings.drop_page_end,
    head.take_labels,
    head.drop_desk_lines,
    head.take_headline,
    head.take_byline,
    head.take_dateline,
    trimmings.drop_furniture_in_text,
    tell_prose,
    write_paragraphs,
)
