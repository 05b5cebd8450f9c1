"""What happened meanwhile: how many came, who decided what, told beside what is being read and never instead of it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from comments.actions.state import latest_decisions
from comments.desk import queue
from comments.desk.bar import figures_of
from comments.desk.log import what_happened
from comments.desk.raids import RaidRow, raids_on_desk
from comments.desk.views import Asker
from comments.models import Comment
from comments.views.desk.forms import BadPick, picked
from comments.views.desk.page import asker_of, rows_at, user_of
from comments.views.desk.place import BadPlace, kept_place, read_key


@dataclass(frozen=True, slots=True)
class Mark:
    """What became of one row: a colleague has it, or it was decided."""

    uid: str
    words: str
    is_decided: bool


def news(request: HttpRequest) -> HttpResponse:
    """New rows since the page was made, and what became of those that it shows. Renews no claim."""
    if request.method != "POST":
        return redirect("moderation:queue")
    now = timezone.now()
    asker, place = asker_of(request, now), kept_place(request.POST.get("at", ""))
    try:
        since = read_key(request.POST.get("since", ""))
        shown = picked(listed) if (listed := request.POST.getlist("shown")) else []
    except (BadPlace, BadPick):
        since, shown = None, []
    rows, raids = rows_at(request, place, asker), raids_on_desk(asker)
    context: dict[str, Any] = {
        "at": place,
        "new": queue.new_since(place.view, rows, since.at) if since else 0,
        "raids": _begun(since.at, raids) if since and place.view.folds_raids else [],
        "show_url": place.from_the_start().url(),
        "marks": _marks(dict(shown), asker),
        "counts": figures_of(asker, user_of(request).desk_languages, raids=raids).counts,
    }
    return render(request, "admin/moderation/_news.html", context)


def _begun(since: datetime, raids: list[RaidRow]) -> list[RaidRow]:
    """The raids that began after a moment: their comments stand in no list, so nothing else tells of them."""
    return [raid for raid in raids if raid.begun_at > since]


def _marks(shown: dict[UUID, int], asker: Asker) -> list[Mark]:
    """A mark for each row that was shown, empty where nothing happened to it. At most three queries."""
    now_as = {row.uid: row for row in Comment.objects.filter(uid__in=shown)}
    taken = queue.claimed_by_others(shown, asker)
    changed = [row.pk for uid, row in now_as.items() if row.version != shown[uid]]
    latest = latest_decisions(changed) if changed else {}
    return [
        _mark(row, row.pk in changed, latest.get(row.pk), str(uid) in taken, asker)
        for uid, row in now_as.items()
    ]


def _mark(row: Comment, changed: bool, latest: Any, taken: bool, asker: Asker) -> Mark:
    uid = str(row.uid)
    if changed and latest and latest.subject_version + 1 == row.version:
        return Mark(uid, what_happened(latest, asker.user_id, asker.now), is_decided=True)
    if changed:
        return Mark(uid, _("Changed by its author"), is_decided=True)
    return Mark(uid, _("with a colleague") if taken else "", is_decided=False)
