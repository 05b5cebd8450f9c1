"""What stands beside a card for moderators alone: a colleague's question, notes, ready-made notes, examples."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from comments.actions.colleagues import colleagues_of, open_questions
from comments.desk.views import Asker
from comments.desk.words import clock
from comments.models import CannedNote, Comment, InternalNote, Question, Rule, RuleExample
from newsroom.accounts.models import User
from newsroom.prepared import NUMBER, TEXT, Prepared

MOST_NOTES = 20


@dataclass(frozen=True, slots=True)
class Asked:
    """An open question about the comment. `may_answer` is whom it was passed to, who asked, and leads."""

    pk: int
    sentence: str
    note: str
    may_answer: bool


@dataclass(frozen=True, slots=True)
class Note:
    """An internal note in words; `is_about_commenter` where it goes with everything by them."""

    author: str
    at: str
    text: str
    is_about_commenter: bool


@dataclass(frozen=True, slots=True)
class Beside:
    """All of it. `examples` are those of the rules shown, `canned` in the commenter's language or in every one."""

    asked: Asked | None
    notes: list[Note]
    canned: list[CannedNote]
    examples: list[RuleExample]
    colleagues: list[User]


def beside(comment: Comment, asker: Asker) -> Beside:
    """Five queries, made once."""
    policy = {"policy": comment.policy_id}
    return Beside(
        asked=_asked(comment, asker),
        notes=_notes(comment, asker.now),
        canned=_CANNED.rows(CannedNote, **policy, language=comment.commenter.language),
        examples=_EXAMPLES.rows(RuleExample, **policy),
        colleagues=_COLLEAGUES.rows(User, user=asker.user_id),
    )


def _of_rules(rows: QuerySet[Any], policy: int) -> QuerySet[Any]:
    return rows.filter(rule_key__in=Rule.objects.filter(policy=policy).order_by().values("key"))


_CANNED = Prepared(
    lambda policy, language: _of_rules(CannedNote.objects.filter(language__in=("", language)), policy),
    policy=NUMBER,
    language=TEXT,
)
_EXAMPLES = Prepared(lambda policy: _of_rules(RuleExample.objects.all(), policy), policy=NUMBER)
_COLLEAGUES = Prepared(lambda user: colleagues_of(User(pk=user)), user=NUMBER)
_QUESTIONS = Prepared(
    lambda comment: open_questions().filter(comment=comment).select_related("asked_by", "to"), comment=NUMBER
)


def _asked(comment: Comment, asker: Asker) -> Asked | None:
    question: Question | None = _QUESTIONS.first(Question, comment=comment.pk)
    if question is None:
        return None
    may = asker.leads or asker.user_id in (question.to_id, question.asked_by_id)
    return Asked(question.pk, _sentence(question, asker), question.note, may)


def _sentence(question: Question, asker: Asker) -> str:
    told = {"by": question.asked_by, "to": question.to, "at": clock(question.asked_at, asker.now)}
    if question.to_id == asker.user_id:
        return _("%(by)s asked you at %(at)s") % told
    if question.to is None:
        return _("%(by)s asked whoever leads at %(at)s") % told
    return _("%(by)s asked %(to)s at %(at)s") % told


def _notes(comment: Comment, now: datetime) -> list[Note]:
    rows = _NOTES.rows(InternalNote, comment=comment.pk, commenter=comment.commenter_id)
    return [Note(str(row.author), clock(row.at, now), row.text, row.commenter_id is not None) for row in rows]


def _note_rows(comment: int, commenter: int) -> QuerySet[Any]:
    about = Q(comment=comment) | Q(commenter=commenter)
    return InternalNote.objects.filter(about).select_related("author")[:MOST_NOTES]


_NOTES = Prepared(_note_rows, comment=NUMBER, commenter=NUMBER + 1)
