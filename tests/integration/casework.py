"""A desk with an editor and a lead, and short ways to open cases about what a reader wrote there."""

from datetime import timedelta
from typing import Any

from articles.models import Article
from comments import actions
from comments.models import Case, Comment
from newsroom.accounts.models import User
from tests import factories
from tests.integration.commenting import Desk

DAY = timedelta(days=1)


class Cases(Desk):
    """A desk on which a reader's rejected comment stands."""

    def __init__(self, **policy: Any) -> None:
        super().__init__(**policy)
        self.editor: User = factories.make_user(group="Editor", name="Edda Editor")
        self.lead: User = factories.make_user(group="Moderation lead", name="Lea Lead")
        self.comment: Comment = self.send("You know nothing, Mr Varn.")
        self.reject(self.comment, note="Not like this.")
        self.comment.refresh_from_db()

    def complaint(self, **fields: Any) -> actions.Complaint:
        given = {
            "kind": "lawyer",
            "sender": "Quill & Partners",
            "reference": "QP/26-118",
            "about": "Our client asks for the comment to be taken down.",
            "received_at": self.now - timedelta(hours=1),
            "deadline": self.now + 3 * DAY,
        }
        return actions.Complaint(**{**given, **fields})

    def open(self, subject: Comment | Article | None = None, **fields: Any) -> Case:
        by, now = fields.pop("by", self.moderator), fields.pop("now", self.now)
        return actions.open_case(self.complaint(**fields), subject or self.comment, by=by, now=now)

    def close(self, case: Case, outcome: str = "unfounded", **fields: Any) -> Case:
        case.refresh_from_db()
        given = {"seen_version": case.version, "by": self.moderator, "now": self.now, **fields}
        actions.close_case(case.pk, outcome, **given)
        case.refresh_from_db()
        return case

    def reopen(self, case: Case, **fields: Any) -> Case:
        case.refresh_from_db()
        given = {"seen_version": case.version, "by": self.moderator, "now": self.now, **fields}
        actions.reopen_case(case.pk, self.now + 9 * DAY, **given)
        case.refresh_from_db()
        return case
