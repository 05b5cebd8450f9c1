"""The form in which readers write a comment: what may come in, and the sentence for what may not."""

import re
import uuid
from datetime import UTC, datetime, timedelta
from typing import Any, cast

from crispy_forms.helper import FormHelper
from crispy_forms.layout import HTML, Div, Field, Layout
from django import forms
from django.core import signing
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from comments.actions.appeals import LONGEST_APPEAL
from comments.models import Comment, Discussion, Policy
from comments.moderation.text import READ_AT_MOST
from newsroom.characters import displayable
from newsroom.html import one_line

FASTEST = timedelta(seconds=1)
"""Nobody reads the form and writes in less; guests who do are taken for robots, and their comments held."""
LONGEST = timedelta(days=1)
"""A guest's form that was handed out longer ago is taken for one that a robot collected, and its comment held."""
_TOKEN = re.compile(r"[0-9A-Za-z-]{6,64}")
_TOKENS = uuid.UUID("5a0c1d3e-9f57-4a64-8f0b-6a3e8f1d2b70")
_STARTED_SALT = "comments.form.started"
_UNREADABLE = "\ufffd"
HIDDEN = ("form_key", "policy_version", "started", "parent")


def started_mark(now: datetime) -> str:
    """Says, signed, when a form was handed out."""
    return signing.dumps(int(now.timestamp() * 1000), salt=_STARTED_SALT)


def _refuse_nul(text: str) -> None:
    if "\x00" in text:
        raise ValidationError(
            _("It holds a NUL character, which no text may. We have taken it out; please look again.")
        )


def _refuse_unreadable(text: str) -> None:
    if _UNREADABLE in text:
        message = _(
            "Some characters could not be read (they stand here as “\ufffd”). Please write them again."
        )
        raise ValidationError(message)


class PlainTextField(forms.CharField):
    """Text from people: NUL and what could not be decoded are refused, each in a sentence of its own."""

    default_validators = [_refuse_nul, _refuse_unreadable]

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        # Django adds one of its own for NUL at the end, which would only say the same again.
        self.validators = [
            one for one in self.validators if type(one).__name__ != "ProhibitNullCharactersValidator"
        ]


class CommentForm(forms.Form):
    """A comment on its way in. Once clean, `parent_comment` is what it answers, None for the story."""

    name = PlainTextField(
        label=_("Your name"),
        max_length=80,
        help_text=_("Shown beside your comment."),
        error_messages={
            "required": _("Write the name that is to stand beside your comment."),
            "max_length": _("A name has at most %(limit_value)d characters; this one has %(show_value)d."),
        },
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    email = forms.EmailField(
        label=_("Your e-mail address"),
        max_length=254,
        help_text=_("Not shown. We send a link there, with which you confirm the comment."),
        error_messages={
            "required": _("Write your e-mail address: the comment counts once you have confirmed it."),
            "invalid": _("This is no e-mail address. It should look like name@example.org."),
            "max_length": _("An e-mail address has at most %(limit_value)d characters."),
        },
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    body = PlainTextField(
        label=_("Your comment"),
        max_length=READ_AT_MOST,
        help_text=_("Blank lines part paragraphs, *stars* emphasise, > quotes a line. Links become links."),
        error_messages={
            "required": _("Write something: the comment is empty."),
            "max_length": _("The comment has %(show_value)d characters; we read at most %(limit_value)d."),
        },
        widget=forms.Textarea(attrs={"rows": 8, "dir": "auto", "data-comment-body": ""}),
    )
    accept_policy = forms.BooleanField(
        label=_("I have read the comment policy and accept it"),
        error_messages={
            "required": _("Tick this box: a comment is judged by the policy that its author accepted.")
        },
    )
    website = forms.CharField(label=_("Leave this field empty"), required=False)
    parent = forms.CharField(required=False, widget=forms.HiddenInput)
    form_key = forms.CharField(required=False, widget=forms.HiddenInput)
    policy_version = forms.CharField(required=False, widget=forms.HiddenInput)
    started = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        discussion: Discussion | None,
        policy: Policy,
        needs_address: bool,
        now: datetime,
        parent: Comment | None = None,
    ) -> None:
        self.discussion, self.policy, self.now = discussion, policy, now
        self.parent_comment = parent
        super().__init__(data, initial=self._fresh() if data is None else {}, auto_id=_ids_of(data, parent))
        if not needs_address:
            del self.fields["name"], self.fields["email"]
        # A browser that knows the limit cuts a pasted text without a word.
        self.fields["body"].widget.attrs.pop("maxlength", None)
        self.fields["website"].widget.attrs.update({"tabindex": "-1", "autocomplete": "off"})
        accept = _("I have read version %(version)s of the comment policy and accept it")
        self.fields["accept_policy"].label = accept % {"version": policy.version}

    @cached_property
    def helper(self) -> FormHelper:
        """How the form is laid out; what is sent and taken is never laid out."""
        return _helper(list(self.fields))

    def clean_name(self) -> str:
        name = one_line(self.cleaned_data["name"])
        if not name:
            raise ValidationError(_("Write a name that can be seen."))
        return name

    def clean_email(self) -> str:
        address: str = self.cleaned_data["email"]
        return address.strip().lower()

    def clean_body(self) -> str:
        """As written, but for line ends, which are the browser's and not the author's."""
        body: str = self.cleaned_data["body"]
        return body.replace("\r\n", "\n").replace("\r", "\n")

    def clean_parent(self) -> str:
        """The comment that is answered must be a public one of this story."""
        given = self.cleaned_data["parent"]
        if given:
            self.parent_comment = public_parent(given, self.discussion)
            if self.parent_comment is None:
                message = _(
                    "The comment that you answer is not there (any more). You can comment on the story."
                )
                raise ValidationError(message)
        return str(given)

    def clean_form_key(self) -> uuid.UUID:
        """The key that we handed out, or whatever token a program chose: sent twice, it must be the same one."""
        given = self.cleaned_data["form_key"]
        if not _TOKEN.fullmatch(given):
            raise ValidationError(_changed(_("its key")))
        try:
            return uuid.UUID(given)
        except ValueError:
            return uuid.uuid5(_TOKENS, given)

    def clean_policy_version(self) -> int:
        """A version that was posted; whether it is the one in force is decided when the comment is sent."""
        given = self.cleaned_data["policy_version"]
        if given == str(self.policy.version):
            return self.policy.version
        known = given.isascii() and given.isdigit() and len(given) < 9
        if not known or not Policy.objects.posted().filter(version=int(given)).exists():
            raise ValidationError(_changed(_("the version of the policy")))
        return int(given)

    def clean_started(self) -> datetime:
        try:
            milliseconds = signing.loads(self.cleaned_data["started"], salt=_STARTED_SALT)
        except signing.BadSignature:
            raise ValidationError(_changed(_("the time at which you opened it"))) from None
        return datetime.fromtimestamp(milliseconds / 1000, tz=UTC)

    @property
    def robot_suspected(self) -> bool:
        """Whether the field that nobody sees was filled in, or a guest was faster or slower than people are."""
        age = self.now - self.cleaned_data["started"]
        of_a_guest = "email" in self.fields
        return bool(self.cleaned_data["website"]) or (of_a_guest and not FASTEST <= age <= LONGEST)

    def renew(self, *names: str) -> None:
        """Shows the form again with all that was written and the named hidden fields new.

        A box that was ticked for another version of the policy is not ticked any more.
        """
        data: QueryDict = cast("QueryDict", self.data).copy()
        for name in names:
            data[name] = self._fresh().get(name, "")
        if "policy_version" in names:
            data.pop("accept_policy", None)
        for name in ("name", "email", "body"):
            if name in data:
                data[name] = displayable(str(data[name]))
        self.data = data

    def forged(self) -> list[str]:
        """The hidden fields that did not come back as they were handed out."""
        return [name for name in HIDDEN if name in self.errors]

    def _fresh(self) -> dict[str, str]:
        return {
            "form_key": str(uuid.uuid4()),
            "policy_version": str(self.policy.version),
            "started": started_mark(self.now),
            "parent": str(self.parent_comment.uid) if self.parent_comment else "",
        }


class AppealForm(forms.Form):
    """An author's objection to a decision."""

    text = PlainTextField(
        label=_("Why do you think that we are wrong?"),
        max_length=LONGEST_APPEAL,
        error_messages={
            "required": _("Write why you think that we are wrong."),
            "max_length": _(
                "An objection has at most %(limit_value)d characters; this one has %(show_value)d."
            ),
        },
        widget=forms.Textarea(attrs={"rows": 6, "dir": "auto"}),
    )

    def __init__(self, data: QueryDict | None = None) -> None:
        super().__init__(data)
        self.fields["text"].widget.attrs.pop("maxlength", None)
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.disable_csrf = True
        self.helper.include_media = False


def public_parent(given: str, discussion: Discussion | None) -> Comment | None:
    """The public comment of this discussion with that public id; None for any other text. One query."""
    try:
        uid = uuid.UUID(given)
    except ValueError:
        return None
    rows = Comment.objects.public().filter(discussion=discussion, uid=uid).select_related("current_text")
    parent: Comment | None = rows.first() if discussion else None
    return parent


def _ids_of(data: QueryDict | None, parent: Comment | None) -> str:
    """Ids that differ between the forms that script may have opened on one page."""
    answered = parent.uid.hex if parent else data.get("parent", "") if data else ""
    short = "".join(char for char in str(answered)[:8] if char.isalnum() and char.isascii())
    return f"id_%s_{short}" if short else "id_%s"


def _changed(what: Any) -> Any:
    message = _(
        "A hidden part of the form, %(what)s, did not come back as we sent it. Please send the comment again."
    )
    return message % {"what": what}


def _helper(names: list[str]) -> FormHelper:
    helper = FormHelper()
    helper.form_tag = False
    helper.disable_csrf = True
    helper.include_media = False
    shown = [name for name in ("name", "email") if name in names]
    helper.layout = Layout(
        *HIDDEN,
        *shown,
        "body",
        HTML("{% include 'comments/_findings.html' %}"),
        Div(Field("website"), css_class="form-hidden"),
        "accept_policy",
    )
    return helper
