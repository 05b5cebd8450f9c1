"""A comment that was sent while the database is away: its form comes back with every word, and sends itself again."""

from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.utils import timezone

from comments.forms import HIDDEN, CommentForm
from comments.models import Policy
from newsroom import outage
from newsroom.characters import displayable

WRITTEN = ("name", "email", "body")


def kept_without_database(request: HttpRequest, error: Exception) -> HttpResponse:
    """503 with the form as it was sent, its key included: sent twice, it still makes one comment. No query."""
    outage.wait_less(error)
    context: dict[str, object] = {
        "form": _form_as_sent(request),
        "action": request.path,
        "csrf_token": get_token(request),
        "ask_moderator": "ask_moderator" in request.POST,
    }
    return outage.unavailable("comments/kept.html", context)


def _form_as_sent(request: HttpRequest) -> CommentForm:
    """Unbound, because checking what was sent would need the database; who asks is known by what they sent."""
    sent = request.POST
    version = sent.get("policy_version", "")
    form = CommentForm(
        discussion=None,
        policy=Policy(version=version if version.isascii() and version.isdigit() else 0),
        needs_address="email" in sent,
        now=timezone.now(),
    )
    form.initial = {name: sent.get(name, "") for name in (*HIDDEN, "website")}
    form.initial |= {name: displayable(sent.get(name, "")) for name in WRITTEN}
    form.initial["accept_policy"] = "accept_policy" in sent
    return form
