"""What is known of a commenter, said in the one sentence that a moderator has time for."""

from collections.abc import Mapping
from datetime import datetime

from django.utils import formats, timezone
from django.utils.translation import gettext as _

from comments.desk.words import times
from comments.evidence import Record


def record_sentence(
    record: Record, *, first_seen: datetime, numbers: Mapping[str, int], now: datetime
) -> str:
    """ "41 approved, 2 rejected: rule 3 twice; first seen May". `numbers` are the rules' numbers by key. Pure."""
    return _("%(decided)s; first seen %(when)s") % {
        "decided": _decided(record, numbers),
        "when": seen(first_seen, now),
    }


def _decided(record: Record, numbers: Mapping[str, int]) -> str:
    turned_down = record.rejected + record.removed
    if not record.approved and not turned_down:
        return _("nothing decided yet")
    said = _("%(approved)d approved, %(rejected)d rejected") % {
        "approved": record.approved,
        "rejected": turned_down,
    }
    rules = [_rule(key, count, numbers) for key, count in record.rules]
    return f"{said}: {', '.join(rules)}" if rules else said


def _rule(key: str, count: int, numbers: Mapping[str, int]) -> str:
    """A rule that this version no longer has is named by its key."""
    name = numbers.get(key, f"“{key}”")
    return _("rule %(rule)s %(times)s") % {"rule": name, "times": times(count)}


def seen(at: datetime, now: datetime) -> str:
    """As precisely as matters: today, the day within the last month, else the month, with its year if not this."""
    then, today = timezone.localdate(at), timezone.localdate(now)
    if then == today:
        return _("today")
    if (today - then).days < 31:
        return formats.date_format(then, "j F")
    return formats.date_format(then, "F" if then.year == today.year else "F Y")
