"""The tables of stories, one noun a module."""

from articles.models.article import Address, Article, ArticleEvent, ImportedSource
from articles.models.correction import Correction, CorrectionText
from articles.models.front import Front, FrontEdition, FrontSlot
from articles.models.media import Picture, Rendition
from articles.models.page_version import PageVersion
from articles.models.people import Author
from articles.models.publication import Publication, PublicationByline, PublicationTopic
from articles.models.revision import Revision, WorkingCopy
from articles.models.taxonomy import Section, Topic
from newsroom.append_only import Unchangeable

__all__ = [
    "Address",
    "Article",
    "ArticleEvent",
    "Author",
    "Correction",
    "CorrectionText",
    "Front",
    "FrontEdition",
    "FrontSlot",
    "ImportedSource",
    "PageVersion",
    "Picture",
    "Publication",
    "PublicationByline",
    "PublicationTopic",
    "Rendition",
    "Revision",
    "Section",
    "Topic",
    "Unchangeable",
    "WorkingCopy",
]
