"""What a reader is asked at sign-up beside address and password, and may change later."""

from django import forms
from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from newsroom.accounts.models import User
from newsroom.html import one_line


class PublicNameField(forms.CharField):
    """A name that readers see: one line, without control characters."""

    def __init__(self) -> None:
        super().__init__(label=_("Public name"), max_length=80, help_text=_("Shown beside your comments."))

    def clean(self, value: object) -> str:
        name = one_line(str(super().clean(value)))
        if not name:
            raise forms.ValidationError(_("The public name has no visible letters."))
        return name


class SignupForm(forms.Form):
    """The extra field of the sign-up page."""

    name = PublicNameField()

    def signup(self, request: HttpRequest, user: User) -> None:
        """Stores the public name; called once, by the sign-up view."""
        user.name = self.cleaned_data["name"]
        user.save(update_fields=["name"])


class ProfileForm(forms.ModelForm[User]):
    """A signed-in person's own public name and language."""

    name = PublicNameField()

    class Meta:
        model = User
        fields = ["name", "language"]


class StaffProfileForm(ProfileForm):
    """The same for whoever works here, with how they work at the moderation desk."""

    desk_languages = forms.MultipleChoiceField(
        label=_("Languages moderated"),
        choices=settings.LANGUAGES,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("The moderation desk shows comments in these; none ticked means all languages."),
    )

    class Meta(ProfileForm.Meta):
        fields = ["name", "language", "desk_keys", "desk_languages"]
