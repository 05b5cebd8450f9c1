"""What of the log of decisions to show, as its form asks for it."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from articles.models import Article
from comments.counting import midnight
from comments.desk.log import with_what_lines_show, with_what_they_were_about
from comments.desk.subjects import story_at
from comments.desk.totals import LAW
from comments.enums import Act, GroundKind, SanctionKind
from comments.figures import newest_rules
from comments.models import Decision, Discussion
from newsroom.accounts.models import User

SUBJECTS = {
    "comment": Q(comment__isnull=False),
    "discussion": Q(discussion__isnull=False),
    "sanction": Q(commenter__isnull=False),
    **{
        kind: Q(commenter__isnull=False) & (Q(to_state=kind) | Q(from_state=kind))
        for kind in SanctionKind.values
    },
}
"""What a decision is about, and the decisions that are."""

_DAYS = {
    "validators": [MinValueValidator(date(1970, 1, 1)), MaxValueValidator(date(2999, 12, 31))],
    "widget": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    "error_messages": {"invalid": gettext_lazy("there is no such day. Write it as 2025-03-31.")},
}


class DecisionFilter(forms.Form):
    """What of the log to show; who decided is for leads to ask. Filling the choices costs at most two queries."""

    act = forms.ChoiceField(
        label=gettext_lazy("Act"), required=False, choices=[("", gettext_lazy("Any")), *Act.choices]
    )
    about = forms.ChoiceField(
        label=gettext_lazy("About"),
        required=False,
        choices=[
            ("", gettext_lazy("Anything")),
            ("comment", gettext_lazy("Comments")),
            ("discussion", gettext_lazy("Discussions")),
            ("sanction", gettext_lazy("Sanctions")),
            (gettext_lazy("Sanctions of one kind"), SanctionKind.choices),
        ],
    )
    rule = forms.ChoiceField(label=gettext_lazy("Rule"), required=False)
    made = forms.ChoiceField(
        label=gettext_lazy("Made"),
        required=False,
        choices=[
            ("", gettext_lazy("Any way")),
            ("people", gettext_lazy("By people")),
            ("automatic", gettext_lazy("Automatically")),
        ],
    )
    by = forms.ModelChoiceField(
        label=gettext_lazy("Decided by"),
        required=False,
        queryset=User.objects.none(),
        empty_label=gettext_lazy("Anybody"),
    )
    since = forms.DateField(label=gettext_lazy("From"), required=False, **_DAYS)  # type: ignore[arg-type]
    until = forms.DateField(label=gettext_lazy("To"), required=False, **_DAYS)  # type: ignore[arg-type]
    story = forms.CharField(label=gettext_lazy("Story (paste its address)"), required=False, max_length=400)
    stands = forms.BooleanField(label=gettext_lazy("Without what was undone"), required=False)

    def __init__(self, *args: Any, leads: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if leads:
            # To choose are those who work here; totals lead to whoever decided and has left, too.
            asked = self.data.get("by", "")
            known = Q(is_staff=True) | (Q(pk=asked) if asked.isdecimal() and len(asked) < 20 else Q())
            made = Decision.objects.filter(decider=OuterRef("pk"))
            deciders = User.objects.filter(known, Exists(made))
            self.fields["by"].queryset = deciders.order_by("name", "pk")  # type: ignore[attr-defined]
        else:
            del self.fields["by"]
        self.fields["rule"].choices = [  # type: ignore[attr-defined]
            ("", _("Any")),
            *((key, f"{rule.number}. {rule.title}") for key, rule in newest_rules().items()),
            (LAW, _("A law")),
        ]

    def clean_story(self) -> Article | None:
        """The story at this address, present or former, or with this public id."""
        written = self.cleaned_data["story"]
        if not written:
            return None
        article = story_at(written)
        if article is None:
            raise ValidationError(_("no story has or had this address."))
        return article

    def clean(self) -> dict[str, Any]:
        sent = super().clean() or self.cleaned_data
        since, until = sent.get("since"), sent.get("until")
        if since and until and until < since:
            self.add_error("until", _("this day is before the one that the log is to begin with."))
        return sent


def chosen(sent: dict[str, Any]) -> QuerySet[Any]:
    """The decisions that a valid filter asks for, the newest first, with all that lines show. Not run yet."""
    rows = with_what_they_were_about(with_what_lines_show(Decision.objects.order_by("-at", "-id")))
    wanted = SUBJECTS.get(sent["about"], Q())
    if sent["act"]:
        wanted &= Q(act=sent["act"])
    if sent["rule"] == LAW:
        wanted &= Q(grounds__kind=GroundKind.LAW)
    elif sent["rule"]:
        wanted &= Q(grounds__kind=GroundKind.RULE, grounds__key=sent["rule"])
    if sent["made"]:
        wanted &= Q(automatic=sent["made"] == "automatic")
    if sent.get("by"):
        wanted &= Q(decider=sent["by"])
    if sent["story"]:
        # Not a join: one value, known before the index is read, which then has the order.
        discussion = Discussion.objects.filter(article=sent["story"]).values("pk")[:1]
        wanted &= Q(in_discussion=Subquery(discussion))
    if sent["since"]:
        wanted &= Q(at__gte=midnight(sent["since"]))
    if sent["until"]:
        wanted &= Q(at__lt=midnight(sent["until"] + timedelta(days=1)))
    if sent["stands"]:
        wanted &= Q(undone_by=None) & ~Q(act=Act.UNDONE)
    return rows.filter(wanted)
