"""A story that takes comments, and short ways to send and to decide on them."""

import re
import uuid
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format

from articles.models import Article
from comments import actions
from comments.models import Comment, Letter, Policy
from comments.wording import words_of
from newsroom.accounts.models import User
from tests import factories

RULES: list[dict[str, Any]] = [
    *factories.RULES,
    {
        "key": "flood",
        "title": "Slowly",
        "text": "At most {max_comments} comments in {minutes} minutes.",
        "check": "flood",
        "parameters": {"max_comments": 5, "minutes": 10},
        "effect": "refuse",
    },
    {
        "key": "shouting",
        "title": "No shouting",
        "text": "In {min_letters} letters or more, at most {max_share_percent} per cent capitals.",
        "check": "shouting",
        "parameters": {"max_share_percent": 60, "min_letters": 20},
        "effect": "hold",
    },
]
THREE_LINKS = "Look: https://a.example https://b.example https://c.example"


class Desk:
    """One published story under a policy in force, a reader with an account, and a moderator."""

    def __init__(self, **policy: Any) -> None:
        self.now: datetime = timezone.now()
        self.policy: Policy = factories.make_policy(**{"rules": RULES, **policy})
        publication = factories.make_publication()
        self.headline: str = publication.headline
        self.article: Article = publication.article
        self.reader: User = factories.make_user(email="reader@example.org", name="Ada Reader")
        self.moderator: User = factories.make_user(group="Moderator")

    @property
    def shown_now(self) -> str:
        """The present as letters write it."""
        return date_format(timezone.localtime(self.now), "DATETIME_FORMAT")

    def draft(self, body: str = "A thought of my own.", **fields: Any) -> actions.Draft:
        defaults = {"article": self.article, "form_key": uuid.uuid4(), "user": self.reader}
        return actions.Draft(body=body, **{"accepted_version": self.policy.version, **defaults, **fields})

    def guest_draft(self, body: str = "A guest's thought.", **fields: Any) -> actions.Draft:
        guest = {"user": None, "name": "Gus Guest", "address": "guest@example.org"}
        return self.draft(body, **{**guest, **fields})

    def send(self, body: str = "A thought of my own.", **fields: Any) -> Comment:
        return actions.submit(self.draft(body, **fields), now=self.now).comment

    def approve(self, comment: Comment, **fields: Any) -> Any:
        return actions.approve(
            comment.pk, by=self.moderator, seen_version=comment.version, now=self.now, **fields
        )

    def reject(self, comment: Comment, *rule_keys: str, **fields: Any) -> Any:
        defaults = {"by": self.moderator, "seen_version": comment.version, "now": self.now}
        return actions.reject(comment.pk, **{"rule_keys": rule_keys or ("respect",), **defaults, **fields})

    def trust(self, user: User) -> None:
        """Three comments of this reader were approved, long enough ago to be no flood."""
        for number in range(3):
            factories.make_comment(
                discussion=factories.make_discussion(),
                commenter=self.commenter(user),
                body=f"Earlier thought {number}",
                submitted_at=self.now - timedelta(days=2),
            )

    def commenter(self, user: User) -> Any:
        found = getattr(user, "commenter", None)
        return found or factories.make_commenter(user=user, address=user.email, name=user.name)


def token_in(letter: Letter) -> str:
    match = re.search(r"/comments/confirm/([^/]+)/", words_of(letter).text)
    assert match is not None
    return match[1]
