"""Who may come in: moderators, and to some pages leads alone. Others are told so, strangers asked to sign in."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from comments.permissions import (
    Person,
    can_answer_for_want_of_others,
    can_handle_cases,
    can_lead,
    can_moderate,
    can_set_mode,
)

View = Callable[..., HttpResponseBase]


def for_moderators(view: View) -> View:
    """The view inside the admin: sign-in page for strangers, PermissionDenied for anybody without the right."""
    return inside_admin(view, can_moderate)


def for_leads(view: View) -> View:
    """The same for those who lead the desk."""
    return inside_admin(view, can_lead)


def for_answerers(view: View) -> View:
    """The same for those who may answer appeals: moderators, and editors, who may where no moderator can."""
    return inside_admin(view, lambda user: can_moderate(user) or can_answer_for_want_of_others(user))


def for_editors(view: View) -> View:
    """The same for those who say how a story takes comments: editors, and moderators."""
    return inside_admin(view, lambda user: can_moderate(user) or can_set_mode(user))


def for_case_handlers(view: View) -> View:
    """The same for those who work on complaints from outside: moderators, and editors."""
    return inside_admin(view, can_handle_cases)


def inside_admin(view: View, may: Callable[[Person], bool]) -> View:
    """The view inside the admin for those of whom `may` is true."""
    in_admin = admin.site.admin_view(view)

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.user.is_authenticated and not (request.user.is_staff and may(request.user)):
            raise PermissionDenied
        return in_admin(request, *args, **kwargs)

    return guarded
