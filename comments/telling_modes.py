"""Says how a discussion takes comments, and for how long: to readers, and to the desk."""

from datetime import datetime

from django.conf import settings
from django.utils import formats, timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from comments.enums import DiscussionMode, Why
from comments.modes import Applied

NOT_LIVE = Applied(DiscussionMode.OPEN, Why.NOTHING, None, ())
"""Of a story that readers cannot get: its discussion takes nothing anyhow."""

_CLOSED: dict[str, str | Promise] = {
    Why.RETRACTED: gettext_lazy("This story was retracted, and its discussion with it."),
    Why.SECTION: gettext_lazy("Comments are closed in this section at the moment."),
    Why.SITE: gettext_lazy("Comments are closed on all stories at the moment."),
    Why.BREAKER: gettext_lazy("Very many comments came here at once, so comments are paused."),
}
_READ_FIRST: dict[str, str | Promise] = {
    Why.SECTION: gettext_lazy(
        "In this section a moderator reads every comment before it is published, at the moment."
    ),
    Why.SITE: gettext_lazy("At the moment a moderator reads every comment before it is published."),
    Why.BREAKER: gettext_lazy(
        "Very many comments came here at once, so a moderator reads every one before it is published."
    ),
}


def closed_sentence(applied: Applied) -> str:
    """Why nobody can write, and when they can again if that is known. For readers."""
    if applied.why == Why.AGE:
        days = settings.COMMENTS_CLOSE_AFTER_DAYS
        return ngettext(
            "Comments are closed: they are taken for %(days)s day after a story is published.",
            "Comments are closed: they are taken for %(days)s days after a story is published.",
            days,
        ) % {"days": days}
    said = str(_CLOSED.get(applied.why, _("Comments on this story are closed.")))
    if applied.until is None:
        return said
    return _("%(closed)s They open again on %(when)s.") % {"closed": said, "when": moment(applied.until)}


def read_first_sentence(applied: Applied) -> str:
    """That a moderator reads everything first, and until when if that is known; "" where it is not so. For readers."""
    if not applied.is_pre_moderated:
        return ""
    usual = _("In this discussion a moderator reads every comment before it is published.")
    said = str(_READ_FIRST.get(applied.why, usual))
    if applied.until is None:
        return said
    return _("%(read_first)s This is so until %(when)s.") % {
        "read_first": said,
        "when": moment(applied.until),
    }


def moment(at: datetime) -> str:
    """A day and time in the site's zone, as the language in use writes it."""
    local = timezone.localtime(at)
    day, time = formats.date_format(local, "DATE_FORMAT"), formats.time_format(local, "H:i")
    return _("%(date)s, %(time)s") % {"date": day, "time": time}


def for_the_desk(applied: Applied) -> str:
    """ "Closed until 26 November, 07:00: ordered for this section", for who works here."""
    parts = {"mode": str(applied.mode.label), "why": str(Why(applied.why).label)}
    if applied.until:
        parts["until"] = moment(applied.until)
        return _("%(mode)s until %(until)s: %(why)s") % parts
    if applied.why == Why.NOTHING:
        return str(applied.mode.label)
    return _("%(mode)s: %(why)s") % parts
