"""The story page: one form that saves a revision, and the verbs that hand a draft over the desk."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.contrib.admin import AdminSite
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from articles import actions
from articles.actions import Refused, StaleSave, content_of, slug_from
from articles.admin.differences import Difference, differences
from articles.admin.person import signed_in
from articles.admin.rail import Rail
from articles.enums import RevisionReason
from articles.forms import StoryForm
from articles.models import Article, Revision
from articles.permissions import can_edit

CHANGE_PAGE = "admin:articles_article_change"
Then = Callable[[Article, datetime, str], str]
"""What follows the save in its transaction: takes story, time and note, gives the message."""


def page(site: AdminSite, request: HttpRequest, article: Article | None) -> HttpResponse:
    """The page of one story, or of a new one; a POST saves and comes back to it."""
    if request.method == "POST":
        return _save(site, request, article)
    form = StoryForm(article=article, latest=_newest(article))
    return _rendered(site, request, article, form)


def submit(site: AdminSite, request: HttpRequest, article: Article) -> HttpResponse:
    """Saves what was typed and hands it to the desk."""

    def then(story: Article, now: datetime, note: str) -> str:
        actions.submit(story, by=signed_in(request), note=note, now=now)
        return _("Submitted for review.")

    return _save(site, request, article, then, why=RevisionReason.SUBMITTED)


def send_back(site: AdminSite, request: HttpRequest, article: Article) -> HttpResponse:
    """Saves what was typed and gives the story back to its reporter."""

    def then(story: Article, now: datetime, note: str) -> str:
        actions.send_back(story, by=signed_in(request), note=note, now=now)
        return _("Sent back.")

    return _save(site, request, article, then)


def mark_ready(site: AdminSite, request: HttpRequest, article: Article) -> HttpResponse:
    """Saves what was typed and says that it needs no more work."""

    def then(story: Article, now: datetime, note: str) -> str:
        actions.mark_ready(story, by=signed_in(request), note=note, now=now)
        return _("Marked as ready.")

    return _save(site, request, article, then)


def save_and_publish(site: AdminSite, request: HttpRequest, article: Article) -> HttpResponse:
    """Saves what was typed and opens the publish panel, which names the revision."""
    return _save(site, request, article, next_page="admin:articles_article_publish")


def _save(
    site: AdminSite,
    request: HttpRequest,
    article: Article | None,
    then: Then | None = None,
    *,
    why: RevisionReason = RevisionReason.SAVED,
    next_page: str = CHANGE_PAGE,
) -> HttpResponse:
    if article and request.method != "POST":
        return redirect(CHANGE_PAGE, article.pk)
    if article and not can_edit(request.user, article):
        raise PermissionDenied
    form = StoryForm(request.POST, article=article, latest=_newest(article))
    if not form.is_valid():
        return _rendered(site, request, article, form)
    try:
        stored, said = _store(request, form, article, then, why)
    except StaleSave as stale:
        return _both_texts(site, request, article, stale)
    except Refused as refused:
        form.add_error(None, refused.sentence)
        return _rendered(site, request, article, form)
    if said or next_page == CHANGE_PAGE:
        messages.success(request, said or _("Nothing had changed."))
    return redirect(next_page, stored.pk)


@transaction.atomic
def _store(
    request: HttpRequest, form: StoryForm, article: Article | None, then: Then | None, why: RevisionReason
) -> tuple[Article, str]:
    now, by, place = timezone.now(), signed_in(request), form.place()
    content, note = form.content(), form.cleaned_data["note"]
    if article is None:
        article = actions.begin(by=by, headline=content.headline, now=now, **place)
    before = article.last_number
    save_note = "" if then else note
    revision = actions.save(
        article, by=by, content=content, base=form.cleaned_data["base"], now=now, why=why, note=save_note
    )
    place["slug"] = place["slug"] or slug_from(content.headline) or article.slug
    moved = actions.move(article, by=by, now=now, **place)
    done = []
    if revision.number > before:
        done.append(_("Revision %(number)s saved.") % {"number": revision.number})
    if moved and article.publications.exists():
        done.append(_("Readers get the new address, section or language when the story is published."))
    elif moved and not done:
        done.append(_("Saved."))
    if then:
        done.append(then(article, now, note))
    return article, " ".join(done)


def _both_texts(
    site: AdminSite, request: HttpRequest, article: Article | None, stale: StaleSave
) -> HttpResponse:
    """The page with the typed text in the form and the stored one beside it; the next save is on that one."""
    typed = request.POST.copy()
    typed["base"] = str(stale.latest.number)
    form = StoryForm(typed, article=article, latest=stale.latest)
    conflict = differences(content_of(stale.latest), stale.yours)
    form.is_valid()
    form.add_error(None, stale.sentence)
    return _rendered(site, request, article, form, conflict=conflict, status=409)


def _rendered(
    site: AdminSite,
    request: HttpRequest,
    article: Article | None,
    form: StoryForm,
    *,
    conflict: list[Difference] | None = None,
    status: int = 200,
) -> HttpResponse:
    now = timezone.now()
    may_edit = article is None or can_edit(request.user, article)
    if not may_edit:
        form.make_read_only()
    context: dict[str, Any] = {
        **site.each_context(request),
        "is_nav_sidebar_enabled": False,
        "title": article.working_headline if article else _("New story"),
        "opts": Article._meta,
        "article": article,
        "form": form,
        "media": form.media.with_nonce(request.csp_nonce),  # type: ignore[attr-defined]
        "may_edit": may_edit,
        "conflict": conflict or [],
        "rail": Rail(article, request.user, now) if article else None,
    }
    return TemplateResponse(request, "admin/articles/article/story.html", context, status=status)


def _newest(article: Article | None) -> Revision | None:
    return article.revisions.order_by("-number").first() if article else None
