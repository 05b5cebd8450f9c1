"""What was sent while the database is away: its form comes back with every word, and sends itself again."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.db import DatabaseError, InterfaceError
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt, csrf_protect

from comments.forms import HIDDEN, AppealForm, CommentForm
from comments.models import Policy
from comments.report_form import ReportForm
from comments.views.private import View, render_private
from newsroom import outage
from newsroom.characters import displayable

MOST_BYTES = 400_000
FormAsSent = Callable[[HttpRequest], Form | None]
"""Makes a form, unbound because checking it would need the database; None where nothing was written."""


def keeps_what_was_sent(template: str, form_as_sent: FormAsSent) -> Callable[[View], View]:
    """The view, but for a POST while the database is away: 503 with the form as it was sent, hidden fields too.

    Sent twice, it still counts once. More than MOST_BYTES are not read at all (413); therefore the token is looked
    for only after that. No query of its own.
    """

    def keeping(view: View) -> View:
        protected = csrf_protect(view)

        @wraps(view)
        def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if _is_too_long(request):
                language = settings.LANGUAGE_CODE
                return render_private(request, "comments/too_large.html", {}, language=language, status=413)
            try:
                return protected(request, *args, **kwargs)
            except (DatabaseError, InterfaceError) as error:
                if request.method != "POST" or not outage.is_away(error):
                    raise
                form = form_as_sent(request)
                if form is None:
                    raise
                outage.wait_less(error)
                context: dict[str, object] = {
                    "form": form,
                    "action": request.path,
                    "csrf_token": get_token(request),
                    "ask_moderator": "ask_moderator" in request.POST,
                }
                return outage.unavailable(template, context)

        return csrf_exempt(answer)

    return keeping


def _is_too_long(request: HttpRequest) -> bool:
    """Whether more is announced than a form can have, or something that is no length at all."""
    length = request.META.get("CONTENT_LENGTH") or "0"
    return not (length.isascii() and length.isdigit() and len(length) < 9 and int(length) <= MOST_BYTES)


def _comment(request: HttpRequest) -> CommentForm:
    """Who asks is known by what they sent."""
    version = request.POST.get("policy_version", "")
    form = CommentForm(
        discussion=None,
        policy=Policy(version=version if version.isascii() and version.isdigit() else 0),
        needs_address="email" in request.POST,
        now=timezone.now(),
    )
    form.initial = _sent(request, hidden=(*HIDDEN, "website"), written=("name", "email", "body"))
    form.initial["accept_policy"] = "accept_policy" in request.POST
    return form


def _report(request: HttpRequest) -> ReportForm:
    """The rules are in the database, so of these only the one chosen is there, without its title."""
    is_guest = "email" in request.POST
    form = ReportForm(rules=[], is_guest=is_guest, now=timezone.now(), chosen=request.POST.get("ground", ""))
    form.initial = _sent(
        request, hidden=("ground", "form_key", "started", "website"), written=("explanation", "name", "email")
    )
    form.initial["good_faith"] = "good_faith" in request.POST
    return form


def _objection(request: HttpRequest) -> AppealForm | None:
    """A warning that was only acknowledged has no words to be kept."""
    if "text" not in request.POST:
        return None
    form = AppealForm()
    form.initial = _sent(request, hidden=(), written=("text",))
    return form


def _sent(request: HttpRequest, *, hidden: tuple[str, ...], written: tuple[str, ...]) -> dict[str, Any]:
    as_sent = {name: request.POST.get(name, "") for name in hidden}
    return as_sent | {name: displayable(request.POST.get(name, "")) for name in written}


keeps_comment = keeps_what_was_sent("comments/kept.html", _comment)
keeps_report = keeps_what_was_sent("comments/kept_report.html", _report)
keeps_objection = keeps_what_was_sent("comments/kept_objection.html", _objection)
