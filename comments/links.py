"""Addresses that go out in mails, and their tokens: whoever holds one may see or confirm one comment."""

import hashlib
import secrets

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.utils.translation import get_language

from comments.models import Comment, Policy, Report, Sanction
from comments.models.policy import in_language

_MINE = "comments.mine"
_REPORT = "comments.report"
_SANCTION = "comments.sanction"


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


def statement_path(comment: Comment, seen_version: int) -> str:
    """The statement of reasons of the decision that was made on this version, with the form to object to it."""
    return f"{mine_path(comment)}reasons/{seen_version}/"


def report_path(report: Report) -> str:
    """What has become of a report, for whoever sent it; opening it changes nothing."""
    return f"{report.get_absolute_url()}{Signer(salt=_REPORT).signature(str(report.uid))}/"


def check_report_token(report: Report, token: str) -> bool:
    """Whether `report_path` gave out this token for this report, under the present key or one before it."""
    try:
        Signer(salt=_REPORT).unsign(f"{report.uid}:{token}")
    except BadSignature:
        return False
    return True


def sanction_path(sanction: Sanction) -> str:
    """The statement of reasons of a sanction, with the form to object to it, for whoever it is against."""
    return f"{sanction.get_absolute_url()}{Signer(salt=_SANCTION).signature(str(sanction.uid))}/"


def check_sanction_token(sanction: Sanction, token: str) -> bool:
    """Whether `sanction_path` gave out this token for this sanction, under the present key or one before it."""
    try:
        Signer(salt=_SANCTION).unsign(f"{sanction.uid}:{token}")
    except BadSignature:
        return False
    return True


def policy_path(version: int | None = None, language: str | None = None) -> str:
    """The page of a version, else of the one in force, in a language, else in the active one."""
    number = "" if version is None else f"{version}/"
    return f"/comment-policy/{number}{in_language(language or get_language())}"


def transparency_path(year: str = "", month: str = "", language: str | None = None) -> str:
    """The public report, of the newest month unless one is named, in a language, else in the active one."""
    named = f"{year}/{month}/" if year else ""
    return f"/comment-policy/transparency/{named}{in_language(language or get_language())}"


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
