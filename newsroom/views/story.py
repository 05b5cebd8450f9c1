"""A story's page with its discussion, and what stands at an address that has no live story."""

import unicodedata
from datetime import datetime

from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.utils import timezone, translation

from articles import reading
from articles.caching import changes_of, keep_until_change, public_page, render_public
from articles.models import Address, Publication
from articles.structured_data import absolute, description_of, json_for_script, news_article
from comments.threads import discussion_for
from newsroom.html import already_clean


@public_page
def story(request: HttpRequest, section: str, year: str, month: str, day: str, slug: str) -> HttpResponse:
    """The live story at this address; an old address redirects, an ended story says so (410), anything else is 404."""
    now = timezone.now()
    path = f"{section}/{year}/{month}/{day}/{slug}"
    publication = reading.story_at(path, now)
    if publication is None:
        return _without_story(request, path, now)
    if request.path != publication.get_absolute_url():
        return HttpResponsePermanentRedirect(publication.get_absolute_url())
    return _story_page(request, publication, now)


def _story_page(request: HttpRequest, publication: Publication, now: datetime) -> HttpResponse:
    with translation.override(publication.language):
        discussion = discussion_for(publication.article, now=now)
    context = {
        "publication": publication,
        "section": publication.section,
        "discussion": discussion,
        "body": already_clean(publication.body_html),
        "canonical": absolute(publication.get_absolute_url()),
        "description": description_of(publication),
        "structured_data": json_for_script(news_article(publication)),
    }
    return render_public(
        request,
        "articles/article.html",
        context,
        now=now,
        language=publication.language,
        changes=[publication.ends_at, *discussion.changes],
    )


def _without_story(request: HttpRequest, path: str, now: datetime) -> HttpResponse:
    """Whether a story waits for its time here is not told: the answer is the same as for an address never used."""
    address = Address.objects.select_related("article").filter(path=path).first()
    if address is None:
        return _other_spelling(path)
    article = address.article
    if not reading.was_public(article, path, now):
        raise Http404
    changes = changes_of(article, now)
    current = Publication.objects.published(now).filter(article=article).only("path", "article").first()
    if current:
        response = HttpResponsePermanentRedirect(current.get_absolute_url())
        return keep_until_change(response, now=now, changes=changes)
    context = {"withdrawn": article.withdrawn_at is not None}
    return render_public(
        request, "410.html", context, now=now, language=article.language, changes=changes, status=410
    )


def _other_spelling(path: str) -> HttpResponse:
    """Addresses are stored in lower case; anything else is sent there to find out."""
    stored = unicodedata.normalize("NFC", path.lower())
    if stored == path:
        raise Http404
    return HttpResponsePermanentRedirect(f"/{stored}/")
