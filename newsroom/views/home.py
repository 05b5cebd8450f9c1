"""The home front: the newest stories large, then each desk's."""

from datetime import datetime

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from articles import reading
from articles.caching import public_page, render_public
from articles.stored_pages import stored_page
from articles.versions import Version, version_of_lists

TOP_STORIES = 4


@public_page
def home(request: HttpRequest) -> HttpResponse:
    """Lead, top stories and desks by time, no story twice. One query, nine where it has to be made."""
    now = timezone.now()
    return stored_page(
        request, lambda: version_of_lists(now), lambda version: _front(request, version, now), now=now
    )


def _front(request: HttpRequest, version: Version, now: datetime) -> HttpResponse:
    newest = list(reading.teasers(now)[: 1 + TOP_STORIES])
    context = {
        "is_front": True,
        "lead": newest[0] if newest else None,
        "opening": reading.opening(newest[0]) if newest else [],
        "top": newest[1:],
        "desks": reading.desks(now, besides=[publication.pk for publication in newest]),
    }
    return render_public(
        request,
        "articles/home.html",
        context,
        now=now,
        language=settings.LANGUAGE_CODE,
        changes=version.changes,
    )
