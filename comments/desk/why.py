"""Says in a line why a comment stands where it stands in the queue: by what its stored place was reckoned from."""

from datetime import datetime

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from comments.desk.findings import Found, Reasons
from comments.desk.words import GRAVITIES, age
from comments.enums import Effect, State
from comments.models import Comment

MOST_RULES = 3


def why_here(comment: Comment, reasons: Reasons, now: datetime) -> str:
    """ "rule 3 (grave), 2 reports, busy story, 22 of 30 min". Pure."""
    parts = [*_rules(reasons.found), *reasons.apart_from_rules]
    if comment.open_reports:
        parts.append(reports_in_words(comment.open_reports))
    if comment.ahead_for_story:
        parts.append(_("busy story"))
    if comment.state == State.HELD and comment.held_since:
        parts.append(of_promised(comment.held_since, now))
    return ", ".join(parts)


def reports_in_words(count: int) -> str:
    return ngettext("%(count)d report", "%(count)d reports", count) % {"count": count}


def of_promised(since: datetime, now: datetime) -> str:
    """ "22 of 30 min"; from two hours on "3 h, 30 min promised"."""
    waited, promised = int((now - since).total_seconds() // 60), settings.MODERATION_PROMISE_MINUTES
    if waited < 120:
        return _("%(waited)d of %(promised)d min") % {"waited": max(0, waited), "promised": promised}
    return _("%(waited)s, %(promised)d min promised") % {"waited": age(since, now), "promised": promised}


def _rules(found: tuple[Found, ...]) -> list[str]:
    """The rules that hold it, each once, as `found` has them: the gravest first."""
    holding = {one.number: one for one in reversed(found) if one.effect != Effect.NOTE}
    said = [_rule(one) for one in reversed(holding.values())]
    if len(said) > MOST_RULES:
        return [*said[:MOST_RULES], _("%(more)d more rules") % {"more": len(said) - MOST_RULES}]
    return said


def _rule(one: Found) -> str:
    if not GRAVITIES[one.gravity]:
        return _("rule %(number)d") % {"number": one.number}
    return _("rule %(number)d (%(gravity)s)") % {"number": one.number, "gravity": GRAVITIES[one.gravity]}
