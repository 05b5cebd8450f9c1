"""Orders how discussions take comments: of one story by decision, of a section or of all by a logged order."""

from dataclasses import dataclass
from datetime import datetime, time
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from articles.models import Article, Section
from comments.actions.errors import NotPossible, Unacceptable
from comments.actions.senders import unstorable
from comments.decisions import Evidence, append_to_discussion
from comments.enums import DiscussionMode
from comments.models import Decision, Discussion, ModeOrder, ModeOrderEnd, StandingOrders
from comments.modes import text_of
from comments.permissions import can_lead, can_moderate, can_set_mode
from newsroom.accounts.models import User
from newsroom.html import one_line

LONGEST_REASON = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskHours:
    """When the desk is there: ISO weekdays as "12345", from an hour until a later one of the same day."""

    days: str
    opens: time
    shuts: time


def set_mode(
    article: Article,
    mode: DiscussionMode,
    *,
    by: User,
    now: datetime,
    starts_at: datetime | None = None,
    ends_at: datetime | None = None,
    closes_at: datetime | None = None,
    reason: str = "",
) -> Decision:
    """The story's discussion takes comments so, from and until the moments named, and ends for good at `closes_at`.

    The decision stands in the discussion's chain. Raises Unacceptable for a field, NotPossible where it is so
    already, PermissionDenied; then nothing has changed.
    """
    if not (can_set_mode(by) or can_moderate(by)):
        raise PermissionDenied
    reason = cleaned_reason(reason, needed=False)
    if mode == DiscussionMode.OPEN:
        starts_at = ends_at = None
    _check_span(starts_at, ends_at, now)
    with transaction.atomic():
        begun, _new = Discussion.objects.get_or_create(article=article, defaults={"created_at": now})
        discussion = Discussion.objects.select_for_update(no_key=True).get(pk=begun.pk)
        ordered = {"mode": mode, "mode_from": starts_at, "mode_until": ends_at, "closes_at": closes_at}
        if all(getattr(discussion, name) == value for name, value in ordered.items()):
            raise NotPossible(_("It is so already. Nothing was changed."))
        before = discussion.mode
        for name, value in ordered.items():
            setattr(discussion, name, value)
        discussion.version += 1
        discussion.save(update_fields=[*ordered, "version"])
        times = {name: value.isoformat() for name, value in ordered.items() if isinstance(value, datetime)}
        return append_to_discussion(
            discussion,
            from_mode=before,
            to_mode=mode,
            now=now,
            by=by,
            evidence=Evidence(quoted=[times] if times else [], note=reason),
        )


@transaction.atomic
def order(
    section: Section | None,
    mode: DiscussionMode,
    *,
    reason: str,
    by: User,
    now: datetime,
    starts_at: datetime | None = None,
    ends_at: datetime | None = None,
    desk: DeskHours | None = None,
) -> ModeOrder:
    """All discussions of the section, without one of the site, take comments so; with desk hours outside of these.

    For leads (PermissionDenied). Raises Unacceptable for a field; then nothing has changed.
    """
    if not can_lead(by):
        raise PermissionDenied
    if mode == DiscussionMode.OPEN:
        raise Unacceptable(
            "mode", _("Discussions are open where nothing else is ordered. End the order instead.")
        )
    reason = cleaned_reason(reason)
    _check_span(starts_at, ends_at, now)
    if desk and (not desk.days or desk.shuts <= desk.opens):
        raise Unacceptable(
            "desk_days", _("Desk hours name days, and end later on the day on which they begin.")
        )
    made: ModeOrder = ModeOrder.objects.create(
        section=section,
        mode=mode,
        starts_at=starts_at or now,
        ends_at=ends_at,
        desk_days="".join(sorted(set(desk.days))) if desk else "",
        desk_opens=desk.opens if desk else None,
        desk_shuts=desk.shuts if desk else None,
        reason=reason,
        ordered_at=now,
        ordered_by=by,
    )
    _rewrite(now)
    return made


@transaction.atomic
def end_order(order_id: int, *, by: User, now: datetime) -> None:
    """The order holds no more. For leads (PermissionDenied). Raises NotPossible where it has ended."""
    if not can_lead(by):
        raise PermissionDenied
    found = orders_left(now).filter(pk=order_id).first()
    if found is None:
        raise NotPossible(_("This order has ended already."))
    try:
        with transaction.atomic():
            ModeOrderEnd.objects.create(order=found, ended_at=now, ended_by=by)
    except IntegrityError:
        raise NotPossible(_("This order has ended already.")) from None
    _rewrite(now)


def orders_left(now: datetime) -> QuerySet[Any]:
    """The orders that hold or will, as far as nobody ends them."""
    return ModeOrder.objects.filter(Q(ends_at=None) | Q(ends_at__gt=now), end=None)


def cleaned_reason(text: str, *, needed: bool = True) -> str:
    """The reason on one line. Raises Unacceptable for a missing one, or one that is too long or cannot be stored."""
    reason = one_line(text)
    if needed and not reason:
        raise Unacceptable("reason", _("Write a reason: it stays in the record."))
    if len(reason) > LONGEST_REASON or unstorable(reason):
        sentence = _("A reason has at most %(most)d characters, all of which can be stored.")
        raise Unacceptable("reason", sentence % {"most": LONGEST_REASON})
    return reason


def _check_span(starts_at: datetime | None, ends_at: datetime | None, now: datetime) -> None:
    if ends_at and ends_at <= now:
        raise Unacceptable("ends_at", _("This end has passed already."))
    if starts_at and ends_at and ends_at <= starts_at:
        raise Unacceptable("ends_at", _("It would end before it begins."))


def _rewrite(now: datetime) -> None:
    """The one row that readers' pages ask says what holds. It is locked, so that two who order do so in turn."""
    StandingOrders.objects.get_or_create(pk=StandingOrders.ROW)
    row = StandingOrders.objects.select_for_update().get(pk=StandingOrders.ROW)
    row.orders = text_of(orders_left(now).order_by("pk"))
    row.save(update_fields=["orders"])
