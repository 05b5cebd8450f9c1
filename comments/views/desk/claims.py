"""What the desk's script asks while a moderator reads: to keep their claim and note, to let go, to take over."""

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from comments import actions
from comments.actions import Refused
from comments.actions.claims import LASTS
from comments.desk.words import moment
from comments.models import Comment
from comments.views.desk.act import SeeOther
from comments.views.desk.forms import read_moment, read_uid
from comments.views.desk.page import no_such_comment, user_of
from comments.views.desk.place import kept_place
from comments.views.desk.results import remember


def renew(request: HttpRequest, uid: str) -> HttpResponse:
    """The claim lasts five minutes more and the note so far is kept; says in JSON for how many seconds it is theirs.

    0 where a colleague has it or it is gone; the note is kept all the same.
    """
    comment = _comment(uid)
    if request.method != "POST" or comment is None:
        return _said({"seconds": 0}, 404 if request.method == "POST" else 405)
    now, by = timezone.now(), user_of(request)
    sentence = ""
    if (note := request.POST.get("note")) is not None:
        try:
            actions.keep_note(comment.pk, by=by, text=note, now=now)
        except Refused as refused:
            sentence = refused.sentence
    if not actions.claim(comment.pk, by=by, now=now):
        return _said({"seconds": 0, "sentence": sentence})
    lasts = {"seconds": int(LASTS.total_seconds()), "until": moment(now + LASTS)}
    return _said(lasts | {"sentence": sentence})


def release(request: HttpRequest) -> HttpResponse:
    """The page was closed or left, and what it had claimed is free: all up to `until`, its latest claim's end."""
    if request.method != "POST":
        return HttpResponse(status=405)
    until = read_moment(request.POST.get("until", ""))
    if until:
        actions.leave(by=user_of(request), until=until)
    return HttpResponse(status=204 if until else 400)


def take_over(request: HttpRequest, uid: str) -> HttpResponse:
    """Whoever leads the desk has the comment now. PermissionDenied for everybody else."""
    if request.method != "POST":
        return redirect("moderation:queue")
    comment = _comment(uid)
    if comment is None:
        return no_such_comment(request)
    actions.take_over(comment.pk, by=user_of(request), now=timezone.now())
    remember(request, said=_("Taken over."))
    return SeeOther(kept_place(request.POST.get("at", "")).url(item=comment.uid))


def token(request: HttpRequest) -> HttpResponse:
    """The form token of the session that is signed in now, for a page that outlived its own."""
    return _said({"token": get_token(request)})


def _comment(uid: str) -> Comment | None:
    known = read_uid(uid)
    return Comment.objects.filter(uid=known).first() if known else None


def _said(what: dict[str, Any], status: int = 200) -> JsonResponse:
    response = JsonResponse(what, status=status)
    response["Cache-Control"] = "no-store"
    return response
