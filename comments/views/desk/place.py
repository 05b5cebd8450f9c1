"""Where in the desk a moderator is: a view, its filters, a place in its list; as addresses and forms carry it."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass, field, replace
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from articles.archive import Key, NoSuchPlace
from comments.desk.filters import AGES, Filters
from comments.desk.queue import LONG_PAGE, PAGE
from comments.desk.views import BY_NAME, HELD, View

LONGEST = 600
"""Characters of a place that a form brings along; no desk makes a longer one."""


class BadPlace(ValueError):
    """The address names no place of the desk; the message is a sentence."""


class FilterForm(forms.Form):
    """What an address says of filters, checked before anything is looked up."""

    section = forms.SlugField(required=False, max_length=120, allow_unicode=True)
    story = forms.UUIDField(required=False)
    rule = forms.SlugField(required=False, max_length=60)
    commenter = forms.UUIDField(required=False)
    age = forms.ChoiceField(required=False, choices=[("", ""), *AGES.items()])
    raid = forms.UUIDField(required=False)
    language = forms.RegexField(r"\A[-a-zA-Z]{2,10}\Z", required=False, max_length=10)

    NAMES = {
        "section": gettext_lazy("Section"),
        "story": gettext_lazy("Story"),
        "rule": gettext_lazy("Rule"),
        "commenter": gettext_lazy("Commenter"),
        "age": gettext_lazy("Age"),
        "language": gettext_lazy("Language"),
        "raid": gettext_lazy("Raid"),
    }


@dataclass(frozen=True, slots=True)
class Place:
    """A view, what narrows it, the key that its list begins after, and how many rows it shows ("" as usual)."""

    view: View = HELD
    filters: Filters = field(default_factory=Filters)
    after: Key | None = None
    rows: str = ""

    @property
    def size(self) -> int:
        return LONG_PAGE if self.rows else PAGE

    @property
    def folds_raids(self) -> bool:
        """Whether each raid is one row here, above the list."""
        return self.view.folds_raids and not self.filters.opens_raids

    @property
    def query(self) -> str:
        """The place as addresses say it, "" for the beginning of what is held."""
        return urlencode(list(self._named()))

    def url(self, *, item: object = "", beyond: Key | None = None) -> str:
        """The desk's address here: with a comment in the middle, or with the next one to decide on beyond a key."""
        more = [(name, str(value)) for name, value in (("item", item), ("beyond", beyond)) if value]
        query = urlencode([*self._named(), *more])
        return f"{reverse('moderation:queue')}?{query}" if query else reverse("moderation:queue")

    @property
    def stem(self) -> str:
        """What the address here with a comment in the middle begins with; its public id ends it."""
        return self.url(item="-")[:-1]

    def but(self, **changes: Any) -> "Place":
        return replace(self, **changes)

    def from_the_start(self) -> "Place":
        return self.but(after=None)

    def _named(self) -> Iterator[tuple[str, str]]:
        if self.view is not HELD:
            yield "view", self.view.name
        yield from ((name, value) for name, value in asdict(self.filters).items() if value)
        if self.after:
            yield "after", str(self.after)
        if self.rows:
            yield "rows", self.rows


START = Place()


def read_place(written: QueryDict) -> Place:
    """The place that an address names. Raises BadPlace with a sentence; unknown numbers of rows are the usual one."""
    name = written.get("view", HELD.name)
    if name not in BY_NAME:
        raise BadPlace(_("There is no view “%(name)s” at the desk.") % {"name": name[:40]})
    rows = str(LONG_PAGE) if written.get("rows") == str(LONG_PAGE) else ""
    return Place(BY_NAME[name], read_filters(written), read_key(written.get("after", "")), rows)


def read_filters(written: QueryDict) -> Filters:
    form = FilterForm(written)
    if not form.is_valid():
        wrong = ", ".join(str(form.NAMES[name]) for name in form.errors)
        raise BadPlace(_("The filter in this address cannot be read: %(wrong)s.") % {"wrong": wrong})
    return Filters(**{name: str(value or "") for name, value in form.cleaned_data.items()})


def read_key(written: str) -> Key | None:
    """A key in a list, None for none."""
    try:
        return Key.read(written) if written else None
    except NoSuchPlace:
        sentence = _("What follows “after” in this address names no place in the queue.")
        raise BadPlace(sentence) from None


def kept_place(written: str) -> Place:
    """The place that a form brought along, which is not worth a complaint: otherwise the desk's beginning."""
    try:
        return read_place(QueryDict(written[:LONGEST]))
    except (BadPlace, ValueError):
        return START
