"""A bulk decision as its page tells of it: what it is about, how far it is, what came of each."""

from collections import Counter
from dataclasses import dataclass, fields
from typing import Any

from django.db.models import Count, QuerySet
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from comments.desk.filters import Filters, chips_of
from comments.desk.log import rule_numbers
from comments.desk.views import BY_NAME, HELD
from comments.desk.words import under_rules
from comments.enums import Act, ItemState, RunScope, RunState
from comments.models import BulkItem, BulkRun, Rule
from comments.permissions import can_lead
from comments.runs import undoable
from newsroom.accounts.models import User

PAGE = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far a run is: numbers, and in a sentence."""

    done: int
    skipped: int
    waiting: int
    percent: int
    sentence: str
    reasons: list[tuple[str, int]]
    can_undo: int

    @property
    def decided(self) -> int:
        return self.done + self.skipped


def progress_of(run: BulkRun) -> Progress:
    """Three queries, over the run's own items."""
    states = Counter(dict(run.items.order_by().values_list("state").annotate(n=Count("pk"))))
    done, skipped, waiting = (
        states[state] for state in (ItemState.DONE, ItemState.SKIPPED, ItemState.WAITING)
    )
    why = (
        run.items.filter(state=ItemState.SKIPPED)
        .order_by()
        .values_list("skipped_for")
        .annotate(n=Count("pk"))
    )
    return Progress(
        done=done,
        skipped=skipped,
        waiting=waiting,
        percent=(done + skipped) * 100 // max(1, run.total),
        sentence=_sentence(run, done, skipped),
        reasons=sorted(why, key=lambda one: -one[1]),
        can_undo=undoable(run).count() if run.act != Act.UNDONE else 0,
    )


def _sentence(run: BulkRun, done: int, skipped: int) -> str:
    told = {"decided": done + skipped, "total": run.total, "what": what_it_does(run), "done": done}
    if run.state == RunState.RUNNING:
        return _("Running: %(decided)d of %(total)d comments.") % told
    skips = ngettext("%(n)d was skipped.", "%(n)d were skipped.", skipped) % {"n": skipped} if skipped else ""
    if run.state == RunState.STOPPED:
        said = _("Stopped after %(decided)d of %(total)d comments. %(what)s: %(done)d.") % told
    else:
        said = _("Done. %(what)s: %(done)d.") % told
    return f"{said} {skips}".strip()


def what_it_does(run: BulkRun) -> str:
    """ "Rejected under rules 2 and 3", by the newest numbers of its rules. At most one query."""
    if not run.act:
        return _("Not begun")
    words = [str(Act(run.act).label).capitalize(), under_rules(_numbers(run))]
    if run.law:
        words.append(_("as illegal"))
    return " ".join(word for word in words if word)


def _numbers(run: BulkRun) -> list[int]:
    if not run.rule_keys:
        return []
    rows = Rule.objects.filter(key__in=run.rule_keys, policy__posted_at__isnull=False)
    newest = dict(rows.order_by("policy__version").values_list("key", "number"))
    return sorted(newest.values())


def heading_of(run: BulkRun) -> str:
    """What the comments have in common, in words."""
    if run.scope == RunScope.UNDO:
        return _("Undoing a bulk decision")
    state = _("public") if run.of_public else _("waiting")
    if run.scope == RunScope.COMMENTER and run.commenter:
        return _("Everything by %(name)s that is %(state)s") % {"name": run.commenter.name, "state": state}
    if run.scope == RunScope.STORY and run.discussion:
        headline = run.discussion.article.working_headline
        return _("Everything on “%(story)s” that is %(state)s") % {"story": headline, "state": state}
    if run.scope == RunScope.VIEW:
        view = BY_NAME.get(QueryDict(run.place).get("view", HELD.name), HELD)
        return _("Everything under “%(view)s” that is %(state)s") % {"view": view.title, "state": state}
    if run.scope == RunScope.CAMPAIGN and run.like:
        told = {"name": run.like.name, "state": state}
        return _("Everything nearly the same as the comment by %(name)s that is %(state)s") % told
    return _("What you have selected")


def filters_of(run: BulkRun) -> list[str]:
    """What narrowed the view that a run was put together from, in words. At most one query for each filter."""
    said = QueryDict(run.place).dict()
    names = {field.name for field in fields(Filters)}
    chosen = Filters(**{name: str(value) for name, value in said.items() if name in names})
    return [chip.words for chip in chips_of(chosen)]


@dataclass(frozen=True, slots=True)
class ItemLine:
    """What became of one comment, in words."""

    item: BulkItem
    words: str


def items_of(run: BulkRun, state: str, after: int) -> tuple[list[ItemLine], int | None]:
    """A page of a run's items, skipped ones first unless a state is asked for, and where the next begins.

    Three queries.
    """
    rows = run.items.filter(state=state).filter(pk__gt=after).order_by("pk")
    rows = rows.select_related("comment__current_text", "comment__discussion__article", "decision")
    found = list(rows.prefetch_related("decision__grounds__rule")[: PAGE + 1])
    lines = [ItemLine(item, _became(item)) for item in found[:PAGE]]
    return lines, found[PAGE - 1].pk if len(found) > PAGE else None


def _became(item: BulkItem) -> str:
    if item.decision is None:
        return _("Skipped: %(why)s") % {"why": item.skipped_for} if item.skipped_for else _("Not yet")
    numbers = [] if item.decision.act == Act.UNDONE else rule_numbers(item.decision)
    words = [str(Act(item.decision.act).label).capitalize(), under_rules(numbers)]
    return " ".join(word for word in words if word)


def runs_for(viewer: User) -> QuerySet[Any]:
    """The newest fifty that were begun: one's own, for leads everybody's."""
    begun = BulkRun.objects.exclude(state=RunState.PREPARED)
    rows = begun if can_lead(viewer) else begun.filter(by=viewer)
    return rows.select_related("by", "commenter", "discussion__article", "like").order_by("-pk")[:50]
