"""What the desk's bar says: how many are in each view, how long the oldest has waited, the moderator's own count."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.db.models import IntegerField, QuerySet, Subquery
from django.utils import timezone
from django.utils.translation import gettext as _

from comments.desk.failing import last_failure
from comments.desk.filters import Filters
from comments.desk.queue import rows_of
from comments.desk.raids import RaidRow
from comments.desk.views import COUNTED, FRESH, HELD, VIEWS, WATCHED, Asker, View
from comments.desk.words import age
from comments.models import Comment, Decision
from newsroom.accounts.models import User
from newsroom.prepared import MOMENT, NUMBER, Prepared


@dataclass(frozen=True, slots=True)
class Count:
    """How many are in a view, "999+" where counting stopped."""

    view: View
    number: int

    @property
    def shown(self) -> str:
        return f"{COUNTED - 1}+" if self.number >= COUNTED else str(self.number)


@dataclass(frozen=True, slots=True)
class Oldest:
    """How long the oldest has waited, of what was promised, in words, and whether that is too long."""

    words: str
    is_late: bool


class _NumberOf(Subquery):
    """How many rows a query has."""

    template = "(SELECT COUNT(*) FROM (%(subquery)s) counted)"
    output_field = IntegerField()


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """All of it; no `oldest` where none waits. `failed_at` is when a check last did not finish, None if never."""

    counts: list[Count]
    oldest: Oldest | None
    decided_today: int
    failed_at: datetime | None


def figures_of(asker: Asker, own: Sequence[str] = (), *, raids: Sequence[RaidRow]) -> Figures:
    """The figures of the moderator's languages. One query of at most COUNTED rows a view.

    What the `raids` on the desk hold waits as well and counts, but for the oldest: their rows say since when.
    """
    since_midnight, oldest, failed_at, *numbers = query_of_figures(tuple(own), asker.leads).first(
        Comment,
        user=asker.user_id,
        now=asker.now,
        fresh=asker.now - FRESH,
        watched=asker.now - WATCHED,
        midnight=timezone.localtime(asker.now).replace(hour=0, minute=0, second=0, microsecond=0),
    ) or (0, None, None, *(0 for _view in VIEWS))
    in_raids = sum(raid.waiting for raid in raids)
    return Figures(
        counts=[
            Count(view, number + in_raids if view.folds_raids else number)
            for view, number in zip(VIEWS, numbers, strict=True)
        ],
        oldest=_oldest(oldest, asker.now) if oldest else None,
        decided_today=since_midnight,
        failed_at=failed_at,
    )


@lru_cache(maxsize=64)
def query_of_figures(own: tuple[str, ...], leads: bool) -> Prepared:
    """Made once for the languages that somebody reads: the bar is asked for with each card."""

    def make(user: int, now: datetime, midnight: datetime, **_since: datetime) -> QuerySet[Any, Any]:
        asker = Asker(user, now, leads)
        today = Decision.objects.filter(decider=user, at__gte=midnight)
        # Of what the list shows, or it would be late for ever by what nobody here is to decide on.
        oldest = rows_of(HELD, Filters(), asker, own).order_by("held_since", "id").values("held_since")[:1]
        views = [rows_of(view, Filters(), asker, own).order_by()[:COUNTED] for view in VIEWS]
        return User.objects.filter(pk=user).values_list(
            _NumberOf(today.order_by().values("pk")),
            Subquery(oldest),
            Subquery(last_failure()),
            *(_NumberOf(rows.values("pk")) for rows in views),
        )

    a_year_ago = MOMENT - timedelta(days=365)
    return Prepared(
        make, user=NUMBER, now=MOMENT, fresh=MOMENT - FRESH, watched=MOMENT - WATCHED, midnight=a_year_ago
    )


def _oldest(since: datetime, now: datetime) -> Oldest:
    """ "Oldest 14 min of 30 promised"."""
    promised = settings.MODERATION_PROMISE_MINUTES
    words = _("Oldest %(age)s of %(promised)d promised") % {"age": age(since, now), "promised": promised}
    return Oldest(words, now - since > timedelta(minutes=promised))
