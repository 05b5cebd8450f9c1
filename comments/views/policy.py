"""The posted policy for readers: the version in force, and every version for ever, in each language of the site."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone, translation
from django.utils.translation import get_language

from articles.caching import public_page, render_public
from articles.structured_data import absolute
from comments import links
from comments.enums import StandingReason
from comments.models import Policy
from comments.pausing import paused_checks_of
from comments.policies import announced
from comments.rulebook import rules_of, words_of
from comments.views.languages import other_languages, without_language


@public_page
def policy_in_force(request: HttpRequest, language: str = "") -> HttpResponse:
    """The version in force now; before the first one, a page that says that comments are closed."""
    return _policy_page(request, Policy.objects.in_force(now := timezone.now()), language, now)


@public_page
def policy_version(request: HttpRequest, version: int, language: str = "") -> HttpResponse:
    """One posted version, from its announcement for ever. A draft is not there (404)."""
    policy = get_object_or_404(Policy.objects.posted().select_related("mends"), version=version)
    return _policy_page(request, policy, language, timezone.now())


def _policy_page(request: HttpRequest, policy: Policy | None, language: str, now: datetime) -> HttpResponse:
    """In the language that the address names; the site's own needs no name, so there is one address for each page."""
    if language == settings.LANGUAGE_CODE:
        return without_language(request, language)
    posted = list(Policy.objects.posted().select_related("mends").order_by("-effective_from", "-version"))
    begun = [one for one in posted if one.effective_from and one.effective_from <= now]
    coming = [one for one in posted if one not in begun]
    language = language or settings.LANGUAGE_CODE
    with translation.override(language):
        version = None if request.resolver_match is None else request.resolver_match.kwargs.get("version")
        context = {
            "policy": policy,
            "in_force": begun[0] if begun else None,
            "announced": announced(coming),
            "versions": posted,
            "canonical": absolute(request.path),
            "paused": (paused := paused_checks_of(policy, now) if policy else []),
            "languages": other_languages(lambda code: links.policy_path(version, code)),
            **(parts_of(policy) if policy else {}),
        }
        ends = [pause.until for one in paused for pause in one.pauses if pause.until]
        changes = [*(one.effective_from for one in coming), *ends]
        return render_public(
            request, "comments/policy.html", context, now=now, language=language, changes=changes
        )


def preview_of(request: HttpRequest, policy: Policy, now: datetime) -> HttpResponse:
    """A version as its page will be, in the language that `?language=` names, else in its own; kept by nobody."""
    asked = request.GET.get("language", "")
    language = asked if asked in dict(settings.LANGUAGES) else policy.language
    with translation.override(language):
        context = {
            "policy": policy,
            "in_force": Policy.objects.in_force(now),
            "languages": other_languages(lambda code: f"?language={code}"),
            **parts_of(policy),
        }
        response = render(request, "comments/policy.html", context)
    response.headers["Cache-Control"] = "no-store, private"
    return response


def parts_of(policy: Policy) -> dict[str, Any]:
    """What a version's page prints in the active language; the preview of a draft in the admin prints the same.

    `translated` says how much of it is: "" where it is written in this language, else "whole", "part" or "none".
    """
    words, rules = words_of(policy), rules_of(policy)
    return {
        "words": words,
        "rules": rules,
        "translated": _translated(policy, [words.language, *(rule.language for rule in rules)]),
        "standing_reasons": StandingReason.labels,
    }


def _translated(policy: Policy, languages: Sequence[str]) -> str:
    active = get_language() or policy.language
    if active == policy.language:
        return ""
    if active not in languages:
        return "none"
    return "whole" if set(languages) == {active} else "part"
