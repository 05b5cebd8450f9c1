"""Which times an editor may set, and how they are said back."""

from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from articles.actions.errors import Refused

FARTHEST = timedelta(days=3653)


def said(at: datetime) -> str:
    """A time as sentences name it, in the site's zone."""
    return date_format(timezone.localtime(at, timezone.get_default_timezone()), "j F Y, H:i")


def check_start(starts_at: datetime, now: datetime) -> None:
    """Raises Refused where a start lies farther ahead than anybody plans."""
    if starts_at > now + FARTHEST:
        raise Refused(_("Start: %(at)s is more than ten years ahead.") % {"at": said(starts_at)})


def check_end(ends_at: datetime, *, after: datetime, now: datetime) -> None:
    """Raises Refused where an end is past, not after its start, or farther ahead than anybody plans."""
    if ends_at < now:
        raise Refused(_("End: %(at)s is past.") % {"at": said(ends_at)})
    if ends_at <= after:
        raise Refused(
            _("End: %(end)s is not after the start, %(start)s.")
            % {"end": said(ends_at), "start": said(after)}
        )
    if ends_at > now + FARTHEST:
        raise Refused(_("End: %(at)s is more than ten years ahead.") % {"at": said(ends_at)})
