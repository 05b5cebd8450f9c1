"""A form whose texts are written in several languages, each beside its original."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, cast

from django import forms
from django.utils.translation import get_language_info

from comments.policy_content import other_languages


@dataclass(frozen=True, slots=True)
class Beside:
    """A field and the fields of its translations."""

    original: forms.BoundField
    translations: list[forms.BoundField]


class TranslatedForm(forms.Form):
    """Has for each field in `translated` one more a language, called `<field>_<code>`, which may stay empty."""

    translated: ClassVar[tuple[str, ...]] = ()

    def __init__(
        self, *args: Any, written_in: str, translations: Mapping[str, Any] | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.languages = other_languages(written_in)
        for name in self.translated:
            self.fields[name].widget.attrs |= _attributes(written_in)
            for code, language in self.languages:
                given = getattr((translations or {}).get(code), name, "")
                original = cast("forms.CharField", self.fields[name])
                self.fields[f"{name}_{code}"] = _translation(original, code, language, given)

    def beside(self) -> list[Beside]:
        """The fields that are translated, each with its translations."""
        return [
            Beside(self[name], [self[f"{name}_{code}"] for code, _language in self.languages])
            for name in self.translated
        ]

    def alone(self) -> list[forms.BoundField]:
        """The visible fields that are not translated."""
        taken = {field.name for each in self.beside() for field in (each.original, *each.translations)}
        return [field for field in self.visible_fields() if field.name not in taken]

    def translations(self) -> dict[str, dict[str, str]]:
        """What was written in each language, without those in which nothing was."""
        said = {
            code: {name: self.cleaned_data[f"{name}_{code}"] for name in self.translated}
            for code, _language in self.languages
        }
        return {code: words for code, words in said.items() if any(words.values())}


def _translation(original: forms.CharField, code: str, language: str, given: str) -> forms.CharField:
    widget = type(original.widget)({**original.widget.attrs, **_attributes(code)})
    label, most = f"{original.label} ({language})", original.max_length
    return forms.CharField(label=label, initial=given, required=False, max_length=most, widget=widget)


def _attributes(code: str) -> dict[str, str]:
    return {"lang": code, "dir": "rtl" if get_language_info(code)["bidi"] else "ltr"}
