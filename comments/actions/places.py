"""Gives a comment its place in the queue: written when it begins to wait and when reports of it come or go."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import Count, Q

from comments.enums import ReportState, State
from comments.models import Comment, Discussion, Report, Rule
from comments.moderation import urgency
from comments.moderation.facts import Finding


def place_in_queue(comment: Comment, since: datetime) -> dict[str, Any]:
    """What is stored of a comment that begins to wait. No query where its discussion is loaded.

    `ahead_for_rules` and `ahead_for_reports` are taken as the comment has them.
    """
    ahead = urgency.ahead_for_story(comment.discussion.public_count)
    minutes = comment.ahead_for_rules + comment.ahead_for_reports + ahead
    return {
        "held_since": since,
        "due_at": _due(since, minutes),
        "ahead_for_story": ahead,
        "raid_id": raid_at(comment.discussion, since),
    }


def raid_at(discussion: Discussion, at: datetime) -> int | None:
    """The raid to which belongs what is held then in this discussion. No query."""
    is_on = discussion.breaker_until is not None and discussion.breaker_until > at
    return discussion.raid_id if is_on else None


def minutes_for_rules(findings: Iterable[Finding], rules: Mapping[str, Rule]) -> int:
    """Minutes ahead for what checks found, by the gravity that this version gives its rules."""
    return urgency.ahead_for_rules(findings, {key: rule.gravity for key, rule in rules.items()})


def reports_changed(comment_id: int, *, now: datetime) -> None:
    """The comment has its place again after a report of it came, or was upheld or dismissed; a public one too.

    To be called in the transaction that changes the report, after it. Where none is open any more a public
    comment leaves the desk and a held one goes back to where it was without them. Four queries.
    """
    rows = Comment.objects.select_for_update(of=("self",), no_key=True).select_related("discussion")
    comment: Comment = rows.get(pk=comment_id)
    reports = list(comment.reports.filter(state=ReportState.OPEN).order_by("created_at"))
    comment.open_reports = len(reports)
    comment.ahead_for_reports = urgency.ahead_for_reports(_notices(reports))
    comment.ahead_for_story = urgency.ahead_for_story(comment.discussion.public_count)
    minutes = comment.ahead_for_rules + comment.ahead_for_reports + comment.ahead_for_story
    if waited := _waits_since(comment, reports):
        comment.due_at = _due(waited, minutes)
    comment.save(update_fields=["open_reports", "ahead_for_reports", "ahead_for_story", "due_at"])


def _waits_since(comment: Comment, reports: list[Report]) -> datetime | None:
    """A held comment has waited since it was held; a public one waits since the oldest report that is open."""
    if comment.state == State.HELD:
        return comment.held_since
    return reports[0].created_at if reports else None


def _notices(reports: list[Report]) -> list[urgency.Notice]:
    """The reports with their reporters' records, to which only confirmed reports count. One query."""
    upheld, dismissed = Q(state=ReportState.UPHELD), Q(state=ReportState.DISMISSED)
    known = {report.reporter_id for report in reports if report.reporter_id and report.confirmed_at}
    counts = (
        Report.objects.filter(reporter__in=known, confirmed_at__isnull=False)
        .values("reporter")
        .annotate(upheld=Count("pk", filter=upheld), dismissed=Count("pk", filter=dismissed))
        .order_by()
    )
    records: dict[int | None, tuple[int, int]] = {
        row["reporter"]: (row["upheld"], row["dismissed"]) for row in counts
    }
    return [
        urgency.Notice(
            *(records.get(report.reporter_id, (0, 0)) if report.confirmed_at else (0, 0)),
            illegal=report.illegal,
            confirmed=report.confirmed_at is not None,
            robot=report.robot_suspected,
        )
        for report in reports
    ]


def _due(since: datetime, minutes_ahead: int) -> datetime:
    return since + timedelta(minutes=settings.MODERATION_PROMISE_MINUTES - minutes_ahead)
