"""The only reader of database facts for moderation: what the checks and the desk may know of an author."""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Exists, F, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from comments.circumstances import bans, others_texts, paused_checks, staff_names
from comments.enums import Act, AppealState, GroundKind, SanctionKind, State
from comments.mailboxes import mailbox_key
from comments.models import Comment, Commenter, DecisionGround, Sanction
from comments.moderation.checks import Need
from comments.moderation.facts import AuthorRecord, DiscussionMode, RecentComment, Submission
from comments.moderation.ladder import Breach
from comments.moderation.sketch import sketch_of
from comments.moderation.words import fingerprint
from newsroom.accounts.models import User
from newsroom.prepared import MOMENT, NUMBER, Prepared

RECENT = timedelta(days=30)
BARRING = (SanctionKind.SUSPENSION, SanctionKind.BAN)
"""Sanctions under which nobody can send a comment."""
MOST_RECENT = 1_000
"""The author's comments that checks look back on; no flood rule may name more."""

_STRANGER = AuthorRecord(approved=0, rejected_recently=0, pre_moderated=False)
_TURNED_DOWN = (State.REJECTED, State.REMOVED)


def gather(
    *,
    text: str,
    name: str,
    mode: str,
    commenter: Commenter | None,
    proven: bool,
    now: datetime,
    language: str,
    network_key: str,
    needs: Collection[Need],
    address: str,
    user: User | None = None,
    robot_suspected: bool = False,
    asked_for_moderator: bool = False,
    leaving_out: Comment | None = None,
) -> Submission:
    """All that the checks may look at. At most three queries, one of them of at most `MOST_RECENT` rows, and one
    more for each of the `needs`.

    Before an address is `proven`, nothing of its owner's record is used: a stranger who types somebody's
    address learns nothing of them from what is refused or held. `network_key` is the digest of the sender's
    network, `address` theirs, `user` whoever signed in.
    """
    return Submission(
        text=text,
        name=name,
        author=author_record(commenter, address, now) if proven else _STRANGER,
        recent=_recent(commenter, now, proven, leaving_out) if commenter else (),
        mode=DiscussionMode(mode),
        now=now,
        fingerprint=fingerprint(text),
        robot_suspected=robot_suspected,
        asked_for_moderator=asked_for_moderator,
        language=language,
        staff_names=staff_names(user) if Need.STAFF in needs else (),
        others=others_texts(sketch_of(text), but_of=commenter, now=now) if Need.OTHERS in needs else (),
        bans=bans(network_key, but_of=commenter, now=now) if Need.BANS in needs else (),
        paused=paused_checks(now),
    )


def author_record(commenter: Commenter | None, address: str, now: datetime) -> AuthorRecord:
    """Public comments, those turned down in the last 30 days, and the sanctions in force, also those of whoever
    else wrote from the same mailbox. One query."""
    pk = commenter.pk if commenter else None
    theirs = Sanction.objects.in_force(now).against(pk, mailbox_key(address))
    if pk is None:
        return _newcomer(theirs)
    comments = Comment.objects.filter(commenter=pk)
    turned_down = comments.filter(state__in=_TURNED_DOWN, decided_at__gte=now - RECENT)
    row = Commenter.objects.filter(pk=pk).values_list(
        _count(comments.filter(state=State.PUBLIC)),
        _count(turned_down),
        Exists(theirs.filter(kind=SanctionKind.PRE_MODERATION)),
        Subquery(_longest_first(theirs.filter(kind__in=BARRING)).values("pk")[:1]),
        Subquery(theirs.filter(kind=SanctionKind.WARNING).order_by("pk").values("pk")[:1]),
    )
    return AuthorRecord(*row.get())


def _newcomer(theirs: "QuerySet[Sanction]") -> AuthorRecord:
    """Whoever has an account and has not written yet, except from the same mailbox. One query."""
    found = list(_longest_first(theirs).values_list("kind", "pk"))
    barring = [pk for kind, pk in found if kind in BARRING]
    warnings = [pk for kind, pk in found if kind == SanctionKind.WARNING]
    return AuthorRecord(
        approved=0,
        rejected_recently=0,
        pre_moderated=any(kind == SanctionKind.PRE_MODERATION for kind, _pk in found),
        barred_by=next(iter(barring), None),
        unread_warning=next(iter(warnings), None),
    )


def _longest_first(sanctions: "QuerySet[Sanction]") -> "QuerySet[Sanction]":
    return sanctions.order_by(F("ends_at").desc(nulls_first=True), "pk")


def _count(rows: "QuerySet[Comment]") -> Coalesce:
    counted = rows.order_by().values("commenter").annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(counted), 0)


def _recent(
    commenter: Commenter, now: datetime, proven: bool, leaving_out: Comment | None
) -> tuple[RecentComment, ...]:
    rows = Comment.objects.filter(commenter=commenter, submitted_at__gt=now - RECENT)
    rows = rows.exclude(state=State.UNCONFIRMED) if proven else rows.filter(state=State.UNCONFIRMED)
    if leaving_out is not None:
        rows = rows.exclude(pk=leaving_out.pk)
    newest = rows.order_by("-submitted_at").values_list("submitted_at", "current_text__fingerprint")
    return tuple(RecentComment(at, mark or "") for at, mark in newest[:MOST_RECENT])


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """A commenter as the desk sees them; `rules` were cited by rejections and removals, most cited first, and
    `breaches` says when, the oldest first."""

    approved: int = 0
    rejected: int = 0
    removed: int = 0
    held: int = 0
    rejected_recently: int = 0
    rules: tuple[tuple[str, int], ...] = ()
    breaches: tuple[Breach, ...] = ()


def record_of(commenter_id: int, *, now: datetime) -> Record:
    """The record of a commenter. Two queries."""
    counts = _COUNTS.first(Comment, commenter=commenter_id, since=now - RECENT) or ()
    cited = [Breach(key, at) for key, at in _CITED.rows(DecisionGround, commenter=commenter_id)]
    return Record(
        **dict(zip(("approved", "rejected", "removed", "held", "rejected_recently"), counts, strict=False)),
        rules=tuple(Counter(one.rule_key for one in cited).most_common()),
        breaches=tuple(cited),
    )


def _counts(commenter: int, since: datetime) -> QuerySet[Any, Any]:
    which = (
        *(Q(state=state) for state in (State.PUBLIC, State.REJECTED, State.REMOVED, State.HELD)),
        Q(state__in=_TURNED_DOWN, decided_at__gte=since),
    )
    theirs = Comment.objects.filter(commenter=commenter).order_by().values("commenter")
    numbers = {f"n{place}": Count("pk", filter=rows) for place, rows in enumerate(which)}
    counted: QuerySet[Any, Any] = theirs.annotate(**numbers).values_list(*numbers)
    return counted


_COUNTS = Prepared(_counts, commenter=NUMBER, since=MOMENT)


def _cited(commenter: int) -> QuerySet[Any, Any]:
    """Rules cited against them, by decisions that still stand, in their order."""
    standing = DecisionGround.objects.filter(
        kind=GroundKind.RULE,
        decision__comment__commenter=commenter,
        decision__act__in=(Act.REJECTED, Act.REMOVED),
        decision__comment__state__in=_TURNED_DOWN,
        decision__undone_by__isnull=True,
    ).exclude(decision__appeal__state=AppealState.GRANTED)
    return standing.order_by("id").values_list("key", "decision__at")


_CITED = Prepared(_cited, commenter=NUMBER)
