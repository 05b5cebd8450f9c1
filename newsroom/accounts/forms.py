"""What a reader is asked at sign-up beside address and password."""

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from newsroom.accounts.models import User


class SignupForm(forms.Form):
    """The extra field of the sign-up page: the name that readers see beside comments."""

    name = forms.CharField(label=_("Public name"), max_length=80, help_text=_("Shown beside your comments."))

    def signup(self, request: HttpRequest, user: User) -> None:
        """Stores the public name; called once, by the sign-up view."""
        user.name = self.cleaned_data["name"]
        user.save(update_fields=["name"])
