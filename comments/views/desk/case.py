"""One case at the desk with what may be done in it, and its file."""

import hashlib
from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from comments import actions
from comments.actions.errors import CaseClosed, CaseMoved, NotPossible, Refused, Unacceptable
from comments.case_file import case_file
from comments.desk.cases import case_card, case_with_uid
from comments.models import Case
from comments.permissions import can_moderate
from comments.views.desk.act import SeeOther
from comments.views.desk.case_forms import ChangeForm, CloseForm, ReopenForm, known_of, proposed
from comments.views.desk.cases import page_of, subject_at, told
from comments.views.desk.forms import read_uid, sentences
from comments.views.desk.page import problem, render_in_admin, user_of


class BadForm(Refused):
    """The form itself cannot be read."""


def case(request: HttpRequest, uid: str) -> HttpResponse:
    """One case; POST does what its button says, or says why not and keeps what was written."""
    now, known = timezone.now(), read_uid(uid)
    found = case_with_uid(known) if known else None
    if found is None:
        return problem(request, _("There is no such case. Nothing was changed."), status=404)
    if request.method != "POST":
        return _show(request, found, now)
    act = ACTS.get(request.POST.get("act", ""))
    try:
        if act is None:
            raise BadForm(_("Press one of the buttons. Nothing was changed."))
        act(request, found, now)
    except Refused as refused:
        latest = case_with_uid(found.uid) or found
        status = 409 if isinstance(refused, CaseMoved | CaseClosed | NotPossible) else 400
        return _show(request, latest, now, problems=refused.sentence.split("\n"), status=status)
    return SeeOther(request.path)


def _add(request: HttpRequest, found: Case, now: datetime) -> None:
    subject = subject_at(request.POST.get("item", ""))
    if subject is None:
        raise BadForm(_("No comment and no story has this address. Nothing was added."))
    actions.add_item(found.pk, subject, by=user_of(request), now=now)


def _note(request: HttpRequest, found: Case, now: datetime) -> None:
    actions.note_in_case(found.pk, request.POST.get("text", ""), by=user_of(request), now=now)


def _change(request: HttpRequest, found: Case, now: datetime) -> None:
    form = _valid(ChangeForm(request.POST))
    said = form.cleaned_data
    try:
        actions.change_case(
            found.pk,
            form.complaint(found),
            seen_version=said["seen"],
            by=user_of(request),
            now=now,
            note=said["note"],
        )
    except Unacceptable as refused:
        raise BadForm(told(form, refused)) from refused


def _close(request: HttpRequest, found: Case, now: datetime) -> None:
    said = _valid(CloseForm(request.POST)).cleaned_data
    actions.close_case(
        found.pk, said["outcome"], seen_version=said["seen"], by=user_of(request), now=now, note=said["note"]
    )


def _reopen(request: HttpRequest, found: Case, now: datetime) -> None:
    form = _valid(ReopenForm(request.POST))
    said = form.cleaned_data
    try:
        actions.reopen_case(
            found.pk,
            said["deadline"],
            seen_version=said["seen"],
            by=user_of(request),
            now=now,
            note=said["note"],
        )
    except Unacceptable as refused:
        raise BadForm(told(form, refused)) from refused


ACTS: dict[str, Callable[[HttpRequest, Case, datetime], None]] = {
    "add": _add,
    "note": _note,
    "change": _change,
    "close": _close,
    "reopen": _reopen,
}


def _valid(form: Any) -> Any:
    if not form.is_valid():
        raise BadForm("\n".join(sentences(form)))
    return form


def _show(
    request: HttpRequest,
    found: Case,
    now: datetime,
    *,
    problems: list[str] | None = None,
    status: int = 200,
) -> HttpResponse:
    sent = request.POST.get("act", "") if problems else ""
    card = case_card(found, now)
    again = {"seen": found.version}
    context = {
        "card": card,
        "problems": problems or [],
        "sent": sent,
        "item": request.POST.get("item", "").replace("\x00", "") if sent == "add" else "",
        "text": request.POST.get("text", "").replace("\x00", "") if sent == "note" else "",
        "change_form": _kept(ChangeForm, request, sent == "change", known_of(found)),
        "close_form": _kept(CloseForm, request, sent == "close", again),
        "reopen_form": _kept(
            ReopenForm, request, sent == "reopen", {**again, "deadline": proposed(now)["deadline"]}
        ),
        "may_moderate": can_moderate(user_of(request)),
    }
    return render_in_admin(
        request, "admin/moderation/case.html", context, title=card.line.title, status=status
    )


def _kept(form: type[Any], request: HttpRequest, was_sent: bool, initial: dict[str, Any]) -> Any:
    """The form as it was sent, but on the version that stands above it now; else as the case is."""
    if not was_sent:
        return form(initial=initial, auto_id=f"{form.__name__.lower()}_%s")
    typed = request.POST.copy()
    typed["seen"] = str(initial["seen"])
    return form(typed, auto_id=f"{form.__name__.lower()}_%s")


def export_case(request: HttpRequest, uid: str) -> HttpResponse:
    """POST gives the case as one file, and says so in its acts; anything else shows the case."""
    now, known = timezone.now(), read_uid(uid)
    found = case_with_uid(known) if known else None
    if found is None:
        return problem(request, _("There is no such case. Nothing was changed."), status=404)
    if request.method != "POST":
        return redirect(page_of(found))
    content = case_file(found, now=now)
    actions.record_export(found.pk, hashlib.sha256(content).hexdigest(), by=user_of(request), now=now)
    response = HttpResponse(content, content_type="application/zip")
    response.headers["Content-Disposition"] = f'attachment; filename="case-{found.pk}.zip"'
    return response
