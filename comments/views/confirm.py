"""The page that a mailed link opens: its button confirms an address, opening it changes nothing."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from comments import actions, links
from comments.actions import errors
from comments.actions.barring import kept_from_confirming
from comments.enums import State
from comments.models import Comment
from comments.views.private import SeeOther, private_page, render_private
from comments.views.sanction import read_uid, told_of
from newsroom.html import already_clean

STATUSES: dict[type[errors.Refused], int] = {errors.LinkUnknown: 404, errors.LinkExpired: 410}


@private_page
def confirm(request: HttpRequest, token: str) -> HttpResponse:
    """Shows the comment that would be confirmed; POST confirms it and leads to its private page."""
    now = timezone.now()
    try:
        if request.method == "POST":
            read = read_uid(request.POST.get("acknowledges", ""))
            return SeeOther(
                f"{links.mine_path(actions.confirm_address(token, now=now, acknowledges=read))}?sent=1"
            )
        return _show(request, actions.comment_to_confirm(token, now=now), now)
    except (errors.Barred, errors.WarningUnread):
        return _show(request, actions.comment_to_confirm(token, now=now), now, status=409)
    except errors.LinkUsed as used:
        return _used(request, used.comment)
    except errors.Refused as refused:
        return _refused(request, refused)


def _show(request: HttpRequest, comment: Comment, now: datetime, *, status: int = 200) -> HttpResponse:
    """The comment with the button; without it where a sanction holds, which whoever opened the link may know of."""
    if comment.state != State.UNCONFIRMED:
        return _used(request, comment)
    text = comment.current_text
    language, out = comment.discussion.article.language, kept_from_confirming(comment, now)
    context: dict[str, Any] = {
        "comment": comment,
        "html": already_clean(text.html) if text else "",
        "problem": "",
    }
    with translation.override(language):
        if isinstance(out, errors.Barred):
            context |= {**told_of(out), "text": text.body if text else ""}
            return render_private(request, "comments/barred.html", context, language=language, status=status)
        if out is not None:
            context["warning"] = told_of(out)
        return render_private(request, "comments/confirm.html", context, language=language, status=status)


def _used(request: HttpRequest, comment: Comment) -> HttpResponse:
    """Whoever comes back to a used link is told kindly, and led to where the comment is now."""
    language = comment.discussion.article.language
    with translation.override(language):
        withdrawn = comment.state == State.WITHDRAWN
        sentence = (
            _("You have taken this comment back.") if withdrawn else _("This comment is confirmed already.")
        )
        context = {"problem": sentence, "own_path": links.mine_path(comment)}
        return render_private(request, "comments/confirm.html", context, language=language)


def _refused(request: HttpRequest, refused: errors.Refused) -> HttpResponse:
    context = {"problem": refused.sentence, "own_path": ""}
    status = STATUSES.get(type(refused), 409)
    return render_private(
        request, "comments/confirm.html", context, language=settings.LANGUAGE_CODE, status=status
    )
