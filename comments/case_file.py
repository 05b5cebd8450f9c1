"""A case as one file, for a lawyer or a court: a page to read, the same as data, each frozen copy, and the digests."""

import hashlib
import io
import json
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation

from comments import links
from comments.cases import Frozen, decision_said, frozen_items, sentence_of, state_said
from comments.models import Case, CaseAct

OLDEST = (1980, 1, 1, 0, 0, 0)
"""What a ZIP says of when its parts were made: the same of each, so that equal cases are equal files."""


def case_file(case: Case, *, now: datetime) -> bytes:
    """A ZIP of `case.html`, `case.json`, `items/<number>.json` and `SHA256SUMS`. Two queries.

    The SHA-256 of each item's file is the digest that it got when it was frozen: they are those very bytes, unless
    words in it are withheld on legal grounds, which it says. All names in it are made here, of numbers alone.
    Colleagues stand in it as the desk, with a number for each.
    """
    items, acts = frozen_items(case), list(case.acts.select_related("by", "item").order_by("seq"))
    parts = dict(_parts(case, items, acts, now))
    sums = "".join(f"{hashlib.sha256(part).hexdigest()}  {name}\n" for name, part in parts.items())
    parts["SHA256SUMS"] = sums.encode()
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in parts.items():
            archive.writestr(zipfile.ZipInfo(name, OLDEST), part, zipfile.ZIP_DEFLATED)
    return made.getvalue()


def _parts(
    case: Case, items: list[Frozen], acts: list[CaseAct], now: datetime
) -> Iterator[tuple[str, bytes]]:
    yield "case.html", _page(case, items, acts, now).encode()
    data = _data(case, items, acts, now)
    yield "case.json", json.dumps(data, indent=2, sort_keys=True).encode() + b"\n"
    for item in items:
        if item.content:
            yield _name(item), item.content.encode()


def _name(item: Frozen) -> str:
    return f"items/{item.item.number:03d}.json"


def _data(case: Case, items: list[Frozen], acts: list[CaseAct], now: datetime) -> dict[str, Any]:
    return {
        "case": case.pk,
        "id": str(case.uid),
        "newsroom": settings.SITE_NAME,
        "made": _time(now),
        "kind": case.kind,
        "sender": case.sender,
        "reference": case.reference,
        "asked": case.about,
        "received": _time(case.received_at),
        "deadline": _time(case.deadline),
        "opened": _time(case.opened_at),
        "closed": _time(case.closed_at),
        "outcome": case.outcome,
        "items": [_item(item) for item in items],
        "acts": [_act(act) for act in acts],
    }


def _item(item: Frozen) -> dict[str, Any]:
    return {
        "number": item.item.number,
        "what": "story" if item.is_story else "comment",
        "frozen": _time(item.item.frozen_at),
        "file": _name(item) if item.content else "",
        "sha256": item.item.digest,
        "erased": _time(item.erased_at),
        "withheld": _time(item.withheld_at),
    }


def _act(act: CaseAct) -> dict[str, Any]:
    return {
        "number": act.seq,
        "at": _time(act.at),
        "by": f"desk, no. {act.by_id}",
        "act": act.verb,
        "item": act.item.number if act.item else None,
        "details": act.details,
        "note": act.note,
    }


def _page(case: Case, items: list[Frozen], acts: list[CaseAct], now: datetime) -> str:
    """The page to read, in the active language; times in the newsroom's zone."""
    context = {
        "case": case,
        "made_at": now,
        "items": [_shown(item) for item in items],
        "acts": [(act, sentence_of(act)) for act in acts],
        "SITE_NAME": settings.SITE_NAME,
        "address": links.absolute(f"/admin/moderation/cases/{case.uid}/"),
        "language": translation.get_language(),
        "direction": "rtl" if translation.get_language_bidi() else "ltr",
    }
    return render_to_string("admin/moderation/case_file.html", context)


def _shown(item: Frozen) -> dict[str, Any]:
    facts = item.facts or {}
    return {
        "item": item.item,
        "is_story": item.is_story,
        "erased_at": item.erased_at,
        "withheld_at": item.withheld_at,
        "facts": facts,
        "file": _name(item),
        "state": state_said(facts) if facts else "",
        "texts": item.texts,
        "decisions": [(one, decision_said(one)) for one in facts.get("decisions", [])],
    }


def _time(at: datetime | None) -> str:
    return at.astimezone(UTC).isoformat() if at else ""
