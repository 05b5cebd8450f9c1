"""What one person took down as illegal and a second is to look at."""

from dataclasses import dataclass
from datetime import datetime

from comments.actions.second_looks import waiting_looks
from comments.actions.seconds import may_second, seconds
from comments.desk.cards import Card, card_of, comment_with_uid
from comments.desk.log import GroundLine, ground_line
from comments.desk.sanctions import who
from comments.desk.stories import stories_of
from comments.desk.views import Asker
from comments.desk.words import clock
from comments.models import SecondLook
from newsroom.accounts.models import User

MOST = 100
"""Decisions that the list shows, those due first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LookRow:
    """A decision that waits, in the list."""

    uid: str
    name: str
    headline: str
    due: str
    is_late: bool
    is_own: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class LookCard:
    """One decision with all that whoever confirms it needs: the comment, the law and why, what its author was told."""

    look: SecondLook
    card: Card
    grounds: list[GroundLine]
    explanation: str
    statement: str
    decided_by: str
    due: str
    waits: bool
    is_late: bool
    may_answer: bool
    is_own: bool
    is_stuck: bool


def waiting_rows(viewer: User, now: datetime) -> list[LookRow]:
    """What waits, those due first on top. Two queries."""
    rows = waiting_looks().select_related("decision__comment__discussion__article").order_by("due_at", "pk")
    looks = list(rows[:MOST])
    stories = stories_of([look.decision.comment.discussion.article for look in looks], now)  # type: ignore[union-attr]
    return [
        LookRow(
            uid=str(look.uid),
            name=look.decision.comment.name,  # type: ignore[union-attr]
            headline=stories[look.decision.comment.discussion.article_id].headline,  # type: ignore[union-attr]
            due=clock(look.due_at, now),
            is_late=look.due_at < now,
            is_own=look.decider_id == viewer.pk,
        )
        for look in looks
    ]


def look_with_uid(uid: object) -> SecondLook | None:
    """The look with a public id, answered or not. Two queries."""
    rows = SecondLook.objects.select_related(
        "decision__evidence", "decision__comment", "decider", "answered_by", "answer__evidence"
    )
    rows = rows.prefetch_related("decision__grounds__rule__policy")
    return rows.filter(uid=uid).first()  # type: ignore[misc]


def look_card(look: SecondLook, viewer: User, now: datetime) -> LookCard | None:
    """The card of a look from `look_with_uid`; None without its comment. A constant number of queries."""
    comment = comment_with_uid(look.decision.comment.uid) if look.decision.comment else None
    if comment is None:
        return None
    waits = waiting_looks().filter(pk=look.pk).exists()
    may = waits and may_second(viewer, look.decider_id)
    return LookCard(
        look=look,
        card=card_of(comment, Asker(viewer.pk, now)),
        grounds=[ground_line(ground) for ground in look.decision.grounds.all()],
        explanation=look.decision.evidence.explanation,
        statement=look.decision.evidence.statement,
        decided_by=who(look.decider, viewer),
        due=clock(look.due_at, now),
        waits=waits,
        is_late=waits and look.due_at < now,
        may_answer=may,
        is_own=look.decider_id == viewer.pk,
        is_stuck=waits and not may and not seconds(look.decider_id).exists(),
    )
