"""Reporting a comment, and the page on which whoever reported sees what has become of it."""

import uuid
from datetime import datetime
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from articles.models import Publication
from comments import actions, links
from comments.actions import errors
from comments.live import live_story
from comments.mail import ground_of
from comments.models import Comment, Report
from comments.policies import in_force
from comments.report_form import ReportForm
from comments.rulebook import rules_of
from comments.views.kept import keeps_report
from comments.views.private import SeeOther, private_page, render_private
from newsroom.accounts.models import User
from newsroom.html import already_clean
from newsroom.networks import network_key
from newsroom.throttle import seconds_to_wait

INVALID = 422
THROTTLE_SPAN = 600
"""Seconds in which one network may send REPORT_FORMS_PER_NETWORK reports."""


@private_page
@keeps_report
def report(request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
    """The form to report a public comment of a live story; POST sends it (303). 404 for any other comment."""
    now = timezone.now()
    rows = Comment.objects.public().select_related("discussion__article", "current_text")
    comment: Comment = get_object_or_404(rows, uid=uid)
    publication = live_story(comment.discussion.article, now)
    if publication is None:
        raise Http404
    with translation.override(publication.language):
        return _report(request, comment, publication, now)


def _report(request: HttpRequest, comment: Comment, publication: Publication, now: datetime) -> HttpResponse:
    user = request.user if isinstance(request.user, User) else None
    policy = in_force(now)
    form = ReportForm(
        request.POST if request.method == "POST" else None,
        rules=rules_of(policy) if policy else [],
        is_guest=user is None,
        now=now,
    )
    if request.method != "POST":
        return _show(request, comment, publication, form)
    if not form.is_valid():
        return _show(request, comment, publication, form, status=INVALID)
    if wait := _seconds_to_wait(request, now):
        sentence = _(
            "Very many reports come from your network at the moment. Yours is kept: send it again later."
        )
        form.add_error(None, sentence)
        response = _show(request, comment, publication, form, status=429)
        response.headers["Retry-After"] = str(wait)
        return response
    notice = _notice(comment, publication, form, user)
    try:
        made = actions.report(notice, now=now).report
    except errors.Refused as refused:
        field = refused.field if isinstance(refused, errors.Unacceptable) else ""
        form.add_error(field if field in form.fields else None, refused.sentence)
        return _show(request, comment, publication, form, status=INVALID)
    how = "confirmed" if made.confirmed_at else "mailed" if made.address else "sent"
    return SeeOther(f"{reverse('comments:report-sent', args=[comment.uid])}?{how}")


def _notice(
    comment: Comment, publication: Publication, form: ReportForm, user: User | None
) -> actions.Notice:
    said = form.cleaned_data
    return actions.Notice(
        comment=comment,
        form_key=said["form_key"],
        explanation=said["explanation"],
        name=said.get("name", ""),
        address=said.get("email", ""),
        user=user,
        good_faith=said["good_faith"],
        robot_suspected=form.robot_suspected,
        language=publication.language,
        **form.chosen(),
    )


def _seconds_to_wait(request: HttpRequest, now: datetime) -> int:
    return seconds_to_wait(
        "reports",
        network_key(request.META.get("REMOTE_ADDR", "")),
        most=settings.REPORT_FORMS_PER_NETWORK,
        seconds=THROTTLE_SPAN,
        now=now,
    )


def _show(
    request: HttpRequest, comment: Comment, publication: Publication, form: ReportForm, *, status: int = 200
) -> HttpResponse:
    context = {
        "comment": comment,
        "html": already_clean(comment.current_text.html if comment.current_text else ""),
        "address": links.absolute(comment.get_absolute_url()),
        "publication": publication,
        "section": publication.section,
        "form": form,
        "summary": _summary(form),
        "promise": settings.MODERATION_PROMISE_MINUTES,
    }
    return render_private(
        request, "comments/report.html", context, language=publication.language, status=status
    )


def _summary(form: ReportForm) -> list[tuple[str, str]]:
    """Each error with the id of the field to mend; those of no field lead to the form's first."""
    first = f"{form['ground'].id_for_label}_0"
    targets = {name: form[name].id_for_label for name in form.fields} | {"ground": first}
    return [
        (
            targets.get(name, first) if name in form.fields and not form[name].is_hidden else first,
            str(sentence),
        )
        for name, sentences in form.errors.items()
        for sentence in sentences
    ]


@private_page
def report_sent(request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
    """Thanks, and what happens next; says nothing of the report itself."""
    comment: Comment = get_object_or_404(Comment.objects.select_related("discussion__article"), uid=uid)
    publication = live_story(comment.discussion.article, timezone.now())
    if publication is None:
        raise Http404
    context = {
        "publication": publication,
        "section": publication.section,
        "mailed": "mailed" in request.GET,
        "confirmed": "confirmed" in request.GET,
        "promise": settings.MODERATION_PROMISE_MINUTES,
    }
    return render_private(request, "comments/report_sent.html", context, language=publication.language)


@private_page
def your_report(request: HttpRequest, uid: uuid.UUID, token: str) -> HttpResponse:
    """How a report stands, for whoever was mailed its address; POST confirms that address. 404 for a wrong token."""
    rows = Report.objects.select_related("comment__discussion__article", "reporter", "rule__policy")
    found: Report = get_object_or_404(rows, uid=uid)
    if not links.check_report_token(found, token) or found.reporter is None:
        raise Http404
    if request.method == "POST":
        actions.confirm_report(found.pk, now=timezone.now())
        return SeeOther(links.report_path(found))
    with translation.override(found.language):
        return _show_report(request, found, timezone.now())


def _show_report(request: HttpRequest, found: Report, now: datetime) -> HttpResponse:
    publication = live_story(found.comment.discussion.article, now)
    context: dict[str, Any] = {
        "report": found,
        "ground": ground_of(found),
        "publication": publication,
        "section": publication.section if publication else None,
        "promise": settings.MODERATION_PROMISE_MINUTES,
        "desk": settings.DEFAULT_FROM_EMAIL,
    }
    return render_private(request, "comments/your_report.html", context, language=found.language)
