"""What moderators tell each other and keep at hand: questions, notes, ready-made notes, examples. Never for readers."""

from django.conf import settings
from django.db import models
from django.db.models import F
from django.utils.translation import gettext_lazy as _


class Question(models.Model):
    """A comment passed to a colleague with a note, or to whoever leads (`to` is None).

    It is open until it is settled, the comment has moved on from `seen_version`, or, for everybody but whom it was
    passed to, `until`: then nobody waits for a colleague who has gone home.
    """

    comment = models.ForeignKey("comments.Comment", models.CASCADE, related_name="questions")
    seen_version = models.PositiveIntegerField(_("version that was seen"))
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    to = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="questions"
    )
    note = models.TextField(_("what is asked"), max_length=2000, blank=True)
    asked_at = models.DateTimeField(_("asked"))
    until = models.DateTimeField(_("theirs until"))
    settled_at = models.DateTimeField(_("settled"), null=True, blank=True)

    class Meta:
        verbose_name = _("question to a colleague")
        verbose_name_plural = _("questions to colleagues")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["comment"],
                condition=models.Q(settled_at__isnull=True),
                name="one_open_question_a_comment",
            ),
            models.CheckConstraint(condition=~models.Q(asked_by=F("to")), name="nobody_asks_themselves"),
        ]
        indexes = [
            models.Index(
                fields=["to", "asked_at", "comment"],
                condition=models.Q(settled_at__isnull=True),
                name="question_open",
            )
        ]

    def __str__(self) -> str:
        return f"{self.comment_id}: {self.asked_at:%Y-%m-%d %H:%M}"


class InternalNote(models.Model):
    """What a moderator wrote about a comment or a commenter for colleagues alone."""

    comment = models.ForeignKey(
        "comments.Comment", models.CASCADE, null=True, blank=True, related_name="internal_notes"
    )
    commenter = models.ForeignKey(
        "comments.Commenter", models.CASCADE, null=True, blank=True, related_name="internal_notes"
    )
    text = models.TextField(_("note"), max_length=2000)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(_("written"))

    class Meta:
        verbose_name = _("internal note")
        verbose_name_plural = _("internal notes")
        ordering = ["-at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(comment__isnull=True) ^ models.Q(commenter__isnull=True),
                name="internal_note_has_one_subject",
            )
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M}"


class CannedNote(models.Model):
    """A note to authors that is written once, for what breaks the rule with this key in any version."""

    rule_key = models.SlugField(_("rule"), max_length=60)
    language = models.CharField(_("language"), max_length=10, blank=True)
    title = models.CharField(_("title"), max_length=80)
    text = models.TextField(_("text"), max_length=1000)
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    changed_at = models.DateTimeField(_("changed"))

    class Meta:
        verbose_name = _("ready-made note")
        verbose_name_plural = _("ready-made notes")
        ordering = ["rule_key", "title", "pk"]
        indexes = [models.Index(fields=["rule_key", "title"], name="canned_by_rule")]

    def __str__(self) -> str:
        return self.title


class RuleExample(models.Model):
    """A text that breaks the rule with this key, or that does not, though one might think so; and why."""

    rule_key = models.SlugField(_("rule"), max_length=60)
    breaks = models.BooleanField(_("breaks the rule"))
    text = models.TextField(_("example"), max_length=1000)
    why = models.TextField(_("why"), max_length=500, blank=True)
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    changed_at = models.DateTimeField(_("changed"))

    class Meta:
        verbose_name = _("example of a rule")
        verbose_name_plural = _("examples of rules")
        ordering = ["rule_key", "-breaks", "pk"]
        indexes = [models.Index(fields=["rule_key", "breaks"], name="example_by_rule")]

    def __str__(self) -> str:
        return self.text[:60]
