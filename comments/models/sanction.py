"""Warnings, pre-moderation, suspensions and bans, which end by time without a worker."""

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from comments.enums import SanctionKind
from comments.querysets import SanctionQuerySet

DAYS_ALONE = 7
"""What restricts somebody for longer needs a second person; the database holds to it."""

_PROPOSED = models.Q(decision__isnull=True)
_SHORT = models.Q(kind=SanctionKind.WARNING) | models.Q(days__isnull=False, days__lte=DAYS_ALONE)


class Sanction(models.Model):
    """A measure against a commenter, from a time to a time; each one is a decision with a statement.

    Without a decision it is a proposal, which restricts nobody. `days` None is without an end. `breaches` are the
    decisions that it rests on, by rule and time. `mailbox_key` is the keyed form of the address that it holds for.
    """

    uid = models.UUIDField(_("public id"), default=uuid.uuid4, unique=True, editable=False)
    commenter = models.ForeignKey("comments.Commenter", models.PROTECT, related_name="sanctions")
    kind = models.CharField(_("kind"), max_length=14, choices=SanctionKind.choices)
    days = models.PositiveSmallIntegerField(_("days"), null=True, blank=True)
    policy = models.ForeignKey("comments.Policy", models.PROTECT, related_name="+")
    rule_keys = models.JSONField(_("rules"), default=list)
    breaches = models.JSONField(_("decisions that it rests on"), default=list, blank=True)
    from_record = models.BooleanField(_("the record proposed it"), default=False)
    note = models.TextField(_("note to the author"), max_length=2000, blank=True)
    mailbox_key = models.CharField(_("keyed form of the address"), max_length=64, blank=True)
    decision = models.OneToOneField(
        "comments.Decision", models.PROTECT, null=True, blank=True, related_name="sanction"
    )
    starts_at = models.DateTimeField(_("from"), null=True, blank=True)
    ends_at = models.DateTimeField(_("until"), null=True, blank=True)
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField(_("proposed"))
    agreed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    declined_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    declined_at = models.DateTimeField(_("declined"), null=True, blank=True)
    declined_why = models.TextField(_("why it was declined"), max_length=2000, blank=True)
    acknowledged_at = models.DateTimeField(_("acknowledged"), null=True, blank=True)
    lifted_at = models.DateTimeField(_("lifted"), null=True, blank=True)

    objects = SanctionQuerySet.as_manager()

    class Meta:
        verbose_name = _("sanction")
        verbose_name_plural = _("sanctions")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(agreed_by__isnull=True) | ~models.Q(agreed_by=models.F("proposed_by")),
                name="sanction_agreed_by_another",
            ),
            models.CheckConstraint(
                condition=_PROPOSED | _SHORT | models.Q(agreed_by__isnull=False),
                name="long_sanction_needs_two",
            ),
            models.CheckConstraint(
                condition=(
                    models.Q(decision__isnull=True, starts_at__isnull=True, ends_at__isnull=True)
                    | models.Q(decision__isnull=False, starts_at__isnull=False, declined_at__isnull=True)
                ),
                name="sanction_begins_when_decided",
            ),
            models.CheckConstraint(
                condition=(
                    _PROPOSED
                    | models.Q(days__isnull=True, ends_at__isnull=True)
                    | models.Q(days__isnull=False, ends_at__isnull=False)
                ),
                name="sanction_ends_as_said",
            ),
            models.UniqueConstraint(
                fields=["commenter"],
                condition=models.Q(decision__isnull=True, declined_at__isnull=True),
                name="one_open_proposal",
            ),
        ]
        indexes = [
            models.Index(fields=["commenter", "starts_at"], name="sanction_by_commenter"),
            models.Index(fields=["-starts_at", "-id"], name="sanction_newest"),
            models.Index(
                fields=["mailbox_key"],
                name="sanction_by_mailbox",
                condition=models.Q(lifted_at__isnull=True) & ~models.Q(mailbox_key=""),
            ),
            models.Index(
                fields=["-starts_at"],
                name="ban_by_start",
                condition=models.Q(kind=SanctionKind.BAN, lifted_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.proposed_at:%Y-%m-%d}"

    def get_absolute_url(self) -> str:
        """The beginning of its statement's private address; nothing is shown here without the token."""
        return f"/comments/sanctions/{self.uid}/"

    @property
    def is_open(self) -> bool:
        """Whether it waits for a second person."""
        return self.decision_id is None and self.declined_at is None

    @property
    def needs_second(self) -> bool:
        """Whether one person alone may not decide it."""
        return self.kind != SanctionKind.WARNING and (self.days is None or self.days > DAYS_ALONE)
