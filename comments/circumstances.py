"""Reads what lies around a comment for the checks that need it: others' texts, bans, staff, paused checks."""

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import Exists, OuterRef, QuerySet

from articles.models import Author
from comments.enums import SanctionKind, State
from comments.models import CheckPause, Comment, Commenter, CommentText, Sanction
from comments.moderation.facts import Ban, OthersText
from comments.moderation.sketch import BAND_COLUMNS, Sketch, packed, unpacked
from newsroom.accounts.models import User
from newsroom.prepared import MOMENT, NUMBER, TEXT, Prepared

LONGEST_MEMORY = timedelta(days=366)
"""No check looks back on others' texts for longer."""

NOBODY = -1
"""The key of no row."""

MOST_OF_A_BAND = 50
MOST_BANS = 200


def stored_sketch(sketch: Sketch) -> dict[str, bytes | int]:
    """The columns of a text by which others like it will be found."""
    return {"sketch": packed(sketch.kept), **_bands(sketch)}


def _bands(sketch: Sketch) -> dict[str, int]:
    return dict(zip(BAND_COLUMNS, sketch.bands, strict=False))  # a text without words has none


def staff_names(but_of: User | None) -> tuple[str, ...]:
    """The paper's own name, and those of who works here or signs stories, but for this person's. One query."""
    key, name = (but_of.pk, but_of.name) if but_of else (NOBODY, "")
    return (settings.SITE_NAME, *sorted(found for (found,) in _STAFF.rows(User, key=key, name=name)))


def _staff(key: int, name: str) -> QuerySet[Any, Any]:
    staff = User.objects.filter(is_staff=True, is_active=True).exclude(pk=key).exclude(name="")
    # Whoever shares a name with themselves as an author is no impostor either.
    authors = (
        Author.objects.filter(merged_into=None, retired_at=None)
        .order_by()
        .exclude(user=key)
        .exclude(name=name)
    )
    return staff.values_list("name").union(authors.values_list("name"))


_STAFF = Prepared(_staff, key=NUMBER, name=TEXT)


def others_texts(sketch: Sketch, *, but_of: Commenter | None, now: datetime) -> tuple[OthersText, ...]:
    """Texts of others that share a band with this one, at most the newest 50 of each band. One query.

    What waits for its guest's address to be confirmed does not count: anybody can type any address.
    """
    if not sketch.bands:
        return ()
    found = _OTHERS.rows(
        CommentText,
        **_bands(sketch),
        since=now - LONGEST_MEMORY,
        but_of=but_of.pk if but_of and but_of.pk else NOBODY,
    )
    return tuple(OthersText(commenter, at, unpacked(kept)) for commenter, at, kept in found)


def _others(since: datetime, but_of: int, **bands: int) -> QuerySet[Any, Any]:
    first, *others = (_of_band(name, band, but_of, since) for name, band in bands.items())
    return first.union(*others)


def _of_band(name: str, band: int, but_of: int, since: datetime) -> QuerySet[Any, Any]:
    newest = CommentText.objects.filter(**{name: band}, created_at__gt=since).order_by("-created_at")
    texts = CommentText.objects.filter(pk__in=newest.values("pk")[:MOST_OF_A_BAND])
    texts = texts.exclude(comment__state=State.UNCONFIRMED).exclude(comment__commenter=but_of)
    return texts.values_list("comment__commenter", "created_at", "sketch")


_OTHERS = Prepared(
    _others,
    since=MOMENT,
    but_of=NUMBER,
    **{name: NUMBER + number for number, name in enumerate(BAND_COLUMNS, start=1)},
)


def bans(network: str, *, but_of: Commenter | None, now: datetime) -> tuple[Ban, ...]:
    """The newest bans in force, at most 200, and whether their authors wrote from this network. One query.

    It is evidence that a check may weigh and never a refusal: neighbours share a network.
    """
    but = but_of.pk if but_of and but_of.pk else NOBODY
    return tuple(Ban(*row) for row in _BANS.rows(Sanction, now=now, network=network, but_of=but))


def _bans(now: datetime, network: str, but_of: int) -> QuerySet[Any, Any]:
    banned = Sanction.objects.in_force(now).filter(kind=SanctionKind.BAN).exclude(commenter=but_of)
    from_here = Comment.objects.filter(network_key=network, commenter=OuterRef("commenter"))
    rows = banned.annotate(from_here=Exists(from_here.exclude(network_key=""))).order_by("-starts_at")
    values: QuerySet[Any, Any] = rows.values_list("commenter", "commenter__name", "starts_at", "from_here")
    return values[:MOST_BANS]


_BANS = Prepared(_bans, now=MOMENT, network=TEXT, but_of=NUMBER)


def paused_checks(now: datetime) -> frozenset[tuple[str, str]]:
    """The checks that do not run now, by rule key and name. One query of a small table, at each comment.

    Nothing is kept of it in the process, so that a pause counts for the next comment, whoever takes it.
    """
    return frozenset(_PAUSED.rows(CheckPause, now=now))


def _paused(now: datetime) -> QuerySet[Any, Any]:
    rows: QuerySet[Any, Any] = CheckPause.objects.in_force(now).order_by()
    return rows.values_list("rule_key", "check_name")


_PAUSED = Prepared(_paused, now=MOMENT)
