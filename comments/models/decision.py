"""The append-only record of every change of state, what may be erased of it, and the seals over it."""

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from comments.enums import Act, DiscussionMode, GroundKind, SanctionKind, State
from comments.models.append_only import AppendOnly


class Decision(AppendOnly):
    """One change of one subject's state: who or what, from which state to which, on which version, when.

    A commenter's states are the kinds of sanctions, "" without this one; their version is the length of their chain.
    Decisions of a subject form a chain: `seq` counts from 1, `previous_digest` is the one before's `digest`.
    `in_discussion` is the comment's, once more, so that a story's log is a range of one index.
    The database refuses change and deletion on PostgreSQL. What may have to be erased is in
    `DecisionEvidence`.
    """

    uid = models.UUIDField(_("public id"), default=uuid.uuid4, unique=True, editable=False)
    comment = models.ForeignKey(
        "comments.Comment", models.PROTECT, null=True, blank=True, related_name="decisions"
    )
    commenter = models.ForeignKey(
        "comments.Commenter", models.PROTECT, null=True, blank=True, related_name="decisions"
    )
    discussion = models.ForeignKey(
        "comments.Discussion", models.PROTECT, null=True, blank=True, related_name="decisions"
    )
    in_discussion = models.ForeignKey(
        "comments.Discussion", models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    seq = models.PositiveIntegerField(_("number in the chain"))
    act = models.CharField(_("act"), max_length=14, choices=Act.choices)
    automatic = models.BooleanField(_("automatic"))
    decider = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="decisions"
    )
    at = models.DateTimeField(_("at"))
    from_state = models.CharField(_("from"), max_length=14, blank=True)
    to_state = models.CharField(_("to"), max_length=14, blank=True)
    subject_version = models.PositiveIntegerField(_("version that the decider saw"))
    policy = models.ForeignKey("comments.Policy", models.PROTECT, null=True, blank=True, related_name="+")
    undoes = models.OneToOneField("self", models.PROTECT, null=True, blank=True, related_name="undone_by")
    evidence_digest = models.CharField(_("salted digest of the evidence"), max_length=64)
    previous_digest = models.CharField(_("digest before"), max_length=64, blank=True)
    digest = models.CharField(_("digest"), max_length=64)

    class Meta:
        verbose_name = _("decision")
        verbose_name_plural = _("decisions")
        ordering = ["-at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=(
                    models.Q(comment__isnull=False, commenter__isnull=True, discussion__isnull=True)
                    | models.Q(comment__isnull=True, commenter__isnull=False, discussion__isnull=True)
                    | models.Q(comment__isnull=True, commenter__isnull=True, discussion__isnull=False)
                ),
                name="decision_has_one_subject",
            ),
            models.UniqueConstraint(fields=["comment", "seq"], name="comment_decision_once"),
            models.UniqueConstraint(fields=["commenter", "seq"], name="commenter_decision_once"),
            models.UniqueConstraint(fields=["discussion", "seq"], name="discussion_decision_once"),
            models.CheckConstraint(
                condition=(
                    models.Q(automatic=True) | models.Q(decider__isnull=False) | models.Q(act=Act.WITHDRAWN)
                ),
                name="decision_has_a_decider",
            ),
        ]
        indexes = [
            models.Index(fields=["-at", "-id"], name="decision_newest"),
            models.Index(fields=["decider", "-at", "-id"], name="decision_by_decider"),
            models.Index(fields=["act", "-at", "-id"], name="decision_by_act"),
            models.Index(fields=["in_discussion", "-at", "-id"], name="decision_by_discussion"),
            models.Index(
                fields=["-at", "-id"], name="decision_by_people", condition=models.Q(automatic=False)
            ),
            models.Index(
                fields=["-at", "-id"],
                name="decision_on_commenter",
                condition=models.Q(commenter__isnull=False),
            ),
            models.Index(
                fields=["-at", "-id"],
                name="decision_on_discussion",
                condition=models.Q(discussion__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_act_display()} {self.at:%Y-%m-%d %H:%M}"

    @property
    def to_state_label(self) -> str:
        """A comment's state, the sanction that holds, or how a discussion takes comments, in words."""
        known = {**dict(State.choices), **dict(SanctionKind.choices), **dict(DiscussionMode.choices)}
        return str(known.get(self.to_state, self.to_state))


class DecisionGround(AppendOnly):
    """A rule, a law or a standing reason that a decision names; `key` is what statistics count."""

    decision = models.ForeignKey(Decision, models.PROTECT, related_name="grounds")
    kind = models.CharField(_("kind"), max_length=8, choices=GroundKind.choices)
    rule = models.ForeignKey("comments.Rule", models.PROTECT, null=True, blank=True, related_name="+")
    key = models.CharField(_("key"), max_length=200)

    class Meta:
        verbose_name = _("ground of a decision")
        verbose_name_plural = _("grounds of decisions")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["decision", "kind", "key"], name="ground_once_a_decision")
        ]
        indexes = [
            models.Index(fields=["key", "decision"], name="ground_by_key"),
            models.Index(fields=["decision"], name="ground_of_law", condition=models.Q(kind=GroundKind.LAW)),
        ]

    def __str__(self) -> str:
        return self.key


class DecisionEvidence(models.Model):
    """What a decision rests on that may have to be erased: words quoted, notes, the statement of reasons."""

    decision = models.OneToOneField(Decision, models.PROTECT, related_name="evidence")
    salt = models.CharField(max_length=32)
    quoted = models.JSONField(_("quoted words"), default=list)
    note = models.TextField(_("note to the author"), blank=True)
    explanation = models.TextField(_("why the law forbids it"), blank=True)
    statement = models.TextField(_("statement of reasons"), blank=True)
    erased_at = models.DateTimeField(_("erased"), null=True, blank=True)
    withheld_at = models.DateTimeField(_("withheld on legal grounds"), null=True, blank=True)

    class Meta:
        verbose_name = _("evidence of a decision")
        verbose_name_plural = _("evidence of decisions")

    def __str__(self) -> str:
        return str(self.decision_id)


class Seal(AppendOnly):
    """An hourly root over new decisions, with an HMAC under a key that is kept outside the database.

    `marks` are 32 bytes of each decision, by which one that was changed, taken out or put in since is named.
    """

    number = models.PositiveIntegerField(unique=True)
    at = models.DateTimeField(_("at"))
    last_decision = models.OneToOneField(Decision, models.PROTECT, related_name="+")
    decisions = models.PositiveIntegerField(_("decisions sealed"))
    root = models.CharField(max_length=64)
    signature = models.CharField(max_length=64)
    marks = models.BinaryField(default=bytes)

    class Meta:
        verbose_name = _("seal")
        verbose_name_plural = _("seals")
        ordering = ["-number"]

    def __str__(self) -> str:
        return f"{self.number}: {self.root[:12]}"
