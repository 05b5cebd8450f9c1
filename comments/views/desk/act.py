"""One decision on one comment, from the queue or from the comment's own page."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from comments import actions
from comments.actions import Refused, RuleNeeded, StaleView, Unacceptable
from comments.actions.citing import acceptable_law
from comments.desk.cards import comment_with_uid
from comments.desk.log import what_happened
from comments.desk.views import Asker
from comments.desk.words import clock
from comments.models import Claim, Comment, Decision
from comments.views.desk.comment import render_comment
from comments.views.desk.forms import ActForm, read_uid, sentences
from comments.views.desk.page import (
    Kept,
    asker_of,
    is_from_script,
    next_at,
    no_such_comment,
    render_desk,
    rows_at,
    user_of,
)
from comments.views.desk.place import Place, kept_place
from comments.views.desk.results import remember
from newsroom.accounts.models import User

Act = Callable[..., Decision]
ACTS: dict[str, Act] = {
    "approve": actions.approve,
    "keep": actions.keep,
    "reject": actions.reject,
    "remove": actions.remove,
    "restore": actions.restore,
}
CITING = frozenset({"reject", "remove"})
MENDABLE = (RuleNeeded, Unacceptable)
"""What was wrong with the form, and not with the comment."""


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
    if until := _with_a_colleague(request, comment, sent, now):
        sentence = _("A colleague has this until %(until)s, so nothing was changed.") % {"until": until}
        return again(request, comment, now, Kept(**entered(request), problems=[sentence]), 409)
    try:
        if sent["act"] == "read":
            actions.mark_read(comment.pk, by=user_of(request), seen_version=sent["version"], now=now)
            remember(request, said=_("Read: it stays public."))
        else:
            remember(request, [_decide(comment, sent, user_of(request), now)])
    except StaleView as stale:
        return _stale(request, stale, sent["act"], now)
    except Refused as refused:
        kept = Kept(**entered(request), problems=[refused.sentence])
        return again(request, comment, now, kept, 400 if isinstance(refused, MENDABLE) else 409)
    actions.forget_note(comment.pk, by=user_of(request))
    if sent["place"] == "comment":
        return SeeOther(reverse("moderation:comment", args=[comment.uid]))
    return go_on(request, comment, sent["at"], now)


def go_on(request: HttpRequest, decided: Comment, at: str, now: datetime) -> HttpResponse:
    """The next card: at once where script asked, at an address of its own where a browser did."""
    place = kept_place(at)
    asker = asker_of(request, now)
    upcoming = _fetched_ahead(request, place, asker) or next_at(
        request, place, asker, place.view.key_of(decided, asker)
    )
    if not is_from_script(request):
        actions.release(by=user_of(request), but=upcoming.pk if upcoming else None)
        return SeeOther(place.url(item=upcoming.uid if upcoming else ""))
    return render_desk(request, place, now=now, comment=comment_with_uid(upcoming.uid) if upcoming else None)


def _fetched_ahead(request: HttpRequest, place: Place, asker: Asker) -> Comment | None:
    """What the page has shown as the next one already, if it is still this moderator's. At most two queries."""
    uid = read_uid(request.POST.get("next", ""))
    if uid is None:
        return None
    mine = rows_at(request, place, asker).filter(
        uid=uid, claim__moderator=asker.user_id, claim__until__gt=asker.now
    )
    found: Comment | None = mine.first()
    return found if found and actions.claim(found.pk, by=user_of(request), now=asker.now) else None


def _with_a_colleague(request: HttpRequest, comment: Comment, sent: dict[str, Any], now: datetime) -> str:
    """Until when a colleague has the comment, for whoever works through the queue; "" where nobody has. One query."""
    if sent["place"] != "queue":
        return ""
    claim = Claim.objects.filter(comment=comment, until__gt=now).exclude(moderator=user_of(request)).first()
    return clock(claim.until, now) if claim else ""


def _decide(comment: Comment, sent: dict[str, Any], by: User, now: datetime) -> Decision:
    cited = {}
    if sent["act"] in CITING:
        cited = {"rule_keys": sent["rule"], "law": acceptable_law(sent["law"], sent["why"])}
    return ACTS[sent["act"]](
        comment.pk, by=by, seen_version=sent["version"], now=now, note=sent["note"], **cited
    )


def entered(request: HttpRequest) -> dict[str, Any]:
    """What stands in the form, to stand in it again."""
    rule_keys = request.POST.getlist("rule")
    written = {
        name: request.POST.get(name, "").replace("\x00", "") for name in ("note", "law", "why", "canned")
    }
    is_open = bool(rule_keys or any(written.values())) or request.POST.get("act") in CITING
    return {"rule_keys": rule_keys, **written, "is_open": is_open}


def again(request: HttpRequest, comment: Comment, now: datetime, kept: Kept, status: int) -> HttpResponse:
    """The page that the form was on, with what was entered and what is wrong."""
    if request.POST.get("place") == "comment":
        return render_comment(request, comment, now, kept=kept, status=status)
    place = kept_place(request.POST.get("at", ""))
    return render_desk(request, place, now=now, comment=comment, kept=kept, status=status)


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
        "keep": _("that you let it stand was not saved."),
        "read": _("that you read it was not saved."),
        "reject": _("your rejection was not saved."),
        "remove": _("your removal was not saved."),
        "restore": _("your restoring was not saved."),
    }[wanted]
    latest = stale.latest
    if latest is None or latest.subject_version + 1 != stale.comment.version:
        changed = _changed_at(stale.comment, now)
        return _("The author changed this at %(at)s, %(yours)s") % {"at": changed, "yours": yours}
    happened = what_happened(latest, user_of(request).pk, now)
    return _("%(happened)s, %(yours)s") % {"happened": happened, "yours": yours}


def _changed_at(comment: Comment, now: datetime) -> str:
    """When its text was written that stands now."""
    text = comment.current_text
    return clock(text.created_at if text else comment.submitted_at, now)
