"""What a statement of reasons has to say besides its grounds, Article 17(3) of Regulation (EU) 2022/2065."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from comments.enums import Restriction, Source
from comments.models import Decision, Statement

APPEALS_LAST = timedelta(days=184)
"""Six months, the longest that six in a row can be: Article 20(1) asks for no less."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What is restricted and until when, what made the desk look, and how far programs had a hand in it.

    The territory is everywhere: a comment is on no page of ours for anybody.
    """

    restriction: Restriction
    source: Source = Source.OWN
    automated_detection: bool = False
    automated_decision: bool = False
    ends_at: datetime | None = None
    appeal_until: datetime


@dataclass(frozen=True, slots=True)
class Law:
    """A law that a comment breaks: its name and article, and why the desk holds so."""

    name: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """The terms in sentences for the author, in the active language."""

    meaning: str
    origin: str
    redress: str
    elsewhere: str


def told(terms: Terms | Statement) -> Told:
    """The sentences of a statement in the active language. No query."""
    days = settings.APPEAL_PROMISE_DAYS
    until = date_format(timezone.localtime(terms.appeal_until), "DATE_FORMAT")
    return Told(
        meaning=_meaning(terms),
        origin=" ".join((_found(terms), _detected(terms), _decided(terms))),
        redress=ngettext(
            "Until %(until)s you can object. Somebody other than whoever decided answers, with reasons, within"
            " %(days)d day. It costs nothing:",
            "Until %(until)s you can object. Somebody other than whoever decided answers, with reasons, within"
            " %(days)d days. It costs nothing:",
            days,
        )
        % {"until": until, "days": days},
        elsewhere=_(
            "You may also turn to a certified body for out-of-court dispute settlement, or to a court."
        ),
    )


def _meaning(terms: Terms | Statement) -> str:
    if terms.restriction in (Restriction.NOT_PUBLISHED, Restriction.REMOVED):
        return _(
            "The comment is shown to nobody in any country, and for good, unless your objection shows us wrong."
        )
    if terms.restriction == Restriction.WARNING:
        return _(
            "Nothing is restricted. Before your next comment you are asked to say that you have read this."
        )
    what = {
        Restriction.PRE_MODERATION: _("A moderator reads each of your comments before it is published."),
        Restriction.SUSPENSION: _("You cannot send comments for a time, wherever you are."),
        Restriction.BAN: _("You cannot send comments any more, wherever you are."),
    }[Restriction(terms.restriction)]
    if terms.ends_at is None:
        return what
    ends = date_format(timezone.localtime(terms.ends_at), "j F Y, H:i")
    return _("%(what)s This ends on %(when)s.") % {"what": what, "when": ends}


def _found(terms: Terms | Statement) -> str:
    if terms.restriction not in (Restriction.NOT_PUBLISHED, Restriction.REMOVED):
        return _("It follows from your comments and what was decided about them.")
    return {
        Source.NOTICE: _("We were told that it is illegal."),
        Source.REPORT: _("It was reported to us under our rules."),
        Source.OWN: _("We looked on our own account; nobody had reported it."),
    }[Source(terms.source)]


def _detected(terms: Terms | Statement) -> str:
    if terms.restriction not in (Restriction.NOT_PUBLISHED, Restriction.REMOVED):
        if terms.automated_detection:
            return _("A program had counted those decisions and proposed it.")
        return _("No program had proposed it.")
    if terms.automated_detection:
        return _("An automatic check had pointed it out.")
    return _("No program had pointed it out.")


def _decided(terms: Terms | Statement) -> str:
    if terms.automated_decision:
        return _("A program decided.")
    return _("A person decided, not a program.")


def judged(numbers: Sequence[int]) -> str:
    """How rules of these numbers were found broken where neither marked words nor a note say why; "" for no rule.

    In the active language. No query.
    """
    if not numbers:
        return ""
    return ngettext(
        "A moderator judged that the comment, taken as a whole, breaks rule %(rules)s.",
        "A moderator judged that the comment, taken as a whole, breaks rules %(rules)s.",
        len(numbers),
    ) % {"rules": get_text_list([str(number) for number in numbers], _("and"))}


def freeze_statements(told: Iterable[tuple[Decision, Terms, str]]) -> None:
    """Keeps for each decision what its author is told, with the language that they are told in. One query."""
    Statement.objects.bulk_create(
        Statement(
            decision=decision,
            restriction=terms.restriction,
            ends_at=terms.ends_at,
            source=terms.source,
            automated_detection=terms.automated_detection,
            automated_decision=terms.automated_decision,
            language=language,
            appeal_until=terms.appeal_until,
        )
        for decision, terms, language in told
    )
