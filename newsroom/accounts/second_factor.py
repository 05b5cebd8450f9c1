"""Where the newsroom demands it, staff without a second factor set one up before the admin opens."""

from collections.abc import Callable

from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from newsroom.accounts.models import User

FACTORS = [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]


def required_of_staff(get_response: Callable[[HttpRequest], HttpResponse]) -> object:
    """Leads whoever is signed in without an app or a key from any page below /admin/ to where they set one up.

    Whoever has one was asked for it when they signed in. One query for each page of the admin, none elsewhere.
    """
    admin = reverse("admin:index")

    def answer(request: HttpRequest) -> HttpResponse:
        demanded = settings.STAFF_MFA_REQUIRED and request.path.startswith(admin)
        if demanded and _lacks_one(request.user):
            messages.warning(request, _("Set up a second factor first: this newsroom asks it of its staff."))
            return redirect("mfa_index")
        return get_response(request)

    return answer


def _lacks_one(user: AbstractBaseUser | AnonymousUser) -> bool:
    return isinstance(user, User) and user.is_staff and not is_mfa_enabled(user, FACTORS)
