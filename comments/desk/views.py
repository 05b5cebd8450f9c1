"""The views of the desk: one table of what each shows, in which order, and what stands there when it is empty."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast

from django.db.models import F, Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from articles.archive import Key
from comments.enums import AppealState, State
from comments.models import Comment, Discussion
from comments.models.comment import UNREAD

FRESH = timedelta(hours=24)
"""How long what was published without a moderator is worth a look."""
WATCHED = timedelta(days=7)
REVIEW = "review"
"""The view in which nothing says what a colleague decided."""
COUNTED = 1_000
"""Counting stops here, so that it costs the same however many there are."""


@dataclass(frozen=True, slots=True)
class Asker:
    """Whose view it is, and when."""

    user_id: int
    now: datetime
    leads: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """One view. `rows` are comments, in no order; `place` is the field (or annotation) that orders them.

    `name` stands in addresses, `empty` is said where nothing is in it, `since` is when a row's waiting began.
    A view that `folds_raids` leaves their comments out, unless it is narrowed to them.
    `decided` are the states in which one decision can be about all of its comments.
    Whoever adds a view adds an index that has its rows in the order of `place` and id, and a test of its plan.
    """

    name: str
    title: str | Promise
    rows: Callable[[Asker], QuerySet[Any]]
    empty: str | Promise
    place: str = "due_at"
    since: str = "held_since"
    newest_first: bool = False
    folds_raids: bool = False
    decided: tuple[State, ...] = ()

    def ordered(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        return rows.order_by(*(["-" + self.place, "-id"] if self.newest_first else [self.place, "id"]))

    def after(self, rows: QuerySet[Any], key: Key | None) -> QuerySet[Any]:
        """The rows in this view's order, from after that place on: a range of its index."""
        if key is not None:
            order, beyond = ("lte", "lt") if self.newest_first else ("gte", "gt")
            # The first condition alone says where in the index to begin.
            rows = rows.filter(**{f"{self.place}__{order}": key.at})
            rows = rows.filter(Q(**{f"{self.place}__{beyond}": key.at}) | Q(**{f"pk__{beyond}": key.pk}))
        return self.ordered(rows)

    def is_beyond(self, key: Key, other: Key) -> bool:
        """Whether the one place comes after the other."""
        one, two = (key.at, key.pk), (other.at, other.pk)
        return one < two if self.newest_first else one > two

    def key_of(self, comment: Comment, asker: Asker) -> Key | None:
        """A comment's place in this view; None for one that has none in it. One query where no field of it says it."""
        if not hasattr(comment, self.place):
            places = self.rows(asker).filter(pk=comment.pk).order_by().values_list(self.place, flat=True)
            setattr(comment, self.place, places.first())
        at = cast("datetime | None", getattr(comment, self.place))
        return Key(at, comment.pk) if at else None


def _held(_asker: Asker) -> QuerySet[Any]:
    return at_stories_that_stand(Comment.objects.held())


def _reported(_asker: Asker) -> QuerySet[Any]:
    reported = Comment.objects.filter(open_reports__gt=0, due_at__isnull=False)
    return at_stories_that_stand(reported.filter(state__in=(State.HELD, State.PUBLIC)))


def _appealed(_asker: Asker) -> QuerySet[Any]:
    """Under withdrawn stories, too: an author is owed an answer on their record whatever became of the story."""
    appealed = Comment.objects.filter(decisions__appeal__state=AppealState.OPEN)
    return cast("QuerySet[Any]", appealed.annotate(promised_by=F("decisions__appeal__promised_by")))


def _fresh(asker: Asker) -> QuerySet[Any]:
    unread = Comment.objects.filter(UNREAD, public_since__gt=asker.now - FRESH)
    return at_stories_that_stand(unread)


def _watched(asker: Asker) -> QuerySet[Any]:
    unfinished = Comment.objects.filter(UNREAD | Q(state=State.HELD))
    mine = {"discussion__watches__moderator": asker.user_id, "submitted_at__gt": asker.now - WATCHED}
    return at_stories_that_stand(unfinished.filter(**mine))


def _asked(asker: Asker) -> QuerySet[Any]:
    """Passed to this moderator, or where they lead, to whoever leads."""
    to = Q(questions__to=asker.user_id)
    if asker.leads:
        to |= Q(questions__to=None)
    open_ones = Q(questions__settled_at=None, questions__seen_version=F("version"))
    asked = at_stories_that_stand(Comment.objects.filter(to, open_ones, questions__isnull=False))
    return cast("QuerySet[Any]", asked.annotate(asked_at=F("questions__asked_at")))


def _to_review(asker: Asker) -> QuerySet[Any]:
    """Comments on which colleagues decided, and which have not moved on since.

    Under withdrawn stories, too: it is the decision that is looked at, not what readers see.
    """
    # Not one's own, in a form that the join of the other conditions is used for.
    of_others = Q(reviews__decider__lt=asker.user_id) | Q(reviews__decider__gt=asker.user_id)
    open_ones = Q(reviews__answered_at=None, reviews__seen_version=F("version"))
    return cast(
        "QuerySet[Any]",
        Comment.objects.filter(of_others, open_ones).annotate(reviewed_from=F("reviews__made_at")),
    )


def at_stories_that_stand(comments: QuerySet[Any]) -> QuerySet[Any]:
    """Not those under stories that were withdrawn: readers see nothing of them, so nothing is to be decided."""
    withdrawn = Discussion.objects.filter(article__withdrawn_at__isnull=False)
    return comments.exclude(discussion__in=withdrawn)


VIEWS = (
    View(
        name="held",
        title=_("Held"),
        rows=_held,
        folds_raids=True,
        decided=(State.HELD,),
        empty=_("Nothing is waiting."),
    ),
    View(
        name="reported",
        title=_("Reported"),
        rows=_reported,
        decided=(State.HELD, State.PUBLIC),
        empty=_("No report is open."),
    ),
    View(
        name="appeals",
        title=_("Appeals"),
        rows=_appealed,
        place="promised_by",
        since="decided_at",
        empty=_("No appeal is open."),
    ),
    View(
        name="fresh",
        title=_("Fresh"),
        rows=_fresh,
        place="public_since",
        since="public_since",
        newest_first=True,
        decided=(State.PUBLIC,),
        empty=_("Everything of the last 24 hours has been read."),
    ),
    View(
        name="asked",
        title=_("Asked of you"),
        rows=_asked,
        place="asked_at",
        since="asked_at",
        empty=_("No colleague has asked you about a comment."),
    ),
    View(
        name=REVIEW,
        title=_("Second review"),
        rows=_to_review,
        place="reviewed_from",
        since="reviewed_from",
        empty=_("No decision of a colleague is to be reviewed."),
    ),
    View(
        name="watched",
        title=_("Watched"),
        rows=_watched,
        place="submitted_at",
        since="submitted_at",
        newest_first=True,
        decided=(State.HELD, State.PUBLIC),
        empty=_("Nothing to read at the stories that you watch. Watch one from a comment’s side."),
    ),
)
HELD = VIEWS[0]
BY_NAME = {view.name: view for view in VIEWS}
