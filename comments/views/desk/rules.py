"""The rules as the desk works with them: ready-made notes and examples of each, kept by leads."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from comments.actions import Refused
from comments.actions.guidance import keep_guidance, remove_guidance
from comments.desk.filters import language_name
from comments.models import CannedNote, RuleExample
from comments.permissions import can_lead
from comments.policies import in_force
from comments.rulebook import rules_of
from comments.views.desk.act import SeeOther
from comments.views.desk.forms import sentences
from comments.views.desk.page import render_in_admin, user_of


class GuidanceForm(forms.Form):
    """What is kept or removed: of which rule, and which one where it is there already."""

    pk = forms.IntegerField(label=gettext_lazy("Number"), required=False, min_value=1, max_value=2**62)
    rule_key = forms.SlugField(label=gettext_lazy("Rule"), max_length=60)


class NoteForm(GuidanceForm):
    language = forms.RegexField(
        r"\A[-a-zA-Z]{2,10}\Z", label=gettext_lazy("Language"), required=False, max_length=10
    )
    title = forms.CharField(label=gettext_lazy("Title"), max_length=80)
    text = forms.CharField(label=gettext_lazy("Note to the author"), max_length=1_000)


class ExampleForm(GuidanceForm):
    breaks = forms.TypedChoiceField(
        label=gettext_lazy("It"),
        choices=[("1", gettext_lazy("breaks the rule")), ("0", gettext_lazy("keeps to the rule"))],
        coerce=lambda value: value == "1",
    )
    text = forms.CharField(label=gettext_lazy("Example"), max_length=1_000)
    why = forms.CharField(label=gettext_lazy("Why"), required=False, max_length=500)


FORMS: dict[str, type[GuidanceForm]] = {"note": NoteForm, "example": ExampleForm}


def rules(request: HttpRequest) -> HttpResponse:
    """The rules in force with what is kept of each; POST by a lead keeps or removes one (400 with a sentence if not).

    Four queries beside the frame's, however much is kept.
    """
    if request.method != "POST":
        return _page(request)
    kind = request.POST.get("kind", "")
    if kind not in FORMS:
        return _page(request, [_("It is neither a note nor an example. Nothing was changed.")], 400)
    is_removal = "remove" in request.POST
    form = (GuidanceForm if is_removal else FORMS[kind])(request.POST)
    if not form.is_valid():
        return _page(request, sentences(form), 400)
    sent = dict(form.cleaned_data)
    key = sent.pop("pk")
    try:
        if is_removal:
            remove_guidance(kind, key or 0, by=user_of(request))
        else:
            keep_guidance(kind, key, by=user_of(request), now=timezone.now(), **sent)
    except Refused as refused:
        return _page(request, [refused.sentence], 409)
    return SeeOther(f"{request.path}#rule-{sent['rule_key']}")


def _page(request: HttpRequest, problems: Sequence[str] = (), status: int = 200) -> HttpResponse:
    policy = in_force(timezone.now())
    shown = rules_of(policy) if policy else []
    keys = [rule.key for rule in shown]
    notes, examples = (
        CannedNote.objects.filter(rule_key__in=keys),
        RuleExample.objects.filter(rule_key__in=keys),
    )
    context: dict[str, Any] = {
        "rules": [
            (
                rule,
                [(note, language_name(note.language)) for note in notes if note.rule_key == rule.key],
                [one for one in examples if one.rule_key == rule.key],
            )
            for rule in shown
        ],
        "policy": policy,
        "may_change": can_lead(user_of(request)),
        "problems": problems,
        "written": request.POST if problems else {},
    }
    return render_in_admin(request, "admin/moderation/rules.html", context, title=_("Rules"), status=status)
