"""A reader's notice that a comment breaks a rule or the law."""

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from comments.enums import ReportState


class Report(models.Model):
    """One notice; several open ones of one comment are one item for the desk.

    It is read at once, whoever sent it. Only from `confirmed_at` on is it its reporter's: their record counts, and
    they are mailed what became of it. A notice of child abuse may have no reporter at all.
    """

    uid = models.UUIDField(_("public id"), default=uuid.uuid4, unique=True, editable=False)
    comment = models.ForeignKey("comments.Comment", models.PROTECT, related_name="reports")
    reporter = models.ForeignKey(
        "comments.Commenter", models.SET_NULL, null=True, blank=True, related_name="reports"
    )
    rule = models.ForeignKey("comments.Rule", models.PROTECT, null=True, blank=True, related_name="reports")
    illegal = models.BooleanField(_("reported as illegal"), default=False)
    child_abuse = models.BooleanField(_("reported as sexual abuse of a child"), default=False)
    explanation = models.TextField(_("explanation"), max_length=2000, blank=True)
    name = models.CharField(_("name"), max_length=80, blank=True)
    address = models.EmailField(_("e-mail address"), blank=True)
    language = models.CharField(_("language"), max_length=10, default="en")
    good_faith = models.BooleanField(_("in good faith"), default=False)
    form_key = models.UUIDField(_("form key"), default=uuid.uuid4, unique=True)
    robot_suspected = models.BooleanField(_("filled in as robots do"), default=False)
    state = models.CharField(_("state"), max_length=9, choices=ReportState.choices, default=ReportState.OPEN)
    created_at = models.DateTimeField(_("received"))
    confirmed_at = models.DateTimeField(_("address confirmed"), null=True, blank=True)
    settled_at = models.DateTimeField(_("settled"), null=True, blank=True)
    decision = models.ForeignKey(
        "comments.Decision", models.PROTECT, null=True, blank=True, related_name="reports"
    )

    class Meta:
        verbose_name = _("report")
        verbose_name_plural = _("reports")
        indexes = [models.Index(fields=["state", "created_at", "id"], name="report_waiting")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(rule__isnull=False) | models.Q(illegal=True), name="report_names_a_ground"
            ),
            models.CheckConstraint(
                condition=models.Q(child_abuse=False) | models.Q(illegal=True), name="child_abuse_is_illegal"
            ),
            models.UniqueConstraint(
                fields=["comment", "reporter"],
                condition=models.Q(state=ReportState.OPEN, reporter__isnull=False),
                name="one_open_report_a_reporter",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.comment_id} {self.created_at:%Y-%m-%d}"

    def get_absolute_url(self) -> str:
        return f"/comments/reports/{self.uid}/"
