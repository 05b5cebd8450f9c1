"""The part of a draft's form that says which checks a rule drives, and what the editor may read of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from django import forms
from django.forms import formset_factory
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from comments.enums import Effect
from comments.moderation.checks import CHECKS, CheckSpec, ParameterKind, ParameterSpec, Told
from comments.policy_content import DraftCheck

_PARAMETER = "parameter_"


@dataclass(frozen=True, slots=True)
class ExplainedCheck:
    """A check as the editor of the policy reads of it."""

    title: str
    explanation: str
    told: str
    figures: list[str]
    may_refuse: bool


def checks_explained() -> list[ExplainedCheck]:
    """Every check that a rule may drive, in the order in which they are offered."""
    told = {
        Told.WORDS: _("The author is shown the words."),
        Told.FACT: _("The author is told what was seen."),
        Told.RULE: _("The author is told the rule and no more."),
    }
    return [
        ExplainedCheck(
            gettext(spec.title),
            gettext(spec.explanation),
            str(told[spec.told]),
            [f"{{{one.name}}}" for one in spec.parameters if one.kind is ParameterKind.INT],
            spec.may_refuse,
        )
        for spec in CHECKS.values()
    ]


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
        if self.spec:
            self.fields["check_name"].help_text = _(self.spec.explanation)
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


CheckFormSet = formset_factory(
    CheckForm, extra=1, can_delete=True, can_delete_extra=False, max_num=12, absolute_max=24
)
