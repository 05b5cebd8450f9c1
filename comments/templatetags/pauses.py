"""The desk's banner of checks that are paused."""

from typing import Any

from django import template
from django.utils import timezone

from comments.models import Policy
from comments.pausing import paused_checks_of

register = template.Library()


@register.inclusion_tag("admin/moderation/_paused.html")
def paused_checks(policy: Policy | None) -> dict[str, Any]:
    """A line for each check of the policy that does not run now. One query where all run."""
    return {"paused": paused_checks_of(policy, timezone.now()) if policy else []}
