"""A policy version in the site's other languages: posted with it, and as unchangeable from then on."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from comments.models.append_only import FrozenOncePosted
from comments.models.policy import Policy, Rule
from comments.querysets import PolicyQuerySet, PolicyTranslationQuerySet, RuleTranslationQuerySet


class PolicyTranslation(FrozenOncePosted):
    """What a version says besides its rules, in another language than it is written in."""

    policy = models.ForeignKey(Policy, models.PROTECT, related_name="translations")
    language = models.CharField(_("language"), max_length=10, choices=settings.LANGUAGES)
    title = models.CharField(_("title"), max_length=120, blank=True)
    introduction = models.TextField(_("introduction"), max_length=5000, blank=True)
    how_moderated = models.TextField(_("how comments are moderated"), max_length=5000, blank=True)
    changes = models.TextField(_("what changed"), max_length=2000, blank=True)

    objects = PolicyTranslationQuerySet.as_manager()

    class Meta:
        verbose_name = _("translation of a policy")
        verbose_name_plural = _("translations of policies")
        constraints = [
            models.UniqueConstraint(fields=["policy", "language"], name="policy_once_a_language"),
        ]

    def __str__(self) -> str:
        return f"{self.policy_id}: {self.language}"

    def posted_policies(self) -> PolicyQuerySet:
        of_this = models.Q(pk=self.policy_id) | models.Q(translations__in=[self.pk])
        return Policy.objects.posted().filter(of_this)


class RuleTranslation(FrozenOncePosted):
    """A rule in another language; its figures are named as in the original."""

    rule = models.ForeignKey(Rule, models.PROTECT, related_name="translations")
    language = models.CharField(_("language"), max_length=10, choices=settings.LANGUAGES)
    title = models.CharField(_("title"), max_length=120, blank=True)
    text = models.TextField(_("text"), max_length=3000, blank=True)

    objects = RuleTranslationQuerySet.as_manager()

    class Meta:
        verbose_name = _("translation of a rule")
        verbose_name_plural = _("translations of rules")
        constraints = [
            models.UniqueConstraint(fields=["rule", "language"], name="rule_once_a_language"),
        ]

    def __str__(self) -> str:
        return f"{self.rule_id}: {self.language}"

    def posted_policies(self) -> PolicyQuerySet:
        of_this = models.Q(rules=self.rule_id) | models.Q(rules__translations__in=[self.pk])
        return Policy.objects.posted().filter(of_this)
