"""What a moderator does to a comment: approve, reject, remove, restore, hold again."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from comments import mail
from comments.actions.errors import NotPossible, RuleNeeded, RuleUnknown, StaleView, Unacceptable
from comments.actions.senders import unstorable
from comments.actions.state import change_state, latest_decision
from comments.decisions import Evidence, Ground
from comments.enums import Act
from comments.links import rule_url
from comments.models import Comment, Decision, Rule
from comments.moderation.checks import CHECKS
from comments.permissions import can_moderate
from comments.policies import in_force
from comments.rulebook import rules_of
from newsroom.accounts.models import User

LONGEST_NOTE = 2_000


@transaction.atomic
def approve(comment_id: int, *, by: User, seen_version: int, now: datetime, note: str = "") -> Decision:
    """The held comment is public; a mail that says so leaves in UNDO_SECONDS. Its answers stay as they are.

    `seen_version` is the version that the moderator looked at. Raises StaleView where it has changed since
    (`note` is kept in the error), NotPossible where it is not held, PermissionDenied; then nothing has
    changed. 15 queries.
    """
    return _publish(comment_id, Act.APPROVED, by=by, seen_version=seen_version, now=now, note=note)


@transaction.atomic
def restore(comment_id: int, *, by: User, seen_version: int, now: datetime, note: str = "") -> Decision:
    """The rejected or removed comment is public, and its author gets a mail; one about the rejection that has not
    left never does. Raises as `approve` does."""
    return _publish(comment_id, Act.RESTORED, by=by, seen_version=seen_version, now=now, note=note)


@transaction.atomic
def reject(
    comment_id: int,
    *,
    by: User,
    seen_version: int,
    now: datetime,
    rule_keys: Sequence[str] = (),
    note: str = "",
) -> Decision:
    """The held comment is rejected under these rules; a statement of reasons leaves in UNDO_SECONDS.

    Rules are those of the version that the author accepted, or where that has no such rule, of the one in
    force. Raises RuleNeeded without any, RuleUnknown for a key of neither, and as `approve` does. 21 queries.
    """
    return _turn_down(
        comment_id, Act.REJECTED, by=by, seen_version=seen_version, now=now, rule_keys=rule_keys, note=note
    )


@transaction.atomic
def remove(
    comment_id: int,
    *,
    by: User,
    seen_version: int,
    now: datetime,
    rule_keys: Sequence[str] = (),
    note: str = "",
) -> Decision:
    """The public comment is gone from the page, with a statement of reasons. Raises as `reject` does."""
    return _turn_down(
        comment_id, Act.REMOVED, by=by, seen_version=seen_version, now=now, rule_keys=rule_keys, note=note
    )


@transaction.atomic
def hold(
    comment_id: int,
    *,
    by: User,
    seen_version: int,
    now: datetime,
    rule_keys: Sequence[str] = (),
    note: str = "",
) -> Decision:
    """The public comment waits for a decision again, off the page, under these rules; no mail goes out.

    Raises as `reject` does.
    """
    comment = seen_comment(comment_id, by=by, seen_version=seen_version, note=note)
    rules = _rules_cited(comment, rule_keys, now)
    evidence = Evidence(quoted=_quoted(comment, rules), note=note)
    decision = change_state(comment, act=Act.HELD, now=now, by=by, grounds=_grounds(rules), evidence=evidence)
    mail.cancel_overtaken(comment)
    return decision


def seen_comment(comment_id: int, *, by: User, seen_version: int, note: str) -> Comment:
    """The comment, locked, as the moderator saw it. Two queries."""
    if not can_moderate(by):
        raise PermissionDenied
    rows = Comment.objects.select_related("commenter__user", "policy", "current_text", "discussion__article")
    comment: Comment | None = rows.select_for_update(of=("self",), no_key=True).filter(pk=comment_id).first()
    if comment is None:
        raise NotPossible(_("There is no such comment."))
    if comment.version != seen_version:
        raise StaleView(comment, latest_decision(comment), note)
    if unstorable(note) or len(note) > LONGEST_NOTE:
        sentence = _("A note has at most %(most)d characters, all of which can be stored.") % {
            "most": LONGEST_NOTE
        }
        raise Unacceptable("note", sentence)
    return comment


def _publish(comment_id: int, act: Act, *, by: User, seen_version: int, now: datetime, note: str) -> Decision:
    comment = seen_comment(comment_id, by=by, seen_version=seen_version, note=note)
    decision = change_state(comment, act=act, now=now, by=by, evidence=Evidence(note=note))
    mail.cancel_overtaken(comment)
    mail.write_published(comment, decision, note=note, send_after=leaves_at(now))
    return decision


def _turn_down(
    comment_id: int,
    act: Act,
    *,
    by: User,
    seen_version: int,
    now: datetime,
    rule_keys: Sequence[str],
    note: str,
) -> Decision:
    comment = seen_comment(comment_id, by=by, seen_version=seen_version, note=note)
    rules = _rules_cited(comment, rule_keys, now)
    quoted = _quoted(comment, rules)
    removed = act == Act.REMOVED
    statement = mail.statement_of_reasons(
        comment, _as_cited(rules, quoted), note=note, removed=removed, now=now
    )
    evidence = Evidence(quoted=quoted, note=note, statement=statement.text)
    decision = change_state(comment, act=act, now=now, by=by, grounds=_grounds(rules), evidence=evidence)
    mail.cancel_overtaken(comment)
    mail.write_statement(comment, decision, statement, send_after=leaves_at(now))
    return decision


def leaves_at(now: datetime) -> datetime:
    """When the mail about a decision made now leaves, and until when it can be undone."""
    return now + timedelta(seconds=settings.UNDO_SECONDS)


# --- what is cited


def _rules_cited(comment: Comment, rule_keys: Iterable[str], now: datetime) -> list[Rule]:
    keys = list(dict.fromkeys(rule_keys))
    if not keys:
        raise RuleNeeded
    versions = [comment.policy_id]
    found = {rule.key: rule for rule in _rules(comment.policy_id, keys)}
    if (missing := [key for key in keys if key not in found]) and (current := in_force(now)) is not None:
        versions.append(current.pk)
        found |= {rule.key: rule for rule in _rules(current.pk, missing)}
    if any(key not in found for key in keys):
        raise RuleUnknown
    return sorted(found.values(), key=lambda rule: (versions.index(rule.policy_id), rule.number))


def _rules(policy_id: int, keys: Sequence[str]) -> Iterable[Rule]:
    return Rule.objects.filter(policy=policy_id, key__in=keys).select_related("policy")


def _grounds(rules: Sequence[Rule]) -> list[Ground]:
    return [Ground.of_rule(rule) for rule in rules]


def _quoted(comment: Comment, rules: Sequence[Rule]) -> list[dict[str, Any]]:
    """The words that checks of the cited rules caught, each once, where the check is one that shows words."""
    text = comment.current_text
    if text is None:
        return []
    caught = text.findings.filter(rule__key__in=[rule.key for rule in rules], end__gt=0)
    words = [
        (finding.rule.key, text.body[finding.start : finding.end])
        for finding in caught.select_related("rule").order_by("start", "id")
        if finding.rule and (check := CHECKS.get(finding.check_name)) and check.shows_words
    ]
    return [{"rule": key, "words": quoted} for key, quoted in dict.fromkeys(words)]


def _as_cited(rules: Sequence[Rule], quoted: Sequence[dict[str, Any]]) -> list[mail.CitedRule]:
    policies = {rule.policy_id: rule.policy for rule in rules}
    texts = {shown.pk: shown.text for policy in policies.values() for shown in rules_of(policy)}
    return [
        mail.CitedRule(
            number=rule.number,
            version=rule.policy.version,
            title=rule.title,
            text=texts[rule.pk],
            url=rule_url(rule.policy, rule.number),
            words=[str(one["words"]) for one in quoted if one["rule"] == rule.key],
        )
        for rule in rules
    ]
