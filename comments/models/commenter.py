"""Whoever comments, keyed by their address, with or without an account."""

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class Commenter(models.Model):
    """A person's standing in the discussions: record, sanctions, reports and appeals hang on it.

    `address` is lower case; None once erased.
    """

    uid = models.UUIDField(_("public id"), default=uuid.uuid4, unique=True, editable=False)
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="commenter"
    )
    address = models.EmailField(_("e-mail address"), null=True, blank=True, unique=True)
    name = models.CharField(_("name"), max_length=80)
    language = models.CharField(_("language"), max_length=10, default="en")
    confirmed_at = models.DateTimeField(_("address confirmed"), null=True, blank=True)
    first_seen = models.DateTimeField(_("first seen"))
    erased_at = models.DateTimeField(_("erased"), null=True, blank=True)

    class Meta:
        verbose_name = _("commenter")
        verbose_name_plural = _("commenters")

    def __str__(self) -> str:
        return self.name


class AddressConfirmation(models.Model):
    """A mailed link that confirms an address: only a digest of its token is stored, and it works once."""

    commenter = models.ForeignKey(Commenter, models.CASCADE, related_name="confirmations")
    comment = models.ForeignKey("comments.Comment", models.CASCADE, related_name="confirmations")
    token_digest = models.CharField(_("digest of the token"), max_length=64, unique=True)
    created_at = models.DateTimeField(_("sent"))
    expires_at = models.DateTimeField(_("expires"))
    used_at = models.DateTimeField(_("used"), null=True, blank=True)

    class Meta:
        verbose_name = _("confirmation of an address")
        verbose_name_plural = _("confirmations of addresses")
        indexes = [models.Index(fields=["commenter", "created_at"], name="confirmation_by_commenter")]

    def __str__(self) -> str:
        return f"{self.commenter_id} {self.created_at:%Y-%m-%d %H:%M}"
