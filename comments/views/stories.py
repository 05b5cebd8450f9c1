"""Which story an address below a story's own means, and what stands there when the story is not live."""

from dataclasses import dataclass
from datetime import datetime

from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponsePermanentRedirect,
    HttpResponseRedirect,
)

from articles import reading
from articles.caching import changes_of, keep_until_change, render_public
from articles.models import Address, Article
from comments.live import live_story


@dataclass(frozen=True, slots=True)
class Place:
    """A story's address without its slashes, and what follows it (`comments/`)."""

    path: str
    below: str


def path_of(address: dict[str, str]) -> str:
    """A story's path from the parts of its address."""
    return "{section}/{year}/{month}/{day}/{slug}".format(**address)


def story_once_at(path: str, now: datetime) -> Article | None:
    """The story that readers get or got here; None where one is only announced. At most two queries."""
    address = Address.objects.select_related("article").filter(path=path).first()
    if address is None or not reading.was_public(address.article, path, now):
        return None
    return address.article


def without_story(request: HttpRequest, place: Place, now: datetime) -> HttpResponse:
    """A moved story's new address; 410 where one was and is not; 404 for the rest, even if announced.

    A story that went live here while it was looked for is asked for again, which no cache may keep.
    """
    article = story_once_at(place.path, now)
    if article is None:
        raise Http404
    current = live_story(article, now)
    if current and f"/{current.path}/{place.below}" == request.path:
        again = HttpResponseRedirect(request.get_full_path())
        again.headers["Cache-Control"] = "no-store"
        return again
    if current:
        query = f"?{request.META['QUERY_STRING']}" if request.META.get("QUERY_STRING") else ""
        response = HttpResponsePermanentRedirect(f"{current.get_absolute_url()}{place.below}{query}")
        return keep_until_change(response, now=now, changes=changes_of(article, now))
    return gone(request, article, now)


def gone(request: HttpRequest, article: Article, now: datetime) -> HttpResponse:
    """That the story is not there any more (410)."""
    return render_public(
        request,
        "410.html",
        {"withdrawn": article.withdrawn_at is not None},
        now=now,
        language=article.language,
        changes=changes_of(article, now),
        status=410,
    )
