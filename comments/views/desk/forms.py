"""What the desk's forms send, checked before anything is looked up: every mistake becomes a sentence."""

import re
from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from comments.actions.bulk import LONGEST_NOTE
from comments.actions.citing import LONGEST_LAW, LONGEST_WHY
from comments.models import CannedNote

HIGHEST_VERSION = 2**31 - 1
MOST_PICKED = 200
_KEY = re.compile(r"[-a-zA-Z0-9_]{1,60}")
_PICK = re.compile(r"([0-9a-f-]{36}):([0-9]{1,9})")


class RuleKeys(forms.MultipleChoiceField):
    """Keys of rules; whether the policy has them is for the action to say."""

    def valid_value(self, value: Any) -> bool:
        return _KEY.fullmatch(str(value)) is not None


class ReasonsForm(forms.Form):
    """The rules ticked, the note to the author, and the place in the list that the moderator was at."""

    rule = RuleKeys(
        label=_("Rules"),
        required=False,
        error_messages={"invalid_choice": _("one of them is no rule of the policy. Nothing was changed.")},
    )
    note = forms.CharField(label=_("Note to the author"), required=False, max_length=LONGEST_NOTE)
    canned = forms.IntegerField(
        label=_("Ready-made note"),
        required=False,
        min_value=1,
        max_value=2**62,
        error_messages={"invalid": _("there is no such note. Nothing was changed.")},
    )
    law = forms.CharField(label=_("Law"), required=False, max_length=LONGEST_LAW)
    why = forms.CharField(label=_("Why it is illegal"), required=False, max_length=LONGEST_WHY)
    at = forms.CharField(label=_("Place at the desk"), required=False, max_length=600)
    place = forms.CharField(label=_("Page"), required=False, max_length=10)

    def clean(self) -> dict[str, Any]:
        """The ready-made note goes before the moderator's own. At most one query."""
        sent: dict[str, Any] = super().clean() or self.cleaned_data
        if not sent.get("canned"):
            return sent
        text = CannedNote.objects.filter(pk=sent["canned"]).values_list("text", flat=True).first()
        if text is None:
            self.add_error("canned", _("it is gone: a lead has removed it. Nothing was changed."))
            return sent
        sent["note"] = "\n\n".join(part for part in (text, sent.get("note")) if part)
        if len(sent["note"]) > LONGEST_NOTE:
            self.add_error("note", _("with the ready-made note before it, it is too long."))
        return sent


class ActForm(ReasonsForm):
    """One act on one comment, as it was seen."""

    act = forms.ChoiceField(
        label=_("Act"),
        choices=[(name, name) for name in ("approve", "keep", "read", "reject", "remove", "restore")],
        error_messages={
            "required": _("it is missing. Press one of the buttons."),
            "invalid_choice": _(
                "it is none of approve, keep, read, reject, remove and restore. Nothing was changed."
            ),
        },
    )
    version = forms.IntegerField(
        label=_("Version that you saw"),
        min_value=1,
        max_value=HIGHEST_VERSION,
        error_messages={
            name: _(
                "it is missing or no version of this comment. Nothing was changed; open the comment again."
            )
            for name in ("required", "invalid", "min_value", "max_value")
        },
    )


class BulkForm(ReasonsForm):
    """One act on the comments picked, each as it was seen, or a look at all of the view that are held or public."""

    act = forms.ChoiceField(
        label=_("Act"),
        choices=[(name, name) for name in ("approve", "reject", "all_held", "all_public")],
        error_messages={
            "required": _("it is missing. Press one of the buttons."),
            "invalid_choice": _("many comments can only be approved or rejected. Nothing was changed."),
        },
    )


def sentences(form: forms.Form) -> list[str]:
    """Each mistake of the form with where it is: "Note to the author: ..."."""
    return [
        f"{form.fields[name].label}: {error}"
        for name, errors in form.errors.items()
        for error in (errors if name in form.fields else [])
    ]


class BadPick(ValueError):
    """The selection cannot be read; the message is a sentence."""


def picked(values: Iterable[str]) -> list[tuple[UUID, int]]:
    """The comments ticked in the list with the versions seen. Raises BadPick with a sentence."""
    values = list(dict.fromkeys(values))
    if not values:
        raise BadPick(_("Nothing is selected. Tick the comments in the list first."))
    if len(values) > MOST_PICKED:
        raise BadPick(_("More than %(most)d comments are selected. Select fewer.") % {"most": MOST_PICKED})
    return [_pick(value) for value in values]


def _pick(value: str) -> tuple[UUID, int]:
    match = _PICK.fullmatch(value)
    try:
        if match:
            return UUID(match[1]), int(match[2])
    except ValueError:
        pass
    raise BadPick(
        _("The selection names something that is no comment. Nothing was changed; load the list again.")
    )


def read_moment(text: str) -> datetime | None:
    """The time that a script gives back, as `moment` wrote it; None where it is none."""
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return None
    return at if at.tzinfo else None


def read_uid(text: str) -> UUID | None:
    """The public id that an address names, None where it names none."""
    try:
        return UUID(text)
    except ValueError:
        return None
