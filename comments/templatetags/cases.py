"""Cases that are open, for the menus and pages that lead to them."""

from datetime import datetime

from django import template
from django.utils import timezone

from articles.models import Article
from comments.actions.deadlines import NEAR
from comments.cases import COUNTED, cases_with_story, open_deadlines
from comments.desk.cases import CaseLine, case_line
from comments.models import Case
from comments.permissions import Person, can_handle_cases

register = template.Library()


@register.simple_tag
def open_cases() -> dict[str, str | int]:
    """`shown`: how many cases are open, "" for none, "3", "99+"; `due`: how many of them are due within a day, or
    overdue. One query."""
    deadlines, soon = open_deadlines(), timezone.now() + NEAR
    count = len(deadlines)
    shown = "" if not count else f"{COUNTED - 1}+" if count >= COUNTED else str(count)
    return {"shown": shown, "due": sum(deadline <= soon for deadline in deadlines)}


@register.simple_tag
def cases_about(article: Article, user: Person) -> list[tuple[CaseLine, Case]]:
    """Open cases in which a story is, in words and as they are, for whoever may work on them. One query."""
    if not can_handle_cases(user):
        return []
    now = timezone.now()
    return [(case_line(case, now), case) for case in cases_with_story(article.pk)]


@register.filter
def moment(written: str) -> datetime | None:
    """The time that a frozen copy names."""
    return datetime.fromisoformat(written) if written else None
