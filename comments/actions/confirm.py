"""A guest confirms their address: only then does what the checks said of their comment take effect."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from comments.actions.barring import acknowledge, let_in
from comments.actions.errors import LinkExpired, LinkUnknown, LinkUsed, NotPossible
from comments.actions.judging import grounds_of, judge, replace_findings, rules_by_key
from comments.actions.places import minutes_for_rules
from comments.actions.state import Change, change_state
from comments.enums import Act, DiscussionMode, StandingReason, State
from comments.evidence import gather
from comments.letters import address_of
from comments.links import token_digest
from comments.live import live_story, mode_of
from comments.models import AddressConfirmation, Comment
from comments.moderation.facts import Outcome, OutcomeKind
from comments.policies import facts_of


@transaction.atomic
def confirm_address(token: str, *, now: datetime, acknowledges: UUID | None = None) -> Comment:
    """The address is its commenter's, the link is used up, and the comment is held or public.

    It is judged again, by the version its author accepted, since only now their own record counts: what would
    have been refused then is held now. Raises LinkUnknown, LinkExpired, LinkUsed, or NotPossible if it was
    withdrawn; Barred, or WarningUnread unless it is the one that they say to have read. Then nothing has changed,
    and the link can be used later.
    """
    link = _usable_link(token, now)
    link.used_at = now
    link.save(update_fields=["used_at"])
    comment: Comment = Comment.objects.select_for_update(no_key=True).get(pk=link.comment_id)
    if comment.state != State.UNCONFIRMED:
        raise NotPossible(_("This comment does not wait for a confirmation any more."))
    _confirm_commenter(comment, now)
    outcome = _judged_anew(comment, now, acknowledges)
    rules = rules_by_key(comment.policy)
    if comment.current_text is not None:
        replace_findings(comment.current_text, outcome, rules)
    comment.ahead_for_rules = minutes_for_rules(outcome.findings, rules)
    change_state(
        Change(comment, grounds=grounds_of(outcome.reasons, rules)),
        act=Act.PUBLISHED if outcome.kind is OutcomeKind.PUBLISH else Act.HELD,
        now=now,
        automatic=True,
    )
    return comment


def comment_to_confirm(token: str, *, now: datetime) -> Comment:
    """The comment that the link would confirm, for the page with the button; changes nothing.

    Raises as `confirm_address` does. One query.
    """
    rows = AddressConfirmation.objects.select_related("comment", "comment__current_text")
    comment: Comment = _checked(rows.filter(token_digest=token_digest(token)).first(), now).comment
    return comment


def _usable_link(token: str, now: datetime) -> AddressConfirmation:
    rows = AddressConfirmation.objects.select_for_update(no_key=True)
    return _checked(rows.filter(token_digest=token_digest(token)).first(), now)


def _checked(link: AddressConfirmation | None, now: datetime) -> AddressConfirmation:
    if link is None:
        raise LinkUnknown
    if link.used_at is not None:
        raise LinkUsed(link.comment)
    if link.expires_at <= now:
        raise LinkExpired
    return link


def _confirm_commenter(comment: Comment, now: datetime) -> None:
    """The name that came with the confirmed comment is theirs; an account keeps its own."""
    commenter = comment.commenter
    commenter.confirmed_at = commenter.confirmed_at or now
    if commenter.user_id is None:
        commenter.name = comment.name
    commenter.save(update_fields=["confirmed_at", "name"])


def _mode(comment: Comment, now: datetime) -> DiscussionMode:
    """How the discussion takes comments now; one that has closed since reads what was sent before. One query."""
    publication = live_story(comment.discussion.article, now)
    if publication is None or mode_of(publication, comment.discussion, now).mode != DiscussionMode.OPEN:
        return DiscussionMode.PRE_MODERATED
    return DiscussionMode.OPEN


def _judged_anew(comment: Comment, now: datetime, acknowledges: UUID | None) -> Outcome:
    text = comment.current_text
    robot = text is not None and text.findings.filter(standing=StandingReason.ROBOT_PROTECTION).exists()
    facts = facts_of(comment.policy)
    submission = gather(
        text=text.body if text else "",
        name=comment.name,
        mode=_mode(comment, now),
        commenter=comment.commenter,
        proven=True,
        now=now,
        language=comment.discussion.article.language,
        network_key=comment.network_key,
        needs=facts.needs,
        address=address_of(comment),
        user=comment.commenter.user,
        robot_suspected=robot,
        asked_for_moderator=True,
        leaving_out=comment,
    )
    if read := let_in(submission.author, comment.commenter, acknowledges=acknowledges):
        acknowledge(read, now)
    return judge(submission, facts)
