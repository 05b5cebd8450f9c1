"""One comment's page for the desk: in any state, with all decisions on it and what may be done now."""

from datetime import datetime
from typing import cast

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from comments.desk.cards import card_of, comment_with_uid
from comments.desk.log import history_of
from comments.models import Comment
from comments.views.desk.forms import read_uid
from comments.views.desk.page import NOTHING_KEPT, Kept, asker_of, no_such_comment, render_in_admin
from comments.views.desk.place import START
from comments.views.desk.results import status_of
from newsroom.accounts.models import User


def comment(request: HttpRequest, uid: str) -> HttpResponse:
    known = read_uid(uid)
    found = comment_with_uid(known) if known else None
    if found is None:
        return no_such_comment(request)
    return render_comment(request, found, timezone.now())


def render_comment(
    request: HttpRequest, comment: Comment, now: datetime, *, kept: Kept = NOTHING_KEPT, status: int = 200
) -> HttpResponse:
    """The page of a comment from `comment_with_uid`. A constant number of queries."""
    context = {
        "at": START,
        "card": card_of(comment, asker_of(request, now)),
        "kept": kept,
        "history": history_of(comment, now, cast(User, request.user)),
        "desk_status": status_of(request, now),
        "place": "comment",
    }
    title = _("Comment by %(name)s") % {"name": comment.name}
    return render_in_admin(request, "admin/moderation/comment.html", context, title=title, status=status)
