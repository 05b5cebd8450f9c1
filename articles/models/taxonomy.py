"""Sections and topics: where a story stands and what it is about. Merged or retired, never deleted."""

from collections.abc import Iterator

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils.translation import gettext_lazy as _


class Section(models.Model):
    """A desk of the site. Its slug begins its stories' addresses and stays; its language is theirs."""

    name = models.CharField(_("name"), max_length=60)
    slug = models.SlugField(_("slug"), max_length=60, unique=True, allow_unicode=True)
    description = models.CharField(_("description"), max_length=300, blank=True)
    language = models.CharField(_("language"), max_length=10, default="en")
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    retired_at = models.DateTimeField(_("retired"), null=True, blank=True)

    class Meta:
        verbose_name = _("section")
        verbose_name_plural = _("sections")
        ordering = ["position", "id"]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """Raises ValidationError where the slug is the first word of an address of the site itself."""
        if self.slug in reserved_first_words():
            raise ValidationError(
                {"slug": _("Addresses of the site itself begin with “%(slug)s”.") % {"slug": self.slug}}
            )


def reserved_first_words() -> set[str]:
    """The first words of all the site's own addresses, read from its URLs: no section may take one."""
    return {*_first_words(get_resolver().url_patterns), settings.STATIC_URL.strip("/").partition("/")[0]}


def _first_words(patterns: list[URLPattern | URLResolver]) -> Iterator[str]:
    for pattern in patterns:
        first = str(pattern.pattern).lstrip("^").partition("/")[0]
        if first and "<" not in first:
            yield first
        elif not first and isinstance(pattern, URLResolver):
            yield from _first_words(pattern.url_patterns)


class Topic(models.Model):
    """A tag. A merged one sends readers to the topic that took its place."""

    name = models.CharField(_("name"), max_length=80)
    slug = models.SlugField(_("slug"), max_length=80, unique=True, allow_unicode=True)
    description = models.CharField(_("description"), max_length=300, blank=True)
    merged_into = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        verbose_name=_("merged into"),
        related_name="merged_from",
    )
    retired_at = models.DateTimeField(_("retired"), null=True, blank=True)

    class Meta:
        verbose_name = _("topic")
        verbose_name_plural = _("topics")
        ordering = ["name", "id"]

    def __str__(self) -> str:
        return self.name
