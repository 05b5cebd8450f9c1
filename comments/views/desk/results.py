"""What the moderator did last, kept in the session so that the status line and Undo outlive the next pages."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _

from comments.desk.log import can_be_undone, letter_of, sentence_of, with_what_lines_show
from comments.enums import Act
from comments.models import Decision

_KEPT = "moderation_last"


@dataclass(frozen=True, slots=True)
class Status:
    """The sentence at the desk's foot, and the decisions that its Undo takes back."""

    sentence: str
    undo: list[str]


def remember(
    request: HttpRequest, decisions: Sequence[Decision] = (), skipped: Sequence[str] = (), said: str = ""
) -> None:
    """The status line will tell of these decisions, of why others were skipped, or just say this."""
    request.session[_KEPT] = {
        "decisions": [str(decision.uid) for decision in decisions],
        "skipped": list(skipped),
        "said": said,
    }


def status_of(request: HttpRequest, now: datetime) -> Status | None:
    """The status line now: said once, and as long as there is something to undo. Two queries where there is one."""
    kept: dict[str, Any] | None = request.session.get(_KEPT)
    if not kept:
        return None
    decisions = list(with_what_lines_show(Decision.objects.filter(uid__in=kept["decisions"]).order_by("id")))
    undo = [str(decision.uid) for decision in decisions if can_be_undone(decision, now)]
    if not undo:
        del request.session[_KEPT]
    parts = [kept["said"], *_told(decisions, undo, now), *_skipped(kept["skipped"])]
    return Status(" ".join(part for part in parts if part), undo)


def _told(decisions: list[Decision], undo: list[str], now: datetime) -> list[str]:
    if len(decisions) == 1:
        said = [sentence_of(decisions[0])]
    else:
        acts = Counter(decision.act for decision in decisions)
        said = [f"{str(Act(act).label).capitalize()} {count}." for act, count in acts.items()]
    return [*said, _mail(decisions, undo, now)]


def _mail(decisions: list[Decision], undo: list[str], now: datetime) -> str:
    """When the mail about what can still be undone goes, at the earliest."""
    letters = [
        letter for decision in decisions if str(decision.uid) in undo and (letter := letter_of(decision))
    ]
    if not letters:
        return ""
    seconds = max(0, round((min(letter.send_after for letter in letters) - now).total_seconds()))
    return _("Mail goes in %(seconds)d s.") % {"seconds": seconds} if seconds else _("Mail is about to go.")


def _skipped(reasons: list[str]) -> list[str]:
    return [
        _("%(count)d skipped: %(why)s") % {"count": count, "why": why}
        for why, count in Counter(reasons).items()
    ]
