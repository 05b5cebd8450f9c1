"""A story's page with its discussion, and what stands at an address that has no live story."""

from datetime import datetime

from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.utils import timezone, translation

from articles import reading
from articles.caching import public_page, render_public
from articles.models import Publication
from articles.stored_pages import stored_page
from articles.structured_data import absolute, description_of, json_for_script, news_article
from articles.versions import Version
from comments.threads import discussion_for
from comments.versions import version_of_story
from comments.views.stories import Place, path_of, without_story
from newsroom.html import already_clean


@public_page
def story(request: HttpRequest, **address: str) -> HttpResponse:
    """The live story at this address; an old one redirects, an ended story says so (410), the rest is 404.

    One query; sixteen where the page has to be made.
    """
    now = timezone.now()
    path = path_of(address)
    return stored_page(
        request,
        lambda: version_of_story(path, now),
        lambda version: _story_at(request, path, version, now),
        now=now,
    )


def _story_at(request: HttpRequest, path: str, version: Version, now: datetime) -> HttpResponse:
    publication = reading.story_at(path, now)
    if publication is None:
        # Stored addresses are in lower case.
        return without_story(request, Place(path.lower(), below=""), now)
    if request.path != publication.get_absolute_url():
        return HttpResponsePermanentRedirect(publication.get_absolute_url())
    return _story_page(request, publication, version, now)


def _story_page(
    request: HttpRequest, publication: Publication, version: Version, now: datetime
) -> HttpResponse:
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
        changes=version.changes,
    )
