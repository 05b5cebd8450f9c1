"""Stores a comment that was judged, once: with its decision, or waiting for its guest's address."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Model
from django.utils.translation import gettext as _

from comments import links, mail
from comments.actions.barring import acknowledge
from comments.actions.breaker import is_on
from comments.actions.drafts import Draft, Sent
from comments.actions.errors import TooManyConfirmations
from comments.actions.judging import findings_of, grounds_of, rules_by_key
from comments.actions.places import minutes_for_rules, place_in_queue
from comments.actions.resending import make_way
from comments.actions.senders import Sender, commenter_of
from comments.actions.state import count_public
from comments.actions.transitions import NEW, TRANSITIONS
from comments.circumstances import stored_sketch
from comments.decisions import Step, append_decisions
from comments.enums import Act, State
from comments.models import (
    AddressConfirmation,
    Comment,
    Commenter,
    CommentText,
    Discussion,
    Letter,
    Policy,
    Rule,
    Sanction,
)
from comments.moderation.facts import Outcome, OutcomeKind
from comments.moderation.sketch import sketch_of
from comments.tasks import delivery_of
from newsroom.html import RENDERER_VERSION
from newsroom.networks import network_key
from newsroom.together import insert, take_keys

DEEPEST = 6
"""Answers further down keep their parent but count as this deep."""

LINK_LASTS = timedelta(hours=48)


@dataclass(frozen=True, slots=True)
class Judged:
    """All that storing needs to know; `discussion` is None where nobody wrote under the story yet."""

    draft: Draft
    sender: Sender
    headline: str
    discussion: Discussion | None
    policy: Policy
    fingerprint: str
    outcome: Outcome
    read: Sanction | None = None
    """A warning that its sender has read, which is acknowledged with the comment."""


@transaction.atomic
def store(judged: Judged, html: str, now: datetime) -> Sent:
    """The comment and its `html` are stored, with its decision, or with the letter that asks its guest to confirm.

    From a new guest in two queries beside the transaction's own. Raises TooManyConfirmations, or IntegrityError
    where the same form, or another one of the same new commenter, was stored at the same time; then nothing is.
    """
    draft, sender, outcome = judged.draft, judged.sender, judged.outcome
    make_way(draft, sender)
    if judged.read is not None:
        acknowledge(judged.read, now)
    discussion = judged.discussion or _begun_discussion(draft, now)
    commenter = commenter_of(sender, now)
    is_new = commenter.pk is None
    if not (is_new or sender.is_proven):
        _require_few_confirmations(commenter, discussion, now)
    act = Act.PUBLISHED if outcome.kind is OutcomeKind.PUBLISH else Act.HELD
    state = TRANSITIONS[NEW, act] if sender.is_proven else State.UNCONFIRMED
    rules = rules_by_key(judged.policy)
    comment = _comment(judged, commenter, discussion, state, rules=rules, now=now)
    text = _text(comment, judged, html, now)
    rows: list[Model] = [commenter] if is_new else []
    rows += [comment, text, *findings_of(text, outcome, rules)]
    if state == State.UNCONFIRMED:
        letter, confirmation = _asking_to_confirm(comment, judged, now)
        take_keys(*rows, confirmation, letter)
        insert(*rows, confirmation, letter, delivery_of([letter.pk], at=now))
    else:
        take_keys(*rows)
        insert(*rows)
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


def _comment(
    judged: Judged,
    commenter: Commenter,
    discussion: Discussion,
    state: State,
    *,
    rules: dict[str, Rule],
    now: datetime,
) -> Comment:
    draft, parent = judged.draft, judged.draft.parent
    comment = Comment(
        discussion=discussion,
        parent=parent,
        root=(parent.root or parent) if parent else None,
        depth=min(parent.depth + 1, DEEPEST) if parent else 0,
        commenter=commenter,
        name=judged.sender.name,
        state=state,
        policy=judged.policy,
        form_key=draft.form_key,
        supersedes=draft.supersedes,
        network_key=network_key(draft.network),
        submitted_at=now,
        public_since=now if state == State.PUBLIC else None,
        decided_at=None if state == State.UNCONFIRMED else now,
        ahead_for_rules=minutes_for_rules(judged.outcome.findings, rules),
    )
    if state == State.HELD:
        for name, value in place_in_queue(comment, now).items():
            setattr(comment, name, value)
    return comment


def _text(comment: Comment, judged: Judged, html: str, now: datetime) -> CommentText:
    text = CommentText(
        comment=comment,
        body=judged.draft.body,
        html=html,
        renderer=RENDERER_VERSION,
        fingerprint=judged.fingerprint,
        **stored_sketch(sketch_of(judged.draft.body)),
        created_at=now,
    )
    comment.current_text = text
    return text


def _require_few_confirmations(commenter: Commenter, discussion: Discussion, now: datetime) -> None:
    """The commenter's row is locked, so that forms sent at once are counted one after the other.

    While the breaker holds the discussion, an address that has one open from there is sent no second one: whoever
    floods a story in the name of others is not to flood their mailboxes. Nor is it said why: whoever owns the address
    may not have sent the first one, and nobody else is to learn of it.
    """
    here = commenter.confirmations.filter(comment__discussion=discussion, used_at=None, expires_at__gt=now)
    if is_on(discussion, now) and here.exists():
        raise TooManyConfirmations(
            _(
                "Very many comments came here at once, and not all can be taken at the moment."
                " Please send yours again later. Your text is still in the form."
            )
        )
    lately = commenter.confirmations.filter(created_at__gt=now - timedelta(hours=1)).count()
    if lately >= settings.CONFIRMATION_MAILS_PER_HOUR:
        raise TooManyConfirmations


def _asking_to_confirm(comment: Comment, judged: Judged, now: datetime) -> tuple[Letter, AddressConfirmation]:
    token = links.new_confirmation_token()
    confirmation = AddressConfirmation(
        commenter=comment.commenter,
        comment=comment,
        token_digest=links.token_digest(token),
        created_at=now,
        expires_at=now + LINK_LASTS,
    )
    to, language = judged.sender.address, judged.sender.language
    letter = mail.confirmation(comment, token, judged.headline, to=to, language=language, now=now)
    return letter, confirmation
