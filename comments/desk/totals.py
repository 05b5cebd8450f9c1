"""A month of decisions in sums, each of which leads to the rows that it counts."""

from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from articles.models import Article
from comments.enums import Act, SanctionKind
from comments.figures import Facts, NamedRule
from newsroom.accounts.models import User

ACTS = (Act.HELD, Act.REJECTED, Act.REMOVED)
BY_PEOPLE = (Act.APPROVED, Act.REJECTED, Act.REMOVED, Act.RESTORED)
MOST_STORIES = 20

LAW = "§"
"""What stands for any law among the keys of rules."""


@dataclass(frozen=True, slots=True)
class Cell:
    """A count, and the address of the rows in the log that it counts."""

    count: int
    url: str


@dataclass(frozen=True, slots=True)
class TotalsRow:
    """One line of a table of sums."""

    title: str
    cells: list[Cell]


def rows_url(month: date, **wanted: str) -> str:
    """The log of that month, without what was undone, as far as it is `wanted`."""
    last = month.replace(day=monthrange(month.year, month.month)[1])
    asked = {"since": month.isoformat(), "until": last.isoformat(), "stands": "on", **wanted}
    return f"{reverse('moderation:decisions')}?{urlencode(asked)}"


def totals_by_act(month: date, facts: Facts) -> list[TotalsRow]:
    """How often each act was done, by people and automatically."""
    return [
        TotalsRow(
            str(act.label).capitalize(),
            [
                _cell(facts.at("act", act, "people") + facts.at("act", act, "author"), month, act, "people"),
                _cell(facts.at("act", act, "automatic"), month, act, "automatic"),
            ],
        )
        for act in Act
        if facts.total("act", act)
    ]


def _cell(count: int, month: date, act: Act, made: str) -> Cell:
    return Cell(count, rows_url(month, act=act, made=made, about="comment"))


def totals_by_rule(month: date, facts: Facts, rules: Mapping[str, NamedRule]) -> list[TotalsRow]:
    """How often each rule was named, in the order of the newest version, and in the end how often a law."""
    titles = {key: f"{rule.number}. {rule.title}" for key, rule in rules.items()}
    counted = [(titles[key], key, ("rule", key)) for key in titles] + [(_("A law"), LAW, ("law",))]
    return [
        TotalsRow(
            title,
            [Cell(facts.at("ground", act, *path), rows_url(month, act=act, rule=key)) for act in ACTS],
        )
        for title, key, path in counted
    ]


def totals_by_sanction(month: date, facts: Facts) -> list[TotalsRow]:
    """How often each measure was taken against commenters, and how often one ended before its time."""
    begun = [(str(kind.label), facts.at("sanction", kind), Act.SANCTIONED, kind) for kind in SanctionKind]
    ended = [
        (str(act.label).capitalize(), facts.at("sanction_ended", act), act, "sanction")
        for act in (Act.GRANTED, Act.LIFTED)
    ]
    return [
        TotalsRow(title, [Cell(count, rows_url(month, act=act, about=about))])
        for title, count, act, about in (*begun, *ended)
    ]


def totals_by_decider(month: date, facts: Facts) -> list[TotalsRow]:
    """What each person decided, who decided most first. One query."""
    counts = _by_first(facts.under("decider"))
    names = {str(pk): user for pk, user in User.objects.in_bulk([int(pk) for pk in counts]).items()}
    ordered = sorted(counts, key=lambda pk: (-sum(counts[pk].values()), pk))
    return [
        TotalsRow(
            str(names.get(pk, _("Somebody who is gone"))),
            [Cell(counts[pk].get(act, 0), rows_url(month, act=act, by=pk)) for act in BY_PEOPLE],
        )
        for pk in ordered
    ]


def totals_by_story(month: date, facts: Facts) -> list[TotalsRow]:
    """The stories under which most was rejected and removed. One query."""
    counts = _by_first(facts.under("story"))
    most = sorted(counts, key=lambda pk: (-sum(counts[pk].values()), int(pk)))[:MOST_STORIES]
    stories = Article.objects.in_bulk([int(pk) for pk in most])
    return [
        TotalsRow(
            stories[int(pk)].working_headline,
            [
                Cell(counts[pk].get(act, 0), rows_url(month, act=act, story=str(stories[int(pk)].uid)))
                for act in (Act.REJECTED, Act.REMOVED)
            ],
        )
        for pk in most
        if int(pk) in stories
    ]


def _by_first(counted: Mapping[str, int]) -> dict[str, dict[str, int]]:
    """ "7/approved" → {"7": {"approved": ...}}."""
    found: dict[str, dict[str, int]] = {}
    for name, count in counted.items():
        first, act = name.split("/")
        found.setdefault(first, {})[act] = count
    return found
