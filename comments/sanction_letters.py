"""What commenters are told of sanctions: the statement of reasons, and that one has ended early or stands."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from comments import links
from comments.enums import LetterKind, SanctionKind
from comments.letters import address_of_commenter, posted, written
from comments.mail import CitedRule, Statement
from comments.models import Decision, Letter, Sanction
from comments.statements import Terms, told


def sanction_statement(sanction: Sanction, rules: Sequence[CitedRule], terms: Terms, note: str) -> Statement:
    """The statement as it will be frozen with the decision and mailed. Stores nothing; no query."""
    with translation.override(sanction.commenter.language):
        context = {
            **asdict(told(terms)),
            "name": sanction.commenter.name,
            "restriction": str(sanction.kind),
            "rules": [asdict(rule) for rule in rules],
            "facts": facts_told(sanction.breaches, {rule.key: rule.number for rule in rules}),
            "note": note,
            "appeal_url": links.absolute(links.sanction_path(sanction)),
        }
        text = render_to_string("emails/_sanction.txt", {"SITE_NAME": settings.SITE_NAME, **context}).strip()
        return Statement(subject_of(sanction.kind), text, context)


def facts_told(breaches: Sequence[Mapping[str, str]], numbers: Mapping[str, int]) -> list[str]:
    """The decisions that it rests on: "Rule 3: 4 May 2026, 6 May 2026", in the active language. No query."""
    days: dict[str, list[str]] = {}
    for breach in breaches:
        at = timezone.localtime(datetime.fromisoformat(breach["at"]))
        days.setdefault(breach["rule"], []).append(date_format(at, "DATE_FORMAT"))
    return [
        _("Rule %(number)s: %(days)s")
        % {"number": numbers.get(key, key), "days": "; ".join(dict.fromkeys(on))}
        for key, on in days.items()
    ]


def subject_of(kind: str) -> str:
    """What the mail is called, in the active language."""
    return {
        SanctionKind.WARNING: _("A warning about your comments"),
        SanctionKind.PRE_MODERATION: _("Your comments are read before they are published"),
        SanctionKind.SUSPENSION: _("You cannot send comments for a time"),
        SanctionKind.BAN: _("You cannot send comments any more"),
    }[SanctionKind(kind)]


def write_sanction(
    sanction: Sanction, decision: Decision, statement: Statement, *, send_after: datetime
) -> list[Letter]:
    """The letter that carries the statement. Two queries; none where they have no address."""
    context = {**statement.context, "statement": statement.text}
    kind, subject = LetterKind.STATEMENT, statement.subject
    return _post(
        sanction, decision, kind, subject=subject, template="sanction", at=send_after, context=context
    )


def write_outcome(sanction: Sanction, decision: Decision, kind: LetterKind, *, reasons: str) -> list[Letter]:
    """That a sanction was ended early or stands, and why, leaving at once. Two queries."""
    with translation.override(sanction.commenter.language):
        subject = {
            "lifted": _("You can comment as before"),
            "granted": _("You were right"),
            "confirmed": _("Our decision stands"),
        }[decision.act]
        context = {
            "name": sanction.commenter.name,
            "what": str(decision.act),
            "reasons": reasons,
            "url": links.absolute(links.sanction_path(sanction)),
        }
    at, template = decision.at, "sanction_outcome"
    return _post(sanction, decision, kind, subject=subject, template=template, at=at, context=context)


def _post(
    sanction: Sanction,
    decision: Decision,
    kind: LetterKind,
    *,
    subject: str,
    template: str,
    at: datetime,
    context: dict[str, Any],
) -> list[Letter]:
    to = address_of_commenter(sanction.commenter)
    if not to:
        return []
    with translation.override(sanction.commenter.language):
        letter = written(
            kind,
            to=to,
            subject=subject,
            template=template,
            context=context,
            send_after=at,
            now=decision.at,
            commenter=sanction.commenter,
            decision=decision,
        )
    return posted([letter])
