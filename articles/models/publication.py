"""What readers get of a story, from a time to a time; the readers' history is this table."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from articles.enums import Label
from articles.models.people import Author
from articles.models.taxonomy import Topic
from articles.querysets import PublicationQuerySet


class Publication(models.Model):
    """A revision as readers get it, rendered when it was published, so that a public page reads one row.

    Publications of one story never overlap. A cancelled one ends as it starts. `intended_end` keeps the end
    that an editor set while a scheduled update closes the publication, so that unscheduling opens it.
    `updated_at` moves only with a material publication; `first_published_at` gives the date in `path`, in the
    site's time zone.
    """

    article = models.ForeignKey("articles.Article", models.PROTECT, related_name="publications")
    revision = models.ForeignKey("articles.Revision", models.PROTECT, related_name="publications")
    section = models.ForeignKey("articles.Section", models.PROTECT, related_name="publications")
    slug = models.SlugField(_("slug"), max_length=120, allow_unicode=True)
    path = models.CharField(_("path"), max_length=300, db_index=True)
    language = models.CharField(_("language"), max_length=10)
    headline = models.CharField(_("headline"), max_length=200)
    kicker = models.CharField(_("kicker"), max_length=60, blank=True)
    standfirst = models.CharField(_("standfirst"), max_length=500, blank=True)
    dateline = models.CharField(_("dateline"), max_length=120, blank=True)
    label = models.CharField(_("label"), max_length=12, choices=Label.choices, default=Label.NEWS)
    body_html = models.TextField(_("body"))
    description = models.CharField(_("description"), max_length=300, blank=True)
    search_tokens = models.TextField(_("search tokens"), blank=True)
    word_count = models.PositiveIntegerField(_("words"), default=0)
    authors = models.ManyToManyField(Author, through="PublicationByline", related_name="publications")
    topics = models.ManyToManyField(Topic, through="PublicationTopic", related_name="publications")
    starts_at = models.DateTimeField(_("from"))
    ends_at = models.DateTimeField(_("until"), null=True, blank=True)
    intended_end = models.DateTimeField(_("end as decided"), null=True, blank=True)
    material = models.BooleanField(_("material change"), default=True)
    first_published_at = models.DateTimeField(_("first published"))
    updated_at = models.DateTimeField(_("updated"))
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField(_("decided"))

    objects = PublicationQuerySet.as_manager()

    class Meta:
        verbose_name = _("publication")
        verbose_name_plural = _("publications")
        ordering = ["-starts_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends_at__isnull=True) | models.Q(ends_at__gte=models.F("starts_at")),
                name="publication_ends_after_start",
            ),
            models.UniqueConstraint(
                fields=["article"], condition=models.Q(ends_at__isnull=True), name="one_open_publication"
            ),
        ]
        indexes = [
            models.Index(fields=["article", "-starts_at"], name="publication_by_article"),
            models.Index(fields=["-first_published_at", "-id"], name="publication_newest"),
            models.Index(fields=["section", "-first_published_at", "-id"], name="publication_by_section"),
            models.Index(fields=["starts_at"], name="publication_starts"),
            models.Index(fields=["ends_at"], name="publication_ends"),
        ]

    def __str__(self) -> str:
        return self.headline

    def get_absolute_url(self) -> str:
        return f"/{self.path}/"

    @property
    def is_updated(self) -> bool:
        """Whether readers are told of an update: a material publication after the first one."""
        return self.updated_at > self.first_published_at


class PublicationByline(models.Model):
    """One author's place in a publication's byline."""

    publication = models.ForeignKey(Publication, models.CASCADE, related_name="byline")
    author = models.ForeignKey(Author, models.PROTECT, related_name="+")
    position = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["publication", "author"], name="author_once_a_byline"),
            models.UniqueConstraint(fields=["publication", "position"], name="byline_position_once"),
        ]

    def __str__(self) -> str:
        return f"{self.publication_id}/{self.position}"


class PublicationTopic(models.Model):
    """One topic of a publication, in the editor's order."""

    publication = models.ForeignKey(Publication, models.CASCADE, related_name="topic_links")
    topic = models.ForeignKey(Topic, models.PROTECT, related_name="+")
    position = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["publication", "topic"], name="topic_once_a_publication")
        ]

    def __str__(self) -> str:
        return f"{self.publication_id}/{self.position}"
