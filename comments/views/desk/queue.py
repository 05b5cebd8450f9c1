"""The queue's page."""

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from articles.archive import NoSuchPlace
from comments.desk.cards import comment_with_uid
from comments.views.desk.forms import read_uid
from comments.views.desk.page import Kept, problem, read_place, render_desk


def queue(request: HttpRequest) -> HttpResponse:
    """Held comments oldest first after `?after=`, `?rows=` a page, with `?item=` or the first in the middle."""
    now, rows = timezone.now(), request.GET.get("rows", "")
    try:
        after = read_place(request.GET.get("after", ""))
    except NoSuchPlace:
        sentence = _("What follows “after” in this address names no place in the queue.")
        return problem(request, sentence, status=400)
    written = request.GET.get("item", "")
    uid = read_uid(written)
    comment = comment_with_uid(uid) if uid else None
    if written and comment is None:
        kept = Kept(problems=[_("There is no comment with this address. Here is the oldest that waits.")])
        return render_desk(request, now=now, after=after, kept=kept, rows=rows, status=404)
    return render_desk(request, now=now, after=after, comment=comment, rows=rows)
