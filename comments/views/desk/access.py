"""Who may come in: moderators. Everybody else is told so, and whoever has not signed in is asked to."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse

from comments.permissions import can_moderate

View = Callable[..., HttpResponse]


def for_moderators(view: View) -> View:
    """The view inside the admin: sign-in page for strangers, PermissionDenied for anybody without the right."""
    in_admin = admin.site.admin_view(view)

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.user.is_authenticated and not (request.user.is_staff and can_moderate(request.user)):
            raise PermissionDenied
        return in_admin(request, *args, **kwargs)

    return guarded
