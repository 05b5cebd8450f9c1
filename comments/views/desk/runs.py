"""Bulk decisions: put together and looked at, begun, followed while a job does them, stopped and undone."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from comments import runs
from comments.actions import Refused
from comments.desk.runs import filters_of, heading_of, items_of, progress_of, runs_for, what_it_does
from comments.desk.scopes import around, sample_of
from comments.enums import Act, ItemState, RunScope, RunState
from comments.models import BulkRun, Comment
from comments.permissions import can_lead
from comments.policies import in_force
from comments.rulebook import rules_of
from comments.views.desk.act import SeeOther
from comments.views.desk.forms import ReasonsForm, read_uid, sentences
from comments.views.desk.page import problem, render_in_admin, user_of

AROUND = (RunScope.COMMENTER, RunScope.STORY, RunScope.CAMPAIGN)
ACTS = {"approve": Act.APPROVED, "reject": Act.REJECTED, "remove": Act.REMOVED}


class PrepareForm(forms.Form):
    """Which comments: around one, by what they have in common with it, held or public, sent since a moment."""

    around = forms.UUIDField(label=gettext_lazy("Comment"))
    scope = forms.ChoiceField(
        label=gettext_lazy("In common"), choices=[(scope, scope.label) for scope in AROUND]
    )
    public = forms.BooleanField(label=gettext_lazy("Public ones"), required=False)
    since = forms.DateTimeField(label=gettext_lazy("Sent since"), required=False)


class BeginForm(ReasonsForm):
    """The act and the reasons for all of them."""

    act = forms.ChoiceField(
        label=gettext_lazy("Act"),
        choices=[(name, name) for name in ACTS],
        error_messages={
            "required": gettext_lazy("it is missing. Press one of the buttons."),
            "invalid_choice": gettext_lazy("that cannot be done to many at once. Nothing was changed."),
        },
    )


def all_runs(request: HttpRequest) -> HttpResponse:
    """What was decided in bulk of late."""
    rows = [(run, heading_of(run), what_it_does(run)) for run in runs_for(user_of(request))]
    return render_in_admin(request, "admin/moderation/runs.html", {"rows": rows}, title=_("Bulk decisions"))


def prepare(request: HttpRequest) -> HttpResponse:
    """The comments that are meant, fixed as they are now, and the page that shows how many and what."""
    if request.method != "POST":
        return redirect("moderation:queue")
    now, form = timezone.now(), PrepareForm(request.POST)
    if not form.is_valid():
        return problem(request, " ".join(sentences(form)), status=400)
    asked = form.cleaned_data
    comment = (
        Comment.objects.select_related("commenter", "discussion", "current_text")
        .filter(uid=asked["around"])
        .first()
    )
    if comment is None:
        return problem(request, _("There is no comment with this address. Nothing was changed."), status=404)
    chosen = around(
        comment, RunScope(asked["scope"]), of_public=asked["public"], now=now, since=asked["since"]
    )
    try:
        run = runs.prepare(
            chosen.items,
            chosen.scope,
            by=user_of(request),
            now=now,
            of_public=asked["public"],
            left_out=chosen.left_out,
            about=chosen.about,
        )
    except Refused as refused:
        return problem(request, refused.sentence, status=409)
    return SeeOther(address_of(run))


def address_of(run: BulkRun) -> str:
    from_uid: str = redirect("moderation:run", uid=run.uid)["Location"]
    return from_uid


def run(request: HttpRequest, uid: str) -> HttpResponse:
    """A run's page: what is meant before it begins, then how far it is, then what came of each. POST begins it."""
    found = _run(uid)
    if found is None:
        return no_such_run(request)
    if request.method == "POST":
        return _begin(request, found)
    return _page(request, found)


def _begin(request: HttpRequest, found: BulkRun) -> HttpResponse:
    form = BeginForm(request.POST)
    if not form.is_valid():
        return _page(request, found, problems=sentences(form), status=400)
    sent = form.cleaned_data
    reasons = runs.Reasons(rule_keys=sent["rule"], note=sent["note"], law=sent["law"], why=sent["why"])
    try:
        runs.begin(found.pk, ACTS[sent["act"]], by=user_of(request), now=timezone.now(), reasons=reasons)
    except Refused as refused:
        return _page(request, found, problems=[refused.sentence], status=409)
    return SeeOther(address_of(found))


def stop(request: HttpRequest, uid: str) -> HttpResponse:
    """Stops a run; what it decided stands."""
    found = _run(uid)
    if found is None:
        return no_such_run(request)
    if request.method == "POST":
        runs.stop(found, by=user_of(request), now=timezone.now())
    return SeeOther(address_of(found))


def undo_run(request: HttpRequest, uid: str) -> HttpResponse:
    """Begins the run that undoes this one, and leads to it."""
    found = _run(uid)
    if found is None:
        return no_such_run(request)
    if request.method != "POST":
        return SeeOther(address_of(found))
    try:
        undoing = runs.undo(found, by=user_of(request), now=timezone.now())
    except Refused as refused:
        return _page(request, found, problems=[refused.sentence], status=409)
    return SeeOther(address_of(undoing))


def _run(uid: str) -> BulkRun | None:
    known = read_uid(uid)
    if known is None:
        return None
    rows = BulkRun.objects.select_related("by", "commenter", "discussion__article", "like", "undoes")
    return rows.filter(uid=known).first()


def no_such_run(request: HttpRequest) -> HttpResponse:
    sentence = _("There is no bulk decision with this address. Nothing was changed.")
    return problem(request, sentence, status=404)


def _page(
    request: HttpRequest, found: BulkRun, *, problems: list[str] | None = None, status: int = 200
) -> HttpResponse:
    """A constant number of queries, however many comments the run has."""
    context: dict[str, Any] = {
        "run": found,
        "heading": heading_of(found),
        "filters": filters_of(found),
        "problems": problems or [],
        "is_owner": found.by_id == user_of(request).pk or can_lead(user_of(request)),
    }
    if found.state == RunState.PREPARED:
        policy = in_force(timezone.now())
        sent = request.POST if request.method == "POST" else None
        context |= {
            "sample": sample_of(list(found.items.order_by("pk").values_list("comment", flat=True))),
            "rules": rules_of(policy) if policy else [],
            "ticked": sent.getlist("rule") if sent else found.rule_keys,
            "note": sent.get("note", "") if sent else found.note,
            "law": sent.get("law", "") if sent else found.law,
            "why": sent.get("why", "") if sent else found.why,
        }
    else:
        asked, after = request.GET.get("list", ""), request.GET.get("after", "")
        progress = progress_of(found)
        usual = ItemState.SKIPPED if progress.skipped else ItemState.DONE
        shown = asked if asked in ItemState.values else str(usual)
        begin = int(after) if after.isascii() and after.isdecimal() and len(after) < 19 else 0
        lines, more = items_of(found, shown, begin)
        context |= {"progress": progress, "lines": lines, "more": more, "shown": shown}
    if getattr(request, "htmx", None) and request.method == "GET":
        return render(request, "admin/moderation/_run.html", context)
    return render_in_admin(
        request, "admin/moderation/run.html", context, title=_("Bulk decision"), status=status
    )
