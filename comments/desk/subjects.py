"""What an address names that somebody pasted: a comment, by its permanent link or the desk's, or a story."""

import re
from urllib.parse import urlsplit
from uuid import UUID

from articles.models import Address, Article
from comments.models import Comment

_COMMENT = re.compile(r"comments?[-/]([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})", re.IGNORECASE)
_ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)


def comment_or_story_at(written: str) -> Comment | Article | None:
    """The comment or story with this address or public id, None where there is neither. At most two queries."""
    if match := _COMMENT.search(written):
        return comment_with_id(match[1])
    if match := _ID.search(written):
        return comment_with_id(match[0]) or story_at(match[0])
    return story_at(written)


def comment_with_id(uid: str) -> Comment | None:
    """The comment with this public id, and its story. One query."""
    found: Comment | None = (
        Comment.objects.select_related("discussion__article").filter(uid=UUID(uid)).first()
    )
    return found


def story_at(written: str) -> Article | None:
    """The story that has this public id, or has or had this address. One query."""
    if uid := _uid(written):
        return Article.objects.filter(uid=uid).first()
    address = Address.objects.filter(path=_path(written)).select_related("article").first()
    return address.article if address else None


def _uid(written: str) -> UUID | None:
    try:
        return UUID(written)
    except ValueError:
        return None


def _path(written: str) -> str:
    """An address as it is stored, from one that was copied out of a browser."""
    try:
        return urlsplit(written).path.strip("/")
    except ValueError:
        return written
