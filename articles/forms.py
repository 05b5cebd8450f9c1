"""What editors type into the story page and the publish panel, checked as far as a form can check it."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django import forms
from django.conf import settings
from django.db.models import Q
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import get_language_info
from django.utils.translation import gettext_lazy as _
from django_prose_editor.fields import ProseEditorFormField
from django_prose_editor.widgets import ProseEditorWidget

from articles.actions import Content, content_of
from articles.enums import Label
from articles.models import Article, Author, Revision, Section, Topic

LONGEST_HEADLINE_SHOWN = 80
LONGEST_STANDFIRST_SHOWN = 240
BODY = {
    "NoSpellCheck": False,
    "Bold": True,
    "Italic": True,
    "HardBreak": True,
    "Heading": {"levels": [2, 3]},
    "Blockquote": True,
    "BulletList": True,
    "OrderedList": True,
    "ListItem": True,
    "Link": {"enableTarget": False, "protocols": ["http", "https", "mailto"]},
}


class OrderedSelects(forms.Widget):
    """One list of choices per place, which keeps the order without a script; one empty place at the end."""

    choices: Sequence[tuple[int, str]] = ()

    def __init__(self, place: Any) -> None:
        super().__init__()
        self.place = place

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        places = [str(pk) for pk in value or []]
        context = {
            "name": name,
            "id": (attrs or {}).get("id", ""),
            "described_by": (attrs or {}).get("aria-describedby", ""),
            "disabled": (attrs or {}).get("disabled", False),
            "place": self.place,
            "places": [*places, ""],
            "choices": [(str(pk), label) for pk, label in self.choices],
        }
        return render_to_string("admin/articles/ordered_selects.html", context)

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[str]:
        return [value for value in data.getlist(name) if value]

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        return name not in data

    def id_for_label(self, id_: str) -> str:
        return f"{id_}_1" if id_ else ""


class OrderedChoices(forms.Field):
    """An ordered list of rows by id, each once; those in use stay choosable after they are retired."""

    default_error_messages = {"unknown": _("“%(value)s” is not one of the choices. Choose from the list.")}

    def __init__(self, model: type[Author] | type[Topic], *, place: Any, **kwargs: Any) -> None:
        super().__init__(widget=OrderedSelects(place), required=False, **kwargs)
        self.model = model
        self.known: dict[int, str] = {}

    def offer(self, in_use: Iterable[int]) -> None:
        """Reads what may be chosen: everything in use plus `in_use`. One query."""
        rows = self.model._default_manager.filter(
            Q(merged_into=None, retired_at=None) | Q(pk__in=list(in_use))
        )
        self.known = {row.pk: row.name for row in rows}
        self.widget.choices = list(self.known.items())

    def clean(self, value: Sequence[str]) -> list[int]:
        chosen: dict[int, None] = {}
        for typed in value:
            number = int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 19 else 0
            if number not in self.known:
                raise forms.ValidationError(
                    self.error_messages["unknown"],
                    code="unknown",
                    params={"value": typed[:40].replace("\0", "")},
                )
            chosen[number] = None
        return list(chosen)

    def has_changed(self, initial: Any, data: Any) -> bool:
        return [str(pk) for pk in initial or []] != [str(pk) for pk in data or []]


class StoryForm(forms.Form):
    """A story's content and place on one page. `base` is the number of the revision that the editor saw."""

    language = forms.ChoiceField(label=_("Language"))
    kicker = forms.CharField(
        label=_("Kicker"),
        required=False,
        max_length=60,
        help_text=_("The label over the headline, if it needs one."),
    )
    headline = forms.CharField(label=_("Headline"), max_length=200)
    standfirst = forms.CharField(
        label=_("Standfirst"), required=False, max_length=500, widget=forms.Textarea(attrs={"rows": 3})
    )
    byline = OrderedChoices(Author, label=_("Byline"), place=_("Author"))
    dateline = forms.CharField(
        label=_("Dateline"), required=False, max_length=120, help_text=_("The place it was reported from.")
    )
    body = ProseEditorFormField(
        label=_("Body"),
        required=False,
        config={"extensions": BODY},
        widget=ProseEditorWidget(attrs={"rows": 20}),
    )
    section = forms.ModelChoiceField(Section.objects.none(), label=_("Section"), empty_label=None)
    topics = OrderedChoices(Topic, label=_("Topics"), place=_("Topic"))
    label = forms.ChoiceField(label=_("Label"), choices=Label.choices, initial=Label.NEWS)
    slug = forms.CharField(
        label=_("Slug"), required=False, max_length=120, help_text=_("Empty: made from the headline.")
    )
    base = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=10**9, initial=0)
    note = forms.CharField(
        label=_("Note"),
        required=False,
        max_length=500,
        help_text=_("Kept in the story’s history with what you do."),
    )

    def __init__(
        self, *args: Any, article: Article | None = None, latest: Revision | None = None, **kwargs: Any
    ):
        """Offers what may be chosen for this story. Three queries."""
        self.article = article
        kwargs.setdefault("label_suffix", "")
        kwargs["initial"] = _initial(article, latest) | kwargs.get("initial", {})
        super().__init__(*args, **kwargs)
        self._offer()
        self._set_direction()

    def content(self) -> Content:
        """What the editor typed, for the verb that saves it."""
        values = self.cleaned_data
        names = ("headline", "kicker", "standfirst", "dateline", "body", "byline", "topics", "label")
        return Content(**{name: values[name] for name in names}, pictures=self.initial.get("pictures", ()))

    def place(self) -> dict[str, Any]:
        """Section, slug and language as typed."""
        return {name: self.cleaned_data[name] for name in ("section", "slug", "language")}

    def make_read_only(self) -> None:
        for field in self.fields.values():
            field.disabled = True

    def _offer(self) -> None:
        section: Any = self.fields["section"]
        section.queryset = Section.objects.filter(
            Q(retired_at=None) | Q(pk=self.article.section_id if self.article else None)
        )
        for name in ("byline", "topics"):
            field: Any = self.fields[name]
            field.offer(self.initial.get(name, []))
        language: Any = self.fields["language"]
        known: dict[str, Any] = dict(settings.LANGUAGES)
        if self.article:
            known.setdefault(self.article.language, self.article.language)
        language.choices = list(known.items())

    def _set_direction(self) -> None:
        chosen = self["language"].value() or settings.LANGUAGE_CODE
        rtl = [code for code, _name in self.fields["language"].choices if _is_rtl(code)]  # type: ignore[attr-defined]
        self.fields["language"].widget.attrs["data-rtl"] = " ".join(rtl)
        for name in ("kicker", "headline", "standfirst", "dateline", "body"):
            direction = "rtl" if chosen in rtl else "ltr"
            self.fields[name].widget.attrs |= {"dir": direction, "lang": chosen, "data-text": ""}
        self.fields["headline"].widget.attrs["data-count"] = LONGEST_HEADLINE_SHOWN
        self.fields["standfirst"].widget.attrs["data-count"] = LONGEST_STANDFIRST_SHOWN


class Moment(forms.DateTimeField):
    """A time in the site's zone, typed into the browser's own field."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
        super().__init__(widget=widget, required=False, **kwargs)


class Plain(forms.Form):
    """A form whose labels end without a colon, as on the story page."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", **kwargs})


class NoteForm(Plain):
    """A verb of the publish panel: a note, and the newest act that the editor saw."""

    seen = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=2**62)
    note = forms.CharField(label=_("Note"), required=False, max_length=500)


class EndForm(NoteForm):
    """When readers stop getting the story; empty takes the end away."""

    ends_at = Moment(label=_("Take down at"))


class PublishForm(Plain):
    """Which revision readers get, from when, until when, and whether they are told of an update."""

    seen = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=2**62)
    revision = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=10**9)
    when = forms.ChoiceField(
        label=_("When"), choices=[("now", _("Now")), ("at", _("At a time"))], widget=forms.RadioSelect
    )
    starts_at = Moment(label=_("Goes live at"))
    ends_at = Moment(label=_("Take down at"), help_text=_("Empty: it stays until somebody takes it down."))
    change = forms.ChoiceField(
        label=_("What kind of change is it?"),
        required=False,
        choices=[
            ("update", _("An update: readers see the new time")),
            ("fix", _("A small fix: the time readers see stays")),
        ],
        widget=forms.RadioSelect,
    )

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if values.get("when") == "at" and not values.get("starts_at") and "starts_at" not in self.errors:
            self.add_error("starts_at", _("Say when it goes live."))
        return values

    def starts_at_or_now(self) -> datetime | None:
        """The start that the editor chose; None is at once."""
        chosen: datetime | None = self.cleaned_data["starts_at"]
        return chosen if self.cleaned_data["when"] == "at" else None


def _initial(article: Article | None, latest: Revision | None) -> dict[str, Any]:
    if article is None:
        return {"language": settings.LANGUAGE_CODE}
    values: dict[str, Any] = {"headline": article.working_headline, "base": article.last_number}
    values |= {"section": article.section_id, "slug": article.slug, "language": article.language}
    if latest:
        content = content_of(latest)
        values |= {name: getattr(content, name) for name in content.__slots__} | {"base": latest.number}
    return values


def _is_rtl(code: str) -> bool:
    try:
        return bool(get_language_info(code)["bidi"])
    except KeyError:
        return False
