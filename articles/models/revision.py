"""What a story says at one moment: saved revisions for ever, working copies until they are saved."""

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from articles.enums import Label, RevisionReason
from newsroom.append_only import AppendOnly


class Revision(AppendOnly):
    """One saved, numbered state of a story's content. Never changed; numbered under the story's row lock.

    `byline` and `topics` are ordered lists of ids; `body` is HTML as `newsroom.html.story_html` cleaned it. What its
    editor noted stands with the act alone, where it can be withheld.
    """

    article = models.ForeignKey("articles.Article", models.PROTECT, related_name="revisions")
    number = models.PositiveIntegerField(_("number"))
    headline = models.CharField(_("headline"), max_length=200)
    kicker = models.CharField(_("kicker"), max_length=60, blank=True)
    standfirst = models.CharField(_("standfirst"), max_length=500, blank=True)
    dateline = models.CharField(_("dateline"), max_length=120, blank=True)
    body = models.TextField(_("body"), blank=True)
    byline = models.JSONField(_("byline"), default=list)
    topics = models.JSONField(_("topics"), default=list)
    label = models.CharField(_("label"), max_length=12, choices=Label.choices, default=Label.NEWS)
    pictures = models.JSONField(_("pictures"), default=list)
    why = models.CharField(
        _("why"), max_length=12, choices=RevisionReason.choices, default=RevisionReason.SAVED
    )
    based_on = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="+")
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField(_("saved"))

    class Meta:
        verbose_name = _("revision")
        verbose_name_plural = _("revisions")
        ordering = ["-number"]
        constraints = [models.UniqueConstraint(fields=["article", "number"], name="revision_number_once")]
        indexes = [models.Index(fields=["label", "article", "number"], name="revision_by_label")]

    def __str__(self) -> str:
        return f"{self.headline} ({self.number})"


class WorkingCopy(models.Model):
    """An editor's unsaved state of a story in one sitting, as autosave left it; a named save folds it in."""

    article = models.ForeignKey("articles.Article", models.CASCADE, related_name="working_copies")
    editor = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="working_copies")
    sitting = models.UUIDField(_("sitting"), default=uuid.uuid4)
    base = models.ForeignKey(Revision, models.PROTECT, null=True, blank=True, related_name="+")
    version = models.PositiveIntegerField(_("version"), default=1)
    content = models.JSONField(_("content"), default=dict)
    updated_at = models.DateTimeField(_("last change"))

    class Meta:
        verbose_name = _("working copy")
        verbose_name_plural = _("working copies")
        constraints = [
            models.UniqueConstraint(fields=["article", "editor", "sitting"], name="one_copy_a_sitting")
        ]

    def __str__(self) -> str:
        return f"{self.article_id}: {self.editor_id}"
