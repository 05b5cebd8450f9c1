"""The form of a draft's rules: their words in each language, and unless words alone are mended, all that they do."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.forms import BaseFormSet, formset_factory
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from comments import posting
from comments.admin.check_forms import CheckForm, CheckFormSet
from comments.admin.translated import TranslatedForm
from comments.enums import Gravity
from comments.policy_content import DraftCheck, DraftContent, DraftRule, RuleWords

MOST_RULES = 60


class RuleWordsForm(TranslatedForm):
    """What a rule says. `initial["rule"]` is the rule as it is stored."""

    title = forms.CharField(label=_("Title"), max_length=120)
    text = forms.CharField(
        label=_("Text"),
        max_length=3000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("Name each figure by its parameter, for example {max_links}."),
    )
    translated = ("title", "text")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.problems: list[str] = []
        stored = (kwargs.get("initial") or {}).get("rule")
        super().__init__(*args, translations=stored.translations if stored else {}, **kwargs)

    def rule(self) -> DraftRule | None:
        """The rule that the row holds, as sent or as stored; None for a wrong row, and for one that holds none."""
        if not self.is_bound:
            return self.initial.get("rule")
        return self.content() if self.is_valid() else None

    def content(self) -> DraftRule:
        """The stored rule in other words."""
        said, stored = self.cleaned_data, cast("DraftRule", self.initial["rule"])
        return replace(stored, title=said["title"], text=said["text"], translations=self.translated_words())

    def translated_words(self) -> dict[str, RuleWords]:
        return {code: RuleWords(**words) for code, words in self.translations().items()}


class RuleForm(RuleWordsForm):
    """A rule. Its key stays the same in all versions; without one it is made from the title."""

    number = forms.IntegerField(label=_("Number"), min_value=1, max_value=999)
    key = forms.SlugField(
        label=_("Key"),
        max_length=60,
        required=False,
        help_text=_("The same in all versions; figures go by it."),
    )
    gravity = forms.ChoiceField(
        label=_("Gravity"),
        choices=Gravity.choices,
        initial=Gravity.ORDINARY,
        required=False,
        help_text=_("How much sooner moderators read what may break it."),
    )
    checks: BaseFormSet[CheckForm]

    @property
    def is_blank(self) -> bool:
        return self.empty_permitted and not self.has_changed()

    @property
    def is_taken_out(self) -> bool:
        return "DELETE" not in self.errors and bool(self.cleaned_data.get("DELETE"))

    def clean(self) -> dict[str, Any]:
        said = super().clean() or self.cleaned_data
        if said.get("title") and not said.get("key") and "key" not in self.errors:
            said["key"] = slugify(said["title"])[:60].strip("-")
            if not said["key"]:
                self.add_error(
                    "key", ValidationError(_("Write a key of letters a to z, digits and hyphens."))
                )
        return said

    def rule(self) -> DraftRule | None:
        if not self.is_bound:
            return super().rule()
        is_whole = not self.is_blank and self.is_valid() and self.checks.is_valid()
        return self.content() if is_whole and not self.is_taken_out else None

    def content(self) -> DraftRule:
        said = self.cleaned_data
        checks: list[DraftCheck] = [check for form in self.checks.forms if (check := form.content())]
        gravity = said["gravity"] or Gravity.ORDINARY
        words = self.translated_words()
        return DraftRule(said["key"], said["number"], said["title"], said["text"], checks, gravity, words)


class BaseRules(BaseFormSet[Any]):
    """The rules of a draft."""

    lists: Sequence[str] = ()

    def content(self) -> list[DraftRule]:
        return [form.content() for form in self.forms]

    def tell_problems(self) -> None:
        """Puts beside each rule what keeps it from being posted."""
        for form in self.forms:
            rule = form.rule()
            form.problems = posting.problems_of_rule(rule, self.lists) if rule else []


class AllOfRules(BaseRules):
    """All rules, each with the checks that it drives."""

    def add_fields(self, form: RuleForm, index: int | None) -> None:
        super().add_fields(form, index)
        form.checks = CheckFormSet(
            data=self.data if self.is_bound else None,
            initial=form.initial.get("checks", []),
            prefix=f"{form.prefix}-checks",
            form_kwargs={"lists": self.lists},
        )

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

    def _written(self) -> list[RuleForm]:
        """The rows that say something and are not to be taken out."""
        return [form for form in self.forms if not form.is_blank and not form.is_taken_out]


def rules_form(
    content: DraftContent, lists: Sequence[str], *, editorial: bool, data: Any = None
) -> BaseRules:
    """The rules of a draft as a form, or as somebody sent it: of an editorial one, their words alone."""
    if editorial:
        most = len(content.rules)
        made = formset_factory(RuleWordsForm, BaseRules, extra=0, max_num=most, absolute_max=most)
    else:
        made = formset_factory(
            RuleForm,
            AllOfRules,
            extra=1,
            can_delete=True,
            can_delete_extra=False,
            max_num=MOST_RULES,
            absolute_max=MOST_RULES + 1,
        )
    made = type("Rules", (made,), {"lists": lists})
    form = made(
        data=data,
        initial=[_initial(rule) for rule in content.rules],
        prefix="rules",
        form_kwargs={"written_in": content.language},
    )
    return cast("BaseRules", form)


def _initial(rule: DraftRule) -> dict[str, Any]:
    checks = [
        {"check_name": check.name, "effect": check.effect, "parameters": check.parameters}
        for check in rule.checks
    ]
    named = {name: getattr(rule, name) for name in ("number", "key", "title", "text", "gravity")}
    return {**named, "checks": checks, "rule": rule}
