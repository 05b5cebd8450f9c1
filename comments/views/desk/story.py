"""How one story takes comments: said, changed, slowed down and pulled back, by editors and by the desk."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from articles.archive import Key, NoSuchPlace, Page
from articles.models import Article
from comments import actions, runs
from comments.actions import Refused
from comments.actions.modes import LONGEST_REASON
from comments.actions.pull_back import stop
from comments.desk.discussion import DiscussionDesk, discussion_desk, would_pull_back
from comments.desk.subjects import comment_or_story_at
from comments.enums import DiscussionMode, RunScope, State
from comments.models import Comment, Discussion, PullBack, Raid
from comments.permissions import can_moderate
from comments.policies import in_force
from comments.rulebook import rules_of
from comments.views.desk.act import SeeOther
from comments.views.desk.forms import BadPick, picked, read_uid, sentences
from comments.views.desk.page import problem, read_place, render_in_admin, user_of

MOMENT: dict[str, Any] = {
    "widget": forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    "required": False,
    "error_messages": {"invalid": gettext_lazy("this is no time. Write it as 2026-03-31T18:00.")},
}


class ModeForm(forms.Form):
    """How the story takes comments, from when until when, and when it ends for good."""

    mode = forms.ChoiceField(label=gettext_lazy("Comments are"), choices=DiscussionMode.choices)
    starts_at = forms.DateTimeField(label=gettext_lazy("From (empty: now)"), **MOMENT)
    ends_at = forms.DateTimeField(label=gettext_lazy("Until (empty: until it is changed)"), **MOMENT)
    closes_at = forms.DateTimeField(label=gettext_lazy("The discussion ends for good"), **MOMENT)
    reason = forms.CharField(
        label=gettext_lazy("Reason (optional)"), required=False, max_length=LONGEST_REASON
    )


class SinceForm(forms.Form):
    """Since when everything is pulled back, and why."""

    since = forms.DateTimeField(label=gettext_lazy("Public since"), **{**MOMENT, "required": True})
    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=LONGEST_REASON, required=False)


class BadForm(Refused):
    """The form itself cannot be read."""


def story(request: HttpRequest, uid: str) -> HttpResponse:
    """The page; `?since=` shows what a pull-back would hold, `?before=` older comments, `?comment=` the one there.

    POST does what its button says, or says why not (422).
    """
    known = read_uid(uid)
    article = Article.objects.filter(uid=known).first() if known else None
    if article is None:
        return problem(request, _("There is no story with this address. Nothing was changed."), status=404)
    now = timezone.now()
    try:
        before = read_place(request.GET.get("before", ""))
    except NoSuchPlace as none:
        return problem(request, str(none), status=400)
    if request.method != "POST":
        return _page(request, article, now, before)
    act = ACTS.get(request.POST.get("act", ""))
    try:
        if act is None:
            raise BadForm(_("Press one of the buttons. Nothing was changed."))
        url = act(request, article, now)
    except Refused as refused:
        return _page(request, article, now, before, problems=str(refused.sentence).split("\n"), status=422)
    return SeeOther(url or request.path)


# --- what the buttons do


def _set_mode(request: HttpRequest, article: Article, now: datetime) -> None:
    sent = _read(ModeForm(request.POST))
    if "closes_at" not in request.POST:
        # The story page asks only how and until when.
        discussion = Discussion.objects.filter(article=article).first()
        sent["closes_at"] = discussion.closes_at if discussion else None
    actions.set_mode(
        article,
        DiscussionMode(sent["mode"]),
        starts_at=sent["starts_at"],
        ends_at=sent["ends_at"],
        closes_at=sent["closes_at"],
        reason=sent["reason"],
        by=user_of(request),
        now=now,
    )


def _end(request: HttpRequest, article: Article, now: datetime) -> None:
    actions.end_breaker(_discussion(article).pk, by=user_of(request), now=now)


def _unfold(request: HttpRequest, article: Article, now: datetime) -> None:
    actions.unfold(_one_of(request, Raid, _discussion(article)), by=user_of(request))


def _all_of_raid(request: HttpRequest, article: Article, now: datetime) -> str:
    """What waits of a raid is a run to be looked at and decided on in one go: the address of its page."""
    raid = _one_of(request, Raid, _discussion(article))
    waiting = Comment.objects.held().filter(raid=raid).order_by("due_at", "id")
    items = list(waiting.values_list("pk", "version")[: runs.MOST + 1])
    run = runs.prepare(items, RunScope.STORY, by=user_of(request), now=now, about=raid.discussion)
    return reverse("moderation:run", args=[run.uid])


def _pull_back(request: HttpRequest, article: Article, now: datetime) -> None:
    sent = _read(SinceForm(request.POST))
    discussion = _discussion(article)
    actions.pull_back(discussion.pk, since=sent["since"], reason=sent["reason"], by=user_of(request), now=now)


def _put_back(request: HttpRequest, article: Article, now: datetime) -> None:
    actions.put_back(_one_of(request, PullBack, _discussion(article)), by=user_of(request), now=now)


def _stop(request: HttpRequest, article: Article, now: datetime) -> None:
    stop(_one_of(request, PullBack, _discussion(article)), by=user_of(request), now=now)


def _take_down(request: HttpRequest, article: Article, now: datetime) -> str:
    """The address of the page that it was done on, further down the list."""
    try:
        [(uid, version)] = picked([request.POST.get("comment", "")])
    except BadPick as bad:
        raise BadForm(str(bad)) from None
    comment = Comment.objects.filter(uid=uid, discussion__article=article).first()
    if comment is None:
        raise BadForm(_("There is no such comment under this story. Nothing was changed."))
    actions.take_down(
        comment.pk,
        by=user_of(request),
        seen_version=version,
        now=now,
        rule_keys=[key for key in request.POST.getlist("rule") if key],
        note=request.POST.get("note", "").replace("\x00", "")[:2_000],
    )
    before = request.GET.get("before", "")
    return f"{request.path}?{urlencode({'before': before})}#newest" if before else request.path


ACTS: dict[str, Callable[[HttpRequest, Article, datetime], str | None]] = {
    "mode": _set_mode,
    "end": _end,
    "unfold": _unfold,
    "all": _all_of_raid,
    "pull_back": _pull_back,
    "put_back": _put_back,
    "stop": _stop,
    "take_down": _take_down,
}


def _read(form: forms.Form) -> dict[str, Any]:
    if not form.is_valid():
        raise BadForm("\n".join(sentences(form)))
    return form.cleaned_data


def _discussion(article: Article) -> Discussion:
    found = Discussion.objects.filter(article=article).first()
    if found is None:
        raise BadForm(_("Nobody has commented on this story yet. Nothing was changed."))
    return found


def _one_of(request: HttpRequest, model: Any, discussion: Discussion) -> Any:
    known = read_uid(request.POST.get("which", ""))
    found = model.objects.filter(uid=known, discussion=discussion).first() if known else None
    if found is None:
        raise BadForm(_("That is not there (any more). Nothing was changed."))
    return found


# --- the page


def _page(
    request: HttpRequest,
    article: Article,
    now: datetime,
    before: Key | None,
    *,
    problems: list[str] | None = None,
    status: int = 200,
) -> HttpResponse:
    user = user_of(request)
    desk = discussion_desk(article, user, now, before)
    policy = in_force(now)
    is_sent = request.method == "POST"
    context = {
        "article": article,
        "desk": desk,
        "problems": problems or [],
        "form": ModeForm(
            request.POST if is_sent and request.POST.get("act") == "mode" else None, initial=_now(desk)
        ),
        "may_moderate": can_moderate(user),
        "rules": rules_of(policy) if policy else [],
        "is_further_down": before is not None,
        **_looked_for(request, desk),
        **_asked(request, desk, now),
    }
    title = _("Comments on “%(story)s”") % {"story": desk.story.headline}
    return render_in_admin(request, "admin/moderation/story.html", context, title=title, status=status)


def _now(desk: DiscussionDesk) -> dict[str, Any]:
    discussion = desk.stands.discussion
    if discussion is None:
        return {"mode": DiscussionMode.OPEN}
    return {
        "mode": discussion.mode,
        "starts_at": discussion.mode_from,
        "ends_at": discussion.mode_until,
        "closes_at": discussion.closes_at,
    }


def _looked_for(request: HttpRequest, desk: DiscussionDesk) -> dict[str, Any]:
    """Which public comments are shown: a page of them, or the one whose address is asked for. At most one query."""
    written = request.GET.get("comment", "").replace("\x00", "").strip()
    if not written:
        return {"public": desk.public}
    found = comment_or_story_at(written)
    discussion = desk.stands.discussion
    if isinstance(found, Comment) and found.state == State.PUBLIC and found.discussion == discussion:
        return {"public": Page([found], None), "looked_for": written}
    sentence = _("No comment that is public under this story has this address.")
    return {"public": desk.public, "looked_for": written, "not_found": sentence}


def _asked(request: HttpRequest, desk: DiscussionDesk, now: datetime) -> dict[str, Any]:
    """The form that asks since when, and what would be pulled back where it says so."""
    if not can_moderate(user_of(request)) or desk.stands.discussion is None:
        return {}
    if request.method == "POST" or "since" not in request.GET:
        return {"since_form": SinceForm(initial={"since": _likely(desk, now)})}
    form = SinceForm(request.GET)
    if not form.is_valid():
        return {"since_form": form, "since_problems": sentences(form)}
    since = form.cleaned_data["since"]
    return {
        "since_form": form,
        "since": since,
        "found": would_pull_back(desk.stands.discussion, since, now),
    }


def _likely(desk: DiscussionDesk, now: datetime) -> datetime:
    """When the last raid began; else an hour ago."""
    last = Raid.objects.filter(discussion=desk.stands.discussion).first()
    return last.since if last else now - timedelta(hours=1)
