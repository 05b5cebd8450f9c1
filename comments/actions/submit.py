"""Sending a comment: refused before anything is stored, or stored once and only once."""

from datetime import datetime
from typing import NoReturn

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from articles.models import Publication
from comments.actions.drafts import Draft, Sent, sent_before
from comments.actions.errors import (
    DiscussionClosed,
    NoPolicy,
    ParentGone,
    PolicyChanged,
    Refusal,
    StoryGone,
    Unacceptable,
)
from comments.actions.judging import judge
from comments.actions.senders import Sender, sender_of, unstorable
from comments.actions.storing import Judged, store
from comments.enums import DiscussionMode
from comments.evidence import gather
from comments.models import Comment, Discussion, Policy, RefusalCount
from comments.moderation.facts import OutcomeKind
from comments.moderation.text import READ_AT_MOST
from comments.policies import in_force
from comments.rulebook import ShownRule, changes_between, rules_of
from newsroom.html import comment_html


def submit(draft: Draft, *, now: datetime) -> Sent:
    """The comment is stored with text, findings and decision; a guest's waits to be confirmed by mail.

    The same form sent again gives the same comment (`repeated`). At most 30 queries, none of which touches a
    row that others wait for unless the comment is public at once. Raises a `Refused` otherwise: nothing is
    stored then, except that a `Refusal` is counted by rule, version and day.
    """
    sender = sender_of(user=draft.user, name=draft.name, address=draft.address, language=draft.language)
    if (before := sent_before(draft, sender)) is not None:
        return before
    judged = _judged(draft, sender, now)
    if judged.outcome.kind is OutcomeKind.REFUSE:
        return sent_before(draft, sender) or _refuse(judged, now)
    _require_storable(draft.body)
    try:
        return store(judged, now)
    except IntegrityError:
        # Somebody was first: with this very form, or with another one from the same new commenter.
        return sent_before(draft, sender) or store(judged, now)


def _judged(draft: Draft, sender: Sender, now: datetime) -> Judged:
    """Checks all that has to be so before a text is looked at, then has it judged."""
    if not Publication.objects.published(now).filter(article=draft.article).exists():
        raise StoryGone
    discussion = Discussion.objects.filter(article=draft.article).first()
    if discussion is not None and is_closed(discussion, now):
        raise DiscussionClosed
    policy = _accepted_policy(draft.accepted_version, now)
    _require_parent(draft, discussion)
    if unstorable(draft.body):
        raise Unacceptable("body", _("Your comment has a character in it that cannot be stored."))
    submission = gather(
        text=draft.body,
        name=sender.name,
        mode=discussion.mode if discussion else DiscussionMode.OPEN,
        commenter=sender.commenter,
        proven=sender.is_proven,
        now=now,
        robot_suspected=draft.robot_suspected,
        asked_for_moderator=draft.ask_moderator,
    )
    return Judged(draft, sender, discussion, policy, judge(submission, policy))


def is_closed(discussion: Discussion, now: datetime) -> bool:
    """Whether it takes no comments at `now`, by decision or by time."""
    ended = discussion.closes_at is not None and discussion.closes_at <= now
    return discussion.mode == DiscussionMode.CLOSED or ended


def _accepted_policy(version: int, now: datetime) -> Policy:
    policy = in_force(now)
    if policy is None:
        raise NoPolicy
    if policy.version != version:
        raise PolicyChanged(policy, _changed_rules(version, policy))
    return policy


def _changed_rules(accepted: int, current: Policy) -> list[ShownRule]:
    """The rules in force that somebody who accepted that version has not read; all, if there is none such."""
    old = Policy.objects.posted().filter(version=accepted).first()
    if old is None:
        return rules_of(current)
    return [change.new for change in changes_between(old, current) if change.new]


def _require_parent(draft: Draft, discussion: Discussion | None) -> None:
    if draft.parent is None:
        return
    there = Comment.objects.public().filter(pk=draft.parent.pk, discussion=discussion)
    if discussion is None or not there.exists():
        raise ParentGone


def _require_storable(body: str) -> None:
    if len(body) > READ_AT_MOST:
        sentence = _("A comment may have at most %(most)d characters.") % {"most": READ_AT_MOST}
        raise Unacceptable("body", sentence)
    if not comment_html(body):
        raise Unacceptable("body", _("Please write something."))


# --- refused


def _refuse(judged: Judged, now: datetime) -> NoReturn:
    with transaction.atomic():
        for reason in judged.outcome.reasons:
            if reason.rule_key is not None:
                count_refusal(judged.policy, reason.rule_key, now)
    raise Refusal(judged.outcome)


def count_refusal(policy: Policy, rule_key: str, now: datetime) -> None:
    """One refusal more for this rule, version and day; no other trace is kept."""
    row = {"policy": policy, "rule_key": rule_key, "day": timezone.localdate(now)}
    counted = RefusalCount.objects.filter(**row)
    if counted.update(count=F("count") + 1):
        return
    _row, is_new = RefusalCount.objects.get_or_create(**row, defaults={"count": 1})
    if not is_new:
        counted.update(count=F("count") + 1)
