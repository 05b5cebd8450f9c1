"""Passing a card to a colleague, answering one that was passed, and notes that only colleagues see."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from comments import actions
from comments.actions import Refused
from comments.actions.colleagues import LONGEST, colleagues_of, open_questions
from comments.desk.cards import comment_with_uid
from comments.models import Comment
from comments.views.desk.act import SeeOther, again, go_on
from comments.views.desk.forms import HIGHEST_VERSION, read_uid, sentences
from comments.views.desk.page import Kept, no_such_comment, user_of
from comments.views.desk.place import kept_place
from comments.views.desk.results import remember

LEADS = "leads"


class PlaceForm(forms.Form):
    """Where the form stood."""

    at = forms.CharField(label=gettext_lazy("Place at the desk"), required=False, max_length=600)
    place = forms.CharField(label=gettext_lazy("Page"), required=False, max_length=10)


class AskForm(PlaceForm):
    """Whom, and what is asked."""

    to = forms.RegexField(
        r"\A(leads|[1-9][0-9]{0,17})\Z",
        label=gettext_lazy("Colleague"),
        error_messages={
            name: gettext_lazy("choose one. Nothing was changed.") for name in ("required", "invalid")
        },
    )
    question = forms.CharField(label=gettext_lazy("What you ask"), required=False, max_length=LONGEST)
    version = forms.IntegerField(
        label=gettext_lazy("Version that you saw"), min_value=1, max_value=HIGHEST_VERSION
    )


class TextForm(PlaceForm):
    """An answer or an internal note, and whom a note is about."""

    text = forms.CharField(label=gettext_lazy("Note"), required=False, max_length=LONGEST)
    about = forms.ChoiceField(
        label=gettext_lazy("About"), choices=[("comment", ""), ("commenter", "")], required=False
    )


def ask(request: HttpRequest, uid: str) -> HttpResponse:
    """The comment is a colleague's, and the next one is shown; where it cannot be, says why and keeps the question."""
    comment = _comment(uid)
    if request.method != "POST" or comment is None:
        return _elsewhere(request, uid)
    now, form = timezone.now(), AskForm(request.POST)
    if not form.is_valid():
        return _again(request, comment, sentences(form), 400)
    sent = form.cleaned_data
    to = None if sent["to"] == LEADS else colleagues_of(user_of(request)).filter(pk=sent["to"]).first()
    if to is None and sent["to"] != LEADS:
        return _again(request, comment, [_("There is no such colleague. Nothing was changed.")], 400)
    try:
        actions.ask(
            comment.pk,
            by=user_of(request),
            to=to,
            note=sent["question"],
            seen_version=sent["version"],
            now=now,
        )
    except Refused as refused:
        return _again(request, comment, [refused.sentence], 409)
    remember(request, said=_("Passed to %(name)s.") % {"name": to or _("whoever leads")})
    if sent["place"] == "comment":
        return SeeOther(reverse("moderation:comment", args=[comment.uid]))
    return go_on(request, comment, sent["at"], now)


def answer(request: HttpRequest, uid: str) -> HttpResponse:
    """The question about the comment is answered, and the comment everybody's again."""
    comment = _comment(uid)
    if request.method != "POST" or comment is None:
        return _elsewhere(request, uid)
    form, question = TextForm(request.POST), open_questions().filter(comment=comment).first()
    if not form.is_valid():
        return _again(request, comment, sentences(form), 400)
    if question is None:
        return _again(request, comment, [_("This question has been answered already.")], 409)
    try:
        actions.answer_question(
            question.pk, by=user_of(request), text=form.cleaned_data["text"], now=timezone.now()
        )
    except Refused as refused:
        return _again(request, comment, [refused.sentence], 409)
    remember(request, said=_("Answered. The comment is everybody’s again."))
    return _back(request, comment)


def note(request: HttpRequest, uid: str) -> HttpResponse:
    """The note stands beside the comment, or beside all of its commenter's."""
    comment = _comment(uid)
    if request.method != "POST" or comment is None:
        return _elsewhere(request, uid)
    form = TextForm(request.POST)
    if not form.is_valid():
        return _again(request, comment, sentences(form), 400)
    about = comment.commenter if form.cleaned_data["about"] == "commenter" else comment
    try:
        actions.add_note(about, by=user_of(request), text=form.cleaned_data["text"], now=timezone.now())
    except Refused as refused:
        return _again(request, comment, [refused.sentence], 409)
    remember(request, said=_("Noted, for colleagues alone."))
    return _back(request, comment)


def _comment(uid: str) -> Comment | None:
    known = read_uid(uid)
    return comment_with_uid(known) if known else None


def _elsewhere(request: HttpRequest, uid: str) -> HttpResponse:
    """GET leads to the comment's page; what is about no comment says so."""
    return redirect("moderation:comment", uid=uid) if request.method != "POST" else no_such_comment(request)


def _again(request: HttpRequest, comment: Comment, problems: list[str], status: int) -> HttpResponse:
    written: dict[str, Any] = {
        name: request.POST.get(name, "").replace("\x00", "")[: LONGEST + 1] for name in ("question", "text")
    }
    return again(request, comment, timezone.now(), Kept(problems=problems, **written), status)


def _back(request: HttpRequest, comment: Comment) -> HttpResponse:
    if request.POST.get("place") == "comment":
        return SeeOther(reverse("moderation:comment", args=[comment.uid]))
    return SeeOther(kept_place(request.POST.get("at", "")).url(item=comment.uid))
