"""One story's identity, its addresses, its record of acts, and where it came from."""

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from articles.enums import ArticleState, ReadersHave, Verb


class Article(models.Model):
    """A story from first draft to archive. What it says is in revisions, what readers get in publications.

    `readers_have` compares the newest revision and the address with the newest publication that was not cancelled;
    whatever moves one of those moves it in the same transaction, so that the desk's lists need not compare.
    """

    uid = models.UUIDField(_("public id"), default=uuid.uuid4, unique=True, editable=False)
    slug = models.SlugField(_("slug"), max_length=120, allow_unicode=True)
    section = models.ForeignKey(
        "articles.Section", models.PROTECT, verbose_name=_("section"), related_name="articles"
    )
    language = models.CharField(_("language"), max_length=10)
    state = models.CharField(
        _("state"), max_length=12, choices=ArticleState.choices, default=ArticleState.DRAFT, db_index=True
    )
    last_number = models.PositiveIntegerField(_("last revision"), default=0)
    readers_have = models.CharField(
        _("readers have"), max_length=7, choices=ReadersHave.choices, default=ReadersHave.NOTHING
    )
    working_headline = models.CharField(_("headline"), max_length=200)
    embargo_until = models.DateTimeField(_("embargo"), null=True, blank=True)
    blocked_at = models.DateTimeField(_("blocked"), null=True, blank=True)
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True, blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        verbose_name=_("begun by"),
        related_name="articles_begun",
    )
    created_at = models.DateTimeField(_("begun"))
    changed_at = models.DateTimeField(_("last change"), db_index=True)

    class Meta:
        verbose_name = _("story")
        verbose_name_plural = _("stories")
        permissions = [
            ("draft_article", _("Can begin stories and change own ones")),
            ("edit_article", _("Can change every story")),
            ("publish_article", _("Can publish, schedule, end and withdraw stories")),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state__in=ArticleState.values), name="article_state_is_known"
            ),
            models.CheckConstraint(
                condition=models.Q(readers_have__in=ReadersHave.values), name="article_readers_have_is_known"
            ),
        ]
        indexes = [
            models.Index(fields=["section", "-changed_at", "-id"], name="article_by_section"),
            models.Index(fields=["created_by", "-changed_at", "-id"], name="article_by_beginner"),
            models.Index(
                fields=["-changed_at", "-id"],
                name="article_drafts",
                condition=models.Q(readers_have=ReadersHave.NOTHING),
            ),
            models.Index(
                fields=["-changed_at", "-id"],
                name="article_changed",
                condition=models.Q(readers_have=ReadersHave.OLDER),
            ),
            models.Index(
                fields=["withdrawn_at"],
                name="article_withdrawn",
                condition=models.Q(withdrawn_at__isnull=False),
            ),
            models.Index(
                fields=["embargo_until"],
                name="article_embargo",
                condition=models.Q(embargo_until__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.working_headline


class Address(models.Model):
    """A public path that a story has or had: one path is one story's for ever, and old ones redirect."""

    path = models.CharField(_("path"), max_length=300, unique=True)
    article = models.ForeignKey(Article, models.PROTECT, related_name="addresses")
    created_at = models.DateTimeField(_("since"))

    class Meta:
        verbose_name = _("address")
        verbose_name_plural = _("addresses")

    def __str__(self) -> str:
        return self.path


class ArticleEvent(models.Model):
    """One act on a story: who did what and when, written in the act's own transaction."""

    article = models.ForeignKey(Article, models.PROTECT, related_name="events")
    at = models.DateTimeField(_("at"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    verb = models.CharField(_("act"), max_length=12, choices=Verb.choices)
    note = models.CharField(_("note"), max_length=500, blank=True)
    revision = models.ForeignKey("articles.Revision", models.PROTECT, null=True, blank=True, related_name="+")
    publication = models.ForeignKey(
        "articles.Publication", models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        verbose_name = _("act")
        verbose_name_plural = _("acts")
        ordering = ["-at", "-id"]
        indexes = [models.Index(fields=["article", "-at", "-id"], name="event_by_article")]

    def __str__(self) -> str:
        return f"{self.get_verb_display()} {self.at:%Y-%m-%d %H:%M}"


class ImportedSource(models.Model):
    """The document that a story was imported from, as it came, and what the importer was unsure of."""

    article = models.OneToOneField(Article, models.PROTECT, related_name="imported_source")
    digest = models.CharField(_("digest"), max_length=64, unique=True)
    name = models.CharField(_("file name"), max_length=255)
    text = models.TextField(_("original text"))
    instruction = models.CharField(_("instruction"), max_length=20, blank=True)
    doubts = models.JSONField(_("doubts"), default=list)
    imported_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    imported_at = models.DateTimeField(_("imported"))

    class Meta:
        verbose_name = _("imported source")
        verbose_name_plural = _("imported sources")

    def __str__(self) -> str:
        return self.name
