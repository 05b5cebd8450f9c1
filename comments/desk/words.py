"""The desk's recurring sentences: ages, rule numbers, facts that checks name."""

from collections.abc import Sequence
from datetime import datetime

from django.utils import formats, timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

FACTS: dict[str, str | Promise] = {
    "too_long": gettext_lazy("too long"),
    "too_short": gettext_lazy("too short"),
    "too_many_links": gettext_lazy("one link too many"),
    "listed_phrase": gettext_lazy("listed word or phrase"),
    "email_address": gettext_lazy("e-mail address"),
    "telephone_number": gettext_lazy("telephone number"),
    "shouting": gettext_lazy("too many capitals"),
    "repeated_text": gettext_lazy("repeated text"),
    "flood": gettext_lazy("too many comments at once"),
    "check_unavailable": gettext_lazy("check did not finish"),
}


def fact(name: str) -> str:
    """What a check saw, in words; a fact of a check that is gone keeps its own name."""
    return str(FACTS.get(name, name.replace("_", " ")))


def age(since: datetime, now: datetime) -> str:
    """How long ago in one unit, the largest that is not zero: "under 1 min", "22 min", "3 h", "2 days"."""
    minutes = max(0, int((now - since).total_seconds() // 60))
    if minutes < 1:
        return _("under 1 min")
    if minutes < 60:
        return _("%(count)d min") % {"count": minutes}
    if minutes < 48 * 60:
        return _("%(count)d h") % {"count": minutes // 60}
    days = minutes // (24 * 60)
    return ngettext("%(count)d day", "%(count)d days", days) % {"count": days}


def clock(at: datetime, now: datetime) -> str:
    """The time of day, with the date before it where it was not today."""
    local, today = timezone.localtime(at), timezone.localdate(now)
    time = formats.time_format(local, "H:i")
    if local.date() == today:
        return time
    return _("%(date)s, %(time)s") % {"date": formats.date_format(local, "j F Y"), "time": time}


def listed(parts: Sequence[str]) -> str:
    """The parts as a sentence lists them: "3", "3 and 5", "3, 5 and 7"."""
    if len(parts) < 2:
        return "".join(parts)
    return _("%(first)s and %(last)s") % {"first": ", ".join(parts[:-1]), "last": parts[-1]}


def under_rules(numbers: Sequence[int]) -> str:
    """ "under rule 3", "under rules 3 and 5", or nothing without a rule."""
    if not numbers:
        return ""
    return ngettext("under rule %(numbers)s", "under rules %(numbers)s", len(numbers)) % {
        "numbers": listed([str(number) for number in numbers])
    }


def times(count: int) -> str:
    """How often: once, twice, 3 times."""
    named = {1: _("once"), 2: _("twice")}
    return named.get(count) or _("%(count)d times") % {"count": count}
