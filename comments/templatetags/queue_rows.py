"""The rows of the desk's list: each decision shows the same ones again but for one, so their HTML is kept."""

from functools import lru_cache

from django import template
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from comments.desk.queue import Row

register = template.Library()

KEPT = 2_000
"""Rows, of about 1 kB each: what several moderators look at."""


@register.simple_tag
def queue_row(row: Row, stem: str, here: str) -> SafeString:
    """One row; `stem` begins its address, `here` is the public id of the comment in the middle. No query."""
    return _html(row, stem, row.uid == here)


@lru_cache(maxsize=KEPT)
def _html(row: Row, stem: str, is_here: bool) -> SafeString:
    """Says nothing but what its arguments say, in the words that they bring."""
    return render_to_string("admin/moderation/_row.html", {"row": row, "stem": stem, "is_here": is_here})
