"""The admin pages of comments and moderation."""

from comments.admin import phrases, policy

__all__ = ["phrases", "policy"]
