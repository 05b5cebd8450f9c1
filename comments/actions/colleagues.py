"""Passing a comment to a colleague, and what moderators write for each other. Changes no comment's state."""

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth.models import Permission
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from comments.actions.errors import NotPossible, StaleView
from comments.actions.senders import unstorable
from comments.actions.state import latest_decisions
from comments.models import Claim, Comment, Commenter, InternalNote, Question
from comments.permissions import can_lead, can_moderate
from newsroom.accounts.models import User

LONGEST = 2_000


@transaction.atomic
def ask(
    comment_id: int, *, by: User, to: User | None, note: str, seen_version: int, now: datetime
) -> Question:
    """The comment is a colleague's, or with `to` None whoever's leads, for the time that readers are promised.

    Nobody else gets it as their next one meanwhile, the asker included, whose claim ends. What was asked about it
    before is settled. Raises StaleView where it has changed since it was seen, NotPossible for a note that cannot
    be stored and for somebody who may not decide, PermissionDenied. Seven queries.
    """
    _require_moderator(by)
    _require_storable(note)
    if to is not None and (to.pk == by.pk or not can_moderate(to)):
        raise NotPossible(_("Choose a colleague who may decide on comments."))
    comment = Comment.objects.select_for_update(no_key=True).filter(pk=comment_id).first()
    if comment is None:
        raise NotPossible(_("There is no such comment."))
    if comment.version != seen_version:
        raise StaleView(comment, latest_decisions([comment.pk]).get(comment.pk), note)
    passed_by = Q(comment__version__gt=F("seen_version"))
    Question.objects.filter(Q(comment=comment) | passed_by, settled_at=None).update(settled_at=now)
    Claim.objects.filter(comment=comment, moderator=by).delete()
    return Question.objects.create(
        comment=comment,
        seen_version=seen_version,
        asked_by=by,
        to=to,
        note=note.strip(),
        asked_at=now,
        until=now + timedelta(minutes=settings.MODERATION_PROMISE_MINUTES),
    )


@transaction.atomic
def answer_question(question_id: int, *, by: User, text: str, now: datetime) -> InternalNote | None:
    """The question is settled and the comment everybody's again; the answer stands among its internal notes.

    For whom it was passed to, who asked, and leads; PermissionDenied for others. Raises NotPossible where it was
    settled before, or for a text that cannot be stored.
    """
    _require_moderator(by)
    _require_storable(text)
    question = (
        Question.objects.select_for_update(of=("self",)).filter(pk=question_id, settled_at=None).first()
    )
    if question is None:
        raise NotPossible(_("This question has been answered already."))
    if by.pk not in (question.to_id, question.asked_by_id) and not can_lead(by):
        raise PermissionDenied
    question.settled_at = now
    question.save(update_fields=["settled_at"])
    if not text.strip():
        return None
    return InternalNote.objects.create(comment_id=question.comment_id, text=text.strip(), author=by, at=now)


def add_note(about: Comment | Commenter, *, by: User, text: str, now: datetime) -> InternalNote:
    """The note stands beside the comment, or every comment of the commenter, for moderators alone. One query.

    Raises NotPossible for one that is empty or cannot be stored, PermissionDenied.
    """
    _require_moderator(by)
    _require_storable(text)
    if not text.strip():
        raise NotPossible(_("Write the note first."))
    subject: dict[str, Any] = {"comment": about} if isinstance(about, Comment) else {"commenter": about}
    return InternalNote.objects.create(**subject, text=text.strip(), author=by, at=now)


def open_questions(now: datetime | None = None) -> QuerySet[Any]:
    """Those that are not settled and whose comment is as it was; with a time, those still theirs alone."""
    rows = Question.objects.filter(settled_at=None, seen_version=F("comment__version"))
    return rows.filter(until__gt=now) if now else rows


def passed_to_others(by: User, now: datetime) -> Exists:
    """Whether a comment of the outer query is somebody else's to answer now."""
    others = Q(to__isnull=False) & ~Q(to=by) if can_lead(by) else Q(to=None) | ~Q(to=by)
    open_ones = Question.objects.filter(
        comment=OuterRef("pk"), settled_at=None, seen_version=OuterRef("version"), until__gt=now
    )
    return Exists(open_ones.filter(others | Q(asked_by=by)))


def colleagues_of(user: User) -> QuerySet[User]:
    """Who else may decide on comments, by name. One query."""
    moderate = Permission.objects.filter(codename="moderate_comment", content_type__app_label="comments")
    may = Q(groups__permissions__in=moderate) | Q(user_permissions__in=moderate) | Q(is_superuser=True)
    rows = User.objects.filter(may, is_active=True, is_staff=True).exclude(pk=user.pk)
    return rows.distinct().order_by("name", "pk")


def _require_moderator(by: User) -> None:
    if not can_moderate(by):
        raise PermissionDenied


def _require_storable(text: str) -> None:
    if unstorable(text) or len(text) > LONGEST:
        sentence = _("A note has at most %(most)d characters, all of which can be stored.")
        raise NotPossible(sentence % {"most": LONGEST})
