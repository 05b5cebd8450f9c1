"""How many letters and jobs were given up, for the admin's start page."""

from typing import Any

from django import template

from newsroom.backlog import given_up
from newsroom.views.jobs import may_mind

register = template.Library()


@register.simple_tag
def given_up_for(user: Any) -> int:
    """Their number for whoever may have them tried again, 0 for everybody else. Two queries, or none."""
    return given_up() if may_mind(user) else 0
