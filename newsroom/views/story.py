"""A story's page with its discussion, and what stands at an address that has no live story."""

from datetime import datetime

from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.utils import timezone, translation

from articles import reading
from articles.caching import public_page, render_public
from articles.models import Publication
from articles.structured_data import absolute, description_of, json_for_script, news_article
from comments.threads import discussion_for
from comments.views.stories import Place, path_of, without_story
from newsroom.html import already_clean


@public_page
def story(request: HttpRequest, **address: str) -> HttpResponse:
    """The live story at this address; an old one redirects, an ended story says so (410), the rest is 404."""
    now = timezone.now()
    path = path_of(address)
    publication = reading.story_at(path, now)
    if publication is None:
        # Stored addresses are in lower case.
        return without_story(request, Place(path.lower(), below=""), now)
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
