"""One comment, each text it had, and what the checks found in it."""

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from comments.enums import Effect, StandingReason, State
from comments.querysets import CommentQuerySet


class Comment(models.Model):
    """A comment. `version` rises with every change of text or state; only `comments.actions` writes `state`.

    `root` is the top comment of its branch (None for a top comment), `depth` its distance from it.
    """

    uid = models.UUIDField(_("public id"), default=uuid.uuid4, unique=True, editable=False)
    discussion = models.ForeignKey("comments.Discussion", models.PROTECT, related_name="comments")
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="replies")
    root = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="branch")
    depth = models.PositiveSmallIntegerField(_("depth"), default=0)
    commenter = models.ForeignKey("comments.Commenter", models.PROTECT, related_name="comments")
    name = models.CharField(_("name"), max_length=80)
    state = models.CharField(_("state"), max_length=11, choices=State.choices)
    version = models.PositiveIntegerField(_("version"), default=1)
    current_text = models.OneToOneField(
        "comments.CommentText", models.PROTECT, null=True, blank=True, related_name="+"
    )
    policy = models.ForeignKey("comments.Policy", models.PROTECT, related_name="comments")
    form_key = models.UUIDField(_("form key"), unique=True)
    supersedes = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="superseded_by"
    )
    network_key = models.CharField(_("keyed network prefix"), max_length=64, blank=True)
    submitted_at = models.DateTimeField(_("sent"))
    held_since = models.DateTimeField(_("waiting since"), null=True, blank=True)
    public_since = models.DateTimeField(_("public since"), null=True, blank=True)
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)

    objects = CommentQuerySet.as_manager()

    class Meta:
        verbose_name = _("comment")
        verbose_name_plural = _("comments")
        permissions = [
            ("moderate_comment", _("Can decide on comments")),
            ("lead_moderation", _("Can lead the moderation desk")),
        ]
        constraints = [
            models.CheckConstraint(condition=models.Q(state__in=State.values), name="comment_state_is_known"),
            models.CheckConstraint(
                condition=~models.Q(state=State.PUBLIC) | models.Q(public_since__isnull=False),
                name="public_comment_has_a_time",
            ),
            models.CheckConstraint(
                condition=~models.Q(state=State.HELD) | models.Q(held_since__isnull=False),
                name="held_comment_has_a_time",
            ),
        ]
        indexes = [
            models.Index(
                fields=["held_since", "id"], name="comment_queue", condition=models.Q(state=State.HELD)
            ),
            models.Index(fields=["discussion", "public_since", "id"], name="comment_thread"),
            models.Index(fields=["root", "public_since", "id"], name="comment_branch"),
            models.Index(fields=["commenter", "-submitted_at"], name="comment_by_commenter"),
        ]

    def __str__(self) -> str:
        return f"{self.name}, {self.submitted_at:%Y-%m-%d %H:%M}"

    def get_absolute_url(self) -> str:
        return f"/comments/{self.uid}/"


class CommentText(models.Model):
    """One text of a comment as written, its HTML, and the version of the renderer that made it.

    `fingerprint` is that of the normalised text: equal for texts that differ in disguise only.
    """

    comment = models.ForeignKey(Comment, models.CASCADE, related_name="texts")
    number = models.PositiveSmallIntegerField(_("number"), default=1)
    body = models.TextField(_("text as written"))
    html = models.TextField(_("HTML"))
    renderer = models.PositiveSmallIntegerField(_("renderer's version"))
    fingerprint = models.CharField(_("fingerprint"), max_length=64, db_index=True)
    created_at = models.DateTimeField(_("written"))

    class Meta:
        verbose_name = _("text of a comment")
        verbose_name_plural = _("texts of comments")
        constraints = [models.UniqueConstraint(fields=["comment", "number"], name="text_number_once")]

    def __str__(self) -> str:
        return f"{self.comment_id}/{self.number}"


class CommentFinding(models.Model):
    """What a check saw in a text, or a standing reason that held it; words are `body[start:end]`."""

    text = models.ForeignKey(CommentText, models.CASCADE, related_name="findings")
    rule = models.ForeignKey("comments.Rule", models.PROTECT, null=True, blank=True, related_name="findings")
    standing = models.CharField(
        _("standing reason"), max_length=30, choices=StandingReason.choices, blank=True
    )
    check_name = models.CharField(_("check"), max_length=40, blank=True)
    fact = models.CharField(_("fact"), max_length=40, blank=True)
    effect = models.CharField(_("effect"), max_length=6, choices=Effect.choices)
    start = models.PositiveIntegerField(_("from character"), default=0)
    end = models.PositiveIntegerField(_("to character"), default=0)
    details = models.JSONField(_("details"), default=dict)
    list_revision = models.PositiveIntegerField(_("revision of the phrase list"), null=True, blank=True)
    entry = models.CharField(_("entry of the phrase list"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("finding")
        verbose_name_plural = _("findings")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(rule__isnull=False) | ~models.Q(standing=""),
                name="finding_names_rule_or_reason",
            ),
            models.CheckConstraint(
                condition=models.Q(end__gte=models.F("start")), name="finding_ends_after_start"
            ),
        ]

    def __str__(self) -> str:
        return self.fact or self.standing
