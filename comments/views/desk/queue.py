"""The queue's page."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from comments.desk.cards import comment_with_uid
from comments.views.desk.choices import found
from comments.views.desk.forms import read_uid
from comments.views.desk.page import Kept, asker_of, next_at, problem, render_desk
from comments.views.desk.place import BadPlace, read_key, read_place


def queue(request: HttpRequest) -> HttpResponse:
    """A view of the desk, with `?item=` in the middle, or the next one that no colleague has after `?beyond=`."""
    now = timezone.now()
    try:
        place = read_place(request.GET)
        if written := request.GET.get("find", ""):
            return redirect(place.but(filters=found(place.filters, written.replace("\x00", ""))).url())
        beyond = read_key(request.GET.get("beyond", ""))
    except BadPlace as bad:
        return problem(request, str(bad), status=400)
    if beyond:
        following = next_at(request, place, asker_of(request, now), beyond)
        comment = comment_with_uid(following.uid) if following else None
        return render_desk(request, place, now=now, comment=comment)
    item = request.GET.get("item", "")
    uid = read_uid(item)
    comment = comment_with_uid(uid) if uid else None
    if item and comment is None:
        kept = Kept(problems=[_("There is no comment with this address. Here is the first that waits.")])
        return render_desk(request, place, now=now, kept=kept, status=404)
    return render_desk(request, place, now=now, comment=comment)
