"""A revision as readers get it: copied and rendered once, when it is published."""

from articles.models import Publication, PublicationByline, PublicationTopic
from newsroom.html import one_line, story_html, text_of

LONGEST_DESCRIPTION = 300


def render(publication: Publication) -> Publication:
    """Fills the publication from its revision and stores it with byline and topics. Three queries."""
    revision = publication.revision
    body_html = story_html(revision.body)
    text = text_of(body_html)
    publication.headline = revision.headline
    publication.kicker = revision.kicker
    publication.standfirst = revision.standfirst
    publication.dateline = revision.dateline
    publication.label = revision.label
    publication.body_html = body_html
    publication.description = _shortened(revision.standfirst or one_line(text.partition("\n\n")[0]))
    publication.word_count = len(text.split())
    publication.save(force_insert=True)
    PublicationByline.objects.bulk_create(
        PublicationByline(publication=publication, author_id=pk, position=position)
        for position, pk in enumerate(revision.byline)
    )
    PublicationTopic.objects.bulk_create(
        PublicationTopic(publication=publication, topic_id=pk, position=position)
        for position, pk in enumerate(revision.topics)
    )
    return publication


def _shortened(text: str) -> str:
    """At most LONGEST_DESCRIPTION characters, broken between words, with an ellipsis for what is left out."""
    if len(text) <= LONGEST_DESCRIPTION:
        return text
    return text[: LONGEST_DESCRIPTION - 1].rpartition(" ")[0].rstrip(",;:–— ") + "…"
