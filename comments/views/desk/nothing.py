"""What stands in the middle of the desk when there is nothing to decide on: why, and where there is something."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from comments.desk.bar import Count
from comments.desk.filters import EVERY_LANGUAGE, Filters, language_name
from comments.desk.queue import last_decided_at, rows_of
from comments.desk.raids import RaidRow
from comments.desk.views import COUNTED, Asker
from comments.desk.words import clock, listed
from comments.views.desk.place import Place


@dataclass(frozen=True, slots=True)
class Nothing:
    """The heading, a sentence, one link that leads on where a filter hides something, and what has work all the same:
    raids, whose comments stand in no list, and other views."""

    heading: str
    sentence: str
    url: str
    link: str
    raids: list[RaidRow]
    others: list[Count]


def nothing_here(
    place: Place,
    asker: Asker,
    own: Sequence[str],
    *,
    counts: list[Count],
    raids: Sequence[RaidRow],
    chips: Sequence[Any],
    has_rows: bool,
) -> Nothing:
    """At most two queries."""
    folded = [raid for raid in raids if raid.waiting] if place.folds_raids else []
    work = folded, [count for count in counts if count.view is not place.view and count.number]
    if has_rows:
        heading = _("Colleagues have all that is here.")
        return Nothing(
            heading, _("What they leave comes back by itself."), place.url(), _("Look again"), *work
        )
    if chips:
        matching = _("Nothing matches %(filters)s.") % {"filters": listed([words for words, _url in chips])}
        without = _elsewhere(place, asker, own, Filters())
        return Nothing(matching, without, Place(place.view).url(), _("Clear filter"), *work)
    empty = _but(folded) if folded else str(place.view.empty)
    if own:
        names = listed([language_name(code) for code in own])
        hidden = _elsewhere(place, asker, [], Filters(language=EVERY_LANGUAGE))
        heading = _("%(nothing)s (%(languages)s)") % {"nothing": empty, "languages": names}
        every = Place(place.view, Filters(language=EVERY_LANGUAGE)).url()
        return Nothing(heading, hidden or _last(asker), every, _("Show every language"), *work)
    return Nothing(empty, _last(asker), "", "", *work)


def _but(raids: Sequence[RaidRow]) -> str:
    count = len(raids)
    return ngettext("Nothing waits but a raid.", "Nothing waits but %(count)d raids.", count) % {
        "count": count
    }


def _elsewhere(place: Place, asker: Asker, own: Sequence[str], filters: Filters) -> str:
    count = rows_of(place.view, filters, asker, own).order_by()[:COUNTED].count()
    if not count:
        return ""
    shown = Count(place.view, count).shown
    return ngettext("%(shown)s waits elsewhere.", "%(shown)s wait elsewhere.", count) % {"shown": shown}


def _last(asker: Asker) -> str:
    at = last_decided_at()
    if at is None:
        return _("Nothing has been decided yet.")
    return _("Last decided %(at)s.") % {"at": clock(at, asker.now)}
