"""Open appeals as the desk sees them: which are due first, and one with all that its answer needs."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from comments.actions.appeals import answerers, can_answer
from comments.desk.cards import Card, card_of, comment_with_uid
from comments.desk.log import GroundLine, ground_line
from comments.desk.sanctions import SanctionCard, measure_words, sanction_card, sanction_with_uid
from comments.desk.stories import stories_of
from comments.desk.views import Asker
from comments.desk.words import clock
from comments.enums import AppealState
from comments.models import Appeal, Comment
from newsroom.accounts.models import User

MOST = 100
"""Open appeals that the list shows, the most urgent first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AppealRow:
    """An open appeal in the list."""

    uid: str
    name: str
    headline: str
    excerpt: str
    promised: str
    is_late: bool
    is_own: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class AppealCard:
    """One appeal: the comment as it was judged, what its author was told, what they object, who may answer."""

    appeal: Appeal
    card: Card
    grounds: list[GroundLine]
    statement: str
    promised: str
    is_late: bool
    may_answer: bool
    is_own: bool
    is_stuck: bool
    resent: Comment | None


def open_appeals(by: User, now: datetime) -> list[AppealRow]:
    """The open appeals, those promised first on top. Two queries."""
    rows = Appeal.objects.filter(state=AppealState.OPEN).order_by("promised_by", "pk")
    rows = rows.select_related("decision__comment__discussion__article", "decision__sanction", "commenter")[
        :MOST
    ]
    comments = {made.pk: comment for made in rows if (comment := made.decision.comment)}
    stories = stories_of([comment.discussion.article for comment in comments.values()], now)
    return [_row(made, comments.get(made.pk), stories, by, now) for made in rows]


def _row(
    made: Appeal, comment: Comment | None, stories: dict[int, Any], by: User, now: datetime
) -> AppealRow:
    """Of a comment with its story, of a sanction with what that is."""
    if comment is None:
        name, about = (
            made.commenter.name,
            measure_words(made.decision.sanction.kind, made.decision.sanction.days),
        )
    else:
        name, about = comment.name, stories[comment.discussion.article_id].headline
    return AppealRow(
        uid=str(made.uid),
        name=name,
        headline=about,
        excerpt=" ".join(made.text[:400].split())[:200],
        promised=clock(made.promised_by, now),
        is_late=made.promised_by < now,
        is_own=by.pk in (made.decider_id, made.proposer_id),
    )


def appeal_with_uid(uid: object) -> Appeal | None:
    """The appeal with a public id, in any state. Two queries."""
    rows = Appeal.objects.select_related("decision__evidence", "decision__comment", "decider", "answered_by")
    found: Appeal | None = (
        rows.prefetch_related("decision__grounds__rule__policy").filter(uid=uid).first()  # type: ignore[misc]
    )
    return found


def appeal_card(made: Appeal, by: User, now: datetime) -> AppealCard | None:
    """The card of an appeal from `appeal_with_uid`; None once its author is erased. A constant number of queries."""
    comment = comment_with_uid(made.decision.comment.uid) if made.decision.comment else None
    if comment is None:
        return None
    may = can_answer(by, made)
    return AppealCard(
        appeal=made,
        card=card_of(comment, Asker(by.pk, now)),
        grounds=[ground_line(ground) for ground in made.decision.grounds.all()],
        statement=made.decision.evidence.statement,
        promised=clock(made.promised_by, now),
        is_late=made.state == AppealState.OPEN and made.promised_by < now,
        may_answer=may and made.state == AppealState.OPEN,
        is_own=made.decider_id == by.pk,
        is_stuck=made.state == AppealState.OPEN and not may and not answerers(made).exists(),
        resent=Comment.objects.filter(supersedes=comment).first(),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class SanctionAppealCard:
    """An appeal against a sanction: what it is, what its commenter was told, what they object, who may answer."""

    appeal: Appeal
    card: SanctionCard
    statement: str
    promised: str
    is_late: bool
    may_answer: bool
    is_own: bool
    is_stuck: bool


def sanction_appeal_card(made: Appeal, by: User, now: datetime) -> SanctionAppealCard | None:
    """The card of an appeal from `appeal_with_uid` against a sanction; None for any other."""
    sanction = getattr(made.decision, "sanction", None)
    found = sanction_with_uid(sanction.uid) if sanction else None
    if found is None:
        return None
    may, is_open = can_answer(by, made), made.state == AppealState.OPEN
    return SanctionAppealCard(
        appeal=made,
        card=sanction_card(found, by, now),
        statement=made.decision.evidence.statement,
        promised=clock(made.promised_by, now),
        is_late=is_open and made.promised_by < now,
        may_answer=may and is_open,
        is_own=by.pk in (made.decider_id, made.proposer_id),
        is_stuck=is_open and not may and not answerers(made).exists(),
    )


def how_answered(made: Appeal, by: User, now: datetime) -> str:
    """ "Granted by a colleague at 14:11" for an appeal with its answerer."""
    if made.answered_at is None:
        return ""
    state, at = str(made.get_state_display()), clock(made.answered_at, now)
    if made.answered_by_id is None:
        return _("%(state)s at %(at)s") % {"state": state, "at": at}
    if made.answered_by_id == by.pk:
        return _("%(state)s by yourself at %(at)s") % {"state": state, "at": at}
    return _("%(state)s by a colleague at %(at)s") % {"state": state, "at": at}
