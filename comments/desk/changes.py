"""What an author changed in a comment: word by word, as data that templates escape."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from difflib import SequenceMatcher

from comments.models import Comment, CommentText

WORDS = re.compile(r"\S+|\s+")
LONGEST = 1_500
"""Words of both texts together up to which they are compared word by word; beyond, one follows the other."""


@dataclass(frozen=True, slots=True)
class Part:
    """A run of text: in both (`same`), only in the new one (`ins`) or only in the old one (`del`)."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class TextChange:
    """The way from an earlier text to the present one; `is_resent` where that was another comment, turned down."""

    at: datetime
    parts: tuple[Part, ...]
    is_resent: bool


def change_of(comment: Comment) -> TextChange | None:
    """How a comment's text came from an earlier one; None where this is its first. At most one query."""
    text = comment.current_text
    if text is None:
        return None
    if text.number > 1:
        before = (
            CommentText.objects.filter(comment=comment, number__lt=text.number).order_by("-number").first()
        )
        return _change(before, text, is_resent=False)
    if comment.supersedes_id:
        earlier = CommentText.objects.filter(comment=comment.supersedes_id).order_by("-number").first()
        return _change(earlier, text, is_resent=True)
    return None


def _change(before: CommentText | None, after: CommentText, *, is_resent: bool) -> TextChange | None:
    if before is None:
        return None
    return TextChange(after.created_at, tuple(compared(before.body, after.body)), is_resent)


def compared(old: str, new: str) -> Iterator[Part]:
    """The runs that lead from one text to the other. Pure; bounded by LONGEST."""
    before, after = WORDS.findall(old), WORDS.findall(new)
    if len(before) + len(after) > LONGEST:
        yield from (Part(kind, text) for kind, text in (("del", old), ("ins", new)) if text)
        return
    for kind, i, j, k, m in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if kind == "equal":
            yield Part("same", "".join(before[i:j]))
            continue
        if i < j:
            yield Part("del", "".join(before[i:j]))
        if k < m:
            yield Part("ins", "".join(after[k:m]))
