"""Stores a comment that was judged, once: with its decision, or waiting for its guest's address."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from comments import links, mail
from comments.actions.drafts import Draft, Sent
from comments.actions.errors import TooManyConfirmations
from comments.actions.judging import grounds_of, rules_by_key, store_findings
from comments.actions.senders import Sender, commenter_of, network_key
from comments.actions.state import count_public
from comments.actions.transitions import NEW, TRANSITIONS
from comments.decisions import Step, append_decisions
from comments.enums import Act, State
from comments.models import AddressConfirmation, Comment, Commenter, CommentText, Discussion, Policy
from comments.moderation.facts import Outcome, OutcomeKind
from comments.moderation.words import fingerprint
from newsroom.html import RENDERER_VERSION, comment_html

DEEPEST = 6
"""Answers further down keep their parent but count as this deep."""

LINK_LASTS = timedelta(hours=48)


@dataclass(frozen=True, slots=True)
class Judged:
    """All that storing needs to know; `discussion` is None where nobody wrote under the story yet."""

    draft: Draft
    sender: Sender
    discussion: Discussion | None
    policy: Policy
    outcome: Outcome


@transaction.atomic
def store(judged: Judged, now: datetime) -> Sent:
    """The comment is stored, with its decision, or with the letter that asks its guest to confirm.

    Raises TooManyConfirmations, or IntegrityError where the same form, or another one of the same new
    commenter, was stored at the same time; then nothing is.
    """
    draft, sender, outcome = judged.draft, judged.sender, judged.outcome
    commenter = commenter_of(sender, now)
    if not sender.is_proven:
        _require_few_confirmations(commenter, now)
    discussion = judged.discussion or _begun_discussion(draft, now)
    act = Act.PUBLISHED if outcome.kind is OutcomeKind.PUBLISH else Act.HELD
    state = TRANSITIONS[NEW, act] if sender.is_proven else State.UNCONFIRMED
    comment = _stored_comment(judged, commenter, discussion, state, now)
    rules = rules_by_key(judged.policy)
    store_findings(_stored_text(comment, draft.body, now), outcome, rules)
    if state == State.UNCONFIRMED:
        _ask_for_confirmation(comment, sender, now)
    else:
        count_public([(discussion.pk, NEW, state)])
        step = Step(
            comment=comment,
            from_state=NEW,
            to_state=state,
            seen_version=comment.version,
            grounds=grounds_of(outcome.reasons, rules),
        )
        append_decisions([step], act=act, now=now, by=None, automatic=True)
    return Sent(comment, state, repeated=False, reasons=outcome.reasons, findings=outcome.findings)


def _begun_discussion(draft: Draft, now: datetime) -> Discussion:
    return Discussion.objects.get_or_create(article=draft.article, defaults={"created_at": now})[0]


def _stored_comment(
    judged: Judged, commenter: Commenter, discussion: Discussion, state: State, now: datetime
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
