"""Who may be the second person: a moderator other than the first, an editor where there is none; else nobody."""

from django.contrib.auth.backends import ModelBackend
from django.db.models import QuerySet

from comments.permissions import can_answer_for_want_of_others, can_moderate
from newsroom.accounts.models import User


def seconds(*firsts: int | None) -> QuerySet[User]:
    """Moderators other than the first persons; where there is none, editors. One query, two at most."""
    moderators = _others("comments.moderate_comment", firsts)
    return moderators if moderators.exists() else _others("articles.publish_article", firsts)


def may_second(user: User, *firsts: int | None) -> bool:
    """Whether this person may be the second one. At most one query."""
    if user.pk in firsts:
        return False
    if can_moderate(user):
        return True
    return can_answer_for_want_of_others(user) and not _others("comments.moderate_comment", firsts).exists()


def leads() -> QuerySet[User]:
    """Who leads the desk."""
    return _with_right("comments.lead_moderation")


def _others(right: str, firsts: tuple[int | None, ...]) -> QuerySet[User]:
    return _with_right(right).exclude(pk__in=[pk for pk in firsts if pk])


def _with_right(right: str) -> QuerySet[User]:
    people: QuerySet[User] = ModelBackend().with_perm(right)
    return people.filter(is_staff=True)
