"""One comment with all that a moderator needs to decide on it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast

from django.conf import settings

from comments.desk.findings import Reasons, reasons_of
from comments.desk.marks import Segment, marked
from comments.desk.queue import with_findings
from comments.desk.records import record_sentence
from comments.desk.stories import Story, stories_of
from comments.desk.words import age
from comments.enums import State
from comments.evidence import Record, records_for
from comments.models import Comment
from comments.rulebook import ShownRule, rules_of

POSSIBLE: dict[str, frozenset[str]] = {
    State.HELD: frozenset({"approve", "reject"}),
    State.PUBLIC: frozenset({"remove"}),
    State.REJECTED: frozenset({"restore"}),
    State.REMOVED: frozenset({"restore"}),
}
"""What the desk offers for a comment in a state; whether it happens is for the actions to say."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """A comment to decide on. `rules` are those of the version that its author accepted, by which it is judged."""

    comment: Comment
    story: Story
    parent: Comment | None
    segments: list[Segment]
    reasons: Reasons
    record: Record
    record_sentence: str
    rules: list[ShownRule]
    waited: str
    is_late: bool

    @property
    def possible(self) -> frozenset[str]:
        """What may be done with it now."""
        return POSSIBLE.get(self.comment.state, frozenset())

    @property
    def is_waiting(self) -> bool:
        return bool(self.comment.state == State.HELD)


def comment_with_uid(uid: object) -> Comment | None:
    """The comment with a public id, with what a card shows of it. Two queries."""
    found = (
        Comment.objects.filter(uid=cast(Any, uid))
        .select_related("discussion__article", "current_text", "commenter", "policy", "parent__current_text")
        .prefetch_related(with_findings())
    )
    return cast(Comment | None, found.first())


def card_of(comment: Comment, now: datetime) -> Card:
    """The card of a comment from `comment_with_uid`. Five queries: its story, the rules, the commenter's record."""
    text, rules, article = comment.current_text, rules_of(comment.policy), comment.discussion.article
    numbers = {rule.key: rule.number for rule in rules}
    reasons = reasons_of(text, text.findings.all() if text else [], numbers)
    record = records_for([comment.commenter_id], now=now)[comment.commenter_id]
    since = comment.held_since or comment.submitted_at
    return Card(
        comment=comment,
        story=stories_of([article], now)[article.pk],
        parent=comment.parent,
        segments=marked(text.body, reasons.found) if text else [],
        reasons=reasons,
        record=record,
        record_sentence=record_sentence(
            record,
            first_seen=comment.commenter.first_seen,
            numbers=numbers,
            now=now,
        ),
        rules=rules,
        waited=age(since, now),
        is_late=now - since > timedelta(minutes=settings.MODERATION_PROMISE_MINUTES),
    )
