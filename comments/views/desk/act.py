"""One decision on one comment, from the queue or from the comment's own page."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, cast

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from comments import actions
from comments.actions import Refused, RuleNeeded, StaleView
from comments.desk.cards import comment_with_uid
from comments.desk.log import what_happened
from comments.desk.queue import key_of, next_waiting
from comments.enums import State
from comments.models import Comment, Decision
from comments.views.desk.comment import render_comment
from comments.views.desk.forms import ActForm, read_uid, sentences
from comments.views.desk.page import Kept, kept_place, no_such_comment, queue_url, render_desk
from comments.views.desk.results import remember
from newsroom.accounts.models import User

Act = Callable[..., Decision]
ACTS: dict[str, Act] = {
    "approve": actions.approve,
    "reject": actions.reject,
    "remove": actions.remove,
    "restore": actions.restore,
}
CITING = frozenset({"reject", "remove"})


class SeeOther(HttpResponseRedirect):
    """After a form was sent: what comes next is another page, fetched with GET."""

    status_code = 303


def act(request: HttpRequest, uid: str) -> HttpResponse:
    """Decides and goes on to the next comment; where it cannot, says why and keeps what was entered."""
    if request.method != "POST":
        return redirect("moderation:comment", uid=uid)
    now = timezone.now()
    known = read_uid(uid)
    comment = comment_with_uid(known) if known else None
    if comment is None:
        return no_such_comment(request)
    form = ActForm(request.POST)
    if not form.is_valid():
        return again(request, comment, now, Kept(**entered(request), problems=sentences(form)), 400)
    return _answer(request, comment, form.cleaned_data, now)


def _answer(request: HttpRequest, comment: Comment, sent: dict[str, Any], now: datetime) -> HttpResponse:
    following = key_of(comment) if comment.state == State.HELD else None
    try:
        decision = _decide(comment, sent, cast(User, request.user), now)
    except StaleView as stale:
        return _stale(request, stale, sent["act"], now)
    except Refused as refused:
        kept = Kept(**entered(request), problems=[refused.sentence])
        return again(request, comment, now, kept, 400 if isinstance(refused, RuleNeeded) else 409)
    remember(request, [decision])
    if sent["place"] == "comment":
        return SeeOther(reverse("moderation:comment", args=[comment.uid]))
    upcoming = next_waiting(following)
    item = upcoming.uid if upcoming else ""
    return SeeOther(queue_url(after=sent["after"], item=item, rows=sent["rows"]))


def _decide(comment: Comment, sent: dict[str, Any], by: User, now: datetime) -> Decision:
    cited = {"rule_keys": sent["rule"]} if sent["act"] in CITING else {}
    return ACTS[sent["act"]](
        comment.pk, by=by, seen_version=sent["version"], now=now, note=sent["note"], **cited
    )


def entered(request: HttpRequest) -> dict[str, Any]:
    """What stands in the form, to stand in it again."""
    rule_keys = request.POST.getlist("rule")
    note = request.POST.get("note", "").replace("\x00", "")
    is_open = bool(rule_keys or note) or request.POST.get("act") in CITING
    return {"rule_keys": rule_keys, "note": note, "is_open": is_open}


def again(request: HttpRequest, comment: Comment, now: datetime, kept: Kept, status: int) -> HttpResponse:
    """The page that the form was on, with what was entered and what is wrong."""
    if request.POST.get("place") == "comment":
        return render_comment(request, comment, now, kept=kept, status=status)
    after, rows = kept_place(request.POST.get("after", "")), request.POST.get("rows", "")
    return render_desk(request, now=now, after=after, comment=comment, kept=kept, rows=rows, status=status)


def _stale(request: HttpRequest, stale: StaleView, wanted: str, now: datetime) -> HttpResponse:
    comment = comment_with_uid(stale.comment.uid)
    if comment is None:
        return no_such_comment(request)
    kept = Kept(
        **{**entered(request), "is_open": False}, problems=[_told(stale, wanted, request, now)], is_stale=True
    )
    return again(request, comment, now, kept, 409)


def _told(stale: StaleView, wanted: str, request: HttpRequest, now: datetime) -> str:
    """ "Approved by a colleague at 02:11, your rejection was not saved."."""
    yours = {
        "approve": _("your approval was not saved."),
        "reject": _("your rejection was not saved."),
        "remove": _("your removal was not saved."),
        "restore": _("your restoring was not saved."),
    }[wanted]
    latest = stale.latest
    if latest is None or latest.subject_version + 1 != stale.comment.version:
        return _("This comment was changed since you opened it, %(yours)s") % {"yours": yours}
    happened = what_happened(latest, cast(User, request.user).pk, now)
    return _("%(happened)s, %(yours)s") % {"happened": happened, "yours": yours}
