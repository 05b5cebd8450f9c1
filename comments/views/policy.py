"""The posted policy for readers: the version in force, and every version for ever."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone

from articles.caching import public_page, render_public
from articles.structured_data import absolute
from comments.enums import StandingReason
from comments.models import Policy
from comments.rulebook import rules_of
from newsroom.html import already_clean, policy_html


@public_page
def policy_in_force(request: HttpRequest) -> HttpResponse:
    """The version in force now; before the first one, a page that says that comments are closed."""
    return _policy_page(request, Policy.objects.in_force(now := timezone.now()), now)


@public_page
def policy_version(request: HttpRequest, version: int) -> HttpResponse:
    """One posted version, from its announcement for ever. A draft is not there (404)."""
    return _policy_page(request, get_object_or_404(Policy.objects.posted(), version=version), timezone.now())


def _policy_page(request: HttpRequest, policy: Policy | None, now: datetime) -> HttpResponse:
    posted = list(Policy.objects.posted().order_by("-effective_from", "-version"))
    begun = [one for one in posted if one.effective_from and one.effective_from <= now]
    coming = [one for one in posted if one not in begun]
    context = {
        "policy": policy,
        "in_force": begun[0] if begun else None,
        "announced": coming[-1] if coming else None,
        "versions": posted,
        "canonical": absolute(request.path),
        **(parts_of(policy) if policy else {}),
    }
    changes = [one.effective_from for one in coming]
    return render_public(
        request, "comments/policy.html", context, now=now, language=settings.LANGUAGE_CODE, changes=changes
    )


def parts_of(policy: Policy) -> dict[str, Any]:
    """What a version's page prints besides its name; the preview of a draft in the admin prints the same."""
    return {
        "introduction": already_clean(policy_html(policy.introduction)),
        "how_moderated": already_clean(policy_html(policy.how_moderated)),
        "changed": already_clean(policy_html(policy.changes)),
        "rules": rules_of(policy),
        "standing_reasons": StandingReason.labels,
    }
