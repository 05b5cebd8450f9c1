"""A mail to somebody outside, frozen when it was decided: it can be shown, cancelled, and sent again."""

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from comments.enums import LetterKind, LetterState


class Letter(models.Model):
    """One mail. It leaves at `send_after` at the earliest, at least once, always with the same Message-ID.

    `facts` is what it will say, frozen when it was decided: the template, the language, and what stands in it, as
    JSON. `comments.wording` makes words of them when it leaves, and only then are those kept in their place.

    Letters of one `bundle`, which is of decisions made together, reach an address in one mail. They are gathered when
    it leaves first, and from then on it is `carrier`'s mail, whose Message-ID it has, with each that still holds.
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(_("kind"), max_length=16, choices=LetterKind.choices)
    commenter = models.ForeignKey(
        "comments.Commenter", models.CASCADE, null=True, blank=True, related_name="letters"
    )
    comment = models.ForeignKey(
        "comments.Comment", models.CASCADE, null=True, blank=True, related_name="letters"
    )
    decision = models.OneToOneField(
        "comments.Decision", models.PROTECT, null=True, blank=True, related_name="letter"
    )
    report = models.ForeignKey(
        "comments.Report", models.CASCADE, null=True, blank=True, related_name="letters"
    )
    to = models.EmailField(_("to"))
    facts = models.JSONField(_("what it is to say"), default=dict, blank=True)
    subject = models.CharField(_("subject"), max_length=200, blank=True)
    text = models.TextField(_("text"), blank=True)
    html = models.TextField(_("HTML"), blank=True)
    bundle = models.UUIDField(null=True, blank=True, editable=False)
    carrier = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, editable=False, related_name="carried"
    )
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
    withheld_at = models.DateTimeField(_("withheld on legal grounds"), null=True, blank=True)

    class Meta:
        verbose_name = _("letter")
        verbose_name_plural = _("letters")
        indexes = [
            models.Index(fields=["state", "send_after"], name="letter_waiting"),
            models.Index(
                fields=["bundle", "to"], name="letter_bundle", condition=models.Q(bundle__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.to}"
