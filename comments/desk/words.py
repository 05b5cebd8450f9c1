"""The desk's recurring sentences: ages, rule numbers, facts that checks name."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from django.utils import formats, timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from comments.enums import Gravity

FACTS: dict[str, str | Promise] = {
    "too_long": gettext_lazy("too long"),
    "too_short": gettext_lazy("too short"),
    "too_many_links": gettext_lazy("one link too many"),
    "listed_phrase": gettext_lazy("listed word or phrase"),
    "email_address": gettext_lazy("e-mail address"),
    "telephone_number": gettext_lazy("telephone number"),
    "listed_domain": gettext_lazy("listed domain"),
    "off_site": gettext_lazy("invitation to go on elsewhere"),
    "mixed_scripts": gettext_lazy("word of mixed script"),
    "heaped_marks": gettext_lazy("heaped marks"),
    "other_script": gettext_lazy("another script than the discussion’s"),
    "staff_name": gettext_lazy("name like the paper’s or a colleague’s"),
    "alike": gettext_lazy("nearly the same from several commenters"),
    "possible_return": gettext_lazy("possible return of a banned author"),
    "shouting": gettext_lazy("too many capitals"),
    "repeated_text": gettext_lazy("repeated text"),
    "flood": gettext_lazy("too many comments at once"),
    "check_unavailable": gettext_lazy("check did not finish"),
}


GRAVITIES: dict[str, str | Promise] = {
    Gravity.ORDINARY: "",
    Gravity.SERIOUS: gettext_lazy("serious"),
    Gravity.GRAVE: gettext_lazy("grave"),
}
"""How grave a rule is, as it stands behind its number; from the least to the most."""


def fact(name: str) -> str:
    """What a check saw, in words; a fact of a check that is gone keeps its own name."""
    return str(FACTS.get(name, name.replace("_", " ")))


def seen(name: str, details: Mapping[str, Any]) -> str:
    """The same with the evidence, where a fact rests on some that is not in the comment itself."""
    try:
        if name == "alike":
            return _("nearly the same as texts of %(others)s others within %(hours)s hours") % details
        if name == "possible_return":
            return _return_with_its_signs(details)
    except (KeyError, TypeError, ValueError):
        pass
    return fact(name)


def _return_with_its_signs(details: Mapping[str, Any]) -> str:
    signs = [
        *([_("the same network")] if details.get("network") else []),
        *([_("wording %(wording)s per cent alike") % details] if details.get("wording") else []),
        *([_("a name like theirs")] if details.get("name") else []),
    ]
    days = int(details["days"])
    banned = ngettext("banned %(days)d day ago", "banned %(days)d days ago", days) % {"days": days}
    told = {"author": details["commenter"], "signs": listed(signs), "banned": banned}
    return _("possible return of author %(author)s (%(banned)s): %(signs)s") % told


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


def moment(at: datetime) -> str:
    """The time for a script to give back, of one width: later ones come after earlier ones as text too."""
    return at.astimezone(UTC).isoformat(timespec="microseconds")


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
    """How often: once, twice, three times, 4 times."""
    named = {1: _("once"), 2: _("twice"), 3: _("three times")}
    return named.get(count) or _("%(count)d times") % {"count": count}
