"""Sending a comment: refused before anything is stored, or stored once and only once."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from articles.models import Article, Publication
from comments import links, mail
from comments.actions.errors import (
    AlreadySent,
    DiscussionClosed,
    NoPolicy,
    ParentGone,
    PolicyChanged,
    Refusal,
    StoryGone,
    TooManyConfirmations,
    Unacceptable,
)
from comments.actions.judging import grounds_of, judge, rules_by_key, store_findings
from comments.actions.senders import Sender, commenter_of, network_key, sender_of, unstorable
from comments.actions.state import count_public
from comments.actions.transitions import NEW, TRANSITIONS
from comments.decisions import append_decision
from comments.enums import Act, DiscussionMode, State
from comments.evidence import gather
from comments.models import AddressConfirmation, Comment, Commenter, CommentText, Discussion, Policy, RefusalCount
from comments.moderation.facts import Finding, Outcome, OutcomeKind, Reason, StandingReason
from comments.moderation.text import READ_AT_MOST
from comments.moderation.words import fingerprint
from comments.policies import in_force
from comments.rulebook import ShownRule, changes_between, rules_of
from newsroom.accounts.models import User
from newsroom.html import RENDERER_VERSION, comment_html

DEEPEST = 6
"""Answers further down keep their parent but count as this deep."""

LINK_LASTS = timedelta(hours=48)


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A comment as the form sends it. `network` is the sender's IP address; only a keyed digest of it is kept."""

    article: Article
    body: str
    form_key: UUID
    accepted_version: int
    name: str = ""
    address: str = ""
    user: User | None = None
    parent: Comment | None = None
    ask_moderator: bool = False
    robot_suspected: bool = False
    network: str = ""
    language: str = "en"


@dataclass(frozen=True, slots=True)
class Sent:
    """A comment that is stored. `repeated`: it was sent before and this changed nothing; the rest is as then."""

    comment: Comment
    state: State
    repeated: bool
    reasons: tuple[Reason, ...] = ()
    findings: tuple[Finding, ...] = ()

    @property
    def standing(self) -> tuple[StandingReason, ...]:
        return tuple(reason.standing for reason in self.reasons if reason.standing)


@dataclass(frozen=True, slots=True)
class _Judged:
    """All that storing needs to know."""

    draft: Draft
    sender: Sender
    policy: Policy
    outcome: Outcome


def submit(draft: Draft, *, now: datetime) -> Sent:
    """The comment is stored with its text, findings and decision; a guest's waits for the confirmation mailed now.

    The same form sent again gives the same comment (`repeated`). At most 30 queries, none of which touches a row that
    others wait for unless the comment is public at once. Raises a `Refused` otherwise: nothing is stored then, except
    that a `Refusal` is counted by rule, version and day.
    """
    sender = sender_of(user=draft.user, name=draft.name, address=draft.address, language=draft.language)
    if (before := _sent_before(draft, sender)) is not None:
        return before
    judged = _judged(draft, sender, now)
    if judged.outcome.kind is OutcomeKind.REFUSE:
        return _sent_before(draft, sender) or _refuse(judged, now)
    _require_storable(draft.body)
    try:
        return _store(judged, now)
    except IntegrityError:
        # Somebody was first: with this very form, or with another one from the same new commenter.
        return _sent_before(draft, sender) or _store(judged, now)


def _judged(draft: Draft, sender: Sender, now: datetime) -> _Judged:
    """Checks all that has to be so before a text is looked at, then has it judged."""
    if not Publication.objects.published(now).filter(article=draft.article).exists():
        raise StoryGone
    discussion = Discussion.objects.filter(article=draft.article).first()
    if discussion is not None and is_closed(discussion, now):
        raise DiscussionClosed
    policy = _accepted_policy(draft.accepted_version, now)
    _require_parent(draft, discussion)
    if unstorable(draft.body):
        raise Unacceptable("body", _("Your comment has a character in it that cannot be stored. Please type it anew."))
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
    return _Judged(draft, sender, policy, judge(submission, policy))


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
    """The rules in force that somebody who accepted that version has not read; all, where there is no such version."""
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


# --- sent before


def _sent_before(draft: Draft, sender: Sender) -> Sent | None:
    """What this form made when it was sent the first time; None if it was not. At most two queries."""
    rows = Comment.objects.select_related("current_text", "commenter")
    comment: Comment | None = rows.filter(form_key=draft.form_key).first()
    if comment is None:
        return None
    same_text = comment.current_text is not None and comment.current_text.body == draft.body
    if not (same_text and _is_same_person(sender, comment.commenter)):
        raise AlreadySent(comment, same_text)
    return Sent(comment, State(comment.state), repeated=True, reasons=_reasons_kept(comment))


def _is_same_person(sender: Sender, commenter: Commenter) -> bool:
    if sender.user is not None:
        return commenter.user_id == sender.user.pk
    return commenter.address == sender.address


def _reasons_kept(comment: Comment) -> tuple[Reason, ...]:
    if comment.current_text is None:
        return ()
    held_by = comment.current_text.findings.exclude(effect="note").order_by("rule__number", "id")
    pairs = held_by.values_list("rule__key", "standing")
    return tuple(
        dict.fromkeys(
            Reason(rule_key=key) if key is not None else Reason(standing=StandingReason(standing))
            for key, standing in pairs
        )
    )


# --- refused


def _refuse(judged: _Judged, now: datetime) -> Sent:
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


# --- stored


@transaction.atomic
def _store(judged: _Judged, now: datetime) -> Sent:
    draft, sender, outcome = judged.draft, judged.sender, judged.outcome
    commenter = commenter_of(sender, now)
    if not sender.is_proven:
        _require_few_confirmations(commenter, now)
    discussion, _is_new = Discussion.objects.get_or_create(article=draft.article, defaults={"created_at": now})
    act = Act.PUBLISHED if outcome.kind is OutcomeKind.PUBLISH else Act.HELD
    state = TRANSITIONS[NEW, act] if sender.is_proven else State.UNCONFIRMED
    comment = _stored_comment(judged, commenter, discussion, state, now)
    rules = rules_by_key(judged.policy)
    store_findings(_stored_text(comment, draft.body, now), outcome, rules)
    if state == State.UNCONFIRMED:
        _ask_for_confirmation(comment, sender, now)
    else:
        count_public(discussion.pk, NEW, state)
        append_decision(
            comment,
            act=act,
            from_state=NEW,
            to_state=state,
            seen_version=comment.version,
            now=now,
            by=None,
            automatic=True,
            grounds=grounds_of(outcome.reasons, rules),
        )
    return Sent(comment, state, repeated=False, reasons=outcome.reasons, findings=outcome.findings)


def _stored_comment(
    judged: _Judged, commenter: Commenter, discussion: Discussion, state: State, now: datetime
) -> Comment:
    draft, parent = judged.draft, judged.draft.parent
    return Comment.objects.create(
        discussion=discussion,
        parent=parent,
        root=(parent.root or parent) if parent else None,
        depth=min(parent.depth + 1, DEEPEST) if parent else 0,
        commenter=commenter,
        name=judged.sender.name,
        state=state,
        policy=judged.policy,
        form_key=draft.form_key,
        network_key=network_key(draft.network),
        submitted_at=now,
        held_since=now if state == State.HELD else None,
        public_since=now if state == State.PUBLIC else None,
        decided_at=None if state == State.UNCONFIRMED else now,
    )


def _stored_text(comment: Comment, body: str, now: datetime) -> CommentText:
    text = CommentText.objects.create(
        comment=comment,
        body=body,
        html=comment_html(body),
        renderer=RENDERER_VERSION,
        fingerprint=fingerprint(body),
        created_at=now,
    )
    Comment.objects.filter(pk=comment.pk).update(current_text=text)
    comment.current_text = text
    return text


def _require_few_confirmations(commenter: Commenter, now: datetime) -> None:
    """The commenter's row is locked, so that forms sent at once are counted one after the other."""
    lately = commenter.confirmations.filter(created_at__gt=now - timedelta(hours=1)).count()
    if lately >= settings.CONFIRMATION_MAILS_PER_HOUR:
        raise TooManyConfirmations


def _ask_for_confirmation(comment: Comment, sender: Sender, now: datetime) -> None:
    token = links.new_confirmation_token()
    AddressConfirmation.objects.create(
        commenter=comment.commenter,
        comment=comment,
        token_digest=links.token_digest(token),
        created_at=now,
        expires_at=now + LINK_LASTS,
    )
    mail.write_confirmation(comment, token, to=sender.address, language=sender.language, now=now)
