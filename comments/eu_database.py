"""Statements of reasons as the transparency database of the European Union takes them, Article 24(5).

The attributes and their values are those of its interface, version 2 (July 2025):
https://transparency.dsa.ec.europa.eu/page/api-documentation
"""

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from django.conf import settings
from django.utils import timezone, translation
from django.utils.text import get_text_list
from django.utils.translation import gettext as _

from comments.enums import GroundKind, Restriction, Source
from comments.links import absolute, rule_url
from comments.models import DecisionGround, Policy, Statement
from comments.rulebook import ShownRule, rules_of
from comments.statements import judged, told

FIELDS = (
    "decision_visibility", "decision_visibility_other", "end_date_visibility_restriction",
    "decision_account", "end_date_account_restriction", "account_type",
    "decision_ground", "decision_ground_reference_url",
    "illegal_content_legal_ground", "illegal_content_explanation",
    "incompatible_content_ground", "incompatible_content_explanation", "incompatible_content_illegal",
    "content_type", "category", "category_addition", "territorial_scope", "content_language",
    "content_date", "application_date", "decision_facts", "source_type",
    "automated_detection", "automated_decision", "puid",
)  # fmt: skip
"""The attributes that are ever filled in here, in the order of a table's columns."""

EEA = [
    "AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU", "IE", "IS", "IT", "LI", "LT",
    "LU", "LV", "MT", "NL", "NO", "PL", "PT", "RO", "SE", "SI", "SK",
]  # fmt: skip
"""Where a decision holds: everywhere, of which the database wants to know the European Economic Area."""

AT_ONCE = 100
"""Statements that the database takes in one request."""

VISIBILITY = {
    Restriction.REMOVED: "DECISION_VISIBILITY_CONTENT_REMOVED",
    Restriction.NOT_PUBLISHED: "DECISION_VISIBILITY_CONTENT_DISABLED",
    Restriction.PRE_MODERATION: "DECISION_VISIBILITY_OTHER",
}
ACCOUNT = {
    Restriction.SUSPENSION: "DECISION_ACCOUNT_SUSPENDED",
    Restriction.BAN: "DECISION_ACCOUNT_TERMINATED",
}
SOURCES = {
    Source.NOTICE: "SOURCE_ARTICLE_16",
    Source.REPORT: "SOURCE_TYPE_OTHER_NOTIFICATION",
    Source.OWN: "SOURCE_VOLUNTARY",
}
OTHER_RULE = "STATEMENT_CATEGORY_OTHER_VIOLATION_TC"
ILLEGAL_SPEECH = "STATEMENT_CATEGORY_ILLEGAL_OR_HARMFUL_SPEECH"
ILLEGAL = "illegal"
"""Names the category of what is against the law in `settings.EU_CATEGORIES`, beside the keys of the rules."""

_GROUND, _EXPLANATION, _FACTS = 500, 2_000, 5_000
"""Characters that the database takes."""


def entries(since: datetime, until: datetime, *, now: datetime) -> Iterator[dict[str, Any]]:
    """The statements of decisions made from `since` to before `until`, the oldest first; empty attributes are left out.

    Without those that were undone or can still be, and without warnings, which restrict nothing. They hold nothing of
    a person: neither names nor what they wrote.
    Four queries for each 500, and three at most for each version of the policy.
    """
    settled = min(until, now - timedelta(seconds=settings.UNDO_SECONDS))
    rows = Statement.objects.filter(
        decision__at__gte=since, decision__at__lt=settled, decision__undone_by=None
    ).exclude(restriction=Restriction.WARNING)
    rows = rows.select_related("decision__evidence", "decision__comment__discussion__article")
    rows = rows.prefetch_related("decision__grounds__rule__policy").order_by("decision__at", "pk")
    texts = cache(_shown)
    with translation.override("en"):
        for row in rows.iterator(chunk_size=500):
            entry = _entry(row, texts)
            yield {name: entry[name] for name in FIELDS if entry.get(name)}


def as_row(entry: dict[str, Any]) -> list[str]:
    """An entry as a line of a table: lists as the database's own files write them."""
    cells = (entry.get(name, "") for name in FIELDS)
    return [json.dumps(value) if isinstance(value, list) else str(value) for value in cells]


def _shown(policy: Policy) -> dict[int, ShownRule]:
    """The rules of a version with their figures, by id. Three queries at most."""
    return {rule.pk: rule for rule in rules_of(policy)}


def _entry(row: Statement, texts: Any) -> dict[str, Any]:
    decision, comment = row.decision, row.decision.comment
    begun = comment.submitted_at if comment else decision.at
    return {
        **_restriction(row),
        **_grounds(row, list(decision.grounds.all()), texts),
        "content_type": ["CONTENT_TYPE_TEXT"],
        "territorial_scope": EEA,
        "content_language": comment.discussion.article.language[:2].upper() if comment else "",
        "content_date": _day(begun),
        "application_date": _day(decision.at),
        "decision_facts": _facts(row)[:_FACTS],
        "source_type": SOURCES[Source(row.source)],
        "automated_detection": "Yes" if row.automated_detection else "No",
        "automated_decision": (
            "AUTOMATED_DECISION_FULLY" if row.automated_decision else "AUTOMATED_DECISION_NOT_AUTOMATED"
        ),
        "puid": str(decision.uid),
    }


def _restriction(row: Statement) -> dict[str, Any]:
    restriction, ends = Restriction(row.restriction), _day(row.ends_at) if row.ends_at else ""
    if restriction in ACCOUNT:
        return {
            "decision_account": ACCOUNT[restriction],
            "end_date_account_restriction": ends,
            "account_type": "ACCOUNT_TYPE_PRIVATE",
        }
    seen_first = restriction == Restriction.PRE_MODERATION
    return {
        "decision_visibility": [VISIBILITY[restriction]],
        "decision_visibility_other": _("Comments are read by a moderator first") if seen_first else "",
        "end_date_visibility_restriction": ends,
    }


def _grounds(row: Statement, grounds: list[DecisionGround], texts: Any) -> dict[str, Any]:
    rules = [ground.rule for ground in grounds if ground.rule]
    law = next((ground.key for ground in grounds if ground.kind == GroundKind.LAW), "")
    categories = list(dict.fromkeys(settings.EU_CATEGORIES.get(rule.key, OTHER_RULE) for rule in rules))
    if law:
        why = row.decision.evidence.explanation or _("The explanation was erased with its author’s data.")
        category = settings.EU_CATEGORIES.get(ILLEGAL, ILLEGAL_SPEECH)
        return {
            "decision_ground": "DECISION_GROUND_ILLEGAL_CONTENT",
            "illegal_content_legal_ground": law[:_GROUND],
            "illegal_content_explanation": why[:_EXPLANATION],
            "category": category,
            "category_addition": [one for one in categories if one != category],
        }
    shown = [texts(rule.policy)[rule.pk] for rule in rules]
    named = [f"version {rule.version}, rule {rule.number}: {rule.title}" for rule in shown]
    return {
        "decision_ground": "DECISION_GROUND_INCOMPATIBLE_CONTENT",
        "decision_ground_reference_url": (
            rule_url(rules[0].policy, rules[0].number) if rules else absolute("/comment-policy/")
        ),
        "incompatible_content_ground": f"Comment policy, {'; '.join(named)}"[:_GROUND],
        "incompatible_content_explanation": "\n".join(
            [*_why(row, shown), *(f"Against the rule: {rule.text}" for rule in shown)]
        )[:_EXPLANATION],
        "incompatible_content_illegal": "No",
        "category": categories[0] if categories else OTHER_RULE,
        "category_addition": categories[1:],
    }


def _why(row: Statement, shown: list[ShownRule]) -> list[str]:
    """How a comment was found to break its rules, without a word of anybody's; nothing once those words are gone."""
    evidence = row.decision.evidence
    if row.decision.comment_id is None or evidence.erased_at or evidence.withheld_at:
        return []
    quoted = {one["rule"] for one in evidence.quoted}
    said = []
    if marked := [str(rule.number) for rule in shown if rule.key in quoted]:
        words = _("A check had marked words that break rule %(rules)s; they were quoted to the author.")
        said.append(words % {"rules": get_text_list(marked, _("and"))})
    if evidence.note:
        said.append(_("A moderator has written to the author why."))
    elif as_a_whole := judged([rule.number for rule in shown if rule.key not in quoted]):
        said.append(as_a_whole)
    return said


def _facts(row: Statement) -> str:
    """What was done and how it came about, in sentences that are the same for all and so are about nobody."""
    sentences = told(row)
    about = "A reader’s comment under a news story."
    if row.decision.commenter_id is not None:
        about = "A reader who comments under news stories."
    return f"{about} {sentences.meaning} {sentences.origin}"


def _day(at: datetime) -> str:
    return timezone.localtime(at).date().isoformat()
