"""What stands before the text: labelled lines, slugs, a headline several times over, byline and dateline."""

import re
from dataclasses import replace

from articles.wire import conventions as known
from articles.wire.draft import Draft, quoted
from articles.wire.layout import Block
from articles.wire.story import NotAStory

LONGEST_HEADLINE = 200
_FIRST_LINES = 6
_NAME = re.compile(r"(?:[^\W\d_a-z][\w.'’-]*|(?:de|da|del|der|van|von|bin|ibn|al|el|la|le|du|dos|di)(?=\s))")
_BETWEEN_NAMES = re.compile(r"\s*(?:,|;|&|\band\b|\bund\b|\bet\b|\by\b)\s*")
_AFTER_NAMES = re.compile(r"\s*(?:\||,| - | – | of the | of | in (?=[A-Z])).*\Z")


def say_once(draft: Draft) -> Draft:
    """Among the first lines, one that says the same several times over says it once."""
    first = tuple(replace(block, text=once(block.text)) for block in draft.blocks[:_FIRST_LINES])
    return replace(draft, blocks=first + draft.blocks[_FIRST_LINES:])


def once(text: str) -> str:
    """A line that says the same thing several times over ("Peace at last Peace at last"), once."""
    words = text.split()
    for length in range(2, len(words) // 2 + 1):
        if len(words) % length == 0 and words[:length] * (len(words) // length) == words:
            return " ".join(words[:length])
    return text


def take_labels(draft: Draft) -> Draft:
    """ "Headline: ...", "Byline: ..." say themselves what they are; "Slug: ..." is for the desk."""
    for block in draft.blocks[: draft.first_prose]:
        if label := known.LABEL.fullmatch(block.text):
            draft = _labelled(draft.without(block), known.LABELS[label["name"].lower()], label["value"])
    return draft


def _labelled(draft: Draft, field: str, value: str) -> Draft:
    if field == "byline":
        return _with_byline(draft, value)
    if field == "headline":
        return replace(draft, headline=value)
    if field == "standfirst":
        return replace(draft, standfirst=value)
    if field == "kicker":
        return replace(draft, kicker=value)
    return replace(draft, dateline=value) if field == "dateline" else draft


def drop_desk_lines(draft: Draft) -> Draft:
    """Slugs, urgency, times and breadcrumbs over the headline, if another line is left to be the headline."""
    head = draft.blocks[: draft.first_prose]
    desk = [block for block in head if _is_for_the_desk(block.text)]
    if not draft.headline and len(desk) == len(head):
        return draft
    slugs = [block.text for block in desk if not known.is_furniture(block.text)]
    doubts = [f"{quoted(slug)} over the text was taken for a desk's line and left out." for slug in slugs]
    return draft.without(*desk).doubting(*doubts)


def _is_for_the_desk(line: str) -> bool:
    patterns = (known.SLUG, known.URGENCY, known.DATE_LINE, known.BREADCRUMBS, known.END_MARK)
    return known.is_furniture(line) or any(pattern.fullmatch(line) for pattern in patterns)


def take_headline(draft: Draft) -> Draft:
    """The line over the text that is repeated, else the first that is no byline; NotAStory if none."""
    head = [block for block in draft.blocks[: draft.first_prose] if not is_byline(block.text)]
    titles = [block.text for block in head]
    headline = draft.headline or _repeated(titles) or next(iter(titles), "")
    if not headline:
        raise NotAStory("It has no headline: the first lines are already a paragraph.")
    if len(headline) > LONGEST_HEADLINE:
        raise NotAStory(f"Its headline has {len(headline)} characters; {LONGEST_HEADLINE} is the most.")
    same = [block for block in head if _is_same(block.text, headline)]
    before = _before(head, same)
    doubts = [f"{quoted(block.text)} over the headline was left out." for block in before]
    return _without_prefix(replace(draft.without(*same, *before), headline=headline).doubting(*doubts))


def _before(head: list[Block], same: list[Block]) -> list[Block]:
    return head[: head.index(same[0])] if same else []


def _without_prefix(draft: Draft) -> Draft:
    """ "UPDATE 1-" before a headline counts the agency's versions, not the reader's."""
    if not (prefix := known.HEADLINE_PREFIX.match(draft.headline)):
        return draft
    draft = replace(draft, headline=draft.headline[prefix.end() :])
    return draft.doubting(f"{quoted(prefix[0].strip())} before the headline was left out.")


def _repeated(titles: list[str]) -> str:
    """The title that stands there more than once; of "Title" and "Title | Site" the shorter."""
    by_length = sorted(titles, key=len)
    return next((title for title in by_length if sum(_is_same(other, title) for other in titles) > 1), "")


def _is_same(line: str, title: str) -> bool:
    if line[: len(title)].casefold() != title.casefold():
        return False
    rest = line[len(title) :]
    return not rest or bool(known.SITE_SUFFIX.fullmatch(rest))


def take_byline(draft: Draft) -> Draft:
    """ "By Jane Doe and John Roe" between headline and text."""
    for block in draft.blocks[: draft.first_prose]:
        if found := known.BYLINE.fullmatch(block.text):
            draft = _with_byline(draft.without(block), found["names"])
        elif draft.byline and known.AFFILIATION.fullmatch(block.text):
            draft = draft.without(block).doubting(f"{quoted(block.text)} under the byline was left out.")
    return draft


def _with_byline(draft: Draft, line: str) -> Draft:
    names = names_in(line)
    if not names:
        return draft.doubting(f"The byline {quoted(line)} could not be read as names and was left out.")
    named = tuple(name.title() if name.isupper() else name for name in names)
    draft = replace(draft, byline=named)
    return (
        draft.doubting("The names in the byline were in capitals; check them.") if named != names else draft
    )


def is_byline(line: str) -> bool:
    found = known.BYLINE.fullmatch(line)
    return bool(found and names_in(found["names"]))


def names_in(line: str) -> tuple[str, ...]:
    """The names of a byline, in order; empty where it does not look like names."""
    line = re.sub(r"\A(?:by|von|par|por)\s+", "", line.strip(), flags=re.IGNORECASE)
    parts = [part for part in _BETWEEN_NAMES.split(line) if part and not known.AFFILIATION.fullmatch(part)]
    names = [_AFTER_NAMES.sub("", part).strip(" .") for part in parts]
    return tuple(names) if all(map(_is_name, names)) else ()


def _is_name(text: str) -> bool:
    words = text.split()
    return 2 <= len(words) <= 5 and all(_NAME.match(word + " ") for word in words)


def take_dateline(draft: Draft) -> Draft:
    """ "CITY (AGENCY) —" at the beginning of the text, or on a line of its own above it."""
    for block in draft.blocks[: draft.first_prose]:
        if alone := known.DATELINE_ALONE.fullmatch(block.text):
            return replace(draft.without(block), dateline=alone["dateline"])
    at = draft.first_prose
    if draft.dateline or at == len(draft.blocks):
        return draft
    first = draft.blocks[at]
    found = known.dateline_of(first.text)
    if not found:
        return draft
    rest = replace(first, text=first.text[found.end() :])
    draft = replace(draft, dateline=found["dateline"].strip(" ,"), blocks=_with(draft.blocks, at, rest))
    if found.re is known.BARE_DATELINE:
        return draft.doubting(f"{quoted(draft.dateline)} was taken for the dateline.")
    return draft


def _with(blocks: tuple[Block, ...], at: int, block: Block) -> tuple[Block, ...]:
    return (*blocks[:at], block, *blocks[at + 1 :])
