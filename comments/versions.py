"""The version of a story's page: of the story, its discussion, and the policy under which it takes comments."""

from datetime import datetime
from typing import Any

from django.db.models import QuerySet, Subquery
from django.utils import timezone

from articles.models import PageVersion, Publication
from articles.versions import Version
from comments.models import Policy
from comments.modes import NOTHING_OF_ITS_OWN, Own, mode_at, standing_orders
from newsroom.prepared import MOMENT, TEXT, Prepared


def version_of_story(path: str, now: datetime) -> Version:
    """The version of the live story at a path, its discussion included; without a key where none is. One query.

    What a story says is in its publication, which never changes; what its discussion shows rises `Discussion.version`,
    except how it takes comments, which is worked out here.
    """
    row = _STORY.first(Publication, now=now, path=path)
    if row is None:
        return Version(None, [])
    publication, ends_at, section, first_published_at, furniture, orders, policy, coming, discussion, *own = (
        row
    )
    applied = mode_at(
        Own(*own) if discussion is not None else NOTHING_OF_ITS_OWN,
        section=section,
        first_published_at=first_published_at,
        orders=orders,
        now=now,
    )
    changes = [at for at in (ends_at, coming, *applied.changes) if at]
    if furniture is None:
        return Version(None, changes)
    taken = (str(applied.mode), str(applied.why), applied.until)
    shown = (publication, furniture, discussion, *taken, policy)
    return Version((*shown, timezone.localdate(now)), changes)


def _story(now: datetime, path: str) -> QuerySet[Any, Any]:
    posted = Policy.objects.posted()
    in_force = posted.filter(effective_from__lte=now).order_by("-effective_from", "-version").values("pk")
    coming = posted.filter(effective_from__gt=now).order_by("effective_from").values("effective_from")
    furniture = PageVersion.objects.filter(pk=PageVersion.ROW).values("furniture")
    rows: QuerySet[Any, Any] = (
        Publication.objects.published(now)
        .filter(path=path)
        .order_by()
        .annotate(
            furniture=Subquery(furniture[:1]),
            policy=Subquery(in_force[:1]),
            coming=Subquery(coming[:1]),
            orders=standing_orders(),
        )
    )
    return rows.values_list(
        "pk",
        "ends_at",
        "section",
        "first_published_at",
        "furniture",
        "orders",
        "policy",
        "coming",
        "article__discussion__version",
        *(f"article__discussion__{name}" for name in Own._fields),
    )


_STORY = Prepared(_story, now=MOMENT, path=TEXT)
