"""What sign-in keeps of a person: out on request, or away."""

from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.db import transaction

from newsroom.accounts.models import User

# Model and field names of ours that hold something of a person; a test walks all models against these lists.
PERSONAL_FIELDS = {"accounts.User": {"email", "name", "language", "desk_languages", "password"}}


def export_person(address: str) -> dict[str, Any]:
    """The person's sign-in as plain data; empty where nobody signs in with the address. One query."""
    user = User.objects.filter(email=address.lower()).first()
    if user is None:
        return {}
    return {
        "address": user.email,
        "name": user.name,
        "language": user.language,
        "languages moderated": user.desk_languages,
        "joined": user.date_joined.isoformat(),
        "last sign-in": user.last_login.isoformat() if user.last_login else None,
        "groups": sorted(user.groups.values_list("name", flat=True)),
    }


@transaction.atomic
def erase_person(address: str, *, now: Any) -> int:
    """Takes name, address and secrets out of the sign-in and closes it; the row stays for what it decided.

    Returns how many sign-ins were closed: 0 or 1.
    """
    user = User.objects.select_for_update().filter(email=address.lower()).first()
    if user is None:
        return 0
    user.email = f"erased-{user.pk}@erased.invalid"
    user.name = ""
    user.language = "en"
    user.desk_languages = []
    user.is_active = user.is_staff = user.is_superuser = False
    user.pseudonymised_at = now
    user.set_unusable_password()
    user.save()
    user.groups.clear()
    EmailAddress.objects.filter(user=user).delete()
    Authenticator.objects.filter(user=user).delete()
    return 1
