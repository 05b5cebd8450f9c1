"""The forms in which phrase lists are written and imported."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _


class PhrasesForm(forms.Form):
    """A phrase list, one entry a line. `seen` is the number of the revision that the writer started from."""

    name = forms.SlugField(label=_("Name"), max_length=60)
    entries = forms.CharField(
        label=_("Entries, one a line"),
        max_length=2_000_000,
        widget=forms.Textarea(attrs={"rows": 20, "dir": "auto", "spellcheck": "false"}),
        help_text=_(
            "“word: x” finds the whole word, “phrase: x y” whole words in a row,"
            " “stem: x” every word that begins so; “except: x” lets a word pass that contains one of them."
        ),
    )
    seen = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=1_000_000)


class ImportForm(forms.Form):
    """A phrase list from a file or a pasted text, to be looked at before it is saved."""

    name = forms.SlugField(
        label=_("Name of the list"), max_length=60, help_text=_("A list that is there, or a new one.")
    )
    file = forms.FileField(
        label=_("File"),
        required=False,
        allow_empty_file=True,
        help_text=_(
            "Plain text with one entry a line, or CSV with a first line that names the columns “text” and “kind”."
            " UTF-8 or UTF-16, at most 4 MB and 50,000 entries."
        ),
    )
    text = forms.CharField(
        label=_("Or paste it here"),
        required=False,
        max_length=2_000_000,
        widget=forms.Textarea(attrs={"rows": 10, "dir": "auto", "spellcheck": "false"}),
    )

    def clean(self) -> dict[str, Any]:
        said = super().clean() or self.cleaned_data
        if "file" not in self.errors and bool(said.get("file")) == bool(said.get("text")):
            raise ValidationError(_("Choose a file or paste a text, one of the two."))
        return said
