"""Who may do what in moderation; no queries beyond the user's own permissions."""

from django.contrib.auth.models import AnonymousUser

from newsroom.accounts.models import User

Person = User | AnonymousUser


def can_moderate(user: Person) -> bool:
    """Decide on comments: approve, reject, remove, restore, hold, undo."""
    return user.is_active and user.has_perm("comments.moderate_comment")


def can_set_mode(user: Person) -> bool:
    """Say how one story takes comments, and take a comment off its page for the desk to read: an editor."""
    return user.is_active and user.is_staff and user.has_perm("articles.publish_article")


def can_handle_cases(user: Person) -> bool:
    """Open cases about complaints from outside, work on them, and export them: editors and moderators."""
    return user.is_active and user.is_staff and user.has_perm("comments.handle_case")


def can_lead(user: Person) -> bool:
    """Lead the desk: what one moderator alone may not do."""
    return user.is_active and user.has_perm("comments.lead_moderation")


def can_post_policy(user: Person) -> bool:
    """Draft the next version of the policy, and post it."""
    return user.is_active and user.has_perm("comments.post_policy")


def can_answer_for_want_of_others(user: Person) -> bool:
    """Answer an appeal where no moderator but the one who decided could: an editor."""
    return user.is_active and user.is_staff and user.has_perm("articles.publish_article")
