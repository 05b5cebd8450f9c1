"""What the comment form hands in and gets back, and what the same form made when it was sent before."""

from dataclasses import dataclass
from uuid import UUID

from articles.models import Article
from comments.actions.errors import AlreadySent
from comments.actions.senders import Sender
from comments.enums import Effect, State
from comments.models import Comment, Commenter
from comments.moderation.facts import Finding, Reason, StandingReason
from newsroom.accounts.models import User


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A comment as the form sends it; of `network`, the sender's IP address, only a keyed digest is kept.

    `acknowledges` is the public id of a warning that its sender says to have read.
    """

    article: Article
    body: str
    form_key: UUID
    accepted_version: int
    name: str = ""
    address: str = ""
    user: User | None = None
    parent: Comment | None = None
    supersedes: Comment | None = None
    ask_moderator: bool = False
    acknowledges: UUID | None = None
    robot_suspected: bool = False
    network: str = ""
    language: str = "en"


@dataclass(frozen=True, slots=True)
class Sent:
    """A comment that is stored; `repeated` where that was so before, with what held it then."""

    comment: Comment
    state: State
    repeated: bool
    reasons: tuple[Reason, ...] = ()
    findings: tuple[Finding, ...] = ()

    @property
    def standing(self) -> tuple[StandingReason, ...]:
        return tuple(reason.standing for reason in self.reasons if reason.standing)


def sent_before(draft: Draft, sender: Sender) -> Sent | None:
    """What this form made when it was sent the first time; None if it was not. At most two queries."""
    rows = Comment.objects.select_related("current_text", "commenter")
    comment: Comment | None = rows.filter(form_key=draft.form_key).first()
    if comment is None:
        return None
    same_text = comment.current_text is not None and comment.current_text.body == draft.body
    if not (same_text and is_same_person(sender, comment.commenter)):
        raise AlreadySent(comment, same_text)
    return Sent(comment, State(comment.state), repeated=True, reasons=_reasons_kept(comment))


def is_same_person(sender: Sender, commenter: Commenter) -> bool:
    """Whether a sender is this commenter, as far as their account or address tells."""
    if sender.user is not None:
        return commenter.user_id == sender.user.pk
    return commenter.address == sender.address


def _reasons_kept(comment: Comment) -> tuple[Reason, ...]:
    if comment.current_text is None:
        return ()
    held_by = comment.current_text.findings.exclude(effect=Effect.NOTE).order_by("rule__number", "id")
    pairs = held_by.values_list("rule__key", "standing")
    return tuple(
        dict.fromkeys(
            Reason(rule_key=key) if key is not None else Reason(standing=StandingReason(standing))
            for key, standing in pairs
        )
    )
