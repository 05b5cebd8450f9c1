"""What of all apps can be withheld on legal grounds: found by an address, named, withheld, shown again."""

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import zip_longest
from typing import Any, cast
from uuid import UUID

from django.apps import apps
from django.db.models import CharField, JSONField, TextField
from django.utils.translation import gettext as _

from articles.actions import withholding as stories
from articles.models import ArticleEvent, Correction
from comments.actions import withholding as discussions
from comments.actions.withheld_places import places_beside_correction
from comments.models import Comment, Decision
from newsroom.accounts.models import User
from newsroom.withholding.models import Ending, Subject, WithheldOriginal, Withholding, WithholdingEnd
from newsroom.withholding.taking import Found, Place, look

_UID = "([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})"
_STATEMENT = re.compile(rf"/comments/{_UID}/mine/[^/]+/reasons/([0-9]{{1,9}})/")
_SANCTION = re.compile(rf"/(?:comments|moderation)/sanctions/{_UID}/")
_COMMENT = re.compile(rf"(?:/comments/|#comment-){_UID}\b")
_CORRECTION = re.compile(r"(?:#correction-|/articles/correction/)([0-9]{1,18})\b")

READABLE = (CharField, TextField, JSONField)
NO_WORDS = ("fingerprint", "html")
"""Columns that hold a trace of a text, or the same text once more."""

Row = Comment | Decision | Correction | ArticleEvent
Words = list[tuple[str, str]]
"""Texts, each under what it is."""


@dataclass(frozen=True, slots=True)
class About:
    """One subject: its row, and what it is called without any of its words."""

    subject: Subject
    key: str
    row: Any
    title: str


_ROWS: dict[Subject, Any] = {
    Subject.COMMENT: Comment.objects.select_related("discussion__article", "commenter", "current_text"),
    Subject.DECISION: Decision.objects.select_related(
        "comment__discussion__article", "comment__commenter", "commenter", "discussion__article", "evidence"
    ),
    Subject.CORRECTION: Correction.objects.select_related("article", "text"),
    Subject.EVENT: ArticleEvent.objects.select_related("article"),
}


def about_with_key(subject: Subject, key: str) -> About | None:
    """The subject with this public id, or row. One query."""
    by, read = _key_of(subject, key)
    row = _ROWS[subject].filter(**{by: read}).first() if read is not None else None
    return About(subject, key, row, title_of(row)) if row else None


def _key_of(subject: Subject, key: str) -> tuple[str, Any]:
    if subject in (Subject.COMMENT, Subject.DECISION):
        try:
            return "uid", UUID(key)
        except ValueError:
            return "uid", None
    return "pk", int(key) if re.fullmatch(r"[0-9]{1,18}", key) else None


def about_at(address: str) -> tuple[Subject, str] | None:
    """What a pasted address is of: a comment, a statement of reasons, a correction. At most one query."""
    if found := _STATEMENT.search(address):
        rows = Decision.objects.filter(comment__uid=found[1], subject_version=int(found[2]))
        return _first(rows.filter(statement_of_reasons__isnull=False))
    if found := _SANCTION.search(address):
        return _first(Decision.objects.filter(sanction__uid=found[1]))
    if found := _CORRECTION.search(address):
        return Subject.CORRECTION, found[1]
    if found := _COMMENT.search(address):
        return Subject.COMMENT, found[1]
    return None


def _first(decisions: Any) -> tuple[Subject, str] | None:
    uid = decisions.values_list("uid", flat=True).first()
    return (Subject.DECISION, str(uid)) if uid else None


def titles_of(withholdings: Iterable[Withholding]) -> dict[int, str]:
    """What each act is about, by its id. One query a kind of subject."""
    named: dict[int, str] = {}
    for subject in Subject:
        acts = [one for one in withholdings if one.subject == subject]
        by = _key_of(subject, "")[0]
        rows = _ROWS[subject].filter(**{f"{by}__in": [one.key for one in acts]}) if acts else []
        titles = {str(getattr(row, by)): title_of(row) for row in rows}
        named |= {one.pk: titles.get(one.key, "") for one in acts}
    return named


def title_of(row: Row) -> str:
    """ "Comment under “Bridge closed”", without a name or a word of it. No query for a row from here."""
    if isinstance(row, Comment):
        return _("Comment under “%(story)s”") % {"story": row.discussion.article}
    if isinstance(row, Correction):
        told = {"kind": row.get_kind_display(), "story": row.article}
        return _("%(kind)s to “%(story)s”") % told
    if isinstance(row, ArticleEvent):
        return _("Note on “%(act)s”, “%(story)s”") % {"act": row.get_verb_display(), "story": row.article}
    told = {"act": row.get_act_display(), "when": f"{row.at:%Y-%m-%d %H:%M}"}
    discussion = row.comment.discussion if row.comment else row.discussion
    if discussion is None:
        return _("Decision on a commenter: %(act)s, %(when)s") % told
    return _("Decision: %(act)s, %(when)s, under “%(story)s”") % {**told, "story": discussion.article}


def words_of(about: About) -> Words:
    """The words as they stand now, for whoever is to withhold them. No query."""
    row = about.row
    if isinstance(row, Comment):
        text = row.current_text.body if row.current_text else ""
        return _said((_("Its author’s name"), row.name), (_("Text"), text))
    if isinstance(row, Correction):
        kept = getattr(row, "text", None)
        wrong, stands = (kept.what_was_wrong, kept.what_stands) if kept else ("", "")
        return _said((_("What was wrong"), wrong), (_("What stands now"), stands))
    if isinstance(row, ArticleEvent):
        return _said((_("Note"), row.note))
    evidence = row.evidence
    return _said(
        (_("Note to the author"), evidence.note),
        (_("Why the law forbids it"), evidence.explanation),
        (_("Statement of reasons"), evidence.statement),
    )


def _said(*words: tuple[str, str]) -> Words:
    return [one for one in words if one[1]]


def would_withhold(about: About, now: datetime) -> list[Found]:
    """Where words would be withheld, and in how many rows."""
    if about.subject == Subject.COMMENT:
        return discussions.would_withhold_comment(about.row, now=now)
    if about.subject == Subject.DECISION:
        return discussions.would_withhold_decision(about.row, now=now)
    return [*stories.would_withhold(about.row, now=now), *look(_beside(about, now))]


def _beside(about: About, now: datetime) -> list[Place]:
    """Where else words of a story's record stand, which stories know nothing of."""
    return places_beside_correction(about.row, now=now) if about.subject == Subject.CORRECTION else []


def withhold(
    about: About, *, ground: str, remark: str, with_name: bool, seen: int, by: User, now: datetime
) -> Withholding:
    """The words are withheld; `seen` is the version of the comment that was looked at. Raises what its app raises."""
    said: dict[str, Any] = {"ground": ground, "remark": remark, "by": by, "now": now}
    if about.subject == Subject.COMMENT:
        return discussions.withhold_comment(about.row.pk, with_name=with_name, seen_version=seen, **said)
    if about.subject == Subject.DECISION:
        return discussions.withhold_decision(about.row.pk, **said)
    return stories.withhold(about.row, also=_beside(about, now), **said)


def end(withholding: Withholding, kind: Ending, *, why: str, by: User, now: datetime) -> WithholdingEnd:
    """It has ended: shown again, or destroyed. Raises what its app raises."""
    if withholding.subject not in (Subject.CORRECTION, Subject.EVENT):
        return discussions.end_withholding(withholding, kind, why=why, by=by, now=now)
    if kind == Ending.DESTROYED:
        about = about_with_key(Subject(withholding.subject), withholding.key)
        discussions.demand_no_case(article=about.row.article if about else None)
    return stories.end_withholding(withholding, kind, why=why, by=by, now=now)


def originals(kept: WithheldOriginal) -> Words:
    """The words that were taken out, each under what it was in. No query."""
    return [
        (f"{model._meta.verbose_name}: {field.verbose_name}", text)
        for row in kept.rows
        for model in [apps.get_model(row["model"])]
        for name, before in row["fields"].items()
        for field in [cast(Any, model._meta.get_field(name))]
        if isinstance(field, READABLE) and name not in NO_WORDS
        for text in _gone(_facts(before), _facts(row["put"][name]))
    ]


def _facts(value: Any) -> Any:
    """What is kept as JSON in a text is looked into, too."""
    return json.loads(value) if isinstance(value, str) and value.startswith('{"') else value


def _gone(before: Any, after: Any) -> Iterator[str]:
    """The texts that stood in a value and do not stand in what it is now."""
    if isinstance(before, dict):
        for name, value in before.items():
            yield from _gone(value, after.get(name) if isinstance(after, dict) else None)
    elif isinstance(before, list):
        for value, now in zip_longest(before, after if isinstance(after, list) else []):
            yield from _gone(value, now)
    elif isinstance(before, str) and before and before != after:
        yield before
