"""The desk's banner of checks that are paused, and of those that fail."""

from datetime import datetime
from typing import Any

from django import template
from django.utils import timezone

from comments.desk.failing import failing_checks
from comments.models import Policy
from comments.pausing import paused_checks_of

register = template.Library()


@register.inclusion_tag("admin/moderation/_checks_in_trouble.html")
def checks_in_trouble(policy: Policy | None, failed_at: datetime | None) -> dict[str, Any]:
    """A line for each check of the policy that does not run now, and for each that did not finish lately.

    `failed_at` is when one last did not. One query where all run and none failed within the hour.
    """
    now = timezone.now()
    paused = paused_checks_of(policy, now) if policy else []
    return {"paused": paused, "failing": failing_checks(policy, paused, failed_at, now)}
