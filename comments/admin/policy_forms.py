"""The forms of a draft beside its rules: what it says in each language, and when it comes into force."""

from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from comments.admin.rule_forms import BaseRules
from comments.admin.translated import TranslatedForm
from comments.policy_content import FIELDS, WORDS, DraftContent, PolicyWords


class WordsForm(TranslatedForm):
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
    seen = forms.CharField(widget=forms.HiddenInput, required=False)
    translated = WORDS

    def content(self, before: DraftContent, rules: BaseRules) -> DraftContent:
        """The draft as written; what this form does not ask for stays as it was."""
        said = {name: self.cleaned_data.get(name, getattr(before, name)) for name in FIELDS}
        words = {code: PolicyWords(**each) for code, each in self.translations().items()}
        return DraftContent(**said, translations=words, rules=rules.content())


class DraftForm(WordsForm):
    """The same for a version that is not editorial, with what only such a one may change."""

    approved_needed = forms.IntegerField(
        label=_("Approved comments before one is published at once"), min_value=0, max_value=100
    )
    language = forms.ChoiceField(
        label=_("Written in"),
        choices=settings.LANGUAGES,
        help_text=_("The language of the original, from which it is translated into the others."),
    )


def words_form(content: DraftContent, *, editorial: bool, seen: str, data: Any = None) -> WordsForm:
    """The form of a draft, or as somebody sent it."""
    initial = {**{name: getattr(content, name) for name in FIELDS}, "seen": seen}
    form = WordsForm if editorial else DraftForm
    return form(data, initial=initial, written_in=content.language, translations=content.translations)


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
