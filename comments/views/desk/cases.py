"""Cases at the desk: the list, and the form of a new one."""

from datetime import datetime
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from articles.archive import NoSuchPlace, Page
from articles.models import Article
from comments import actions
from comments.actions.cases import Subject
from comments.actions.errors import Refused, Unacceptable
from comments.desk.cases import (
    case_line,
    cases_to_add_to,
    closed_cases,
    named,
    open_cases,
)
from comments.desk.subjects import comment_or_story_at
from comments.models import Case
from comments.permissions import can_moderate
from comments.views.desk.act import SeeOther
from comments.views.desk.case_forms import (
    CaseFilter,
    OpenForm,
    proposed,
)
from comments.views.desk.forms import sentences
from comments.views.desk.page import problem, read_place, render_in_admin, user_of

NOTHING = Page([], None)


def cases(request: HttpRequest) -> HttpResponse:
    """The list: open ones by deadline, then closed ones, each a page at a time by key. Two queries of its own."""
    try:
        after, before = (read_place(request.GET.get(name, "")) for name in ("after", "before"))
    except NoSuchPlace:
        return problem(request, _("This address names no place in the list of cases."), status=400)
    now, form = timezone.now(), CaseFilter(request.GET)
    if not form.is_valid():
        return _list(request, form, NOTHING, NOTHING, now, problems=sentences(form), status=400)
    asked, state = form.asked(), form.cleaned_data["state"]
    if state == "overdue":
        asked &= Q(deadline__lt=now)
    shown = open_cases(asked, after) if state != "closed" else NOTHING
    closed = closed_cases(asked, before) if state in ("", "closed") else NOTHING
    return _list(request, form, shown, closed, now)


def _list(
    request: HttpRequest,
    form: CaseFilter,
    shown: Page,
    closed: Page,
    now: datetime,
    *,
    problems: list[str] | None = None,
    status: int = 200,
) -> HttpResponse:
    context = {
        "form": form,
        "problems": problems or [],
        "open": [case_line(case, now) for case in shown.rows],
        "closed": [case_line(case, now) for case in closed.rows],
        "further_open_url": _further(request, "after", shown),
        "further_closed_url": _further(request, "before", closed),
        "is_filtered": any(request.GET.get(name) for name in CaseFilter.base_fields),
    }
    return render_in_admin(request, "admin/moderation/cases.html", context, title=_("Cases"), status=status)


def _further(request: HttpRequest, name: str, page: Page) -> str:
    asked = {key: value for key, value in request.GET.items() if value and key not in ("after", "before")}
    return f"?{urlencode({**asked, name: str(page.older)})}" if page.older else ""


# --- a new one


def new_case(request: HttpRequest) -> HttpResponse:
    """The form of a new case about `?item=`; POST opens it and shows its page."""
    now = timezone.now()
    if request.method != "POST":
        item = request.GET.get("item", "")
        form = OpenForm(initial={**proposed(now), "item": item, "uid": uuid4()})
        return _show_new(request, form, subject_at(item), now)
    form = OpenForm(request.POST)
    if not form.is_valid():
        return _show_new(request, form, None, now, problems=sentences(form), status=400)
    item = form.cleaned_data["item"]
    subject = subject_at(item)
    try:
        if item and subject is None:
            raise Unacceptable("item", _("No comment and no story has this address."))
        case = actions.open_case(
            form.complaint(), subject, by=user_of(request), now=now, uid=form.cleaned_data["uid"]
        )
    except Refused as refused:
        return _show_new(request, form, subject, now, problems=[told(form, refused)], status=400)
    return SeeOther(page_of(case))


def _show_new(
    request: HttpRequest,
    form: OpenForm,
    subject: Subject | None,
    now: datetime,
    *,
    problems: list[str] | None = None,
    status: int = 200,
) -> HttpResponse:
    if subject:
        form.fields["item"].widget = form.fields["item"].hidden_widget()
    context = {
        "form": form,
        "named": named(subject) if subject else None,
        "problems": problems or [],
        "others": cases_to_add_to(now) if subject else [],
        "back": _back(request, subject),
    }
    return render_in_admin(
        request, "admin/moderation/case_new.html", context, title=_("Open a case"), status=status
    )


def _back(request: HttpRequest, subject: Subject | None) -> str:
    """Where whoever thinks better of it goes: to the comment or story, as far as they may."""
    if isinstance(subject, Article):
        return reverse("moderation:story", args=[subject.uid])
    if subject is not None and can_moderate(user_of(request)):
        return reverse("moderation:comment", args=[subject.uid])
    return reverse("moderation:cases")


def subject_at(written: str) -> Subject | None:
    """The comment or story that was pasted, None for none. At most two queries."""
    written = written.strip()
    return comment_or_story_at(written) if written and "\x00" not in written else None


def told(form: Any, refused: Refused) -> str:
    """The sentence with the field that it is about before it."""
    field = form.fields.get(getattr(refused, "field", ""))
    return f"{field.label}: {refused.sentence}" if field else refused.sentence


def page_of(case: Case) -> str:
    """Its address at the desk."""
    return reverse("moderation:case", args=[case.uid])
