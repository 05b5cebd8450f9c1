"""Says in a line why a comment stands where it stands in its view: by what its stored place was reckoned from."""

from collections.abc import Collection
from datetime import datetime

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from comments.desk.findings import Found, Reasons
from comments.desk.words import GRAVITIES, age, clock
from comments.enums import Effect, State
from comments.models import Appeal, Comment, Report
from comments.moderation import urgency

MOST_RULES = 3


def why_here(
    comment: Comment,
    reasons: Reasons,
    now: datetime,
    *,
    reports: Collection[Report] = (),
    appeal: Appeal | None = None,
    is_watched: bool = False,
) -> str:
    """ "rule 3 (grave), 2 reports, busy story, 22 of 30 min"; "" for what stands in no view. Pure.

    `reports` are the open ones, `appeal` is that which waits for an answer.
    """
    if appeal:
        return _objects(appeal, now)
    is_held, is_unread = comment.state == State.HELD, comment.state == State.PUBLIC and not comment.read_at
    if not (is_held or is_unread or comment.open_reports):
        return ""
    parts = [_("you watch this story")] if is_watched else []
    parts += [*_rules(reasons.found), *reasons.apart_from_rules]
    if comment.open_reports:
        parts.append(_reports(comment, reports))
    if comment.ahead_for_story and (is_held or comment.open_reports):
        parts.append(_("busy story"))
    if is_held and comment.held_since:
        parts.append(of_promised(comment.held_since, now))
    if is_unread and not comment.open_reports and comment.public_since:
        parts.append(_("public for %(age)s, read by no moderator") % {"age": age(comment.public_since, now)})
    return ", ".join(parts)


def why_reviewed(comment: Comment, now: datetime) -> str:
    """Why it comes back to be decided on again, with no word of what was decided. Pure."""
    if not comment.decided_at:
        return _("a colleague decided on it")
    return _("a colleague decided on it %(age)s ago") % {"age": age(comment.decided_at, now)}


def reports_in_words(count: int) -> str:
    return ngettext("%(count)d report", "%(count)d reports", count) % {"count": count}


def _objects(appeal: Appeal, now: datetime) -> str:
    """ "its author objects, answer promised by 14:00"."""
    promised = {"at": clock(appeal.promised_by, now)}
    if appeal.promised_by < now:
        return _("its author objects, answer promised by %(at)s: late") % promised
    return _("its author objects, answer promised by %(at)s") % promised


def _reports(comment: Comment, reports: Collection[Report]) -> str:
    """How many, and how they weighed beside the same ones by readers of whom nothing is known."""
    said = reports_in_words(comment.open_reports)
    unknown = (
        urgency.Notice(illegal=one.illegal, confirmed=one.confirmed_at is not None, robot=one.robot_suspected)
        for one in reports
    )
    usual = urgency.ahead_for_reports(unknown)
    if comment.ahead_for_reports < usual:
        return _("%(reports)s (earlier ones by these readers mostly dismissed: they weigh less)") % {
            "reports": said
        }
    if comment.ahead_for_reports > usual:
        return _("%(reports)s (earlier ones by these readers mostly upheld: they weigh more)") % {
            "reports": said
        }
    return said


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
