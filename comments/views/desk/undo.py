"""Takes decisions back while their mail has not left."""

from typing import cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from comments import actions
from comments.actions import Refused
from comments.models import Decision
from comments.runs import why_skipped
from comments.views.desk.act import SeeOther
from comments.views.desk.forms import MOST_PICKED, read_uid
from comments.views.desk.page import problem
from comments.views.desk.place import kept_place
from comments.views.desk.results import remember
from newsroom.accounts.models import User


def undo(request: HttpRequest) -> HttpResponse:
    """Each decision named is undone, and its comment waits again; the status line says what could not be."""
    if request.method != "POST":
        return redirect("moderation:queue")
    now, by = timezone.now(), cast(User, request.user)
    written = request.POST.getlist("decision")[:MOST_PICKED]
    uids = [uid for uid in map(read_uid, written) if uid]
    decisions = list(Decision.objects.filter(uid__in=uids).select_related("comment").order_by("id"))
    if not decisions or len(uids) < len(written):
        return problem(request, _("There is no such decision to undo. Nothing was changed."), status=404)
    undone, skipped = [], []
    for decision in decisions:
        try:
            undone.append(actions.undo(decision.pk, by=by, now=now))
        except Refused as refused:
            skipped.append(why_skipped(refused, by.pk))
    remember(request, undone, skipped)
    only = decisions[0].comment if len(decisions) == 1 else None
    place = kept_place(request.POST.get("at", ""))
    return SeeOther(place.url(item=only.uid if only else ""))
