"""Who may do what in moderation; no queries beyond the user's own permissions."""

from django.contrib.auth.models import AnonymousUser

from newsroom.accounts.models import User

Person = User | AnonymousUser


def can_moderate(user: Person) -> bool:
    """Decide on comments: approve, reject, remove, restore, hold, undo."""
    return user.is_active and user.has_perm("comments.moderate_comment")


def can_lead(user: Person) -> bool:
    """Lead the desk: what one moderator alone may not do."""
    return user.is_active and user.has_perm("comments.lead_moderation")


def can_post_policy(user: Person) -> bool:
    """Draft the next version of the policy, and post it."""
    return user.is_active and user.has_perm("comments.post_policy")
