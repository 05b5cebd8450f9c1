"""The only reader of database facts for moderation: what the checks and the desk may know of an author."""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Q

from comments.enums import Act, GroundKind, State
from comments.models import Comment, Commenter, DecisionGround
from comments.moderation.facts import AuthorRecord, DiscussionMode, RecentComment, Submission
from comments.moderation.words import fingerprint

RECENT = timedelta(days=30)
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
    robot_suspected: bool = False,
    asked_for_moderator: bool = False,
    leaving_out: Comment | None = None,
) -> Submission:
    """All that the checks may look at. At most two queries, one of them of at most `MOST_RECENT` rows.

    Before an address is `proven`, nothing of its owner's record is used: a stranger who types somebody's
    address learns nothing of them from what is refused or held.
    """
    known = commenter is not None and proven
    return Submission(
        text=text,
        name=name,
        author=author_record(commenter, now) if commenter and known else _STRANGER,
        recent=_recent(commenter, now, proven, leaving_out) if commenter else (),
        mode=DiscussionMode(mode),
        now=now,
        fingerprint=fingerprint(text),
        robot_suspected=robot_suspected,
        asked_for_moderator=asked_for_moderator,
    )


def author_record(commenter: Commenter, now: datetime) -> AuthorRecord:
    """Public comments, those turned down in the last 30 days, and a standing order. One query."""
    turned_down = Q(state__in=_TURNED_DOWN, decided_at__gte=now - RECENT)
    counts = Comment.objects.filter(commenter=commenter).aggregate(
        approved=Count("pk", filter=Q(state=State.PUBLIC)), rejected=Count("pk", filter=turned_down)
    )
    return AuthorRecord(counts["approved"], counts["rejected"], commenter.pre_moderated)


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
    """A commenter as the desk sees them; `rules` were cited by rejections and removals, most cited first."""

    approved: int = 0
    rejected: int = 0
    removed: int = 0
    held: int = 0
    rejected_recently: int = 0
    rules: tuple[tuple[str, int], ...] = ()


def records_for(commenter_ids: Collection[int], *, now: datetime) -> dict[int, Record]:
    """The record of each commenter. Two queries, however many they are."""
    ids = set(commenter_ids)
    turned_down = Q(state__in=_TURNED_DOWN, decided_at__gte=now - RECENT)
    counts = (
        Comment.objects.filter(commenter__in=ids)
        .values("commenter")
        .annotate(
            approved=Count("pk", filter=Q(state=State.PUBLIC)),
            rejected=Count("pk", filter=Q(state=State.REJECTED)),
            removed=Count("pk", filter=Q(state=State.REMOVED)),
            held=Count("pk", filter=Q(state=State.HELD)),
            rejected_recently=Count("pk", filter=turned_down),
        )
        .order_by()
    )
    rules = _rules_cited(ids)
    known = {row.pop("commenter"): row for row in counts}
    return {
        pk: Record(**known.get(pk, {}), rules=tuple(rules.get(pk, Counter()).most_common())) for pk in ids
    }


def _rules_cited(commenter_ids: Collection[int]) -> dict[int, Counter[str]]:
    """Rules cited against each, by decisions that still stand."""
    standing = DecisionGround.objects.filter(
        kind=GroundKind.RULE,
        decision__comment__commenter__in=commenter_ids,
        decision__act__in=(Act.REJECTED, Act.REMOVED),
        decision__comment__state__in=_TURNED_DOWN,
        decision__undone_by__isnull=True,
    )
    cited: dict[int, Counter[str]] = {}
    for pk, key in standing.order_by("id").values_list("decision__comment__commenter", "key"):
        cited.setdefault(pk, Counter())[key] += 1
    return cited
