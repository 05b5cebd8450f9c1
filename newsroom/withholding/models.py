"""The acts of withholding, the one place where withheld words still are, and who read them there."""

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from newsroom.append_only import AppendOnly

LONGEST_GROUND = 200
LONGEST_REMARK = 2_000


class Subject(models.TextChoices):
    """What the words belong to."""

    COMMENT = "comment", _("Comment")
    DECISION = "decision", _("Decision")
    CORRECTION = "correction", _("Correction")
    EVENT = "event", _("Act on a story")


class Ending(models.TextChoices):
    """How withholding ended."""

    SHOWN = "shown", _("shown again")
    DESTROYED = "destroyed", _("destroyed")


class Withholding(AppendOnly):
    """Words of one subject were taken out of every table: by whom, when, and on which legal ground.

    `key` is the subject's public id, or its row's where it has none. `person` is the public id of the commenter whose
    it is, for erasure to find what is kept of them; "" where it is nobody's. `places` says how many of what were
    touched, by name.
    """

    uid = models.UUIDField(_("public id"), default=uuid.uuid4, unique=True, editable=False)
    subject = models.CharField(_("what it is about"), max_length=10, choices=Subject.choices)
    key = models.CharField(_("its id"), max_length=36)
    person = models.CharField(_("whose it is"), max_length=36, blank=True)
    with_name = models.BooleanField(_("with its author’s name"), default=False)
    ground = models.CharField(_("legal ground"), max_length=LONGEST_GROUND)
    remark = models.TextField(_("for the record"), max_length=LONGEST_REMARK, blank=True)
    places = models.JSONField(_("where"), default=dict)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("withholding")
        verbose_name_plural = _("withholdings")
        ordering = ["-at", "-id"]
        permissions = [("withhold_words", _("Can withhold words on legal grounds and read what is withheld"))]
        constraints = [
            models.CheckConstraint(condition=~models.Q(ground=""), name="withholding_names_a_ground"),
            models.CheckConstraint(
                condition=models.Q(subject__in=Subject.values), name="withholding_subject_is_known"
            ),
        ]
        indexes = [
            models.Index(fields=["subject", "key"], name="withholding_by_subject"),
            models.Index(fields=["person"], name="withholding_by_person", condition=~models.Q(person="")),
        ]

    def __str__(self) -> str:
        return f"{self.subject} {self.at:%Y-%m-%d %H:%M}"


class WithheldOriginal(models.Model):
    """The words as they were, by table, row and column: here and nowhere else, until withholding ends.

    `rows` is a list of objects with "model" and "pk", and by column "fields" and "marks" as they were, "put" as it is.
    """

    withholding = models.OneToOneField(Withholding, models.PROTECT, related_name="original")
    rows = models.JSONField(_("rows as they were"), default=list)

    class Meta:
        verbose_name = _("withheld original")
        verbose_name_plural = _("withheld originals")

    def __str__(self) -> str:
        return str(self.withholding_id)


class WithheldReading(AppendOnly):
    """Somebody with the right read a withheld original, and why."""

    withholding = models.ForeignKey(Withholding, models.PROTECT, related_name="readings")
    why = models.CharField(_("why"), max_length=500)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("reading of what is withheld")
        verbose_name_plural = _("readings of what is withheld")
        ordering = ["-at", "-id"]
        constraints = [models.CheckConstraint(condition=~models.Q(why=""), name="reading_says_why")]

    def __str__(self) -> str:
        return f"{self.withholding_id} {self.at:%Y-%m-%d %H:%M}"


class WithholdingEnd(AppendOnly):
    """What was withheld is shown again, or its original was destroyed: by whom, when and why."""

    withholding = models.OneToOneField(Withholding, models.PROTECT, related_name="end")
    kind = models.CharField(_("how"), max_length=9, choices=Ending.choices)
    why = models.CharField(_("why"), max_length=500)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("end of a withholding")
        verbose_name_plural = _("ends of withholdings")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(kind__in=Ending.values), name="withholding_end_is_known"
            )
        ]

    def __str__(self) -> str:
        return f"{self.withholding_id} {self.kind}"
