"""Who asks: every page here is behind the admin's sign-in, so it is somebody."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest

from newsroom.accounts.models import User


def signed_in(request: HttpRequest) -> User:
    """The user who asks; raises PermissionDenied for nobody."""
    if not isinstance(request.user, User):
        raise PermissionDenied
    return request.user
