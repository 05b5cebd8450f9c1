"""A desk with a second moderator, a lead and an editor, and short ways to sanction the reader who comments there."""

from datetime import timedelta
from typing import Any

from comments import actions
from comments.models import Commenter, Sanction
from comments.standing import seen_mark
from newsroom.accounts.models import User
from tests import factories
from tests.integration.commenting import Desk

DAY = timedelta(days=1)


class Sanctions(Desk):
    """A desk that has rejected one comment of a reader who is trusted otherwise."""

    def __init__(self, **policy: Any) -> None:
        super().__init__(**policy)
        self.trust(self.reader)
        self.against: Commenter = Commenter.objects.get(user=self.reader)
        self.second: User = factories.make_user(group="Moderator")
        self.lead: User = factories.make_user(group="Moderation lead")

    def break_rule(self, times: int = 1, rule: str = "respect", **fields: Any) -> None:
        """So many comments of the reader are rejected under the rule now."""
        for number in range(times):
            comment = factories.make_comment(
                commenter=self.against,
                body=f"Insult {number}",
                state="held",
                policy=self.policy,
                submitted_at=self.now - DAY,
            )
            self.reject(comment, rule, **fields)

    def measure(self, kind: str = "suspension", days: int | None = 3, **fields: Any) -> actions.Measure:
        given = {"rule_keys": ["respect"], "note": "You were asked to stop.", **fields}
        return actions.Measure(kind=kind, days=days, **given)

    def sanction(self, kind: str = "suspension", days: int | None = 3, **fields: Any) -> Sanction:
        """The measure holds, with a second person's word where one is needed."""
        by, now = fields.pop("by", self.moderator), fields.pop("now", self.now)
        against = fields.pop("against", self.against)
        measure = self.measure(kind, days, **fields)
        made = actions.sanction(against.pk, measure, by=by, seen=seen_mark(against.pk), now=now)
        return actions.agree(made.pk, by=self.second, now=now) if made.is_open else made

    def propose(self, kind: str = "ban", days: int | None = None, **fields: Any) -> Sanction:
        """The measure waits for a second person."""
        by = fields.pop("by", self.moderator)
        seen = seen_mark(self.against.pk)
        return actions.sanction(
            self.against.pk, self.measure(kind, days, **fields), by=by, seen=seen, now=self.now
        )
