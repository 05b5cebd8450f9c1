"""A mail to somebody outside, frozen when it was decided: it can be shown, cancelled, and sent again."""

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from comments.enums import LetterKind, LetterState


class Letter(models.Model):
    """One mail. It leaves at `send_after` at the earliest, at least once, always with the same Message-ID."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(_("kind"), max_length=16, choices=LetterKind.choices)
    commenter = models.ForeignKey("comments.Commenter", models.CASCADE, related_name="letters")
    comment = models.ForeignKey(
        "comments.Comment", models.CASCADE, null=True, blank=True, related_name="letters"
    )
    decision = models.OneToOneField(
        "comments.Decision", models.PROTECT, null=True, blank=True, related_name="letter"
    )
    to = models.EmailField(_("to"))
    subject = models.CharField(_("subject"), max_length=200)
    text = models.TextField(_("text"))
    html = models.TextField(_("HTML"), blank=True)
    message_id = models.CharField(max_length=200, unique=True)
    state = models.CharField(
        _("state"), max_length=9, choices=LetterState.choices, default=LetterState.WAITING
    )
    send_after = models.DateTimeField(_("leaves at"))
    created_at = models.DateTimeField(_("written"))
    claimed_at = models.DateTimeField(_("last attempt"), null=True, blank=True)
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    last_error = models.CharField(_("last error"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("letter")
        verbose_name_plural = _("letters")
        indexes = [models.Index(fields=["state", "send_after"], name="letter_waiting")]

    def __str__(self) -> str:
        return self.subject
