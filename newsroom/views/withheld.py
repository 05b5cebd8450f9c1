"""Withholding on legal grounds, inside the admin: what was withheld, the act itself, its original and its end."""

from datetime import datetime
from typing import Any, cast
from urllib.parse import urlencode

from django import forms
from django.contrib import admin
from django.contrib.messages import success
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from articles.archive import Key, NoSuchPlace, page_before
from comments.actions import StaleView
from comments.actions.errors import Refused as RefusedAtDesk
from comments.models import Comment
from comments.views.desk.access import inside_admin
from comments.views.desk.forms import read_uid, sentences
from newsroom import withheld
from newsroom.accounts.models import User
from newsroom.withheld import About, Words
from newsroom.withholding.acts import Refused, read_original
from newsroom.withholding.models import LONGEST_GROUND, LONGEST_REMARK, Ending, Subject, Withholding
from newsroom.withholding.permissions import can_withhold
from newsroom.withholding.taking import withholdings_of

PAGE = 50
REFUSALS = (Refused, RefusedAtDesk)


class GroundForm(forms.Form):
    """On which ground, and of a comment whether its author's name goes too."""

    ground = forms.CharField(
        label=gettext_lazy("Legal ground: court or authority, day, file number"),
        max_length=LONGEST_GROUND,
        error_messages={"required": gettext_lazy("it is missing. Nothing was withheld.")},
    )
    remark = forms.CharField(
        label=gettext_lazy("For the record (optional)"),
        required=False,
        max_length=LONGEST_REMARK,
        widget=forms.Textarea(attrs={"rows": 3, "dir": "auto"}),
    )
    with_name = forms.BooleanField(label=gettext_lazy("Withhold its author’s name too"), required=False)
    seen = forms.IntegerField(
        required=False,
        min_value=0,
        max_value=2**31 - 1,
        widget=forms.HiddenInput,
        label=gettext_lazy("Version"),
    )


# --- all of them


def listed(request: HttpRequest) -> HttpResponse:
    """All acts, the newest first; `?address=` leads to the page that withholds it. Six queries."""
    written, problem = request.GET.get("address", "").strip(), ""
    if written:
        if found := withheld.about_at(written):
            return HttpResponseRedirect(new_address(*found))
        problem = _("This is the address of no comment, statement of reasons or correction.")
    try:
        before = Key.read(request.GET["before"]) if request.GET.get("before") else None
    except NoSuchPlace as wrong:
        before, problem = None, str(wrong)
    acts = Withholding.objects.select_related("by", "end")
    page = page_before(acts, field="at", before=before, size=PAGE)
    titles = withheld.titles_of(page.rows)
    context = {
        "rows": [(one, titles[one.pk]) for one in page.rows],
        "older": page.older,
        "written": written,
        "problem": problem,
    }
    return _render(
        request, "list", context, title=_("Withheld on legal grounds"), status=400 if problem else 200
    )


# --- the act


def new_address(subject: str, key: object) -> str:
    """The page on which this is withheld."""
    return f"{reverse('withhold')}?{urlencode({subject: str(key)})}"


def withhold(request: HttpRequest) -> HttpResponse:
    """What would be withheld where, with the form; POST withholds it and leads to the act's page. 404 for nothing."""
    about = _asked(request)
    if about is None:
        problem = _("There is no such comment, decision, correction or act. Nothing was changed.")
        return _render(request, "problem", {"problem": problem}, title=_("Withhold"), status=404)
    now = timezone.now()
    if request.method != "POST":
        return _show(request, about, GroundForm(initial={"seen": _version(about)}), now)
    form = GroundForm(request.POST)
    if not form.is_valid():
        return _show(request, about, form, now, problems=sentences(form), status=422)
    sent = form.cleaned_data
    try:
        made = withheld.withhold(
            about,
            ground=sent["ground"],
            remark=sent["remark"],
            with_name=sent["with_name"],
            seen=sent["seen"] if sent["seen"] is not None else -1,
            by=cast(User, request.user),
            now=now,
        )
    except StaleView:
        return _stale(request, sent, now)
    except REFUSALS as refused:
        return _show(request, about, form, now, problems=[str(refused.sentence)], status=409)
    success(
        request, _("Withheld. Every path says so from now on; caches before the server within ten seconds.")
    )
    return HttpResponseRedirect(reverse("withheld-one", args=[made.uid]))


def _stale(request: HttpRequest, sent: dict[str, Any], now: datetime) -> HttpResponse:
    """The form again with what was entered, beside the comment as it is now."""
    about = _asked(request)
    assert about is not None  # noqa: S101 - it was there a moment ago, and nothing deletes it
    form = GroundForm(initial={**sent, "seen": _version(about)})
    sentence = _("The comment has changed since you opened this page, so nothing was withheld. Look again.")
    return _show(request, about, form, now, problems=[sentence], status=409)


def _asked(request: HttpRequest) -> About | None:
    """What the address names: `?comment=`, `?decision=`, `?correction=` or `?event=`."""
    for subject in Subject:
        if key := request.GET.get(subject):
            return withheld.about_with_key(subject, key)
    return None


def _version(about: About) -> int | None:
    return about.row.version if isinstance(about.row, Comment) else None


def _show(
    request: HttpRequest,
    about: About,
    form: GroundForm,
    now: datetime,
    *,
    problems: list[str] | None = None,
    status: int = 200,
) -> HttpResponse:
    if about.subject != Subject.COMMENT:
        del form.fields["with_name"]
    context = {
        "about": about,
        "form": form,
        "found": withheld.would_withhold(about, now),
        "words": withheld.words_of(about),
        "before": withholdings_of(about.subject, about.key),
        "problems": problems or [],
        **(_beside(about.row) if isinstance(about.row, Comment) else {}),
    }
    return _render(request, "new", context, title=_("Withhold on legal grounds"), status=status)


def _beside(comment: Comment) -> dict[str, Any]:
    """What stands beside a comment and is not withheld with it: answers, its other version, the name elsewhere."""
    named = Comment.objects.filter(commenter=comment.commenter_id, name=comment.name).exclude(name="")
    versions = Comment.objects.filter(supersedes=comment) | Comment.objects.filter(superseded_by=comment)
    return {
        "answers": comment.replies.count(),
        "versions": list(versions),
        "same_name": named.exclude(pk=comment.pk).count(),
    }


# --- one of them


def one(request: HttpRequest, uid: str) -> HttpResponse:
    """The record of one act. POST reads its original, shows it again or destroys it, each with a reason (else 409)."""
    known = read_uid(uid)
    found = Withholding.objects.select_related("by", "end__by").filter(uid=known).first() if known else None
    if found is None:
        problem = _("There is no such act of withholding.")
        return _render(request, "problem", {"problem": problem}, title=_("Withheld"), status=404)
    if request.method != "POST":
        return _record(request, found)
    why, act = request.POST.get("why", ""), request.POST.get("act", "")
    by, now = cast(User, request.user), timezone.now()
    try:
        if act == "read":
            return _record(
                request, found, words=withheld.originals(read_original(found, why=why, by=by, now=now))
            )
        if act not in Ending.values:
            raise Refused(_("Press one of the buttons. Nothing was changed."))
        withheld.end(found, Ending(act), why=why, by=by, now=now)
    except REFUSALS as refused:
        return _record(request, found, problems=[str(refused.sentence)], why=why, status=409)
    success(
        request, _("The words are shown again.") if act == Ending.SHOWN else _("The original is destroyed.")
    )
    return HttpResponseRedirect(request.path)


def _record(
    request: HttpRequest,
    found: Withholding,
    *,
    words: Words | None = None,
    problems: list[str] | None = None,
    why: str = "",
    status: int = 200,
) -> HttpResponse:
    about = withheld.about_with_key(Subject(found.subject), found.key)
    context = {
        "act": found,
        "about": about,
        "words": words,
        "readings": found.readings.select_related("by"),
        "ended": getattr(found, "end", None),
        "again": new_address(found.subject, found.key),
        "problems": problems or [],
        "why": why,
    }
    title = about.title if about else _("Withheld on legal grounds")
    return _render(request, "one", context, title=title, status=status)


def _render(
    request: HttpRequest, template: str, context: dict[str, Any], *, title: str, status: int = 200
) -> HttpResponse:
    frame = {**admin.site.each_context(request), "is_nav_sidebar_enabled": False, "title": title}
    return render(request, f"admin/withheld/{template}.html", {**frame, **context}, status=status)


withheld_list = inside_admin(listed, can_withhold)
withheld_new = inside_admin(withhold, can_withhold)
withheld_one = inside_admin(one, can_withhold)
