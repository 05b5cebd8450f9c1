"""What stands around a story and is not the story: orders, editors' notes, end marks, a page's furniture."""

import re
from collections.abc import Iterable
from dataclasses import replace

from articles.wire import conventions as known
from articles.wire.draft import Draft, quoted
from articles.wire.layout import Block
from articles.wire.story import Instruction

_TAIL = 4
_LONGEST_ORDER = 25
_ADDRESSED = re.compile(r"\A\W*(?:eds?|editors?)\s*[:.–—-]\s*", re.IGNORECASE)


def obey_orders(draft: Draft) -> Draft:
    """KILL and HOLD, wherever a desk writes them: around the text, in a note, or alone on a line."""
    head = draft.blocks[: draft.first_prose]
    only_title = head[0] if len(head) == 1 else None
    edges = {id(block) for block in (*draft.blocks[: len(head) + 1], *draft.blocks[-_TAIL:])}
    found = {}
    for block in draft.blocks:
        if order := _order_at_edge(block, only_title) if id(block) in edges else _order_in_text(block):
            found[block] = order
    if not found:
        return draft
    order = Instruction.KILL if Instruction.KILL in found.values() else Instruction.HOLD
    alone = [block for block in found if _is_order_alone(block)]
    notes = (*draft.notes, *(block.text for block in alone))
    draft = replace(draft.without(*alone), instruction=order, notes=notes)
    return draft.doubting(f"It is marked {order} and must not be published as it is.")


def _order_at_edge(block: Block, only_title: Block | None) -> Instruction | None:
    """A line that merely begins with KILL is an order only where another line can be the title."""
    text = _ADDRESSED.sub("", block.text)
    if block.is_prose and not known.NOTE.match(block.text):
        return known.order(known.OPENING_ORDERS, text)
    order = known.order(known.OPENING_ORDERS, text) or known.order(known.ORDERS_WITHIN, text)
    return order or (known.order(known.POSSIBLE_ORDERS, text) if block is not only_title else None)


def _order_in_text(block: Block) -> Instruction | None:
    text = _ADDRESSED.sub("", block.text)
    if known.NOTE.match(block.text):
        return known.order(known.OPENING_ORDERS, text) or known.order(known.ORDERS_WITHIN, text)
    return known.order(known.OPENING_ORDERS, text) if text.isupper() and not block.is_prose else None


def _is_order_alone(block: Block) -> bool:
    if known.NOTE.match(block.text) or len(block.text.split()) > _LONGEST_ORDER:
        return False
    opens = known.order(known.POSSIBLE_ORDERS, block.text) or known.order(known.OPENING_ORDERS, block.text)
    return bool(opens or known.SLUG.fullmatch(block.text))


def take_notes(draft: Draft) -> Draft:
    """Notes to editors leave the text; under a late heading "Notes to editors" so does all the rest."""
    headings = [at for at, block in enumerate(draft.blocks) if known.NOTES_HEADING.fullmatch(block.text)]
    if headings and headings[-1] > len(draft.blocks) // 2:
        under = draft.blocks[headings[-1] + 1 :]
        draft = replace(draft, blocks=draft.blocks[: headings[-1]]).noting(*under)
    notes = [block for block in draft.blocks if known.NOTE.match(block.text)]
    return draft.without(*notes).noting(*notes)


def stop_at_end_mark(draft: Draft) -> Draft:
    """ENDS, -30-, ###: what stands after it is not the story."""
    for at, block in enumerate(draft.blocks[draft.first_prose :], draft.first_prose):
        trailing = known.TRAILING_END.search(block.text)
        if trailing or known.END_MARK.fullmatch(block.text):
            kept = (replace(block, text=block.text[: trailing.start()]),) if trailing else ()
            after = draft.blocks[at + 1 :]
            return replace(draft, blocks=(*draft.blocks[:at], *kept)).doubting(
                *_left_out(after, "after the end mark")
            )
    return draft


def drop_continuations(draft: Draft) -> Draft:
    """(more) between two pages of a message goes; at the end it says that this is not all."""
    plain = [replace(block, text=known.TRAILING_MORE.sub("", block.text)) for block in draft.blocks]
    kept = tuple(block for block in plain if not known.MORE_MARK.fullmatch(block.text))
    ends_with_more = draft.blocks and (
        not plain or plain[-1].text != draft.blocks[-1].text or plain[-1] not in kept
    )
    draft = replace(draft, blocks=kept)
    return draft.doubting("It ends with “more”: this may not be all of it.") if ends_with_more else draft


def take_credits(draft: Draft) -> Draft:
    """ "(Reporting by ...; editing by ...)" under the text is for the desk."""
    credits = [
        block for block in draft.blocks[draft.first_prose + 1 :] if known.CREDITS.fullmatch(block.text)
    ]
    return draft.without(*credits).noting(*credits)


def cut_comments_below(draft: Draft) -> Draft:
    """From "Add new comment" on, a page belongs to its readers, unless most of the text would be lost."""
    for at, block in enumerate(draft.blocks):
        if not known.COMMENTS_BELOW.fullmatch(block.text):
            continue
        above, below = draft.blocks[:at], draft.blocks[at:]
        if sum(map(draft.is_text, above)) > sum(map(draft.is_text, below)):
            return replace(draft, blocks=draft.blocks[:at]).doubting(
                *_left_out(below, f"from {quoted(block.text)} on")
            )
    return draft


def drop_page_end(draft: Draft) -> Draft:
    """Under the last paragraph of text: known furniture goes, and with it the lines that stand under it."""
    end = draft.last_prose + 1
    tail = draft.blocks[end:]
    first = next((at for at, block in enumerate(tail) if known.is_furniture(block.text)), len(tail))
    draft = replace(draft, blocks=draft.blocks[: end + first])
    return draft.doubting(*_left_out(tail[first:], "at the end of the page"))


def drop_furniture_in_text(draft: Draft) -> Draft:
    """Advertising and links to share between two paragraphs; always with a doubt, the text might mean it."""
    inside = draft.blocks[draft.first_prose : draft.last_prose + 1]
    furniture = [block for block in inside if known.IN_TEXT.fullmatch(block.text)]
    breaks = [block for block in inside if known.BREAK.fullmatch(block.text)]
    doubts = [
        f"{quoted(block.text)} inside the text was taken for page furniture and left out."
        for block in furniture
    ]
    return draft.without(*furniture, *breaks).doubting(*doubts)


def _left_out(blocks: Iterable[Block], where: str) -> list[str]:
    """One doubt with all that is lost there, unless it is known furniture and nothing else."""
    unknown = [quoted(block.text) for block in blocks if not known.is_furniture(block.text)]
    return [f"Left out {where}: {', '.join(unknown)}."] if unknown else []
