"""What was ordered for the discussions of a section or of the whole site: how they take comments, and when."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from comments.enums import DiscussionMode
from comments.models.append_only import AppendOnly

SOMETHING_ORDERED = (DiscussionMode.PRE_MODERATED, DiscussionMode.CLOSED)


class ModeOrder(AppendOnly):
    """Discussions of `section`, without one of all sections, are in `mode` from `starts_at` until `ends_at`.

    With desk hours (`desk_days` are ISO weekdays as "12345") only while the desk is empty: at all other times. It
    ends at `ends_at` or by a `ModeOrderEnd`, whichever comes first. Together these are the log.
    """

    section = models.ForeignKey(
        "articles.Section", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("section")
    )
    mode = models.CharField(
        _("mode"), max_length=14, choices=[(one.value, one.label) for one in SOMETHING_ORDERED]
    )
    starts_at = models.DateTimeField(_("from"))
    ends_at = models.DateTimeField(_("until"), null=True, blank=True)
    desk_days = models.CharField(_("days on which the desk is there"), max_length=7, blank=True)
    desk_opens = models.TimeField(_("the desk is there from"), null=True, blank=True)
    desk_shuts = models.TimeField(_("until"), null=True, blank=True)
    reason = models.CharField(_("reason"), max_length=500)
    ordered_at = models.DateTimeField(_("ordered"))
    ordered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("order for discussions")
        verbose_name_plural = _("orders for discussions")
        ordering = ["-ordered_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends_at__isnull=True) | models.Q(ends_at__gt=models.F("starts_at")),
                name="order_ends_after_its_start",
            ),
            models.CheckConstraint(
                condition=models.Q(desk_days="", desk_opens__isnull=True, desk_shuts__isnull=True)
                | (~models.Q(desk_days="") & models.Q(desk_shuts__gt=models.F("desk_opens"))),
                name="desk_hours_are_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.section_id or ''}: {self.mode}"


class ModeOrderEnd(AppendOnly):
    """The end of an order by somebody's hand."""

    order = models.OneToOneField(ModeOrder, models.PROTECT, related_name="end")
    ended_at = models.DateTimeField(_("ended"))
    ended_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("end of an order")
        verbose_name_plural = _("ends of orders")

    def __str__(self) -> str:
        return f"{self.order_id}, {self.ended_at:%Y-%m-%d %H:%M}"


class StandingOrders(models.Model):
    """The orders that hold now or will, once more in one row: whoever asks for a story gets them with it.

    Written by `comments.actions.modes` alone, in the transaction of each order and each end.
    """

    ROW = 1

    orders = models.TextField(_("orders"), default="[]")

    class Meta:
        verbose_name = _("orders in force")
        verbose_name_plural = _("orders in force")

    def __str__(self) -> str:
        return self.orders
