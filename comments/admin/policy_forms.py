"""The form in which a draft of the policy is written: its texts, its rules, and each rule's checks."""

from collections.abc import Mapping, Sequence
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.forms import BaseFormSet, formset_factory
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from comments import posting
from comments.enums import Effect
from comments.moderation.checks import CHECKS, CheckSpec, ParameterKind, ParameterSpec
from comments.posting import DraftCheck, DraftContent, DraftRule

MOST_RULES = 60
_PARAMETER = "parameter_"


class DraftForm(forms.Form):
    """What a version says besides its rules. `seen` marks the content that the writer started from."""

    title = forms.CharField(label=_("Title"), max_length=120)
    introduction = forms.CharField(
        label=_("Introduction"), max_length=5000, required=False, widget=forms.Textarea(attrs={"rows": 8})
    )
    how_moderated = forms.CharField(
        label=_("How comments are moderated"),
        max_length=5000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 8}),
    )
    changes = forms.CharField(
        label=_("What changed in this version"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    approved_needed = forms.IntegerField(
        label=_("Approved comments before one is published at once"), min_value=0, max_value=100
    )
    seen = forms.CharField(widget=forms.HiddenInput, required=False)


class CheckForm(forms.Form):
    """A check of a rule. A new one gets the usual figures; once it is saved they stand here to be changed."""

    check_name = forms.ChoiceField(label=_("Check"), required=False)
    effect = forms.ChoiceField(label=_("What it does"), choices=Effect.choices, required=False)

    def __init__(self, *args: Any, lists: Sequence[str] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.lists = lists
        choices = [("", _("No check")), *((spec.name, _(spec.title)) for spec in CHECKS.values())]
        cast("forms.ChoiceField", self.fields["check_name"]).choices = choices
        given = self.data.get(self.add_prefix("check_name")) if self.is_bound else None
        self.spec = CHECKS.get(str(given or self.initial.get("check_name", "")))
        for parameter in self.spec.parameters if self.spec else ():
            self.fields[_PARAMETER + parameter.name] = self._field(parameter)

    def parameter_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in self.fields if name.startswith(_PARAMETER)]

    def content(self) -> DraftCheck | None:
        """The check as written, None where the row was left empty or taken out."""
        said = self.cleaned_data
        if self.spec is None or said.get("DELETE"):
            return None
        given = {each.name: said.get(_PARAMETER + each.name) for each in self.spec.parameters}
        return DraftCheck(self.spec.name, _completed(self.spec, given), said.get("effect") or Effect.HOLD)

    def _field(self, parameter: ParameterSpec) -> forms.Field:
        name = f"{_(parameter.label)} {{{parameter.name}}}"
        initial = self.initial.get("parameters", {}).get(parameter.name, parameter.default)
        if parameter.kind is ParameterKind.INT:
            low, high = parameter.minimum, parameter.maximum
            return forms.IntegerField(
                label=name, initial=initial, min_value=low, max_value=high, required=False
            )
        if parameter.kind is ParameterKind.LIST:
            choices = [(each, each) for each in self.lists]
            return forms.ChoiceField(label=name, initial=initial, choices=choices, required=False)
        return forms.CharField(label=name, initial=initial, max_length=200, required=False)


def _completed(spec: CheckSpec, given: Mapping[str, Any]) -> dict[str, int | str]:
    values = {each.name: given[each.name] for each in spec.parameters}
    usual = {each.name: each.default for each in spec.parameters}
    chosen = {name: usual[name] if value in (None, "") else value for name, value in values.items()}
    return {name: value for name, value in chosen.items() if value is not None}


class RuleForm(forms.Form):
    """A rule. Its key stays the same in all versions; without one it is made from the title."""

    number = forms.IntegerField(label=_("Number"), min_value=1, max_value=999)
    title = forms.CharField(label=_("Title"), max_length=120)
    key = forms.SlugField(
        label=_("Key"),
        max_length=60,
        required=False,
        help_text=_("The same in all versions; figures go by it."),
    )
    text = forms.CharField(
        label=_("Text"),
        max_length=3000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Name each figure by its parameter, for example {max_links}."),
    )
    checks: BaseFormSet[CheckForm]
    problems: list[str]

    def clean(self) -> dict[str, Any]:
        said = super().clean() or self.cleaned_data
        if said.get("title") and not said.get("key") and "key" not in self.errors:
            said["key"] = slugify(said["title"])[:60].strip("-")
            if not said["key"]:
                self.add_error(
                    "key", ValidationError(_("Write a key of letters a to z, digits and hyphens."))
                )
        return said

    def content(self) -> DraftRule:
        said = self.cleaned_data
        checks = [check for form in self.checks.forms if (check := form.content())]
        return DraftRule(said["key"], said["number"], said["title"], said["text"], checks)


class BaseRules(BaseFormSet[RuleForm]):
    """All rules, each with the checks that it drives."""

    lists: Sequence[str] = ()

    def add_fields(self, form: RuleForm, index: int | None) -> None:
        super().add_fields(form, index)
        form.checks = CheckFormSet(
            data=self.data if self.is_bound else None,
            initial=form.initial.get("checks", []),
            prefix=f"{form.prefix}-checks",
            form_kwargs={"lists": self.lists},
        )
        form.problems = []

    def is_valid(self) -> bool:
        return super().is_valid() and all(form.checks.is_valid() for form in self._written())

    def clean(self) -> None:
        said = [form.cleaned_data for form in self._written() if form.is_valid()]
        for name, sentence in (
            ("number", _("Two rules have the same number.")),
            ("key", _("Two rules have the same key.")),
        ):
            values = [each[name] for each in said if each.get(name)]
            if len(set(values)) < len(values):
                raise ValidationError(sentence)
        for form in self._written():
            names = [
                check.name for each in form.checks.forms if each.is_valid() and (check := each.content())
            ]
            if len(set(names)) < len(names):
                raise ValidationError(_("A rule has the same check twice."))

    def content(self) -> list[DraftRule]:
        return sorted((form.content() for form in self._written()), key=lambda rule: rule.number)

    def tell_problems(self) -> None:
        """Puts beside each rule what keeps it from being posted."""
        for form in self.forms:
            rule = _rule_of(form)
            form.problems = posting.problems_of_rule(rule, self.lists) if rule else []

    def _written(self) -> list[RuleForm]:
        """The rows that say something and are not to be taken out."""
        return [form for form in self.forms if not _is_blank(form) and not _is_taken_out(form)]


def _is_blank(form: RuleForm) -> bool:
    return form.empty_permitted and not form.has_changed()


def _is_taken_out(form: RuleForm) -> bool:
    return "DELETE" not in form.errors and bool(form.cleaned_data.get("DELETE"))


CheckFormSet = formset_factory(
    CheckForm, extra=1, can_delete=True, can_delete_extra=False, max_num=12, absolute_max=24
)
RuleFormSet = formset_factory(
    RuleForm,
    formset=BaseRules,
    extra=1,
    can_delete=True,
    can_delete_extra=False,
    max_num=MOST_RULES,
    absolute_max=MOST_RULES + 1,
)


def rules_form(content: DraftContent, lists: Sequence[str], data: Any = None) -> BaseRules:
    """The rules of a draft as a form with one empty row, or as somebody sent it."""
    initial = [
        {
            "number": rule.number,
            "key": rule.key,
            "title": rule.title,
            "text": rule.text,
            "checks": [
                {"check_name": check.name, "effect": check.effect, "parameters": check.parameters}
                for check in rule.checks
            ],
        }
        for rule in content.rules
    ]
    made = type("Rules", (RuleFormSet,), {"lists": lists})
    return cast("BaseRules", made(data=data, initial=initial, prefix="rules"))


def _rule_of(form: RuleForm) -> DraftRule | None:
    """The rule that a row holds, as sent or as stored; None for an empty or a wrong row."""
    if form.is_bound:
        complete = not _is_blank(form) and form.is_valid() and form.checks.is_valid()
        return form.content() if complete and not form.cleaned_data.get("DELETE") else None
    said = form.initial
    if not said:
        return None
    checks = [DraftCheck(each["check_name"], each["parameters"], each["effect"]) for each in said["checks"]]
    return DraftRule(said["key"], said["number"], said["title"], said["text"], checks)


class PostForm(forms.Form):
    """When a version comes into force. `seen` marks the content that was read before."""

    when = forms.ChoiceField(
        label=_("In force"),
        choices=[("now", _("at once")), ("at", _("from a time on"))],
        initial="now",
        widget=forms.RadioSelect,
    )
    at = forms.DateTimeField(
        label=_("From"),
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )
    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    def clean(self) -> dict[str, Any]:
        said = super().clean() or self.cleaned_data
        if said.get("when") == "at" and not said.get("at") and "at" not in self.errors:
            self.add_error("at", ValidationError(_("Write the time from which it is in force.")))
        return said


class PhrasesForm(forms.Form):
    """A phrase list, one entry a line. `seen` is the number of the revision that the writer started from."""

    name = forms.SlugField(label=_("Name"), max_length=60)
    entries = forms.CharField(
        label=_("Entries, one a line"),
        max_length=400_000,
        widget=forms.Textarea(attrs={"rows": 20, "dir": "auto", "spellcheck": "false"}),
        help_text=_(
            "“word: x” finds the whole word, “phrase: x y” whole words in a row,"
            " “stem: x” every word that begins so."
        ),
    )
    seen = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=1_000_000)
