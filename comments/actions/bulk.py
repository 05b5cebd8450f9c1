"""What a moderator does to comments, many at a time or one: each as it was seen, or left with the reason."""

import uuid
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from comments import letters, mail
from comments.actions.appeals import settle_appeals
from comments.actions.citing import Citations
from comments.actions.errors import NotPossible, Refused, RuleNeeded, StaleView, Unacceptable
from comments.actions.reports import settle, sources_of
from comments.actions.second_looks import ask_for_second_look
from comments.actions.senders import unstorable
from comments.actions.state import Change, change_states, impossible, latest_decisions, next_state
from comments.decisions import Evidence
from comments.enums import Act, AppealState, Restriction, Source
from comments.letters import Leaving
from comments.models import Comment, Decision
from comments.permissions import can_moderate
from comments.statements import APPEALS_LAST, Law, Terms, freeze_statements
from newsroom.accounts.models import User

LONGEST_NOTE = 2_000

Item = tuple[int, int]
"""A comment's id and the version of it that was seen."""


@dataclass(frozen=True, slots=True)
class BulkResult:
    """What became of one item: its decision, or why there is none."""

    comment_id: int
    outcome: Decision | Refused

    @property
    def decision(self) -> Decision | None:
        return self.outcome if isinstance(self.outcome, Decision) else None

    @property
    def refused(self) -> Refused | None:
        return self.outcome if isinstance(self.outcome, Refused) else None


def approve_many(items: Iterable[Item], *, by: User, now: datetime, note: str = "") -> list[BulkResult]:
    """Approves each that is as it was seen; the others are left, with the reason. In the order given.

    All in one transaction, in which their rows are locked by id: 12 queries, however many they are; two more
    where several discussions change, one more where some comments had. One job hands out their letters.
    """
    return publish_each(items, Act.APPROVED, by=by, now=now, note=note)


def reject_many(
    items: Iterable[Item],
    *,
    by: User,
    now: datetime,
    rule_keys: Sequence[str],
    note: str = "",
    law: Law | None = None,
) -> list[BulkResult]:
    """Rejects each that is as it was seen, under the same rules, law or both.

    In one transaction as `approve_many`; at most seven queries more, and six for each further version of the
    policy. Raises RuleNeeded before any is touched.
    """
    if not rule_keys and law is None:
        raise RuleNeeded
    return turn_down_each(items, Act.REJECTED, by=by, now=now, rule_keys=rule_keys, note=note, law=law)


@transaction.atomic
def publish_each(
    items: Iterable[Item],
    act: Act,
    *,
    by: User,
    now: datetime,
    note: str,
    leaving: Leaving | None = None,
) -> list[BulkResult]:
    """Each is public by this act, and its author gets a mail: by `leaving`, or when such mails leave."""

    def decide(comments: list[Comment]) -> list[Decision]:
        leaves = leaving or _leaving(comments, now)
        changes = [Change(comment, evidence=Evidence(note=note)) for comment in comments]
        decisions = change_states(changes, act=act, now=now, by=by)
        letters.cancel_overtaken(comments)
        decided = list(zip(comments, decisions, strict=True))
        mail.write_published(decided, letters.headlines(comments, now), note=note, leaving=leaves)
        settle(comments, decisions, note="", leaving=leaves)
        if act == Act.RESTORED:
            settle_appeals(comments, AppealState.GRANTED, now=now)
        return decisions

    return _each_as_seen(items, act, decide, by=by, note=note)


@transaction.atomic
def turn_down_each(
    items: Iterable[Item],
    act: Act,
    *,
    by: User,
    now: datetime,
    rule_keys: Sequence[str],
    note: str,
    law: Law | None,
    leaving: Leaving | None = None,
) -> list[BulkResult]:
    """Each is off the page by this act, with a statement of reasons to its author. Raises as `Citations` does."""

    def decide(comments: list[Comment]) -> list[Decision]:
        leaves = leaving or _leaving(comments, now)
        cited = Citations(comments, rule_keys, now, law=law)
        told = reasons_told(comments, act, cited, note, now)
        statements = [statement for _terms, statement in told]
        changes = [
            Change(
                comment,
                grounds=cited.grounds(comment),
                evidence=Evidence(
                    quoted=cited.quoted(comment),
                    note=note,
                    explanation=law.why if law else "",
                    statement=statement.text,
                ),
            )
            for comment, statement in zip(comments, statements, strict=True)
        ]
        decisions = change_states(changes, act=act, now=now, by=by)
        letters.cancel_overtaken(comments)
        decided = list(zip(comments, decisions, strict=True))
        freeze_statements(
            (decision, terms, comment.commenter.language)
            for (comment, decision), (terms, _statement) in zip(decided, told, strict=True)
        )
        mail.write_statements(decided, statements, leaving=leaves)
        if law is not None:
            ask_for_second_look(decisions, by=by, now=now)
        settle(comments, decisions, note="", leaving=leaves)
        return decisions

    return _each_as_seen(items, act, decide, by=by, note=note)


@transaction.atomic
def keep_each(items: Iterable[Item], *, by: User, now: datetime, note: str) -> list[BulkResult]:
    """Each stays public though it was reported; who reported it is told so, with the note."""

    def decide(comments: list[Comment]) -> list[Decision]:
        changes = [Change(comment, evidence=Evidence(note=note)) for comment in comments]
        decisions = change_states(changes, act=Act.KEPT, now=now, by=by)
        settle(comments, decisions, note=note, leaving=_leaving(comments, now))
        return decisions

    return _each_as_seen(items, Act.KEPT, decide, by=by, note=note)


@transaction.atomic
def hold_each(
    items: Iterable[Item], *, by: User, now: datetime, rule_keys: Sequence[str], note: str
) -> list[BulkResult]:
    """Each waits for a decision again, off the page, under these rules; no mail. Raises as `Citations` does."""

    def decide(comments: list[Comment]) -> list[Decision]:
        cited = Citations(comments, rule_keys, now)
        changes = [
            Change(
                comment,
                grounds=cited.grounds(comment),
                evidence=Evidence(quoted=cited.quoted(comment), note=note),
            )
            for comment in comments
        ]
        decisions = change_states(changes, act=Act.HELD, now=now, by=by)
        letters.cancel_overtaken(comments)
        return decisions

    return _each_as_seen(items, Act.HELD, decide, by=by, note=note)


def reasons_told(
    comments: Sequence[Comment], act: Act, cited: Citations, note: str, now: datetime
) -> list[tuple[Terms, mail.Statement]]:
    """What each author is told of such a decision, as codes and in words. Stores nothing. At most two queries."""
    stories, sources = letters.headlines(comments, now), sources_of(comments)
    told = []
    for comment in comments:
        terms = _terms(comment, act, cited, sources.get(comment.pk, Source.OWN), now)
        statement = mail.statement_of_reasons(
            comment, cited.as_cited(comment), stories, note=note, law=cited.law, terms=terms
        )
        told.append((terms, statement))
    return told


def _terms(comment: Comment, act: Act, cited: Citations, source: Source, now: datetime) -> Terms:
    """What the author is told of the decision besides its grounds."""
    return Terms(
        restriction=Restriction.REMOVED if act == Act.REMOVED else Restriction.NOT_PUBLISHED,
        source=source,
        automated_detection=cited.was_detected(comment),
        appeal_until=now + APPEALS_LAST,
    )


def leaves_at(now: datetime) -> datetime:
    """When the mail about a decision made now leaves, and until when it can be undone."""
    return now + timedelta(seconds=settings.UNDO_SECONDS)


def _leaving(comments: Sequence[Comment], now: datetime) -> Leaving:
    """What is decided together reaches an address in one mail."""
    return Leaving(leaves_at(now), uuid.uuid4() if len(comments) > 1 else None)


def _each_as_seen(
    items: Iterable[Item],
    act: Act,
    decide: Callable[[list[Comment]], list[Decision]],
    *,
    by: User,
    note: str,
) -> list[BulkResult]:
    """Has all decided that are as they were seen and can be; one result for each comment named."""
    seen = dict(items)
    require_moderator(by, note)
    found = locked(seen)
    refused = _refused(seen, found, act, note)
    possible = [found[pk] for pk in seen if pk not in refused]
    outcomes: dict[int, Decision | Refused] = {**refused}
    if possible:
        outcomes |= zip([comment.pk for comment in possible], decide(possible), strict=True)
    return [BulkResult(pk, outcomes[pk]) for pk in seen]


def require_moderator(by: User, note: str) -> None:
    if not can_moderate(by):
        raise PermissionDenied
    if unstorable(note) or len(note) > LONGEST_NOTE:
        sentence = _("A note has at most %(most)d characters, all of which can be stored.") % {
            "most": LONGEST_NOTE
        }
        raise Unacceptable("note", sentence)


def locked(comment_ids: Iterable[int]) -> dict[int, Comment]:
    """The comments, locked in the order of their ids until the transaction ends. One query."""
    rows = Comment.objects.select_related("commenter__user", "policy", "current_text", "discussion__article")
    rows = rows.select_for_update(of=("self",), no_key=True).filter(pk__in=list(comment_ids))
    return {comment.pk: comment for comment in rows.order_by("pk")}


def _refused(
    seen: Mapping[int, int], found: Mapping[int, Comment], act: Act, note: str
) -> dict[int, Refused]:
    """Why some are left: not there, changed since, or in a state that the act is not for. At most one query."""
    stale = [pk for pk, comment in found.items() if comment.version != seen[pk]]
    latest = latest_decisions(stale) if stale else {}
    refused: dict[int, Refused] = {pk: StaleView(found[pk], latest.get(pk), note) for pk in stale}
    for pk in seen:
        if pk not in found:
            refused[pk] = NotPossible(_("There is no such comment."))
        elif pk not in refused and next_state(found[pk], act) is None:
            refused[pk] = NotPossible(impossible(found[pk]))
        elif pk not in refused and act == Act.KEPT and not found[pk].open_reports:
            refused[pk] = NotPossible(_("No report of this comment is open."))
    return refused
