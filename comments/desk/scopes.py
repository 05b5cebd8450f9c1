"""Which comments one decision can be about at once: a view's, a commenter's, a story's, or a campaign's."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import QuerySet

from comments.actions.bulk import Item
from comments.desk.views import View, at_stories_that_stand
from comments.enums import RunScope, State
from comments.models import Comment, Commenter, Discussion
from comments.moderation.sketch import percent_alike, unpacked
from comments.runs import MOST

ALIKE_PERCENT = 75
"""From here on two texts count as nearly the same, as the check of that name has it unless told otherwise."""

CAMPAIGN_LASTS = timedelta(days=30)
SAMPLE = 5


@dataclass(frozen=True, slots=True)
class Chosen:
    """Comments as they are now, at most MOST, and whether there were more."""

    scope: RunScope
    about: Commenter | Discussion | Comment
    items: list[Item]
    left_out: bool


def around(
    comment: Comment, scope: RunScope, *, of_public: bool, now: datetime, since: datetime | None = None
) -> Chosen:
    """What has the commenter, the story or nearly the text in common with this comment, and its state.

    One query for the first two, at most one a band of its sketch for the last, each of at most MOST rows.
    """
    rows = _in_state(of_public, since)
    if scope == RunScope.CAMPAIGN:
        found = _alike(comment, rows, now)
        return Chosen(scope, comment, found[:MOST], len(found) > MOST)
    about = comment.commenter if scope == RunScope.COMMENTER else comment.discussion
    theirs = rows.filter(
        **{str(scope): about.pk} if scope == RunScope.COMMENTER else {"discussion": about.pk}
    )
    found = list(theirs.order_by("pk").values_list("pk", "version")[: MOST + 1])
    return Chosen(scope, about, found[:MOST], len(found) > MOST)


def all_in_view(rows: QuerySet[Any], view: View, state: State) -> list[Item]:
    """The view's rows in this state, in its order, one more than MOST at most; none where it is not for that.

    One query.
    """
    if state not in view.decided:
        return []
    return list(rows.filter(state=state).values_list("pk", "version")[: MOST + 1])


def _in_state(of_public: bool, since: datetime | None) -> QuerySet[Any]:
    rows = at_stories_that_stand(Comment.objects.filter(state=State.PUBLIC if of_public else State.HELD))
    return rows.filter(submitted_at__gte=since) if since else rows


def _alike(comment: Comment, rows: QuerySet[Any], now: datetime) -> list[Item]:
    """Itself, and those whose sketch is nearly the same, by id. A text without words is like none but itself."""
    text = comment.current_text
    found = {comment.pk: comment.version} if rows.filter(pk=comment.pk).exists() else {}
    if text is None:
        return list(found.items())
    mine = unpacked(text.sketch)
    for pk, version, sketch in _of_its_bands(comment, rows, now):
        if pk not in found and percent_alike(unpacked(sketch), mine) >= ALIKE_PERCENT:
            found[pk] = version
    return sorted(found.items())


def _of_its_bands(comment: Comment, rows: QuerySet[Any], now: datetime) -> Iterator[Any]:
    for number in range(1, 5):
        band = getattr(comment.current_text, f"band_{number}")
        if band is None:
            continue
        like = rows.filter(
            **{f"current_text__band_{number}": band}, current_text__created_at__gt=now - CAMPAIGN_LASTS
        ).order_by("-current_text__created_at")
        yield from like.values_list("pk", "version", "current_text__sketch")[: MOST + 1]


def sample_of(comment_ids: Sequence[int]) -> list[Comment]:
    """Five of them, spread over all, with what a row shows. One query."""
    step = max(1, len(comment_ids) // SAMPLE)
    picked = comment_ids[::step][:SAMPLE]
    rows = Comment.objects.filter(pk__in=picked).select_related("current_text", "discussion__article")
    return list(rows.order_by("pk"))
