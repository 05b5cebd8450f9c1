"""The log of decisions: the newest first, filtered, a page at a time by key."""

from datetime import date, datetime, time, timedelta
from typing import Any
from urllib.parse import urlencode, urlsplit

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from articles.archive import NoSuchPlace, page_before
from articles.models import Address, Article
from comments.desk.log import line_of, with_what_lines_show
from comments.enums import Act, GroundKind
from comments.models import Decision, Rule
from comments.views.desk.forms import read_uid, sentences
from comments.views.desk.page import problem, read_place, render_in_admin
from newsroom.accounts.models import User

PAGE = 50
_DAYS = {
    "validators": [MinValueValidator(date(1970, 1, 1)), MaxValueValidator(date(2999, 12, 31))],
    "widget": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    "error_messages": {"invalid": gettext_lazy("there is no such day. Write it as 2025-03-31.")},
}


class DecisionFilter(forms.Form):
    """What of the log to show. Filling the choices costs two queries."""

    act = forms.ChoiceField(
        label=gettext_lazy("Act"), required=False, choices=[("", gettext_lazy("Any")), *Act.choices]
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

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        deciders = User.objects.filter(Exists(Decision.objects.filter(decider=OuterRef("pk"))), is_staff=True)
        self.fields["by"].queryset = deciders.order_by("name", "pk")  # type: ignore[attr-defined]
        self.fields["rule"].choices = [("", _("Any")), *_rules()]  # type: ignore[attr-defined]

    def clean_story(self) -> Article | None:
        """The story at this address, present or former, or with this public id."""
        written = self.cleaned_data["story"]
        if not written:
            return None
        if uid := read_uid(written):
            article = Article.objects.filter(uid=uid).first()
        else:
            address = Address.objects.filter(path=_path(written)).select_related("article").first()
            article = address.article if address else None
        if article is None:
            raise ValidationError(_("no story has or had this address."))
        return article

    def clean(self) -> dict[str, Any]:
        sent = super().clean() or self.cleaned_data
        since, until = sent.get("since"), sent.get("until")
        if since and until and until < since:
            self.add_error("until", _("this day is before the one that the log is to begin with."))
        return sent


def decisions(request: HttpRequest) -> HttpResponse:
    """The log after `?before=`, filtered. A constant number of queries; a filter that cannot be gives sentences."""
    try:
        before = read_place(request.GET.get("before", ""))
    except NoSuchPlace:
        sentence = _("What follows “before” in this address names no place in the log.")
        return problem(request, sentence, status=400)
    form = DecisionFilter(request.GET)
    if not form.is_valid():
        context = {"form": form, "problems": sentences(form)}
        return render_in_admin(
            request, "admin/moderation/decisions.html", context, title=_("Decisions"), status=400
        )
    now = timezone.now()
    page = page_before(_chosen(form.cleaned_data), field="at", before=before, size=PAGE)
    context = {
        "form": form,
        "lines": [line_of(decision, now) for decision in page.rows],
        "is_filtered": any(form.cleaned_data.values()),
        "older_url": _older(request, page.older),
    }
    return render_in_admin(request, "admin/moderation/decisions.html", context, title=_("Decisions"))


def _chosen(sent: dict[str, Any]) -> QuerySet[Any]:
    rows = with_what_lines_show(Decision.objects.filter(comment__isnull=False).order_by("-at", "-id"))
    wanted = Q()
    if sent["act"]:
        wanted &= Q(act=sent["act"])
    if sent["rule"]:
        wanted &= Q(grounds__kind=GroundKind.RULE, grounds__key=sent["rule"])
    if sent["made"]:
        wanted &= Q(automatic=sent["made"] == "automatic")
    if sent["by"]:
        wanted &= Q(decider=sent["by"])
    if sent["story"]:
        wanted &= Q(comment__discussion__article=sent["story"])
    if sent["since"]:
        wanted &= Q(at__gte=_midnight(sent["since"]))
    if sent["until"]:
        wanted &= Q(at__lt=_midnight(sent["until"] + timedelta(days=1)))
    return rows.filter(wanted)


def _rules() -> list[tuple[str, str]]:
    """Every rule that any posted version has or had, by key, with its newest number and title."""
    rows = Rule.objects.filter(policy__posted_at__isnull=False).order_by("policy__version")
    newest = {rule.key: rule for rule in rows.only("key", "number", "title")}
    ordered = sorted(newest.values(), key=lambda rule: (rule.number, rule.key))
    return [(rule.key, f"{rule.number}. {rule.title}") for rule in ordered]


def _path(written: str) -> str:
    """An address as it is stored, from one that was copied out of a browser."""
    try:
        return urlsplit(written).path.strip("/")
    except ValueError:
        return written


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def _older(request: HttpRequest, key: object) -> str:
    if key is None:
        return ""
    kept = {name: value for name, value in request.GET.items() if value and name != "before"}
    return f"?{urlencode({**kept, 'before': str(key)})}"
