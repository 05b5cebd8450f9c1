"""One decision on what was ticked in the list, or on all that is in it: at once, or by a run to be looked at first."""

from datetime import datetime
from typing import Any, cast
from uuid import UUID

from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _
from django_htmx.http import HttpResponseClientRedirect

from comments import actions, runs
from comments.actions import BulkResult, Refused
from comments.actions.citing import acceptable_law
from comments.desk.queue import LONG_PAGE
from comments.desk.scopes import all_in_view
from comments.enums import RunScope, State
from comments.models import Comment
from comments.runs import why_skipped
from comments.views.desk.act import SeeOther, entered
from comments.views.desk.forms import BadPick, BulkForm, picked, sentences
from comments.views.desk.page import Kept, asker_of, is_from_script, render_desk, rows_at
from comments.views.desk.place import BadPlace, kept_place, read_place
from comments.views.desk.results import remember
from comments.views.desk.runs import address_of, all_runs
from newsroom.accounts.models import User

AT_ONCE = {"approve": LONG_PAGE, "reject": 20}
"""So many are decided on within the request, in one transaction; more by a job, after one look at what is meant.

What was ticked on a page may be approved at once, since nobody is written to before it can be undone; turning many
down is a letter to each of them.
"""


WHOLE = {"all_held": State.HELD, "all_public": State.PUBLIC}
"""What stands for ticking all in the view that fits its filters, on whatever page."""


def bulk(request: HttpRequest) -> HttpResponse:
    """Decides on each comment picked that is as it was seen; nothing at all where the form itself is wrong.

    More than AT_ONCE of an act become a run, which shows what is meant before it begins; so does all of a view. GET
    lists such runs.
    """
    if request.method != "POST":
        return all_runs(request)
    now, by = timezone.now(), cast(User, request.user)
    form = BulkForm(request.POST)
    try:
        items = [] if request.POST.get("act") in WHOLE else _items(picked(request.POST.getlist("pick")))
    except BadPick as bad:
        return _again(request, now, [str(bad)])
    if not form.is_valid():
        return _again(request, now, sentences(form))
    try:
        if form.cleaned_data["act"] in WHOLE:
            return _all_prepared(request, form.cleaned_data, by, now)
        if len(items) > AT_ONCE[form.cleaned_data["act"]]:
            return _prepared(request, items, form.cleaned_data, by, now)
        results = _decide_all(items, form.cleaned_data, by, now)
    except Refused as refused:
        return _again(request, now, [refused.sentence])
    remember(
        request,
        [result.decision for result in results if result.decision],
        [why_skipped(result.refused, by.pk) for result in results if result.refused],
    )
    return SeeOther(kept_place(form.cleaned_data["at"]).from_the_start().url())


def _all_prepared(request: HttpRequest, sent: dict[str, Any], by: User, now: datetime) -> HttpResponse:
    """What the view holds now in its filters and the moderator's languages, whichever page of it they were on."""
    try:
        place = read_place(QueryDict(sent["at"])).from_the_start()
    except BadPlace as bad:
        return _again(request, now, [str(bad)])
    state = WHOLE[sent["act"]]
    items = all_in_view(rows_at(request, place, asker_of(request, now)), place.view, state)
    about = {"of_public": state == State.PUBLIC, "place": place.query}
    return _prepared(request, items, sent, by, now, scope=RunScope.VIEW, **about)


def _prepared(
    request: HttpRequest,
    items: list[tuple[int, int]],
    sent: dict[str, Any],
    by: User,
    now: datetime,
    *,
    scope: RunScope = RunScope.SELECTION,
    **about: Any,
) -> HttpResponse:
    reasons = runs.Reasons(rule_keys=sent["rule"], note=sent["note"], law=sent["law"], why=sent["why"])
    address = address_of(runs.prepare(items, scope, by=by, now=now, reasons=reasons, **about))
    # The run's page is no part of the desk: script has to load it.
    return HttpResponseClientRedirect(address) if is_from_script(request) else SeeOther(address)


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
