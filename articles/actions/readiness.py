"""What must be there before readers may get a story."""

from django.utils.translation import gettext as _

from articles.actions.content import Content
from articles.models import Article, Revision
from newsroom.html import text_of


def missing_to_publish(article: Article, content: Content | Revision) -> dict[str, str]:
    """By field, what a story still needs before it can be published; empty when nothing is missing.

    No queries where the story's section is loaded.
    """
    missing = {
        "headline": "" if content.headline else _("a headline"),
        "body": "" if text_of(content.body).strip() else _("a body"),
        "byline": "" if content.byline else _("a byline with at least one author"),
        "section": _("a section that is not retired") if article.section.retired_at else "",
    }
    return {field: words for field, words in missing.items() if words}
