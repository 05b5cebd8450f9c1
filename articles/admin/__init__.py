"""The editors' side: stories, and what they are filed under, in the admin."""

from articles.admin.corrections import CorrectionAdmin
from articles.admin.stories import ArticleAdmin
from articles.admin.taxonomy import AuthorAdmin, SectionAdmin, TopicAdmin

__all__ = ["ArticleAdmin", "AuthorAdmin", "CorrectionAdmin", "SectionAdmin", "TopicAdmin"]
