"""The publish panel: which revision readers get, from when to when, and taking it back again."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.contrib import messages
from django.contrib.admin import AdminSite
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from articles import actions
from articles.actions import Refused, content_of, demand_unchanged, missing_to_publish, said
from articles.admin.differences import differences, moves
from articles.admin.person import signed_in
from articles.admin.rail import Rail
from articles.forms import EndForm, NoteForm, PublishForm
from articles.models import Article, Revision
from articles.permissions import can_publish

GRACE = timedelta(minutes=1)


def page(site: AdminSite, request: HttpRequest, article: Article) -> HttpResponse:
    """Names the exact revision and what it changes for readers; a POST publishes or schedules it."""
    _demand(request, article)
    if request.method == "POST":
        return _publish(site, request, article)
    return _rendered(site, request, article)


def unschedule(site: AdminSite, request: HttpRequest, article: Article) -> HttpResponse:
    """Cancels the scheduled publication."""

    def act(form: NoteForm, now: datetime) -> str:
        actions.unschedule(article, by=signed_in(request), now=now)
        return _("The scheduled publication is cancelled.")

    return _act(site, request, article, NoteForm(request.POST, prefix="unschedule"), act)


def end(site: AdminSite, request: HttpRequest, article: Article) -> HttpResponse:
    """Sets or takes away the time at which the story goes off."""

    def act(form: NoteForm, now: datetime) -> str:
        at = form.cleaned_data["ends_at"]
        actions.end_at(article, by=signed_in(request), at=at, now=now)
        return _("Readers get it until %(at)s.") % {"at": said(at)} if at else _("It has no end now.")

    return _act(site, request, article, EndForm(request.POST, prefix="end"), act)


def withdraw(site: AdminSite, request: HttpRequest, article: Article) -> HttpResponse:
    """Takes the story away from readers at once, for the reason in the note."""

    def act(form: NoteForm, now: datetime) -> str:
        actions.withdraw(article, by=signed_in(request), note=form.cleaned_data["note"], now=now)
        return _("Withdrawn: readers are told that it is gone.")

    return _act(site, request, article, NoteForm(request.POST, prefix="withdraw"), act)


def reinstate(site: AdminSite, request: HttpRequest, article: Article) -> HttpResponse:
    """Takes the withdrawal back; the story waits to be published again."""

    def act(form: NoteForm, now: datetime) -> str:
        actions.reinstate(article, by=signed_in(request), note=form.cleaned_data["note"], now=now)
        return _("The withdrawal is taken back. Publish the story for readers to get it again.")

    return _act(site, request, article, NoteForm(request.POST, prefix="reinstate"), act)


def _demand(request: HttpRequest, article: Article) -> None:
    if not can_publish(request.user, article):
        raise PermissionDenied


def _act(
    site: AdminSite,
    request: HttpRequest,
    article: Article,
    form: NoteForm,
    act: Callable[[NoteForm, datetime], str],
) -> HttpResponse:
    _demand(request, article)
    if request.method != "POST":
        return redirect("admin:articles_article_publish", article.pk)
    if form.is_valid():
        try:
            with transaction.atomic():
                demand_unchanged(article, form.cleaned_data["seen"])
                words = act(form, timezone.now())
        except Refused as refused:
            form.add_error(None, refused.sentence)
        else:
            messages.success(request, words)
            return redirect("admin:articles_article_change", article.pk)
    return _rendered(site, request, article, **{str(form.prefix): form})


def _publish(site: AdminSite, request: HttpRequest, article: Article) -> HttpResponse:
    form = PublishForm(request.POST)
    now = timezone.now()
    if form.is_valid():
        start = form.starts_at_or_now()
        if start and start < now - GRACE:
            form.add_error(
                "starts_at", _("%(at)s is past. Choose “Now” to publish at once.") % {"at": said(start)}
            )
    if not form.is_valid():
        return _rendered(site, request, article, publish=form)
    try:
        words = _published(request, article, form, now)
    except Refused as refused:
        form.add_error(None, refused.sentence)
        return _rendered(site, request, article, publish=form)
    messages.success(request, words)
    return redirect("admin:articles_article_change", article.pk)


@transaction.atomic
def _published(request: HttpRequest, article: Article, form: PublishForm, now: datetime) -> str:
    values = form.cleaned_data
    demand_unchanged(article, values["seen"])
    revision = article.revisions.filter(number=values["revision"]).first()
    if revision is None:
        raise Refused(_("This story has no revision %(number)s.") % {"number": values["revision"]})
    publication = actions.publish(
        article,
        by=signed_in(request),
        revision=revision,
        now=now,
        starts_at=form.starts_at_or_now(),
        ends_at=values["ends_at"],
        material=values["change"] != "fix",
    )
    words = {"number": revision.number, "at": said(publication.starts_at)}
    if publication.starts_at > now:
        return _("Revision %(number)s goes live %(at)s.") % words
    return _("Revision %(number)s is live.") % words


def _rendered(site: AdminSite, request: HttpRequest, article: Article, **bound: Form) -> HttpResponse:
    rail = Rail(article, request.user, timezone.now())
    revision = _chosen_revision(request, article, rail)
    if revision is None:
        return redirect("admin:articles_article_change", article.pk)
    running = rail.situation.running
    texts = differences(content_of(running.revision), content_of(revision)) if running else []
    changes = [*texts, *moves(running, article)] if running else []
    context: dict[str, Any] = {
        **site.each_context(request),
        "is_nav_sidebar_enabled": False,
        "title": _("Publish: %(headline)s") % {"headline": revision.headline},
        "opts": Article._meta,
        "article": article,
        "rail": rail,
        "revision": revision,
        "missing": missing_to_publish(article, revision),
        "differences": changes,
        "is_live_revision": running is not None and running.revision_id == revision.pk,
        "has_news": bool(changes) or running is None or rail.situation.upcoming is not None,
        "zone": timezone.get_default_timezone_name(),
        **_forms(rail, revision, bound, kind="update" if texts else "fix"),
    }
    status = 200 if request.method == "GET" else 422
    return TemplateResponse(request, "admin/articles/article/publish.html", context, status=status)


def _forms(rail: Rail, revision: Revision, bound: dict[str, Form], *, kind: str) -> dict[str, Form]:
    """The panel's forms by verb; the one that was refused keeps what was typed."""
    seen = rail.history[0].pk if rail.history else 0
    last = rail.situation.upcoming or rail.situation.running
    end_now = last.ends_at if last else None
    forms: dict[str, Form] = {
        name: NoteForm(prefix=name, initial={"seen": seen})
        for name in ("unschedule", "withdraw", "reinstate")
    }
    forms["end"] = EndForm(prefix="end", initial={"seen": seen, "ends_at": end_now})
    forms["publish"] = PublishForm(
        initial={
            "seen": seen,
            "revision": revision.number,
            "when": "now",
            "change": kind,
            "ends_at": end_now,
        }
    )
    return {f"{name}_form": form for name, form in (forms | bound).items()}


def _chosen_revision(request: HttpRequest, article: Article, rail: Rail) -> Revision | None:
    """The revision that the form or the address names, else the newest, with a sentence."""
    asked = request.POST.get("revision", "") or request.GET.get("revision", "")
    if not asked:
        if rail.latest is None:
            messages.error(request, _("Save the story first: it has no revision yet."))
        return rail.latest
    number = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 10 else 0
    found = article.revisions.filter(number=number).first()
    if found is None:
        messages.error(request, _("This story has no such revision."))
    return found or rail.latest
