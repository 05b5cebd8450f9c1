"""Sending a comment: refused before anything is stored, or stored once and only once."""

from dataclasses import replace
from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from comments.actions.barring import let_in
from comments.actions.breaker import is_crowded, trip
from comments.actions.drafts import Draft, Sent, sent_before
from comments.actions.errors import (
    AlreadyResent,
    DiscussionClosed,
    NoPolicy,
    ParentGone,
    PolicyChanged,
    Refusal,
    Refused,
    StoryGone,
    Unacceptable,
)
from comments.actions.judging import judge
from comments.actions.resending import can_be_resent
from comments.actions.senders import Sender, sender_of, unstorable
from comments.actions.storing import Judged, store
from comments.evidence import gather
from comments.live import discussion_of, mode_of, story_to_write_under
from comments.models import Comment, Discussion, Policy, RefusalCount
from comments.moderation.facts import OutcomeKind
from comments.moderation.text import READ_AT_MOST
from comments.policies import facts_of, in_force
from comments.rulebook import ShownRule, changes_between, rules_of
from comments.telling_modes import closed_sentence
from newsroom.html import comment_html
from newsroom.networks import network_key


def submit(draft: Draft, *, now: datetime) -> Sent:
    """The comment is stored with text, findings and decision; a guest's waits to be confirmed by mail.

    The same form sent again gives the same comment (`repeated`). Six queries for a guest's first comment and at
    most 30, none of which touches a row that others wait for unless the comment is public at once or the
    breaker trips. Raises a `Refused` otherwise: nothing is stored then, except that a `Refusal` is counted by rule,
    version and day.
    """
    sender = _sender(draft)
    try:
        judged = _judged(draft, sender, now)
        if judged.outcome.kind is OutcomeKind.REFUSE:
            raise Refusal(judged.outcome)
        html = _storable_html(draft.body)
        try:
            return store(judged, html, now)
        except IntegrityError:
            # Somebody was first: with this very form, or with another one from the same new commenter.
            return sent_before(draft, sender) or store(replace(judged, sender=_sender(draft)), html, now)
    except Refused as refused:
        if (before := sent_before(draft, sender)) is not None:
            return before
        if isinstance(refused, Refusal):
            _count(judged, now)
        raise


def _sender(draft: Draft) -> Sender:
    return sender_of(user=draft.user, name=draft.name, address=draft.address, language=draft.language)


def _judged(draft: Draft, sender: Sender, now: datetime) -> Judged:
    """Checks all that has to be so before a text is looked at, then has it judged."""
    publication = story_to_write_under(draft.article, now)
    if publication is None:
        raise StoryGone
    discussion = discussion_of(publication)
    applied = mode_of(publication, discussion, now)
    if discussion is not None and is_crowded(publication, now) and trip(discussion, applied, now=now):
        applied = mode_of(publication, discussion, now)
    if applied.is_closed:
        raise DiscussionClosed(closed_sentence(applied))
    policy = _accepted_policy(draft.accepted_version, now)
    _require_parent(draft, discussion)
    if draft.supersedes is not None and not can_be_resent(draft.supersedes):
        raise AlreadyResent
    if unstorable(draft.body):
        raise Unacceptable("body", _("Your comment has a character in it that cannot be stored."))
    facts = facts_of(policy)
    submission = gather(
        text=draft.body,
        name=sender.name,
        mode=applied.mode,
        commenter=sender.commenter,
        proven=sender.is_proven,
        now=now,
        language=draft.article.language,
        network_key=network_key(draft.network),
        needs=facts.needs,
        address=sender.address,
        user=draft.user,
        robot_suspected=draft.robot_suspected,
        asked_for_moderator=draft.ask_moderator,
    )
    read = let_in(submission.author, sender.commenter, acknowledges=draft.acknowledges)
    outcome = judge(submission, facts)
    fingerprint = submission.fingerprint
    return Judged(draft, sender, publication.headline, discussion, policy, fingerprint, outcome, read)


def _accepted_policy(version: int, now: datetime) -> Policy:
    """The version that the author accepted: the one in force, or one with the very same rules in other words."""
    policy = in_force(now)
    if policy is None:
        raise NoPolicy
    if policy.version == version:
        return policy
    accepted: Policy | None = Policy.objects.posted().filter(version=version).first()
    if accepted is None:
        raise PolicyChanged(policy, rules_of(policy))
    if accepted.rules_since_id == policy.rules_since_id:
        return accepted
    raise PolicyChanged(policy, _changed_rules(accepted, policy))


def _changed_rules(accepted: Policy, current: Policy) -> list[ShownRule]:
    """The rules in force that somebody who accepted that version has not read."""
    return [change.new for change in changes_between(accepted, current) if change.new]


def _require_parent(draft: Draft, discussion: Discussion | None) -> None:
    if draft.parent is None:
        return
    there = Comment.objects.public().filter(pk=draft.parent.pk, discussion=discussion)
    if discussion is None or not there.exists():
        raise ParentGone


def _storable_html(body: str) -> str:
    if len(body) > READ_AT_MOST:
        sentence = _("A comment may have at most %(most)d characters.") % {"most": READ_AT_MOST}
        raise Unacceptable("body", sentence)
    html = comment_html(body)
    if not html:
        raise Unacceptable("body", _("Please write something."))
    return html


# --- refused


def _count(judged: Judged, now: datetime) -> None:
    with transaction.atomic():
        for reason in judged.outcome.reasons:
            if reason.rule_key is not None:
                count_refusal(judged.policy, reason.rule_key, now)


def count_refusal(policy: Policy, rule_key: str, now: datetime) -> None:
    """One refusal more for this rule, version and day; no other trace is kept. Versions with the same rules are one."""
    row = {"policy_id": policy.rules_since_id, "rule_key": rule_key, "day": timezone.localdate(now)}
    counted = RefusalCount.objects.filter(**row)
    if counted.update(count=F("count") + 1):
        return
    _row, is_new = RefusalCount.objects.get_or_create(**row, defaults={"count": 1})
    if not is_new:
        counted.update(count=F("count") + 1)
