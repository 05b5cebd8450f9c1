"""One decision on all comments that were ticked in the list: at once, or by a run that can be looked at first."""

from datetime import datetime
from typing import Any, cast
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from comments import actions, runs
from comments.actions import BulkResult, Refused
from comments.actions.citing import acceptable_law
from comments.desk.queue import LONG_PAGE
from comments.enums import RunScope
from comments.models import Comment
from comments.runs import why_skipped
from comments.views.desk.act import SeeOther, entered
from comments.views.desk.forms import BadPick, BulkForm, picked, sentences
from comments.views.desk.page import Kept, render_desk
from comments.views.desk.place import kept_place
from comments.views.desk.results import remember
from comments.views.desk.runs import address_of, all_runs
from newsroom.accounts.models import User

AT_ONCE = {"approve": LONG_PAGE, "reject": 20}
"""So many are decided on within the request, in one transaction; more by a job, after one look at what is meant.

What was ticked on a page may be approved at once, since nobody is written to before it can be undone; turning many
down is a letter to each of them.
"""


def bulk(request: HttpRequest) -> HttpResponse:
    """Decides on each comment picked that is as it was seen; nothing at all where the form itself is wrong.

    More than AT_ONCE of an act become a run, which shows what is meant before it begins. GET lists such runs.
    """
    if request.method != "POST":
        return all_runs(request)
    now, by = timezone.now(), cast(User, request.user)
    form = BulkForm(request.POST)
    try:
        items = _items(picked(request.POST.getlist("pick")))
    except BadPick as bad:
        return _again(request, now, [str(bad)])
    if not form.is_valid():
        return _again(request, now, sentences(form))
    try:
        if len(items) > AT_ONCE[form.cleaned_data["act"]]:
            return _prepared(items, form.cleaned_data, by, now)
        results = _decide_all(items, form.cleaned_data, by, now)
    except Refused as refused:
        return _again(request, now, [refused.sentence])
    remember(
        request,
        [result.decision for result in results if result.decision],
        [why_skipped(result.refused, by.pk) for result in results if result.refused],
    )
    return SeeOther(kept_place(form.cleaned_data["at"]).from_the_start().url())


def _prepared(items: list[tuple[int, int]], sent: dict[str, Any], by: User, now: datetime) -> HttpResponse:
    reasons = runs.Reasons(rule_keys=sent["rule"], note=sent["note"], law=sent["law"], why=sent["why"])
    return SeeOther(address_of(runs.prepare(items, RunScope.SELECTION, by=by, now=now, reasons=reasons)))


def _items(picks: list[tuple[UUID, int]]) -> list[tuple[int, int]]:
    """Ids and versions, in the list's order. One query; raises BadPick where there is no such comment."""
    found = dict(Comment.objects.filter(uid__in=[uid for uid, _version in picks]).values_list("uid", "pk"))
    if any(uid not in found for uid, _version in picks):
        raise BadPick(
            _("One of the comments selected does not exist. Nothing was changed; load the list again.")
        )
    return [(found[uid], version) for uid, version in picks]


def _decide_all(
    items: list[tuple[int, int]], sent: dict[str, Any], by: User, now: datetime
) -> list[BulkResult]:
    if sent["act"] == "approve":
        return actions.approve_many(items, by=by, now=now)
    law = acceptable_law(sent["law"], sent["why"])
    return actions.reject_many(items, by=by, now=now, rule_keys=sent["rule"], note=sent["note"], law=law)


def _again(request: HttpRequest, now: datetime, problems: list[str]) -> HttpResponse:
    kept = Kept(**entered(request), problems=problems, bulk=True)
    place = kept_place(request.POST.get("at", ""))
    return render_desk(request, place, now=now, kept=kept, status=400)
