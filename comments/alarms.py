"""Letters to those who lead the desk: what cannot wait until somebody looks."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from comments import links
from comments.enums import DiscussionMode, LetterKind
from comments.letters import posted, written
from comments.models import Appeal, Comment, Letter, Raid
from newsroom.accounts.models import User


def write_lead_alarm(
    subject: str | Promise,
    template: str,
    path: str,
    leads: Iterable[User],
    *,
    now: datetime,
    kind: LetterKind = LetterKind.SECOND_ALARM,
    comment: Comment | None = None,
    **facts: Any,
) -> list[Letter]:
    """What those who lead have to know, to each who leads the desk, leaving at once."""
    letters = []
    for lead in leads:
        with translation.override(lead.language):
            letter = written(
                kind,
                to=lead.email,
                subject=str(subject),
                template=template,
                context={"url": links.absolute(path), **facts},
                send_after=now,
                now=now,
                comment=comment,
            )
        letters.append(letter)
    return posted(letters)


def write_alarm(
    appeal: Appeal, comment: Comment | None, leads: Iterable[User], *, now: datetime
) -> list[Letter]:
    """That nobody may answer an appeal."""
    return write_lead_alarm(
        gettext_lazy("Nobody may answer an appeal"),
        "appeal_alarm",
        f"/admin/moderation/appeals/{appeal.uid}/",
        leads,
        now=now,
        kind=LetterKind.APPEAL_ALARM,
        comment=comment,
        promised_by=appeal.promised_by.isoformat(),
    )


def write_raid_alarm(raid: Raid, leads: Iterable[User], *, now: datetime) -> list[Letter]:
    """That a discussion was overrun, and what the breaker did."""
    return write_lead_alarm(
        gettext_lazy("A discussion was overrun"),
        "raid_alarm",
        f"/admin/moderation/stories/{raid.discussion.article.uid}/",
        leads,
        now=now,
        kind=LetterKind.RAID_ALARM,
        story=str(raid.discussion.article),
        since=raid.since.isoformat(),
        until=raid.until.isoformat(),
        paused=raid.mode == DiscussionMode.CLOSED,
    )
