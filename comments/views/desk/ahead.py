"""The next card, fetched and claimed while the present one is read, so that it is there when it is wanted."""

from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from comments.actions import let_go, take_next
from comments.desk.cards import card_of, comment_with_uid
from comments.desk.views import Asker
from comments.models import Claim, Comment
from comments.views.desk.forms import read_uid
from comments.views.desk.page import NOTHING_KEPT, asker_of, rows_at, user_of
from comments.views.desk.place import kept_place


def ahead(request: HttpRequest, uid: str) -> HttpResponse:
    """The card that follows this comment in the view; 204 where nothing follows, or they left.

    It is claimed beside this one and no longer than it: a page that is left before the answer came knows when.
    """
    if request.method != "POST":
        return redirect("moderation:queue")
    asker, place = asker_of(request, timezone.now()), kept_place(request.POST.get("at", ""))
    known = read_uid(uid)
    here = comment_with_uid(known) if known else None
    key = place.view.key_of(here, asker) if here else None
    until = _claimed_until(here, asker) if here else None
    if here is None or key is None or until is None:
        return HttpResponse(status=204)
    rows = rows_at(request, place, asker).exclude(pk=here.pk)
    found = take_next(place.view.after(rows, key), by=user_of(request), now=asker.now, until=until)
    if found and not _claimed_until(here, asker):
        # They left while this was on its way, and would keep what they never see.
        let_go(found.pk, by=user_of(request))
        return HttpResponse(status=204)
    comment = comment_with_uid(found.uid) if found else None
    if comment is None:
        return HttpResponse(status=204)
    context = {"at": place, "card": card_of(comment, asker), "kept": NOTHING_KEPT, "place": "queue"}
    return render(request, "admin/moderation/_ahead.html", context)


def _claimed_until(comment: Comment, asker: Asker) -> datetime | None:
    """When this moderator's claim on the comment ends, None where they have none."""
    mine = Claim.objects.filter(comment=comment, moderator=asker.user_id, until__gt=asker.now)
    return mine.values_list("until", flat=True).first()
