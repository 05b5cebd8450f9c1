"""One comment with all that a moderator needs to decide on it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from comments.cases import cases_with
from comments.desk.beside import Beside, beside
from comments.desk.cases import CaseLine, case_line
from comments.desk.changes import TextChange, change_of
from comments.desk.findings import Reasons, reasons_of
from comments.desk.marks import Segment, marked
from comments.desk.records import record_sentence
from comments.desk.sanctions import Return, StandingCard, returns_of, standing_of
from comments.desk.similar import Similar, similar_decisions
from comments.desk.stories import Story, story_of
from comments.desk.views import Asker
from comments.desk.why import why_here, why_reviewed
from comments.desk.words import age, clock, moment
from comments.enums import AppealState, ReportState, State
from comments.evidence import Record, record_of
from comments.models import Appeal, Claim, Comment, CommentFinding, Report, UnsentNote, Watch
from comments.rulebook import ShownRule, rules_of
from newsroom.prepared import MOMENT, NUMBER, PUBLIC_ID, Prepared

POSSIBLE: dict[str, frozenset[str]] = {
    State.HELD: frozenset({"approve", "reject"}),
    State.PUBLIC: frozenset({"keep", "read", "remove"}),
    State.REJECTED: frozenset({"restore"}),
    State.REMOVED: frozenset({"restore"}),
}
"""What the desk offers for a comment in a state; whether it happens is for the actions to say."""


NEAR = 4
"""How many other comments stand beside a card, of its author and of its neighbours."""


@dataclass(frozen=True, slots=True)
class ClaimLine:
    """Who has the comment: until when in words, and for script in seconds from now and as a moment to give back."""

    is_mine: bool
    until: str
    seconds: int
    ends: str


@dataclass(frozen=True, slots=True)
class ReportLine:
    """One open report in words."""

    ground: str
    explanation: str
    age: str


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
    why: str
    why_reviewed: str
    change: TextChange | None
    appeal: Appeal | None
    reports: list[ReportLine]
    claim: ClaimLine | None
    unsent: str
    is_watched: bool
    gone: str
    standing: StandingCard
    returns: list[Return]
    earlier: list[Comment]
    neighbours: list[Comment]
    beside: Beside
    similar: list[Similar]
    cases: list[CaseLine]

    @property
    def possible(self) -> frozenset[str]:
        """What may be done with it now: nothing while a colleague has it, or where there is nothing to decide."""
        if self.gone or (self.claim and not self.claim.is_mine):
            return frozenset()
        possible = POSSIBLE.get(self.comment.state, frozenset())
        if self.comment.open_reports:
            return possible - {"read"}
        return possible - ({"keep", "read"} if self.comment.read_at else {"keep"})

    @property
    def is_waiting(self) -> bool:
        return bool(self.comment.state == State.HELD)

    @property
    def with_colleague(self) -> str:
        """Until when a colleague has it, "" where none has."""
        return self.claim.until if self.claim and not self.claim.is_mine else ""


def comment_with_uid(uid: UUID) -> Comment | None:
    """The comment with a public id, with what a card shows of it. One query."""
    return cast("Comment | None", _WITH_UID.first(Comment, uid=uid))


def _with_uid(uid: UUID) -> QuerySet[Any]:
    beside = ("discussion__article", "current_text", "commenter", "policy", "parent__current_text")
    return cast("QuerySet[Any]", Comment.objects.filter(uid=uid).order_by().select_related(*beside))


_WITH_UID = Prepared(_with_uid, uid=PUBLIC_ID)


def card_of(comment: Comment, asker: Asker) -> Card:
    """The card of a comment from `comment_with_uid`.

    Eighteen queries, nearly all made once and planned once: its story, findings and rules, the commenter's record,
    sanctions and last comments, its neighbours, claim, unsent note and watch, open cases, and what `beside` asks; one
    more where its text has changed, one where it is reported, one where it is down, one where a banned author may be
    back.
    """
    now = asker.now
    text, rules = comment.current_text, rules_of(comment.policy)
    numbers = {rule.key: rule.number for rule in rules}
    findings = _FINDINGS.rows(CommentFinding, text=text.pk) if text else []
    reasons = reasons_of(text.body if text else "", findings, numbers)
    record = record_of(comment.commenter_id, now=now)
    appeal, reports = _open_appeal(comment), _open_reports(comment)
    is_watched = bool(_WATCH.rows(Watch, discussion=comment.discussion_id, moderator=asker.user_id))
    return Card(
        comment=comment,
        story=story_of(comment.discussion.article, now),
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
        waited=age(comment.held_since or comment.submitted_at, now),
        why=why_here(comment, reasons, now, reports=reports, appeal=appeal, is_watched=is_watched),
        why_reviewed=why_reviewed(comment, now),
        change=change_of(comment),
        appeal=appeal,
        reports=[_report_line(report, now) for report in reports],
        claim=_claim(comment, asker),
        unsent=_unsent(comment, asker),
        is_watched=is_watched,
        gone=_gone(comment, appeal),
        standing=standing_of(comment.commenter, record, numbers=numbers, viewer_id=asker.user_id, now=now),
        returns=returns_of(findings),
        earlier=_earlier(comment),
        neighbours=_neighbours(comment),
        beside=beside(comment, asker),
        similar=similar_decisions(comment),
        cases=[case_line(case, now) for case in cases_with(comment)],
    )


def _open_appeal(comment: Comment) -> Appeal | None:
    """What its author objects to its being down. At most one query."""
    if comment.state not in (State.REJECTED, State.REMOVED):
        return None
    return Appeal.objects.filter(decision__comment=comment, state=AppealState.OPEN).first()


_FINDINGS = Prepared(
    lambda text: CommentFinding.objects.filter(text=text).select_related("rule").order_by(), text=NUMBER
)


def _unsent(comment: Comment, asker: Asker) -> str:
    """What this moderator had begun to write on it. One query."""
    found = _UNSENT.first(UnsentNote, comment=comment.pk, moderator=asker.user_id)
    return str(found[0]) if found else ""


_UNSENT = Prepared(
    lambda **mine: UnsentNote.objects.filter(**mine).order_by().values_list("text"),
    comment=NUMBER,
    moderator=NUMBER + 1,
)
_WATCH = Prepared(
    lambda **mine: Watch.objects.filter(**mine).order_by().values_list("pk"),
    discussion=NUMBER,
    moderator=NUMBER + 1,
)


def _earlier(comment: Comment) -> list[Comment]:
    """The commenter's last comments besides this one, the newest first. One query."""
    return _EARLIER.rows(Comment, commenter=comment.commenter_id, but_of=comment.pk)


def _earlier_rows(commenter: int, but_of: int) -> QuerySet[Any]:
    theirs = Comment.objects.filter(commenter=commenter).exclude(pk=but_of)
    return cast(
        "QuerySet[Any]", theirs.select_related("current_text").order_by("-submitted_at", "-id")[:NEAR]
    )


_EARLIER = Prepared(_earlier_rows, commenter=NUMBER, but_of=NUMBER + 1)


def _neighbours(comment: Comment) -> list[Comment]:
    """What readers saw last before this was sent, under the same comment or at the top. One query."""
    here: dict[str, Any] = {"discussion": comment.discussion_id, "until": comment.submitted_at}
    if comment.parent_id:
        return _ANSWERS.rows(Comment, **here, parent=comment.parent_id, but_of=comment.pk)
    return _AT_THE_TOP.rows(Comment, **here, but_of=comment.pk)


def _neighbour_rows(
    discussion: int, until: datetime, but_of: int, parent: int | None = None
) -> QuerySet[Any]:
    beside = Comment.objects.public().filter(discussion=discussion, parent=parent)
    before = beside.filter(public_since__lte=until).exclude(pk=but_of)
    return cast(
        "QuerySet[Any]", before.select_related("current_text").order_by("-public_since", "-id")[:NEAR]
    )


_AT_THE_TOP = Prepared(_neighbour_rows, discussion=NUMBER, until=MOMENT, but_of=NUMBER + 1)
_ANSWERS = Prepared(_neighbour_rows, discussion=NUMBER, until=MOMENT, but_of=NUMBER + 1, parent=NUMBER + 2)


def _gone(comment: Comment, appeal: Appeal | None) -> str:
    """Why there is nothing to decide, in a sentence; "" where there is."""
    if comment.state == State.WITHDRAWN:
        return _("Its author has withdrawn this comment. There is nothing to decide.")
    if comment.discussion.article.withdrawn_at and appeal:
        return _(
            "The story was withdrawn, and its discussion with it. The appeal is to be answered all the same."
        )
    if comment.discussion.article.withdrawn_at:
        return _("The story was withdrawn, and its discussion with it. There is nothing to decide now.")
    return ""


def _claim(comment: Comment, asker: Asker) -> ClaimLine | None:
    claim: Claim | None = _CLAIM.first(Claim, comment=comment.pk, now=asker.now)
    if claim is None:
        return None
    seconds = int((claim.until - asker.now).total_seconds())
    is_mine = claim.moderator_id == asker.user_id
    return ClaimLine(is_mine, clock(claim.until, asker.now), seconds, moment(claim.until))


_CLAIM = Prepared(
    lambda comment, now: Claim.objects.filter(comment=comment, until__gt=now).order_by(),
    comment=NUMBER,
    now=MOMENT,
)


def _open_reports(comment: Comment) -> list[Report]:
    """The oldest first. At most one query."""
    if not comment.open_reports:
        return []
    return list(comment.reports.filter(state=ReportState.OPEN).select_related("rule").order_by("created_at"))


def _report_line(report: Report, now: datetime) -> ReportLine:
    ground = _("as illegal")
    if report.rule and not report.illegal:
        ground = _("rule %(number)d") % {"number": report.rule.number}
    return ReportLine(ground, report.explanation, age(report.created_at, now))
