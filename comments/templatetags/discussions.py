"""How a story takes comments, for the story page, which knows nothing of comments itself."""

from typing import Any

from django import template
from django.utils import timezone

from articles.models import Article
from comments.desk.discussion import how_it_stands
from comments.enums import DiscussionMode
from comments.permissions import Person, can_moderate, can_set_mode

register = template.Library()


@register.inclusion_tag("admin/articles/article/_comments.html", takes_context=True)
def comments_of_story(context: dict[str, Any], article: Article) -> dict[str, Any]:
    """The rail's part about comments. Three queries."""
    user: Person = context["request"].user
    return {
        "article": article,
        "stands": how_it_stands(article, timezone.now()),
        "modes": DiscussionMode.choices,
        "may_set": can_set_mode(user) or can_moderate(user),
    }


@register.inclusion_tag("admin/articles/article/_comments_form.html", takes_context=True)
def form_for_comments(context: dict[str, Any], article: Article) -> dict[str, Any]:
    """The form to which the rail's fields belong: a form cannot stand inside the story's own. No query."""
    user: Person = context["request"].user
    return {
        "article": article,
        "may_set": can_set_mode(user) or can_moderate(user),
        "csrf_token": context.get("csrf_token", ""),
    }
