"""The form in which readers report a comment: under a rule of the policy, or with the fields of Article 16."""

import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Div, Field, Layout
from django import forms
from django.core import signing
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from comments.actions.reports import LONGEST_EXPLANATION
from comments.forms import FASTEST, PlainTextField, started_mark
from comments.rulebook import ShownRule

ILLEGAL, CHILD_ABUSE = "illegal", "child-abuse"
_SLOWEST = timedelta(days=1)
_STARTED_SALT = "comments.form.started"


class ReportForm(forms.Form):
    """A report on its way in. What the law asks of a notice of illegal content is for the action to ask."""

    ground = forms.ChoiceField(
        label=_("What is wrong with it?"),
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Choose what is wrong with the comment."),
            "invalid_choice": _("Choose what is wrong with the comment."),
        },
    )
    explanation = PlainTextField(
        label=_("Explanation"),
        required=False,
        max_length=LONGEST_EXPLANATION,
        help_text=_("Needed if it is illegal: say why, and name the law if you know it."),
        error_messages={
            "max_length": _(
                "An explanation has at most %(limit_value)d characters; this one has %(show_value)d."
            ),
        },
        widget=forms.Textarea(attrs={"rows": 4, "dir": "auto"}),
    )
    name = PlainTextField(
        label=_("Your name"),
        required=False,
        max_length=80,
        help_text=_(
            "Needed if it is illegal, but not for sexual abuse of a child. Its author never learns it."
        ),
        error_messages={
            "max_length": _("A name has at most %(limit_value)d characters; this one has %(show_value)d."),
        },
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    email = forms.EmailField(
        label=_("Your e-mail address"),
        required=False,
        max_length=254,
        help_text=_("Needed as the name is. With it you get a receipt, and hear what we decide."),
        error_messages={
            "invalid": _("This is no e-mail address. It should look like name@example.org."),
            "max_length": _("An e-mail address has at most %(limit_value)d characters."),
        },
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    good_faith = forms.BooleanField(
        label=_("I believe in good faith that what I say here is accurate and complete"),
        required=False,
        help_text=_("Needed if it is illegal."),
    )
    website = forms.CharField(label=_("Leave this field empty"), required=False)
    form_key = forms.CharField(required=False, widget=forms.HiddenInput)
    started = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        rules: list[ShownRule],
        is_guest: bool,
        now: datetime,
        chosen: str = "",
    ) -> None:
        """`chosen` is a ground that stays to be chosen where the rules cannot be asked for."""
        self.now = now
        super().__init__(data, initial={"form_key": str(uuid.uuid4()), "started": started_mark(now)})
        self.fields["ground"].choices = _grounds(rules, chosen)  # type: ignore[attr-defined]
        if not is_guest:
            del self.fields["name"], self.fields["email"]
        self.fields["explanation"].widget.attrs.pop("maxlength", None)
        self.fields["website"].widget.attrs.update({"tabindex": "-1", "autocomplete": "off"})
        self.helper = _helper(list(self.fields))

    def clean_form_key(self) -> uuid.UUID:
        try:
            return uuid.UUID(self.cleaned_data["form_key"])
        except ValueError:
            raise ValidationError(
                _("A hidden part of the form did not come back as we sent it. Please send the report again.")
            ) from None

    @property
    def robot_suspected(self) -> bool:
        """Whether the field that nobody sees was filled in, or a guest was faster or slower than people are."""
        if self.cleaned_data["website"]:
            return True
        try:
            opened = signing.loads(self.cleaned_data["started"], salt=_STARTED_SALT)
        except signing.BadSignature:
            return True
        age = self.now - datetime.fromtimestamp(opened / 1000, tz=UTC)
        return "email" in self.fields and not FASTEST <= age <= _SLOWEST

    def chosen(self) -> dict[str, Any]:
        """The ground as the action takes it."""
        ground = self.cleaned_data["ground"]
        illegal = ground in (ILLEGAL, CHILD_ABUSE)
        return {
            "rule_key": "" if illegal else ground.removeprefix("rule:"),
            "illegal": illegal,
            "child_abuse": ground == CHILD_ABUSE,
        }


def _grounds(rules: list[ShownRule], chosen: str) -> list[tuple[str, Any]]:
    named: list[tuple[str, Any]] = [
        (
            f"rule:{rule.key}",
            _("Rule %(number)d: %(title)s") % {"number": rule.number, "title": rule.title},
        )
        for rule in rules
    ]
    if chosen not in ("", ILLEGAL, CHILD_ABUSE):
        named.append((chosen, _("The rule that you chose")))
    return [
        *named,
        (ILLEGAL, _("It is illegal")),
        (CHILD_ABUSE, _("It is illegal: sexual abuse of a child")),
    ]


def _helper(names: list[str]) -> FormHelper:
    helper = FormHelper()
    helper.form_tag = False
    helper.disable_csrf = True
    helper.include_media = False
    shown = [name for name in ("name", "email") if name in names]
    helper.layout = Layout(
        "form_key",
        "started",
        "ground",
        "explanation",
        *shown,
        "good_faith",
        Div(Field("website"), css_class="form-hidden"),
    )
    return helper
