"""A story's whole discussion in pages, and the permanent address of each comment."""

import uuid
from datetime import datetime

from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from articles.caching import keep_until_change, public_page, render_public
from articles.models import Publication
from articles.origins import made_page
from articles.stored_pages import stored_page
from articles.structured_data import absolute
from articles.versions import Version
from comments.live import has_discussion, live_at, live_story
from comments.models import Comment
from comments.threads import discussion_for, page_of, shown_top
from comments.versions import version_of_story
from comments.views.stories import Place, gone, path_of, without_story


@public_page
def thread(request: HttpRequest, **address: str) -> HttpResponse:
    """A page of the discussion of a live story, from its start or from the key `?after=`."""
    now = timezone.now()
    path = path_of(address)

    def read_version() -> Version:
        return version_of_story(path, now)

    def make(version: Version) -> HttpResponse:
        return _thread_at(request, path, version, now)

    if request.GET:
        return made_page(read_version, make)
    return stored_page(request, read_version, make, now=now)


def _thread_at(request: HttpRequest, path: str, version: Version, now: datetime) -> HttpResponse:
    publication = live_at(path, now)
    if publication is None:
        return without_story(request, Place(path, "comments/"), now)
    with translation.override(publication.language):
        return _thread_page(request, publication, version, now)


def _thread_page(
    request: HttpRequest, publication: Publication, version: Version, now: datetime
) -> HttpResponse:
    branch = _branch(request.GET["branch"], publication) if "branch" in request.GET else None
    discussion = discussion_for(publication.article, now=now, after=request.GET.get("after"), branch=branch)
    context = {
        "publication": publication,
        "section": publication.section,
        "discussion": discussion,
        "is_later_page": bool(request.GET),
        "canonical": absolute(request.get_full_path() if request.GET else request.path),
    }
    return render_public(
        request,
        "comments/thread.html",
        context,
        now=now,
        language=publication.language,
        changes=version.changes,
    )


def _branch(given: str, publication: Publication) -> Comment:
    try:
        uid = uuid.UUID(given)
    except ValueError:
        raise BadRequest(_("The part “branch” of this address names no comment.")) from None
    top = shown_top(publication.article, uid)
    if top is None:
        raise Http404
    return top


@public_page
def permalink(request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
    """Redirects to the page with a public comment; 404 if it is not public, 410 if its story is gone."""
    now = timezone.now()
    rows = Comment.objects.public().select_related("discussion__article", "root")
    comment: Comment = get_object_or_404(rows, uid=uid)
    article = comment.discussion.article
    publication = live_story(article, now)
    if publication is None or not has_discussion(publication):
        if article.embargo_until and article.embargo_until > now:
            raise Http404
        return gone(request, article, now)
    page = page_of(comment)
    address = publication.get_absolute_url() + (f"comments/{page}" if page else "")
    response = HttpResponseRedirect(f"{address}#comment-{comment.uid}")
    return keep_until_change(response, now=now, changes=[publication.ends_at])
