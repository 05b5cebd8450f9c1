"""Addresses that go out in mails, and their tokens: whoever holds one may see or confirm one comment."""

import hashlib
import secrets

from django.conf import settings
from django.core.signing import BadSignature, Signer

from comments.models import Comment, Policy

_MINE = "comments.mine"


def absolute(path: str) -> str:
    """A path of this site as an address that works from outside."""
    return f"{settings.SITE_URL}{path}"


def mine_token(comment: Comment) -> str:
    """What proves that somebody was given their comment's private address. Pure; nothing is stored."""
    return Signer(salt=_MINE).signature(str(comment.uid))


def check_mine_token(comment: Comment, token: str) -> bool:
    """Whether `mine_token` made this token for this comment, under the present key or one before it."""
    try:
        Signer(salt=_MINE).unsign(f"{comment.uid}:{token}")
    except BadSignature:
        return False
    return True


def mine_path(comment: Comment) -> str:
    """The author's own view of a comment in any state."""
    return f"{comment.get_absolute_url()}mine/{mine_token(comment)}/"


def rule_url(policy: Policy, number: int) -> str:
    """A rule in the version that it was cited from, for ever."""
    return absolute(f"{policy.get_absolute_url()}#rule-{number}")


def new_confirmation_token() -> str:
    """32 random bytes for an address; only `token_digest` of it is stored."""
    return secrets.token_urlsafe(32)


def token_digest(token: str) -> str:
    return hashlib.sha256(token.encode(errors="replace")).hexdigest()


def confirmation_url(token: str) -> str:
    """The page with the button that confirms an address; opening it changes nothing."""
    return absolute(f"/comments/confirm/{token}/")
