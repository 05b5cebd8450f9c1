"""One comment, each text it had, and what the checks found in it."""

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from comments.enums import Effect, StandingReason, State
from comments.querysets import CommentQuerySet

UNREAD = models.Q(state=State.PUBLIC, read_at__isnull=True)
"""Public without any moderator having read it."""


class Comment(models.Model):
    """A comment. `version` rises with every change of text or state; only `comments.actions` writes `state`.

    `root` is the top comment of its branch (None for a top comment), `depth` its distance from it. `due_at` is
    its place in the queue, kept when it leaves: see `comments.moderation.urgency`. `read_at` is when a moderator
    first let it stand as public. `raid` is that in which it was held last; the desk shows those as one row.
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
    raid = models.ForeignKey(
        "comments.Raid", models.PROTECT, null=True, blank=True, related_name="comments", db_index=False
    )
    network_key = models.CharField(_("keyed network prefix"), max_length=64, blank=True)
    submitted_at = models.DateTimeField(_("sent"))
    held_since = models.DateTimeField(_("waiting since"), null=True, blank=True)
    due_at = models.DateTimeField(_("to be decided by"), null=True, blank=True)
    ahead_for_rules = models.PositiveSmallIntegerField(_("minutes ahead for the rules"), default=0)
    ahead_for_reports = models.PositiveSmallIntegerField(_("minutes ahead for reports"), default=0)
    ahead_for_story = models.PositiveSmallIntegerField(_("minutes ahead for the story"), default=0)
    open_reports = models.PositiveSmallIntegerField(_("open reports"), default=0)
    public_since = models.DateTimeField(_("public since"), null=True, blank=True)
    read_at = models.DateTimeField(_("read by a moderator"), null=True, blank=True)
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    withheld_at = models.DateTimeField(_("withheld on legal grounds"), null=True, blank=True)

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
            models.CheckConstraint(
                condition=~models.Q(state=State.HELD) | models.Q(due_at__isnull=False),
                name="held_comment_has_a_place",
            ),
        ]
        indexes = [
            models.Index(
                fields=["held_since", "id"], name="comment_queue", condition=models.Q(state=State.HELD)
            ),
            models.Index(
                fields=["due_at", "id"],
                name="comment_due",
                condition=models.Q(state=State.HELD, raid__isnull=True),
            ),
            models.Index(
                fields=["raid", "due_at", "id"],
                name="comment_due_in_raid",
                condition=models.Q(state=State.HELD, raid__isnull=False),
            ),
            models.Index(
                fields=["discussion", "due_at", "id"],
                name="comment_due_by_story",
                condition=models.Q(state=State.HELD),
            ),
            models.Index(
                fields=["due_at", "id"], name="comment_reported", condition=models.Q(open_reports__gt=0)
            ),
            models.Index(fields=["-public_since", "-id"], name="comment_unread", condition=UNREAD),
            models.Index(
                fields=["discussion", "-submitted_at", "-id"],
                name="comment_watched",
                condition=UNREAD | models.Q(state=State.HELD),
            ),
            models.Index(fields=["discussion", "public_since", "id"], name="comment_thread"),
            models.Index(fields=["root", "public_since", "id"], name="comment_branch"),
            models.Index(fields=["commenter", "-submitted_at"], name="comment_by_commenter"),
            models.Index(
                fields=["network_key", "commenter"],
                name="comment_by_network",
                condition=~models.Q(network_key=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name}, {self.submitted_at:%Y-%m-%d %H:%M}"

    def get_absolute_url(self) -> str:
        return f"/comments/{self.uid}/"


class CommentText(models.Model):
    """One text of a comment as written, its HTML, and the version of the renderer that made it.

    `fingerprint` is that of the normalised text: equal for texts that differ in disguise only. `sketch` and its
    bands tell which texts are nearly alike (`comments.moderation.sketch`); a text without words has none.
    """

    comment = models.ForeignKey(Comment, models.CASCADE, related_name="texts")
    number = models.PositiveSmallIntegerField(_("number"), default=1)
    body = models.TextField(_("text as written"))
    html = models.TextField(_("HTML"))
    renderer = models.PositiveSmallIntegerField(_("renderer's version"))
    fingerprint = models.CharField(_("fingerprint"), max_length=64, db_index=True)
    sketch = models.BinaryField(_("sketch"), max_length=256, default=bytes)
    band_1 = models.BigIntegerField(null=True, blank=True)
    band_2 = models.BigIntegerField(null=True, blank=True)
    band_3 = models.BigIntegerField(null=True, blank=True)
    band_4 = models.BigIntegerField(null=True, blank=True)
    created_at = models.DateTimeField(_("written"))

    class Meta:
        verbose_name = _("text of a comment")
        verbose_name_plural = _("texts of comments")
        constraints = [models.UniqueConstraint(fields=["comment", "number"], name="text_number_once")]
        indexes = [
            models.Index(fields=[f"band_{number}", "-created_at"], name=f"text_by_band_{number}")
            for number in range(1, 5)
        ]

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
        indexes = [
            models.Index(
                fields=["id"],
                name="finding_failed",
                condition=models.Q(standing=StandingReason.CHECK_UNAVAILABLE),
            )
        ]
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
