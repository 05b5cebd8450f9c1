"""What was decided on texts like this one: the three most alike, found by the bands of their sketches."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet

from comments.desk.log import GroundLine, ground_line, sentence_of, with_what_lines_show
from comments.enums import Act
from comments.models import Comment, CommentText, Decision
from comments.moderation.sketch import BAND_COLUMNS, percent_alike, unpacked
from newsroom.prepared import NUMBER, Prepared

SHOWN = 3
LEAST_ALIKE = 25
"""In percent of words and pairs of words in common; less is chance."""
OF_A_BAND = 100
"""So many of the newest texts of each band are compared, decided on or not."""
SETTLING = (Act.APPROVED, Act.REJECTED, Act.REMOVED, Act.KEPT, Act.RESTORED, Act.GRANTED, Act.CONFIRMED)


@dataclass(frozen=True, slots=True)
class Similar:
    """A comment like the one shown, and what people last made of it."""

    comment: Comment
    percent: int
    sentence: str
    grounds: list[GroundLine]


def similar_decisions(comment: Comment) -> list[Similar]:
    """The most alike first. No query for a text without words; else one, and three more where any is alike.

    It reads at most OF_A_BAND rows of each of the four indexes of bands, however many comments there are.
    """
    text = comment.current_text
    if text is None or text.band_1 is None:
        return []
    mine = unpacked(text.sketch)
    found = {pk: percent_alike(unpacked(sketch), mine) for pk, sketch in _candidates(comment, text)}
    nearest = sorted((pk for pk in found if found[pk] >= LEAST_ALIKE), key=lambda pk: (-found[pk], -pk))[
        :SHOWN
    ]
    return list(_told(nearest, found)) if nearest else []


def _candidates(comment: Comment, text: CommentText) -> list[tuple[int, bytes | memoryview]]:
    return _LIKE.rows(CommentText, comment=comment.pk, **{name: getattr(text, name) for name in BAND_COLUMNS})


def _like(comment: int, **bands: int) -> QuerySet[Any, Any]:
    first, *others = (_of_band(name, band) for name, band in bands.items())
    by_people = _settled().filter(comment=OuterRef("comment"))
    texts = CommentText.objects.filter(pk__in=first.union(*others).values("pk")).exclude(comment=comment)
    rows: QuerySet[Any, Any] = texts.filter(Exists(by_people))
    return rows.values_list("comment", "sketch")


def _of_band(name: str, band: int) -> QuerySet[CommentText]:
    like = CommentText.objects.filter(**{name: band}).order_by("-created_at")
    # In a query of its own, since a part of a union may have no limit on SQLite.
    return CommentText.objects.filter(pk__in=like.values("pk")[:OF_A_BAND])


def _settled() -> QuerySet[Decision]:
    return Decision.objects.filter(act__in=SETTLING, automatic=False, undone_by=None)


_LIKE = Prepared(
    _like, comment=NUMBER, **{name: NUMBER + number for number, name in enumerate(BAND_COLUMNS, start=1)}
)


def _told(nearest: list[int], percents: dict[int, int]) -> Iterator[Similar]:
    rows = with_what_lines_show(_settled().filter(comment__in=nearest).order_by("comment_id", "seq"))
    last = {decision.comment_id: decision for decision in rows}
    for pk in nearest:
        if (decision := last.get(pk)) is not None and decision.comment is not None:
            grounds = [ground_line(ground) for ground in decision.grounds.all()]
            yield Similar(decision.comment, percents[pk], sentence_of(decision), grounds)
