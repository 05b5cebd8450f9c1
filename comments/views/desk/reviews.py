"""Second review of a colleague's decision, blind; and practice on comments that were decided on."""

import random
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from comments import practice as practising
from comments.actions import Refused, answer_review
from comments.actions.reviews import open_review
from comments.desk.cards import comment_with_uid
from comments.desk.log import ground_line, sentence_of, with_what_lines_show
from comments.desk.stories import stories_of
from comments.enums import Verdict
from comments.models import Decision, Practice, SecondReview
from comments.rulebook import rules_of
from comments.views.desk.act import SeeOther, again, go_on
from comments.views.desk.forms import HIGHEST_VERSION, RuleKeys, read_uid, sentences
from comments.views.desk.page import Kept, no_such_comment, render_in_admin, user_of
from comments.views.desk.results import remember


class VerdictForm(forms.Form):
    """What this moderator would do, under which rules."""

    verdict = forms.ChoiceField(
        label=gettext_lazy("Verdict"),
        choices=Verdict.choices,
        error_messages={
            name: gettext_lazy("press one of the buttons. Nothing was changed.")
            for name in ("required", "invalid_choice")
        },
    )
    rule = RuleKeys(label=gettext_lazy("Rules"), required=False)


class ReviewForm(VerdictForm):
    version = forms.IntegerField(
        label=gettext_lazy("Version that you saw"), min_value=1, max_value=HIGHEST_VERSION
    )
    at = forms.CharField(label=gettext_lazy("Place at the desk"), required=False, max_length=600)


class PracticeForm(VerdictForm):
    number = forms.IntegerField(label=gettext_lazy("Number"), min_value=0, max_value=1_000)


def review(request: HttpRequest, uid: str) -> HttpResponse:
    """Keeps the verdict, says whether it agrees with what was decided, and goes on to the next."""
    if request.method != "POST":
        return redirect("moderation:comment", uid=uid)
    known = read_uid(uid)
    comment = comment_with_uid(known) if known else None
    if comment is None:
        return no_such_comment(request)
    now, form = timezone.now(), ReviewForm(request.POST)
    kept: dict[str, Any] = {"rule_keys": request.POST.getlist("rule"), "is_open": "rule" in request.POST}
    if not form.is_valid():
        return again(request, comment, now, Kept(**kept, problems=sentences(form)), 400)
    sent = form.cleaned_data
    found = open_review(comment.pk, sent["version"], by=user_of(request))
    if found is None:
        sentence = _("A colleague has reviewed this already, or it was decided on anew. Nothing was changed.")
        return again(request, comment, now, Kept(**kept, problems=[sentence]), 409)
    try:
        answered = answer_review(
            found.pk,
            by=user_of(request),
            verdict=Verdict(sent["verdict"]),
            rule_keys=sent["rule"],
            now=now,
        )
    except Refused as refused:
        return again(request, comment, now, Kept(**kept, problems=[refused.sentence]), 409)
    remember(request, said=_said(answered))
    return go_on(request, comment, sent["at"], now)


def _said(answered: SecondReview) -> str:
    """ "A colleague had rejected it under rule 3: you agree."."""
    rows = with_what_lines_show(Decision.objects.filter(pk=answered.decision_id))
    done = sentence_of(rows[0]).rstrip(".")
    if answered.agrees:
        return _("A colleague had decided the same: %(done)s.") % {"done": done.lower()}
    return _("A colleague had decided otherwise: %(done)s. Who leads sees both.") % {"done": done.lower()}


def practice(request: HttpRequest) -> HttpResponse:
    """The newest go: its next comment, after each what had been decided and why, at the end the score.

    POST begins one or answers.
    """
    by, now = user_of(request), timezone.now()
    newest = Practice.objects.filter(moderator=by).first()
    if request.method != "POST":
        return _page(request, newest)
    try:
        if "begin" in request.POST:
            practising.begin(by=by, now=now, chance=random.SystemRandom())
            return SeeOther(reverse("moderation:practice"))
        form = PracticeForm(request.POST)
        if newest is None or not form.is_valid():
            return _page(request, newest, sentences(form) if newest else [_("Begin first.")], 400)
        sent = form.cleaned_data
        verdict = Verdict(sent["verdict"])
        practising.answer(newest.pk, sent["number"], by=by, verdict=verdict, rule_keys=sent["rule"], now=now)
    except Refused as refused:
        return _page(request, newest, [refused.sentence], 409)
    return SeeOther(f"{reverse('moderation:practice')}?done={sent['number']}")


def _page(
    request: HttpRequest, newest: Practice | None, problems: list[str] | None = None, status: int = 200
) -> HttpResponse:
    context: dict[str, Any] = {"practice": newest, "problems": problems or []}
    if newest is not None:
        done, asked = len(newest.answers), request.GET.get("done", "")
        shown = int(asked) if asked.isascii() and asked.isdecimal() and len(asked) < 4 else -1
        context |= {"total": len(newest.decisions), "score": practising.score(newest), "done": done}
        if 0 <= shown < done:
            context |= {"shown": _told(newest, shown), "answer": newest.answers[shown], "number": shown + 1}
        elif done < len(newest.decisions):
            context |= {"shown": _told(newest, done), "number": done + 1, "index": done}
            context["ticked"] = request.POST.getlist("rule") if problems else []
    return render_in_admin(
        request, "admin/moderation/practice.html", context, title=_("Practice"), status=status
    )


def _told(practice: Practice, index: int) -> dict[str, Any] | None:
    """The comment with what had been decided on it and why; None where it is gone. A constant number of queries."""
    rows = with_what_lines_show(Decision.objects.filter(pk=practice.decisions[index]))
    decision = rows.select_related("policy").first()
    if decision is None or decision.comment is None:
        return None
    comment, article = decision.comment, decision.comment.discussion.article
    shown = rules_of(comment.policy)
    numbers = {rule.key: rule.number for rule in shown}
    given = practice.answers[index]["rules"] if index < len(practice.answers) else []
    return {
        "comment": comment,
        "story": stories_of([article], timezone.now())[article.pk],
        "rules": shown,
        "said": sentence_of(decision),
        "grounds": [ground_line(ground) for ground in decision.grounds.all()],
        "note": getattr(decision, "evidence", None) and decision.evidence.note,
        "yours": sorted(numbers[key] for key in given if key in numbers),
    }
