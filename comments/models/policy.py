"""The posted policy as data: versions that never change, their rules, and the word lists that rules bind."""

from django.conf import settings
from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from comments.enums import Effect, Gravity
from comments.models.append_only import AppendOnly, FrozenOncePosted
from comments.querysets import PolicyQuerySet, RuleCheckQuerySet, RuleQuerySet


def in_language(language: str | None) -> str:
    """How an address of the policy ends in a language: with nothing in the site's own, or where it has no such page."""
    is_other = language != settings.LANGUAGE_CODE and language in dict(settings.LANGUAGES)
    return f"{language}/" if is_other else ""


class Policy(FrozenOncePosted):
    """One version of the comment policy: a draft until `posted_at`, unchangeable from then on.

    An editorial version mends the words, in whatever language, of the version that it `mends`, which is none of
    that kind itself. Rules, figures and checks are the same in both, so whoever accepted one has accepted the other.
    """

    version = models.PositiveIntegerField(_("version"), unique=True)
    language = models.CharField(_("written in"), max_length=10, choices=settings.LANGUAGES, default="en")
    mends = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="mended_by", verbose_name=_("mends")
    )
    title = models.CharField(_("title"), max_length=120)
    introduction = models.TextField(_("introduction"), max_length=5000)
    how_moderated = models.TextField(_("how comments are moderated"), max_length=5000)
    changes = models.TextField(_("what changed"), max_length=2000, blank=True)
    approved_needed = models.PositiveSmallIntegerField(
        _("approved comments before one is published at once"), default=3
    )
    effective_from = models.DateTimeField(_("in force from"), null=True, blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField(_("begun"))
    posted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    posted_at = models.DateTimeField(_("posted"), null=True, blank=True)

    objects = PolicyQuerySet.as_manager()

    class Meta:
        verbose_name = _("policy")
        verbose_name_plural = _("policy versions")
        ordering = ["-version"]
        permissions = [("post_policy", _("Can draft and post the comment policy"))]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(posted_at__isnull=True) | models.Q(effective_from__isnull=False),
                name="posted_policy_has_a_start",
            ),
            models.CheckConstraint(
                condition=models.Q(mends__isnull=True) | models.Q(mends__lt=models.F("id")),
                name="policy_mends_an_earlier_one",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title} ({self.version})"

    def get_absolute_url(self) -> str:
        """Its page in the active language."""
        return f"/comment-policy/{self.version}/{in_language(get_language())}"

    @property
    def is_editorial(self) -> bool:
        return self.mends_id is not None

    @property
    def rules_since_id(self) -> int:
        """The version that first had these very rules, figures and checks: this one, or the one that it mends."""
        return self.mends_id or self.pk

    def posted_policies(self) -> PolicyQuerySet:
        return Policy.objects.posted().filter(pk=self.pk)


class Rule(FrozenOncePosted):
    """One numbered rule of a version; `key` is the same in all versions, so that figures can be compared.

    `gravity` says how far ahead of others a comment waits that may break it.
    """

    policy = models.ForeignKey(Policy, models.PROTECT, related_name="rules")
    key = models.SlugField(_("key"), max_length=60)
    number = models.PositiveSmallIntegerField(_("number"))
    title = models.CharField(_("title"), max_length=120)
    text = models.TextField(
        _("text"), max_length=3000, help_text=_("Name each figure by its parameter, for example {max_links}.")
    )

    gravity = models.CharField(_("gravity"), max_length=8, choices=Gravity.choices, default=Gravity.ORDINARY)

    objects = RuleQuerySet.as_manager()

    class Meta:
        verbose_name = _("rule")
        verbose_name_plural = _("rules")
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["policy", "key"], name="rule_key_once"),
            models.UniqueConstraint(fields=["policy", "number"], name="rule_number_once"),
        ]

    def __str__(self) -> str:
        return f"{self.number}. {self.title}"

    def posted_policies(self) -> PolicyQuerySet:
        of_this = models.Q(pk=self.policy_id) | models.Q(rules__in=[self.pk])
        return Policy.objects.posted().filter(of_this)


class RuleCheck(FrozenOncePosted):
    """An automatic check that a rule drives, with the rule's own figures and what a finding does."""

    rule = models.ForeignKey(Rule, models.PROTECT, related_name="checks")
    check_name = models.CharField(_("check"), max_length=40)
    parameters = models.JSONField(_("parameters"), default=dict)
    effect = models.CharField(_("effect"), max_length=6, choices=Effect.choices)

    objects = RuleCheckQuerySet.as_manager()

    class Meta:
        verbose_name = _("check of a rule")
        verbose_name_plural = _("checks of rules")
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["rule", "check_name"], name="check_once_a_rule")]

    def __str__(self) -> str:
        return f"{self.rule_id}: {self.check_name}"

    def posted_policies(self) -> PolicyQuerySet:
        of_this = models.Q(rules=self.rule_id) | models.Q(rules__checks__in=[self.pk])
        return Policy.objects.posted().filter(of_this)


class PhraseList(models.Model):
    """A named list of words and phrases; what it says is in its newest revision."""

    name = models.SlugField(_("name"), max_length=60, unique=True)

    class Meta:
        verbose_name = _("phrase list")
        verbose_name_plural = _("phrase lists")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class PhraseListRevision(AppendOnly):
    """One state of a phrase list. Entries: `{"text": ..., "kind": "word" | "stem" | "phrase" | "except"}`."""

    phrase_list = models.ForeignKey(PhraseList, models.PROTECT, related_name="revisions")
    number = models.PositiveIntegerField(_("number"))
    entries = models.JSONField(_("entries"), default=list)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField(_("since"))

    class Meta:
        verbose_name = _("revision of a phrase list")
        verbose_name_plural = _("revisions of phrase lists")
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["phrase_list", "number"], name="phrase_list_revision_once")
        ]

    def __str__(self) -> str:
        return f"{self.phrase_list_id}/{self.number}"


class RefusalCount(models.Model):
    """How often a rule refused a text before posting, by version and day; the text itself is not kept."""

    policy = models.ForeignKey(Policy, models.PROTECT, related_name="refusals")
    rule_key = models.SlugField(_("rule"), max_length=60)
    day = models.DateField(_("day"))
    count = models.PositiveIntegerField(_("refusals"), default=0)

    class Meta:
        verbose_name = _("refusals of a day")
        verbose_name_plural = _("refusals by day")
        constraints = [
            models.UniqueConstraint(fields=["policy", "rule_key", "day"], name="refusals_once_a_day")
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.rule_key}: {self.count}"
