"""Where words of a comment or of a decision stand: every table and column, and what is put there instead."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from articles.models import Correction
from comments.actions.freezing import (
    comment_without_words,
    correction_without_words,
    decisions_without_words,
)
from comments.actions.withheld_letters import facts_without_words
from comments.enums import Act, LetterKind, RunState, TrialState
from comments.models import (
    Appeal,
    BulkRun,
    CaseCopy,
    Comment,
    Commenter,
    CommentFinding,
    CommentText,
    Decision,
    DecisionEvidence,
    InternalNote,
    Letter,
    PullBack,
    Question,
    Report,
    Sanction,
    UnsentNote,
)
from newsroom.html import comment_html
from newsroom.withholding.taking import Place, Put, empties, says
from newsroom.withholding.words import withheld_name, withheld_words


def places_of_comment(comment: Comment, *, with_name: bool, now: datetime) -> list[Place]:
    """All that was written in a comment and about it. `comment` has its commenter and its story."""
    readers, author = comment.discussion.article.language, comment.commenter.language
    of_it, decided = Q(comment=comment), Q(decision__comment=comment)
    return [
        Place(
            name="texts",
            title=_("Its text, in every version"),
            rows=CommentText.objects.filter(of_it),
            puts={
                "body": says(withheld_words(readers)),
                "html": says(comment_html(withheld_words(readers))),
                **_UNTRACED,
            },
        ),
        Place(
            name="findings",
            title=_("What checks found in it"),
            rows=CommentFinding.objects.filter(text__comment=comment),
            puts={"start": empties(0), "end": empties(0), "entry": empties(""), "details": empties({})},
        ),
        *_of_decisions(decided, author, now),
        _letters(of_it | decided | Q(report__comment=comment), author, with_name=with_name, now=now),
        Place(
            name="reports",
            title=_("Reports of it"),
            rows=Report.objects.filter(of_it),
            puts={"explanation": says(withheld_words(settings.LANGUAGE_CODE))},
        ),
        *_of_the_desk(comment),
        _copies(
            Q(item__comment=comment),
            lambda content: comment_without_words(
                content, withheld_words(readers), name=withheld_name(readers) if with_name else ""
            ),
            now,
        ),
        *(_name(comment, readers) if with_name else []),
    ]


def places_of_decision(decision: Decision, *, now: datetime) -> list[Place]:
    """The words of one decision: statement, note, quoted words, explanation, objection and answer, and the mails.

    The answer is a decision of its own, which says the same words once more; withheld itself, it goes from beside the
    objection, too. The comment itself keeps its text. One query.
    """
    both, language = [decision, *_answers_to(decision)], _language_of(decision)
    said = says(withheld_words(settings.LANGUAGE_CODE))
    return [
        *_of_decisions(Q(decision__in=both), language, now),
        Place(
            name="answers",
            title=_("What it answers to an objection"),
            rows=_answered_by(decision),
            puts={"reasons": says(withheld_words(language))},
        ),
        _letters(_carries(both), language, with_name=False, now=now),
        Place(
            name="sanctions",
            title=_("The sanction’s note"),
            rows=Sanction.objects.filter(decision=decision),
            puts={"note": said, "declined_why": said},
        ),
        *_runs(Q(items__decision=decision)),
        _pull_backs(Q(items__decision=decision)),
        *(_copies_of(decision, both, language, now) if decision.comment_id else []),
    ]


_ON_APPEAL = (Act.GRANTED, Act.CONFIRMED)


def _answers_to(decision: Decision) -> list[Decision]:
    """The decision that answers its author's objection, if there is one: both are written at the same moment."""
    answered = Appeal.objects.filter(decision=decision).values("answered_at")
    rows = Decision.objects.filter(comment=decision.comment_id, commenter=decision.commenter_id)
    return list(rows.filter(act__in=_ON_APPEAL, at__in=answered))


def _answered_by(decision: Decision) -> QuerySet[Appeal]:
    """The objection that a decision answers, if it answers one."""
    rows = Appeal.objects.filter(
        decision__comment=decision.comment_id, decision__commenter=decision.commenter_id
    )
    return rows.filter(answered_at=decision.at) if decision.act in _ON_APPEAL else rows.none()


def _carries(decisions: Sequence[Decision]) -> Q:
    """Mails in which words of a decision stand: to its author, or of one that left reports be, to who reported."""
    told = Q(report__decision__in=decisions, report__decision__act=Act.KEPT, kind=LetterKind.REPORT_OUTCOME)
    return Q(decision__in=decisions) | told


def places_beside_correction(correction: Correction, *, now: datetime) -> list[Place]:
    """Where the words of a story's correction stand besides the story itself: in what was frozen for cases."""
    said = withheld_words(correction.article.language)
    return [
        _copies(
            Q(item__article=correction.article),
            lambda content: correction_without_words(content, said, correction.at),
            now,
        )
    ]


def running(comment: Comment) -> bool:
    """Whether a bulk decision or a pull-back goes on just now that has the comment, or may come to it. Two queries."""
    here = PullBack.objects.filter(discussion=comment.discussion_id, state=TrialState.RUNNING)
    return BulkRun.objects.filter(items__comment=comment, state=RunState.RUNNING).exists() or here.exists()


_UNTRACED: Mapping[str, Put] = {
    "fingerprint": empties(""),
    "sketch": empties(b""),
    **{f"band_{number}": empties(None) for number in range(1, 5)},
}
"""What tells which texts are alike tells something of the text."""


def _of_decisions(which: Q, language: str, now: datetime) -> list[Place]:
    """What decisions rest on, and the objections to them."""
    said = says(withheld_words(language))
    return [
        Place(
            name="evidence",
            title=_("Decisions: statements of reasons, notes, quoted words"),
            rows=DecisionEvidence.objects.filter(which),
            puts={"quoted": empties([]), "note": said, "explanation": said, "statement": said},
            marks={"withheld_at": now},
        ),
        Place(
            name="appeals",
            title=_("Objections and their answers"),
            rows=Appeal.objects.filter(which),
            puts={"text": said, "reasons": said},
        ),
    ]


def _letters(which: Q, language: str, *, with_name: bool, now: datetime) -> Place:
    said = says(withheld_words(language))
    return Place(
        name="letters",
        title=_("Mails about it, kept or not sent yet"),
        rows=Letter.objects.filter(which),
        puts={
            "facts": lambda facts: facts_without_words(facts, with_name=with_name),
            "text": said,
            "html": says(comment_html(withheld_words(language))),
        },
        marks={"withheld_at": now},
    )


def _of_the_desk(comment: Comment) -> list[Place]:
    """What moderators wrote about it to each other and for many at once."""
    said = says(withheld_words(settings.LANGUAGE_CODE))
    return [
        Place(
            name="notes",
            title=_("Internal notes on it"),
            rows=InternalNote.objects.filter(comment=comment),
            puts={"text": said},
        ),
        Place(
            name="questions",
            title=_("Questions to colleagues"),
            rows=Question.objects.filter(comment=comment),
            puts={"note": said},
        ),
        Place(
            name="unsent_notes",
            title=_("Notes that moderators had begun"),
            rows=UnsentNote.objects.filter(comment=comment),
            puts={"text": empties("")},
        ),
        *_runs(Q(items__comment=comment)),
        _pull_backs(Q(items__decision__comment=comment)),
    ]


def _runs(which: Q) -> list[Place]:
    """Of a run that has not begun the form is empty again: its note would be mailed as it stands there."""
    said, title = says(withheld_words(settings.LANGUAGE_CODE)), _("Notes of bulk decisions with it")
    still, form = BulkRun.objects.exclude(state=RunState.RUNNING).filter(which), Q(state=RunState.PREPARED)
    rows = BulkRun.objects.filter(pk__in=still.values("pk"))
    return [
        Place(name="runs", title=title, rows=rows.exclude(form), puts={"note": said, "why": said}),
        Place(
            name="forms",
            title=title,
            rows=rows.filter(form),
            puts=dict.fromkeys(("note", "why"), empties("")),
        ),
    ]


def _pull_backs(which: Q) -> Place:
    said = says(withheld_words(settings.LANGUAGE_CODE))
    ended = PullBack.objects.exclude(state=TrialState.RUNNING).filter(which)
    return Place(
        name="pull_backs",
        title=_("Reasons for which it was pulled back with others"),
        rows=PullBack.objects.filter(pk__in=ended.values("pk")),
        puts={"reason": said},
    )


def _copies_of(decision: Decision, both: Sequence[Decision], language: str, now: datetime) -> list[Place]:
    said, uids = withheld_words(language), {str(one.uid) for one in both}
    of_it = Q(item__comment=decision.comment_id)
    return [_copies(of_it, lambda content: decisions_without_words(content, said, uids), now)]


def _copies(which: Q, put: Put, now: datetime) -> Place:
    """Evidence in a case is kept with the act, as it was, and can be read by those with the right."""
    return Place(
        name="copies",
        title=_("Copies frozen for cases"),
        rows=CaseCopy.objects.filter(which),
        puts={"content": put},
        marks={"withheld_at": now},
    )


def _name(comment: Comment, readers: str) -> list[Place]:
    """The name at the comment, and the commenter's where it is the same; not at their other comments."""
    said = {"name": says(withheld_name(readers))}
    same = Commenter.objects.filter(pk=comment.commenter_id, name=comment.name)
    return [
        Place(
            name="name",
            title=_("Its author’s name"),
            rows=Comment.objects.filter(pk=comment.pk),
            puts=said,
        ),
        Place(name="commenter", title=_("The same name in the commenter’s record"), rows=same, puts=said),
    ]


def _language_of(decision: Decision) -> str:
    """Of whoever was told of it; the desk's where nobody was."""
    commenter: Any = decision.comment.commenter if decision.comment else decision.commenter
    return str(commenter.language) if commenter else settings.LANGUAGE_CODE
