"""A commenter's sanctions, and what their record proposes next."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db.models import QuerySet

from comments.decisions import last_of_commenter
from comments.enums import AppealState
from comments.evidence import Record
from comments.models import Sanction
from comments.moderation.ladder import Earlier, Proposed, Rung, proposed, rungs
from newsroom.prepared import NUMBER, Prepared

MOST = 50
"""Sanctions of one commenter that are read."""


def sanctions_of(commenter_id: int) -> list[Sanction]:
    """Proposals and sanctions of a commenter, the newest first, with what became of them. One query."""
    return _SANCTIONS.rows(Sanction, commenter=commenter_id)


def _sanctions(commenter: int) -> QuerySet[Any]:
    rows = Sanction.objects.filter(commenter=commenter).order_by("-proposed_at", "-pk")[:MOST]
    beside: QuerySet[Any] = rows.select_related("decision__undone_by", "decision__appeal", "policy")
    return beside


_SANCTIONS = Prepared(_sanctions, commenter=NUMBER)


def stands(sanction: Sanction) -> bool:
    """Whether it was decided and counts: not one undone, or taken back on appeal. No query for loaded ones."""
    decision = sanction.decision
    if decision is None or getattr(decision, "undone_by", None) is not None:
        return False
    appeal = getattr(decision, "appeal", None)
    return appeal is None or appeal.state != AppealState.GRANTED


def proposal(record: Record, sanctions: Sequence[Sanction], now: datetime) -> Proposed | None:
    """What the record proposes by the ladder of the settings; nothing while a proposal waits. No query."""
    if any(one.is_open for one in sanctions):
        return None
    earlier = [
        Earlier(Rung(one.kind, one.days), one.starts_at) for one in sanctions if stands(one) and one.starts_at
    ]
    return proposed(
        record.breaches,
        earlier,
        ladder=rungs(settings.SANCTION_LADDER),
        times=settings.SANCTION_BREACHES,
        within_days=settings.SANCTION_WITHIN_DAYS,
        now=now,
    )


def seen_mark(commenter_id: int) -> str:
    """What a page about a commenter has seen: the length of their chain and the open proposal. Two queries."""
    seq, _digest = last_of_commenter(commenter_id)
    waiting = Sanction.objects.proposed().filter(commenter=commenter_id).values_list("pk", flat=True).first()
    return f"{seq}-{waiting or 0}"
