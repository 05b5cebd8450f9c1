"""What the forms of cases send, and what stands in them before anybody has written."""

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.conf import settings
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from comments.actions.cases import LONGEST_NOTE, Complaint
from comments.enums import CaseKind, CaseOutcome
from comments.models import Case
from comments.views.desk.forms import HIGHEST_VERSION
from comments.views.desk.story import MOMENT as MOMENT_OR_NONE

MOMENT = {**MOMENT_OR_NONE, "required": True}
LONG = forms.Textarea(attrs={"rows": 4, "dir": "auto"})
SHORT = forms.TextInput(attrs={"dir": "auto"})


class ComplaintForm(forms.Form):
    """What is known of a complaint. All of it has a sensible value before anybody writes."""

    kind = forms.ChoiceField(label=_("What is it?"), choices=CaseKind.choices)
    sender = forms.CharField(label=_("From whom? (may follow)"), required=False, max_length=200, widget=SHORT)
    reference = forms.CharField(label=_("Their reference"), required=False, max_length=100, widget=SHORT)
    received_at = forms.DateTimeField(label=_("Received"), **MOMENT)
    deadline = forms.DateTimeField(label=_("Deadline"), **MOMENT)
    about = forms.CharField(label=_("What do they ask?"), required=False, max_length=5_000, widget=LONG)

    def complaint(self, known: Case | None = None) -> Complaint:
        """What a valid form says; a time that shows as it is known is that one, with its seconds."""
        said = {name: self.cleaned_data[name] for name in Complaint.__slots__}
        for name in ("received_at", "deadline"):
            if known and said[name] == getattr(known, name).replace(second=0, microsecond=0):
                said[name] = getattr(known, name)
        return Complaint(**said)


class OpenForm(ComplaintForm):
    """The same with the comment or story that it is about; `uid` tells a form that was sent twice."""

    item = forms.CharField(
        label=_("Comment or story (paste its address; more can follow)"), required=False, max_length=400
    )
    uid = forms.UUIDField(label=_("Form"), required=False, widget=forms.HiddenInput)


class SeenForm(forms.Form):
    """A change of a case, as it was seen, and what is said of it."""

    note = forms.CharField(label=_("Note (optional)"), required=False, max_length=LONGEST_NOTE, widget=LONG)
    seen = forms.IntegerField(
        label=_("Version that you saw"),
        min_value=1,
        max_value=HIGHEST_VERSION,
        widget=forms.HiddenInput,
        error_messages={
            name: _("it is missing. Nothing was changed; open the case again.")
            for name in ("required", "invalid", "min_value", "max_value")
        },
    )


class ChangeForm(ComplaintForm, SeenForm):
    field_order = (*ComplaintForm.base_fields, "note", "seen")


class CloseForm(SeenForm):
    outcome = forms.ChoiceField(
        label=_("How did it end?"),
        choices=[("", _("Choose")), *CaseOutcome.choices],
        error_messages={"required": _("choose one. Nothing was changed.")},
    )
    field_order = ("outcome", "note", "seen")


class ReopenForm(SeenForm):
    deadline = forms.DateTimeField(label=_("New deadline"), **MOMENT)
    field_order = ("deadline", "note", "seen")


class CaseFilter(forms.Form):
    """Which cases to list."""

    state = forms.ChoiceField(
        label=_("Show"),
        required=False,
        choices=[("", _("All")), ("open", _("Open")), ("overdue", _("Overdue")), ("closed", _("Closed"))],
    )
    kind = forms.ChoiceField(label=_("Kind"), required=False, choices=[("", _("Any")), *CaseKind.choices])
    words = forms.CharField(label=_("Number, sender or reference"), required=False, max_length=100)

    def asked(self) -> Q:
        """The condition of a valid filter on a case, but for whether it is open."""
        said, asked = self.cleaned_data, Q()
        if said["kind"]:
            asked &= Q(kind=said["kind"])
        if words := said["words"].strip():
            named = Q(sender__icontains=words) | Q(reference__icontains=words)
            if words.isascii() and words.isdigit() and len(words) < 18:
                named |= Q(pk=int(words))
            asked &= named
        return asked


def proposed(now: datetime) -> dict[str, Any]:
    """What the form of a new case says: received now, due at the full hour CASE_DEADLINE_HOURS later."""
    due = now + timedelta(hours=settings.CASE_DEADLINE_HOURS)
    return {
        "kind": CaseKind.LAWYER,
        "received_at": timezone.localtime(now).replace(second=0, microsecond=0),
        "deadline": timezone.localtime(due).replace(minute=0, second=0, microsecond=0),
    }


def known_of(case: Case) -> dict[str, Any]:
    """What the form that changes a case says before."""
    return {"seen": case.version, **{name: getattr(case, name) for name in Complaint.__slots__}}
