"""The form that narrows a view: what can be chosen, and what was pasted into its field of many uses."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from articles.models import Section
from comments.desk.filters import AGES, EVERY_LANGUAGE, Filters, language_name
from comments.desk.subjects import story_at
from comments.models import Commenter, Policy
from comments.rulebook import rules_of
from comments.views.desk.forms import read_uid
from comments.views.desk.place import BadPlace, Place
from newsroom.prepared import Prepared


class NarrowForm(forms.Form):
    """What the desk's filter asks. `find` takes a story's address, or a commenter's mail address or public id."""

    find = forms.CharField(
        label=gettext_lazy("Story’s address, or commenter’s e-mail address"), required=False, max_length=400
    )
    section = forms.ChoiceField(label=gettext_lazy("Section"), required=False)
    rule = forms.ChoiceField(label=gettext_lazy("Rule"), required=False)
    age = forms.ChoiceField(label=gettext_lazy("Waiting"), required=False)
    language = forms.ChoiceField(label=gettext_lazy("Language"), required=False)


def filter_form(place: Place, policy: Policy | None, own: Sequence[str]) -> NarrowForm:
    """The form with what can be chosen. One query beside the rules'."""
    sections = _SECTIONS.rows(Section)
    form = NarrowForm(
        initial={name: getattr(place.filters, name) for name in ("section", "rule", "age", "language")}
    )
    _offer(form, "section", [(slug, name) for slug, name, _language in sections])
    _offer(form, "rule", _rules(policy))
    _offer(form, "age", list(AGES.items()))
    codes = sorted({language for _slug, _name, language in sections})
    first = _("Yours: %(languages)s") % {"languages": ", ".join(map(language_name, own))} if own else ""
    named = [(code, language_name(code)) for code in (codes if not own else [EVERY_LANGUAGE, *codes])]
    _offer(form, "language", named, first or _("Every language"))
    return form


_SECTIONS = Prepared(
    lambda: Section.objects.filter(retired_at=None).order_by("name").values_list("slug", "name", "language")
)


def _offer(form: forms.Form, name: str, choices: Sequence[tuple[Any, Any]], first: str = "") -> None:
    form.fields[name].choices = [("", first or _("Any")), *choices]  # type: ignore[attr-defined]


def _rules(policy: Policy | None) -> list[tuple[str, str]]:
    return [(rule.key, f"{rule.number}. {rule.title}") for rule in rules_of(policy)] if policy else []


def found(filters: Filters, written: str) -> Filters:
    """The filters narrowed to the story or the commenter that was pasted. At most two queries.

    Raises BadPlace with a sentence where there is no such story or commenter.
    """
    written = written.strip()[:400]
    uid = read_uid(written)
    if "@" in written or uid:
        wanted = {"uid": uid} if uid else {"address": written.lower()}
        if commenter := Commenter.objects.filter(**wanted).first():
            return _with(filters, commenter=str(commenter.uid))
        if uid is None:
            raise BadPlace(_("Nobody has commented from the address “%(address)s”.") % {"address": written})
    if article := story_at(written):
        return _with(filters, story=str(article.uid))
    raise BadPlace(_("No story has or had the address “%(address)s”.") % {"address": written})


def _with(filters: Filters, **more: str) -> Filters:
    return Filters(**{name: more.get(name, getattr(filters, name)) for name in Filters.__dataclass_fields__})
