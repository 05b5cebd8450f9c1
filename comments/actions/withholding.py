"""Withholding a comment's or a decision's words on legal grounds, and showing them again: the record stays whole."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F, Q
from django.utils.translation import gettext as _

from comments.actions.ending import locked_commenter
from comments.actions.errors import NotPossible, StaleView
from comments.actions.state import Change, change_state, latest_decisions
from comments.actions.withheld_places import places_of_comment, places_of_decision, running
from comments.decisions import Ground, append_note_on
from comments.enums import Act
from comments.models import CaseItem, Comment, Decision, Discussion
from newsroom.accounts.models import User
from newsroom.withholding import acts
from newsroom.withholding.models import Ending, Subject, Withholding, WithholdingEnd
from newsroom.withholding.taking import Found, look, withholdings_of

# --- a comment


def would_withhold_comment(comment: Comment, *, now: datetime) -> list[Found]:
    """Where words would be withheld, its author's name included. A constant number of queries."""
    return look(places_of_comment(comment, with_name=True, now=now))


@transaction.atomic
def withhold_comment(
    comment_id: int,
    *,
    ground: str,
    remark: str = "",
    with_name: bool = False,
    seen_version: int,
    by: User,
    now: datetime,
) -> Withholding:
    """Every path says that the comment's words are withheld; it stays where it stood, with state, decisions and counts.

    A decision of its own says so, with the ground; the pages with it are made anew; its version rises, so that whoever
    decides on what they saw before is told. Raises StaleView where it changed since it was looked at, NotPossible
    while a bulk decision or a pull-back with it goes on, `acts.Refused` for the ground or where nothing is left to
    withhold, PermissionDenied; then nothing has changed. About 30 queries, and one for each row that has words.
    """
    acts.demand_right(by)
    ground, remark = acts.acceptable_ground(ground, remark)
    comment = _locked(comment_id)
    if comment.version != seen_version:
        raise StaleView(comment, latest_decisions([comment.pk]).get(comment.pk))
    _demand_no_run(comment)
    made = acts.withhold(
        Subject.COMMENT,
        comment.uid,
        places_of_comment(comment, with_name=with_name, now=now),
        ground=ground,
        remark=remark,
        by=by,
        now=now,
        person=comment.commenter.uid,
        with_name=with_name,
    )
    _record(comment, Act.WITHHELD, ground, by=by, now=now)
    Comment.objects.filter(pk=comment.pk).update(withheld_at=now)
    return made


def _locked(comment_id: int) -> Comment:
    rows = Comment.objects.select_related("discussion__article", "commenter")
    comment: Comment = rows.select_for_update(of=("self",), no_key=True).get(pk=comment_id)
    return comment


def _demand_no_run(comment: Comment) -> None:
    if running(comment):
        raise NotPossible(
            _(
                "A bulk decision or pull-back with this comment is going on. Stop it, or wait until it is done."
            )
        )


def _record(comment: Comment, act: Act, ground: str, *, by: User, now: datetime) -> None:
    """The decision; and readers' pages of the discussion are made anew."""
    change_state(Change(comment, grounds=[Ground.of_law(ground)]), act=act, now=now, by=by)
    Discussion.objects.filter(pk=comment.discussion_id).update(version=F("version") + 1)


# --- a decision


def would_withhold_decision(decision: Decision, *, now: datetime) -> list[Found]:
    """Where words would be withheld. A constant number of queries."""
    return look(places_of_decision(decision, now=now))


@transaction.atomic
def withhold_decision(
    decision_id: int, *, ground: str, remark: str = "", by: User, now: datetime
) -> Withholding:
    """Every path says that the words of this decision are withheld; what was decided, on what and when stays.

    A decision in the same chain says so. Raises as `withhold_comment` does, without StaleView.
    """
    acts.demand_right(by)
    ground, remark = acts.acceptable_ground(ground, remark)
    decision = _locked_decision(decision_id)
    subject = decision.comment or decision.commenter or decision.discussion
    if isinstance(subject, Comment):
        _demand_no_run(subject)
    made = acts.withhold(
        Subject.DECISION,
        decision.uid,
        places_of_decision(decision, now=now),
        ground=ground,
        remark=remark,
        by=by,
        now=now,
        person=_person(decision),
    )
    if isinstance(subject, Comment):
        _record(subject, Act.WITHHELD, ground, by=by, now=now)
    else:
        append_note_on(decision, Act.WITHHELD, Ground.of_law(ground), by=by, now=now)
    return made


def _locked_decision(decision_id: int) -> Decision:
    """The decision, with its subject locked as everybody locks that who decides on it."""
    found = Decision.objects.get(pk=decision_id)
    for model, key in (
        (Comment, found.comment_id),
        (Discussion, found.discussion_id),
    ):
        if key:
            list(model.objects.filter(pk=key).select_for_update(no_key=True).values_list("pk"))
    if found.commenter_id:
        locked_commenter(found.commenter_id)
    rows = Decision.objects.select_related(
        "comment__commenter", "comment__discussion", "commenter", "discussion"
    )
    locked: Decision = rows.get(pk=decision_id)
    return locked


def _person(decision: Decision) -> str:
    commenter = decision.comment.commenter if decision.comment else decision.commenter
    return str(commenter.uid) if commenter else ""


# --- its end


@transaction.atomic
def end_withholding(
    withholding: Withholding, kind: Ending, *, why: str, by: User, now: datetime
) -> WithholdingEnd:
    """The words of a comment or a decision are shown again, or their original is destroyed for good.

    Shown again they are where they stood, except where they were erased or written over since. Raises `acts.Refused`
    where it has ended, NotPossible where a later act on the same comment still holds, PermissionDenied.
    """
    acts.demand_right(by)
    decision, comment = None, None
    if withholding.subject == Subject.COMMENT:
        comment = _locked(Comment.objects.values_list("pk", flat=True).get(uid=withholding.key))
    else:
        decision = _locked_decision(Decision.objects.values_list("pk", flat=True).get(uid=withholding.key))
        comment = decision.comment
    if kind == Ending.SHOWN:
        _demand_last(withholding, comment)
    elif comment is not None:
        demand_no_case(comment=comment)
    ended = acts.end(withholding, kind, why=why, by=by, now=now)
    if kind == Ending.SHOWN and comment is not None:
        _record(comment, Act.DISCLOSED, withholding.ground, by=by, now=now)
        Comment.objects.filter(pk=comment.pk).exclude(withheld_at=None).update(
            withheld_at=_withheld_since(comment)
        )
    elif kind == Ending.SHOWN and decision is not None:
        append_note_on(decision, Act.DISCLOSED, Ground.of_law(withholding.ground), by=by, now=now)
    return ended


def demand_no_case(**subject: Any) -> None:
    """Raises NotPossible while an open case holds the subject (`comment=` or `article=`): the original is evidence."""
    if CaseItem.objects.filter(case__closed_at__isnull=True, **subject).exists():
        raise NotPossible(_("An open case holds this. Close it before the original is destroyed."))


def _demand_last(withholding: Withholding, comment: Comment | None) -> None:
    """What was withheld first comes back last, or never, where a later act's words were destroyed: it may hold them."""
    about = Q(subject=withholding.subject, key=withholding.key)
    if comment is not None:
        decisions = [str(uid) for uid in comment.decisions.values_list("uid", flat=True)]
        about |= Q(subject=Subject.COMMENT, key=str(comment.uid)) | Q(
            subject=Subject.DECISION, key__in=decisions
        )
    later = Withholding.objects.filter(about, pk__gt=withholding.pk).exclude(end__kind=Ending.SHOWN)
    ended = set(later.values_list("end__kind", flat=True))
    if Ending.DESTROYED in ended:
        raise NotPossible(
            _("Words of the same comment were withheld after this and destroyed. They may stand here, too.")
        )
    if ended:
        raise NotPossible(_("Words of the same comment were withheld after this. End that first."))


def _withheld_since(comment: Comment) -> datetime | None:
    """When the last act on the comment itself was that still holds; None where there is none."""
    holding = withholdings_of(Subject.COMMENT, comment.uid).exclude(end__kind=Ending.SHOWN)
    return holding.values_list("at", flat=True).first()
