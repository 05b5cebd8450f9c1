"""A story's public address: its slug, its path, and that a path is one story's for ever."""

import unicodedata
from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from articles.actions.errors import Refused
from articles.models import Address, Article, Section
from newsroom.html import one_line

LONGEST_DERIVED = 80
LONGEST_SLUG = 120
# Apostrophes, soft hyphens and joiners stand inside words.
INSIDE_WORDS = dict.fromkeys(map(ord, "'’‘`´ʼ\u00ad\u200d"))
WITHOUT_WORDS = "story"


def slug_from(text: str) -> str:
    """The text's letters, digits and marks in lower case with hyphens between (NFC); '' if it has none."""
    plain = unicodedata.normalize("NFC", text.lower().translate(INSIDE_WORDS))
    kept = "".join(char if unicodedata.category(char)[0] in "LNM" else " " for char in plain)
    return "-".join(word for word in kept.split() if unicodedata.category(word[0])[0] != "M")


def checked_slug(typed: str) -> str:
    """What an editor typed as a slug, as it is stored; raises Refused where it is empty or too long."""
    slug = slug_from(typed)
    if not slug:
        raise Refused(_("Slug: it needs letters or digits."))
    if len(slug) > LONGEST_SLUG:
        raise Refused(_("Slug: %(length)s characters are too many, %(most)s fit.") % _lengths(slug))
    return slug


def free_slug(headline: str, section: Section) -> str:
    """A slug from the headline that no other story of the section has; numbered where one has. One query."""
    slug = _cut(slug_from(one_line(headline))) or WITHOUT_WORDS
    taken = set(Article.objects.filter(section=section, slug__startswith=slug).values_list("slug", flat=True))
    number = 2
    candidate = slug
    while candidate in taken:
        candidate = f"{slug}-{number}"
        number += 1
    return candidate


def path_of(article: Article, first_published_at: datetime) -> str:
    """The address under which readers get it: section, day of first publication in the site's zone, slug."""
    day = timezone.localtime(first_published_at, timezone.get_default_timezone())
    return f"{article.section.slug}/{day:%Y/%m/%d}/{article.slug}"


def reserve(path: str, article: Article, now: datetime) -> None:
    """Makes the path this story's for ever; raises Refused naming the story that has it. Two queries."""
    address, _new = Address.objects.get_or_create(path=path, defaults={"article": article, "created_at": now})
    if address.article_id != article.pk:
        raise Refused(
            _("The address /%(path)s/ belongs to the story “%(story)s”. Choose another slug.")
            % {"path": path, "story": address.article}
        )


def _cut(slug: str) -> str:
    """At most LONGEST_DERIVED characters, broken between words where that is possible."""
    if len(slug) <= LONGEST_DERIVED:
        return slug
    return slug[: LONGEST_DERIVED + 1].rpartition("-")[0] or slug[:LONGEST_DERIVED]


def _lengths(slug: str) -> dict[str, int]:
    return {"length": len(slug), "most": LONGEST_SLUG}
