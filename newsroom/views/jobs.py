"""What the workers gave up, with the error of each, for whoever may have it tried again; in the admin."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import wraps
from typing import Any, cast
from uuid import UUID

from django.contrib import admin
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.messages import error, success
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django_tasks_db.models import DBTaskResult

from comments import tasks
from comments.models import Letter
from comments.permissions import can_lead
from comments.wording import subject_of
from newsroom import jobs
from newsroom.accounts.models import User
from newsroom.backlog import backlog

SHOWN = 100
MOST = 1_000
"""So many are tried again by one press of the button for all."""
LATE = timedelta(minutes=10)

logger = logging.getLogger(__name__)
View = Callable[..., HttpResponse]


@dataclass(frozen=True, slots=True)
class Row:
    """One letter or job as the page shows it; `mark` is what its button sends, "" where it has none."""

    mark: str
    what: str
    to: str
    error: str
    since: datetime | None
    tries: int


def may_mind(user: Any) -> bool:
    """Those who lead moderation, and superusers."""
    return bool(user.is_staff) and can_lead(user)


def for_leads(view: View) -> View:
    """The view inside the admin: sign-in page for strangers, PermissionDenied for anybody without the right."""
    in_admin = admin.site.admin_view(view)

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.user.is_authenticated and not may_mind(request.user):
            raise PermissionDenied
        return in_admin(request, *args, **kwargs)

    return guarded


@for_leads
def given_up(request: HttpRequest) -> HttpResponse:
    """Letters and jobs that were given up, the oldest first, and how far the workers are behind.

    POST has those named tried again, or with `all` as many as there are, MOST at the most. Eleven queries.
    """
    return _tried_again(request) if request.method == "POST" else _shown(request)


def _shown(request: HttpRequest) -> HttpResponse:
    now = timezone.now()
    state = backlog(now)
    context = {
        **admin.site.each_context(request),
        "is_nav_sidebar_enabled": False,
        "title": _("Letters and jobs that were given up"),
        "backlog": state,
        "late": timedelta(seconds=state.seconds_late) > LATE,
        "waiting_since": now - timedelta(seconds=state.seconds_late),
        "letters": _letters(now),
        "jobs": [_job(job) for job in jobs.dead()[:SHOWN]],
        "shown": SHOWN,
    }
    return render(request, "admin/jobs.html", context)


def _letters(now: datetime) -> list[Row]:
    possible = set(tasks.can_be_tried_again(now).values_list("pk", flat=True)[:MOST])
    return [
        Row(
            mark=f"letter:{letter.pk}" if letter.pk in possible else "",
            what=subject_of(letter),
            to=letter.to,
            error=letter.last_error,
            since=letter.claimed_at,
            tries=letter.attempts,
        )
        for letter in tasks.failed()[:SHOWN]
    ]


def _job(job: DBTaskResult[Any, Any]) -> Row:
    last_line = job.traceback.strip().rpartition("\n")[2]
    args = ", ".join(map(str, job.args_kwargs.get("args", [])))
    return Row(
        mark=f"job:{job.pk}",
        what=f"{job.task_path}({args[:80]})",
        to="",
        error=last_line or job.exception_class_path,
        since=job.finished_at,
        tries=len(job.worker_ids),
    )


@transaction.atomic
def _tried_again(request: HttpRequest) -> HttpResponse:
    now, by = timezone.now(), cast(User, request.user)
    letter_ids, job_ids = _named(request, now)
    found = [
        *Letter.objects.filter(pk__in=tasks.try_again(letter_ids, now=now)),
        *DBTaskResult.objects.filter(pk__in=jobs.try_again(job_ids, now=now)),
    ]
    if not found:
        error(request, _("Nothing was tried again: what you chose is not given up (any more)."))
        return redirect("jobs")
    # A job has no words of its own that a person could read in the log.
    for one in found:
        LogEntry.objects.log_actions(by.pk, [one], CHANGE, _("Tried again."), single_object=True)
    logger.info("%s has %s letters and jobs tried again.", by.pk, len(found))
    words = ngettext("%(count)d is tried again now.", "%(count)d are tried again now.", len(found))
    success(request, words % {"count": len(found)})
    return redirect("jobs")


def _named(request: HttpRequest, now: datetime) -> tuple[list[int], list[UUID]]:
    """The ids that the button sent; what is none is left out."""
    if "all" in request.POST:
        letters = tasks.can_be_tried_again(now).values_list("pk", flat=True)[:MOST]
        return list(letters), list(jobs.dead().values_list("pk", flat=True)[:MOST])
    letter_ids, job_ids = [], []
    for mark in request.POST.getlist("again")[:MOST]:
        kind, _colon, written = mark.partition(":")
        if kind == "letter" and written.isascii() and written.isdigit() and len(written) < 19:
            letter_ids.append(int(written))
        if kind == "job":
            job_ids += _uuids(written)
    return letter_ids, job_ids


def _uuids(written: str) -> list[UUID]:
    try:
        return [UUID(written)]
    except ValueError:
        return []
