"""One decision on all comments that were ticked in the list, with an answer for each."""

from datetime import datetime
from typing import Any, cast
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from comments import actions
from comments.actions import BulkResult, Refused
from comments.models import Comment
from comments.views.desk.act import SeeOther, entered
from comments.views.desk.forms import BadPick, BulkForm, picked, sentences
from comments.views.desk.page import Kept, kept_place, queue_url, render_desk
from comments.views.desk.results import remember, why_skipped
from newsroom.accounts.models import User


def bulk(request: HttpRequest) -> HttpResponse:
    """Decides on each comment picked that is as it was seen; nothing at all where the form itself is wrong."""
    if request.method != "POST":
        return redirect("moderation:queue")
    now, by = timezone.now(), cast(User, request.user)
    form = BulkForm(request.POST)
    try:
        items = _items(picked(request.POST.getlist("pick")))
    except BadPick as bad:
        return _again(request, now, [str(bad)])
    if not form.is_valid():
        return _again(request, now, sentences(form))
    try:
        results = _decide_all(items, form.cleaned_data, by, now)
    except Refused as refused:
        return _again(request, now, [refused.sentence])
    remember(
        request,
        [result.decision for result in results if result.decision],
        [why_skipped(result.refused, by.pk) for result in results if result.refused],
    )
    return SeeOther(queue_url(rows=form.cleaned_data["rows"]))


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
    return actions.reject_many(items, by=by, now=now, rule_keys=sent["rule"], note=sent["note"])


def _again(request: HttpRequest, now: datetime, problems: list[str]) -> HttpResponse:
    kept = Kept(**entered(request), problems=problems, bulk=True)
    after = kept_place(request.POST.get("after", ""))
    return render_desk(
        request, now=now, after=after, kept=kept, rows=request.POST.get("rows", ""), status=400
    )
