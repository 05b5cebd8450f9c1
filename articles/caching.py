"""How long anybody may keep a public page: never past the next second at which it would look different."""

from collections.abc import Callable, Iterable
from datetime import datetime, time, timedelta
from itertools import chain
from typing import Any, TypeVar

from django.db.models import F
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone, translation
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from articles.models import Article

LONGEST = 10
"""Seconds that a page may be kept while nothing about it changes by time."""

Response = TypeVar("Response", bound=HttpResponseBase)


def public_page(view: Callable[..., Response]) -> Callable[..., Response]:
    """A page for everybody: GET and HEAD alone, and no token or cookie because nothing is ever sent to it."""
    return csrf_exempt(require_safe(view))


def keep_until_change(response: Response, *, now: datetime, changes: Iterable[datetime | None]) -> Response:
    """Lets any cache keep the response for min(LONGEST, whole seconds to the first of `changes` after `now`).

    The masthead's date changes at midnight in the site's zone, so that counts too.
    """
    coming = [at for at in (*changes, _next_midnight(now)) if at is not None and at > now]
    seconds = min(LONGEST, *(int((at - now).total_seconds()) for at in coming))
    response.headers["Cache-Control"] = f"public, max-age={seconds}"
    return response


def render_public(
    request: HttpRequest,
    template: str,
    context: dict[str, Any],
    *,
    now: datetime,
    language: str,
    changes: Iterable[datetime | None],
    status: int = 200,
) -> HttpResponse:
    """A page for everybody, in its own language whoever asks, that may be kept until it changes by time."""
    with translation.override(language):
        response = render(request, template, {"now": now, **context}, status=status)
    response.headers["Content-Language"] = language
    return keep_until_change(response, now=now, changes=changes)


def changes_of(article: Article, now: datetime) -> list[datetime]:
    """Every moment after `now` at which this one story appears, changes or goes. One query."""
    times = article.publications.exclude(ends_at=F("starts_at")).values_list("starts_at", "ends_at")
    return [at for at in (article.embargo_until, *chain.from_iterable(times)) if at and at > now]


def _next_midnight(now: datetime) -> datetime:
    tomorrow = timezone.localdate(now) + timedelta(days=1)
    return timezone.make_aware(datetime.combine(tomorrow, time.min))
