"""Complaints from outside: what was frozen for them, what was done, and the erasures that wait meanwhile."""

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from comments.enums import CaseKind, CaseOutcome, CaseVerb
from comments.models.append_only import AppendOnly
from comments.querysets import CaseCopyQuerySet, CaseQuerySet


class Case(models.Model):
    """A lawyer's letter, an order or a complaint. While it is open nothing that it holds is erased.

    `version` is the number of its acts; whoever changes it says which one they saw. `alarmed_for` is the deadline of
    whose coming those who lead were told.
    """

    uid = models.UUIDField(_("public id"), default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(_("kind"), max_length=9, choices=CaseKind.choices)
    sender = models.CharField(_("sender"), max_length=200, blank=True)
    reference = models.CharField(_("their reference"), max_length=100, blank=True)
    about = models.TextField(_("what is asked"), max_length=5000, blank=True)
    received_at = models.DateTimeField(_("received"))
    deadline = models.DateTimeField(_("deadline"))
    alarmed_for = models.DateTimeField(_("alarmed for"), null=True, blank=True)
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    opened_at = models.DateTimeField(_("opened"))
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True)
    outcome = models.CharField(_("outcome"), max_length=9, choices=CaseOutcome.choices, blank=True)
    version = models.PositiveIntegerField(_("version"), default=1)

    objects = CaseQuerySet.as_manager()

    class Meta:
        verbose_name = _("case")
        verbose_name_plural = _("cases")
        permissions = [("handle_case", _("Can open, work on and export cases"))]
        constraints = [
            models.CheckConstraint(
                condition=(
                    models.Q(closed_at__isnull=True, outcome="")
                    | models.Q(closed_at__isnull=False, outcome__in=CaseOutcome.values)
                ),
                name="case_closes_with_an_outcome",
            ),
            models.CheckConstraint(
                condition=models.Q(deadline__gte=models.F("received_at")),
                name="case_deadline_after_receipt",
            ),
            models.CheckConstraint(condition=models.Q(kind__in=CaseKind.values), name="case_kind_is_known"),
        ]
        indexes = [
            models.Index(
                fields=["deadline", "id"], name="case_open", condition=models.Q(closed_at__isnull=True)
            ),
            models.Index(
                fields=["-closed_at", "-id"], name="case_closed", condition=models.Q(closed_at__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pk}"

    @property
    def is_open(self) -> bool:
        return self.closed_at is None


class CaseItem(AppendOnly):
    """That a comment or a story, in a version, was frozen for a case; `digest` is the SHA-256 of its copy as it was.

    A story's version is the number of acts on it.
    """

    case = models.ForeignKey(Case, models.PROTECT, related_name="items")
    number = models.PositiveSmallIntegerField(_("number"))
    comment = models.ForeignKey(
        "comments.Comment", models.PROTECT, null=True, blank=True, related_name="case_items"
    )
    article = models.ForeignKey(
        "articles.Article", models.PROTECT, null=True, blank=True, related_name="case_items"
    )
    subject_version = models.PositiveIntegerField(_("version"))
    frozen_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    frozen_at = models.DateTimeField(_("frozen"))
    digest = models.CharField(_("digest"), max_length=64)

    class Meta:
        verbose_name = _("item of a case")
        verbose_name_plural = _("items of cases")
        ordering = ["number"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(comment__isnull=True) ^ models.Q(article__isnull=True),
                name="case_item_has_one_subject",
            ),
            models.UniqueConstraint(fields=["case", "number"], name="case_item_number_once"),
            models.UniqueConstraint(
                fields=["case", "comment", "subject_version"], name="case_freezes_a_comment_once"
            ),
            models.UniqueConstraint(
                fields=["case", "article", "subject_version"], name="case_freezes_a_story_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case_id}/{self.number}"


class CaseCopy(AppendOnly):
    """The frozen words of an item, as canonical JSON; blanked when its author is erased after the case, else never.

    What is withheld on legal grounds says so in it, while the copy as it was is kept with the act of withholding.
    The salt in it keeps the digest from giving away, once the words are gone, what they were.
    """

    item = models.OneToOneField(CaseItem, models.PROTECT, related_name="copy")
    content = models.TextField(_("copy"), blank=True)
    erased_at = models.DateTimeField(_("erased"), null=True, blank=True)
    withheld_at = models.DateTimeField(_("withheld on legal grounds"), null=True, blank=True)

    objects = CaseCopyQuerySet.as_manager()  # type: ignore[misc]

    class Meta:
        verbose_name = _("frozen copy")
        verbose_name_plural = _("frozen copies")
        constraints = [
            models.CheckConstraint(
                condition=(
                    (models.Q(erased_at__isnull=True) & ~models.Q(content=""))
                    | models.Q(erased_at__isnull=False, content="")
                ),
                name="case_copy_is_whole_or_erased",
            )
        ]

    def __str__(self) -> str:
        return str(self.item_id)


class CaseAct(AppendOnly):
    """One thing that somebody did in a case. `details` has what changed, as codes and times, old and new."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="acts")
    seq = models.PositiveIntegerField(_("number"))
    verb = models.CharField(_("act"), max_length=8, choices=CaseVerb.choices)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(_("at"))
    note = models.TextField(_("note"), max_length=5000, blank=True)
    item = models.ForeignKey(CaseItem, models.PROTECT, null=True, blank=True, related_name="+")
    details = models.JSONField(_("what changed"), default=dict, blank=True)

    class Meta:
        verbose_name = _("act in a case")
        verbose_name_plural = _("acts in cases")
        ordering = ["seq"]
        constraints = [
            models.UniqueConstraint(fields=["case", "seq"], name="case_act_once"),
            models.CheckConstraint(
                condition=~models.Q(verb=CaseVerb.ADDED) | models.Q(item__isnull=False),
                name="case_act_names_what_it_froze",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case_id}/{self.seq}"


class WaitingErasure(models.Model):
    """Somebody asked to be erased while a case held something of theirs: done once the last such case is closed."""

    address = models.EmailField(_("e-mail address"), unique=True)
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, null=True, blank=True, related_name="+"
    )
    asked_at = models.DateTimeField(_("asked"))

    class Meta:
        verbose_name = _("erasure that waits")
        verbose_name_plural = _("erasures that wait")

    def __str__(self) -> str:
        return self.address
