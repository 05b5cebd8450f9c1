"""Puts a story on a moderator's list of those they watch, or takes it off."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from comments.models import Comment, Watch
from comments.views.desk.act import SeeOther
from comments.views.desk.forms import read_uid
from comments.views.desk.page import no_such_comment, user_of
from comments.views.desk.place import kept_place
from comments.views.desk.results import remember


def watch(request: HttpRequest, uid: str) -> HttpResponse:
    """The story of this comment is watched (`watch=1`) or is not any more; asking twice changes nothing."""
    if request.method != "POST":
        return redirect("moderation:queue")
    known = read_uid(uid)
    comment = Comment.objects.filter(uid=known).first() if known else None
    if comment is None:
        return no_such_comment(request)
    mine = {"moderator": user_of(request), "discussion_id": comment.discussion_id}
    if request.POST.get("watch") == "1":
        Watch.objects.get_or_create(**mine, defaults={"since": timezone.now()})
        remember(request, said=_("You watch this story."))
    else:
        Watch.objects.filter(**mine).delete()
        remember(request, said=_("You do not watch this story any more."))
    return SeeOther(kept_place(request.POST.get("at", "")).url(item=comment.uid))
