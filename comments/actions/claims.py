"""A moderator's hold on a comment: nobody else gets it as their next one while it lasts, and none is stranded."""

from datetime import datetime, timedelta
from typing import Any, cast

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from comments.actions.colleagues import passed_to_others
from comments.actions.errors import NotPossible
from comments.actions.senders import unstorable
from comments.models import Claim, Comment, UnsentNote
from comments.permissions import can_lead, can_moderate
from newsroom.accounts.models import User

LASTS = timedelta(minutes=5)
LONGEST_UNSENT = 2_000


def claim(comment_id: int, *, by: User, now: datetime, until: datetime | None = None) -> bool:
    """The comment is this moderator's unless a colleague has it; says whether it is.

    It lasts until then, else five minutes from now. Claiming what one has already renews it. Nobody waits for
    anybody: of several at once the database lets one in. At most three queries. Raises PermissionDenied.
    """
    _require_moderator(by)
    until = until or now + LASTS
    free = Claim.objects.filter(Q(moderator=by) | Q(until__lte=now), comment=comment_id)
    if free.update(moderator=by, until=until):
        return True
    Claim.objects.bulk_create(
        [Claim(comment_id=comment_id, moderator=by, until=until)], ignore_conflicts=True
    )
    return Claim.objects.filter(comment=comment_id, moderator=by, until__gt=now).exists()


def renew(comment_id: int, *, by: User, now: datetime) -> bool:
    """A claim that this moderator still has lasts five minutes from now; False where it is lost. One query."""
    mine = Claim.objects.filter(comment=comment_id, moderator=by, until__gt=now)
    return bool(mine.update(until=now + LASTS))


def take_next(
    rows: QuerySet[Any], *, by: User, now: datetime, until: datetime | None = None
) -> Comment | None:
    """The first of the rows that no colleague has, claimed as `claim` does; None where none is left.

    `rows` are comments in the order of a view. Three queries where nobody is faster, four more for each comment
    lost to a colleague. Whoever decides lets go of a comment only after the decision is stored, so one that can
    be claimed and is still among the rows was not decided on by the colleague who had it.
    """
    while True:
        comment = cast("Comment | None", free_for(rows, by=by, now=now).first())
        if comment is None:
            return None
        if claim(comment.pk, by=by, now=now, until=until):
            if rows.filter(pk=comment.pk).exists():
                return comment
            let_go(comment.pk, by=by)


def free_for(rows: QuerySet[Any], *, by: User, now: datetime) -> QuerySet[Any]:
    """The rows without those that a colleague has at the moment, or was asked about."""
    with_a_colleague = Claim.objects.filter(comment=OuterRef("pk"), until__gt=now).exclude(moderator=by)
    return rows.exclude(Exists(with_a_colleague)).exclude(passed_to_others(by, now))


def take_over(comment_id: int, *, by: User, now: datetime) -> None:
    """Whoever leads the desk has the comment now, whoever had it before. Two queries.

    Raises PermissionDenied for everybody else.
    """
    if not can_lead(by):
        raise PermissionDenied
    until = now + LASTS
    Claim.objects.update_or_create(comment_id=comment_id, defaults={"moderator": by, "until": until})


def let_go(comment_id: int, *, by: User) -> None:
    """This moderator does not have that comment any more. One query."""
    Claim.objects.filter(comment=comment_id, moderator=by).delete()


def release(*, by: User, but: int | None = None) -> None:
    """This moderator has no comment any more, except that one. One query."""
    Claim.objects.filter(moderator=by).exclude(comment=but).delete()


def leave(*, by: User, until: datetime) -> None:
    """A page of this moderator that knew of claims up to that end is left: those are free, later ones are not.

    A browser says this when the page that comes after has been made and has claimed already: a page that was
    loaded again would lose its comment to its own predecessor. One query.
    """
    Claim.objects.filter(moderator=by, until__lte=until).delete()


@transaction.atomic
def keep_note(comment_id: int, *, by: User, text: str, now: datetime) -> None:
    """The note so far is kept for its writer, whatever becomes of their claim; an empty one is forgotten.

    Raises NotPossible with a sentence for one that cannot be stored. Two queries.
    """
    _require_moderator(by)
    if unstorable(text) or len(text) > LONGEST_UNSENT:
        sentence = _("A note has at most %(most)d characters, all of which can be stored.")
        raise NotPossible(sentence % {"most": LONGEST_UNSENT})
    mine: dict[str, Any] = {"comment_id": comment_id, "moderator": by}
    if text.strip():
        UnsentNote.objects.update_or_create(**mine, defaults={"text": text, "at": now})
    else:
        UnsentNote.objects.filter(**mine).delete()


def forget_note(comment_id: int, *, by: User) -> None:
    """What was kept of this moderator's note goes, since they have decided. One query."""
    UnsentNote.objects.filter(comment=comment_id, moderator=by).delete()


def _require_moderator(by: User) -> None:
    if not can_moderate(by):
        raise PermissionDenied
