"""The home front: the newest stories large, then each desk's."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from articles import reading
from articles.caching import next_changes, public_page, render_public

TOP_STORIES = 4


@public_page
def home(request: HttpRequest) -> HttpResponse:
    """Lead, top stories and desks by time, no story twice. Eight queries whatever the number of stories."""
    now = timezone.now()
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
        changes=next_changes(now),
    )
