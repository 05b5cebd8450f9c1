"""Writes the letters of moderation: in the transaction that they tell of, in their reader's language."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from comments import links
from comments.enums import AppealState, LetterKind, Restriction
from comments.letters import Headlines, Leaving, address_of, posted, written
from comments.models import Appeal, Comment, Decision, Letter, Report
from comments.rulebook import ShownRule, as_one_stood
from comments.statements import Law, Terms, judged, told

Decided = tuple[Comment, Decision]
"""A comment, and what was decided on it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CitedRule:
    """A rule as a statement quotes it: its text filled in, the words caught, its permanent address.

    `language` is that of title and text: the reader's, or the policy's own where it is not translated.
    """

    number: int
    version: int
    title: str
    text: str
    language: str
    url: str
    key: str
    words: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Statement:
    """What the author of a comment is told about its rejection or removal, in their language."""

    subject: str
    text: str
    context: dict[str, Any]


def cited(rule: ShownRule, words: Sequence[str] = ()) -> CitedRule:
    """The rule, quoted as it is shown."""
    return CitedRule(
        number=rule.number,
        version=rule.version,
        title=rule.title,
        text=rule.text,
        language=rule.language,
        url=links.absolute(rule.url),
        key=rule.key,
        words=words,
    )


def confirmation(
    comment: Comment, token: str, story: str, *, to: str, language: str, now: datetime
) -> Letter:
    """A letter with the link that confirms an address, to leave at once; not stored yet. `story` is its headline.

    It holds nothing that the sender of the form wrote: whoever gets it may have nothing to do with them.
    """
    with translation.override(language):
        return written(
            LetterKind.CONFIRMATION,
            commenter=comment.commenter,
            comment=comment,
            to=to,
            subject=_("Please confirm your comment"),
            template="confirmation",
            context={"story": story, "url": links.confirmation_url(token)},
            send_after=now,
            now=now,
        )


def write_published(
    decided: Sequence[Decided], stories: Headlines, *, note: str, leaving: Leaving
) -> list[Letter]:
    """A short letter with the permanent address of what is public, to each author who has an address.

    Two queries for all.
    """
    return posted(
        [
            _published_letter(comment, decision, to, stories, note=note, leaving=leaving)
            for comment, decision in decided
            if (to := address_of(comment))
        ]
    )


def _published_letter(
    comment: Comment, decision: Decision, to: str, stories: Headlines, *, note: str, leaving: Leaving
) -> Letter:
    with translation.override(comment.commenter.language):
        context = {
            "name": comment.name,
            "story": stories[comment.discussion.article_id],
            "note": note,
            "url": links.absolute(comment.get_absolute_url()),
        }
        return written(
            LetterKind.APPROVED,
            commenter=comment.commenter,
            comment=comment,
            to=to,
            subject=_("Your comment was published"),
            template="published",
            context=context,
            send_after=leaving.at,
            bundle=leaving.bundle,
            now=decision.at,
            decision=decision,
        )


def statement_of_reasons(
    comment: Comment,
    rules: Sequence[CitedRule],
    stories: Headlines,
    *,
    note: str,
    law: Law | None,
    terms: Terms,
) -> Statement:
    """The statement as it will be frozen with the decision and mailed. Stores nothing; no query."""
    with translation.override(comment.commenter.language):
        removed = terms.restriction == Restriction.REMOVED
        text = comment.current_text
        context = {
            **asdict(told(terms)),
            "name": comment.name,
            "story": stories[comment.discussion.article_id],
            "sent": comment.submitted_at.isoformat(),
            "body": text.body if text else "",
            "mine_url": links.absolute(links.mine_path(comment)),
            "rules": [asdict(rule) for rule in rules],
            "law": asdict(law) if law else None,
            "note": note,
            "judged": "" if note else judged([rule.number for rule in rules if not rule.words]),
            "removed": removed,
            "appeal_url": links.absolute(links.statement_path(comment, comment.version)),
        }
        subject = _("Your comment was removed") if removed else _("Your comment was not published")
        return Statement(subject, render_to_string("emails/_statement.txt", context).strip(), context)


def write_statements(
    decided: Sequence[Decided], statements: Sequence[Statement], *, leaving: Leaving
) -> list[Letter]:
    """The letters that carry statements of reasons, to each author who has an address. Two queries for all."""
    return posted(
        [
            _statement_letter(comment, decision, to, statement, leaving)
            for (comment, decision), statement in zip(decided, statements, strict=True)
            if (to := address_of(comment))
        ]
    )


def _statement_letter(
    comment: Comment, decision: Decision, to: str, statement: Statement, leaving: Leaving
) -> Letter:
    with translation.override(comment.commenter.language):
        return written(
            LetterKind.STATEMENT,
            commenter=comment.commenter,
            comment=comment,
            to=to,
            subject=statement.subject,
            template="statement",
            context={**statement.context, "statement": statement.text},
            send_after=leaving.at,
            bundle=leaving.bundle,
            now=decision.at,
            decision=decision,
        )


def write_receipt(report: Report, stories: Headlines, *, now: datetime) -> list[Letter]:
    """That a report came, leaving at once, with the page where its address is confirmed and its outcome shown.

    It holds nothing that the sender of the form wrote: whoever gets it may have nothing to do with them.
    """
    kind, subject = LetterKind.REPORT_RECEIPT, gettext_lazy("We have your report of a comment")
    letter = _report_letter(report, stories, kind, subject, leaving=Leaving(now), now=now)
    return posted([letter] if letter else [])


def write_report_outcomes(
    reports: Iterable[Report], stories: Headlines, *, note: str, now: datetime, leaving: Leaving
) -> list[Letter]:
    """What became of their reports, to those who confirmed their address. Two queries for all."""
    kind, subject = LetterKind.REPORT_OUTCOME, gettext_lazy("What became of your report of a comment")
    written = [
        _report_letter(report, stories, kind, subject, note=note, leaving=leaving, now=now)
        for report in reports
        if report.confirmed_at and not report.robot_suspected
    ]
    return posted([letter for letter in written if letter])


def _report_letter(
    report: Report,
    stories: Headlines,
    kind: LetterKind,
    subject: str | Promise,
    *,
    leaving: Leaving,
    now: datetime,
    note: str = "",
) -> Letter | None:
    """The letter to whoever reported; None where they are erased. It names neither author nor other reporters."""
    user = report.reporter.user if report.reporter else None
    to = user.email if user else report.address
    if report.reporter is None or not to:
        return None
    with translation.override(report.language):
        context = {
            "story": stories[report.comment.discussion.article_id],
            "ground": ground_of(report),
            "confirmed": report.confirmed_at is not None,
            "state": str(report.state),
            "note": note,
            "url": links.absolute(links.report_path(report)),
            "promise": settings.MODERATION_PROMISE_MINUTES,
            "desk": settings.DEFAULT_FROM_EMAIL,
        }
        return written(
            kind,
            to=to,
            subject=str(subject),
            template=str(kind),
            context=context,
            send_after=leaving.at,
            bundle=leaving.bundle,
            now=now,
            commenter=report.reporter,
            report=report,
        )


def write_appeal_outcome(
    appeal: Appeal, comment: Comment, decision: Decision, stories: Headlines
) -> list[Letter]:
    """Whether the author was right, and why, leaving at once; nothing where they have no address."""
    to = address_of(comment)
    if not to:
        return []
    granted = appeal.state == AppealState.GRANTED
    with translation.override(comment.commenter.language):
        letter = written(
            LetterKind.APPEAL_OUTCOME,
            to=to,
            subject=_("You were right") if granted else _("Our decision on your comment stands"),
            template="appeal_outcome",
            context={
                "name": comment.name,
                "story": stories[comment.discussion.article_id],
                "mine_url": links.absolute(links.mine_path(comment)),
                "granted": granted,
                "reasons": appeal.reasons,
                "url": links.absolute(comment.get_absolute_url()),
            },
            send_after=decision.at,
            now=decision.at,
            commenter=comment.commenter,
            comment=comment,
            decision=decision,
        )
    return posted([letter])


def ground_of(report: Report) -> str:
    """What is said to be wrong, in the active language: the rule by its number and title, or the law.

    Queries as `as_one_stood`.
    """
    if report.rule is None:
        return _("It is illegal")
    rule = as_one_stood(report.rule)
    return _("Rule %(number)d, %(title)s") % {"number": rule.number, "title": rule.title}
