"""A story as search engines read it: schema.org NewsArticle in JSON-LD."""

import json
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.encoding import iri_to_uri
from django.utils.safestring import SafeString, mark_safe

from articles.models import Publication

# A JSON string may hold these as escapes; as characters they could end the script element.
_ESCAPES = {
    ord("<"): "\\u003C",
    ord(">"): "\\u003E",
    ord("&"): "\\u0026",
    0x2028: "\\u2028",
    0x2029: "\\u2029",
}


def absolute(path: str) -> str:
    """The full address of a path of this site, percent-encoded."""
    return f"{settings.SITE_URL}{iri_to_uri(path)}"


def description_of(publication: Publication) -> str:
    """One or two sentences for search engines and shared links."""
    return publication.description or publication.standfirst


def news_article(publication: Publication) -> dict[str, Any]:
    """The story as schema.org/NewsArticle. Reads `section` and the prefetched byline; no query of its own."""
    address = absolute(publication.get_absolute_url())
    data = {
        "@context": "https://schema.org",
        "@type": "OpinionNewsArticle" if publication.label == "opinion" else "NewsArticle",
        "@id": address,
        "url": address,
        "mainEntityOfPage": address,
        "headline": publication.headline,
        "description": description_of(publication),
        "inLanguage": publication.language,
        "articleSection": publication.section.name,
        "datePublished": publication.first_published_at.isoformat(),
        "dateModified": publication.updated_at.isoformat(),
        "dateline": publication.dateline,
        "wordCount": publication.word_count,
        "author": [_author(place.author.name, place.author.slug) for place in publication.byline.all()],
        "publisher": {"@type": "NewsMediaOrganization", "name": settings.SITE_NAME, "url": absolute("/")},
        "isAccessibleForFree": True,
    }
    return {key: value for key, value in data.items() if value not in ("", [], 0)}


def json_for_script(data: dict[str, Any]) -> SafeString:
    """JSON that may stand inside a script element: no character in it can end the element."""
    return mark_safe(json.dumps(data, ensure_ascii=False).translate(_ESCAPES))


def _author(name: str, slug: str) -> dict[str, str]:
    return {"@type": "Person", "name": name, "url": absolute(reverse("author", args=[slug]))}
