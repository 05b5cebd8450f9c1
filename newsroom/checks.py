"""What must be true of a deployment's settings beyond what Django checks by itself."""

from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register

MINIMUM_SECRET = 50


@register(Tags.security, deploy=True)
def secrets_differ(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """The seal's key must be long and not the signing key: one leaked key must not forge the other's work."""
    messages: list[CheckMessage] = []
    if len(settings.SEAL_KEY) < MINIMUM_SECRET:
        messages.append(
            Error(
                f"SEAL_KEY has fewer than {MINIMUM_SECRET} characters.",
                hint="Make a random one.",
                id="newsroom.E001",
            )
        )
    if settings.SEAL_KEY == settings.SECRET_KEY:
        messages.append(
            Error("SEAL_KEY and SECRET_KEY are the same.", hint="Give each its own.", id="newsroom.E002")
        )
    return messages


@register(Tags.security, deploy=True)
def site_is_https(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """Sign-ins travel over https only, and mailed links must say so."""
    if settings.SITE_URL.startswith("https://"):
        return []
    return [Error(f"SITE_URL is {settings.SITE_URL}, which is not https.", id="newsroom.E003")]


@register(Tags.caches, deploy=True)
def cache_is_shared(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """Throttles count in the cache: one that each process has for itself counts too low."""
    if "locmem" not in settings.CACHES["default"]["BACKEND"]:
        return []
    return [
        Warning(
            "CACHE_URL names a cache that each process has for itself.",
            hint="Name a shared one: redis://... or db://table (make it with createcachetable).",
            id="newsroom.W001",
        )
    ]


@register(Tags.files, deploy=True)
def files_are_shared(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """Where there is a replica there are several machines, and each of them must have every file."""
    if "replica" not in settings.DATABASES or settings.STORAGE_URL:
        return []
    return [
        Warning(
            "Uploaded files stand on this machine alone.",
            hint="Name a store for all machines with STORAGE_URL.",
            id="newsroom.W002",
        )
    ]


@register(Tags.security, deploy=True)
def staff_have_a_second_factor(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """A password that leaked must not be enough to publish in the paper's name."""
    if settings.STAFF_MFA_REQUIRED:
        return []
    return [
        Warning(
            "STAFF_MFA_REQUIRED is false: a password alone opens the admin.",
            hint="Set it to true; staff are then led to set up an app or a passkey.",
            id="newsroom.W003",
        )
    ]


@register(Tags.security, deploy=True)
def throttles_are_on(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """Nothing that strangers can send may be without a bound."""
    names = ("COMMENT_FORMS_PER_NETWORK", "REPORT_FORMS_PER_NETWORK", "CSP_REPORTS_PER_MINUTE")
    return [
        Warning(f"{name} is 0: one network may send as many as it likes.", id="newsroom.W004")
        for name in names
        if getattr(settings, name) <= 0
    ]


@register(Tags.security, deploy=True)
def requests_are_known_by_their_client(
    app_configs: Sequence[AppConfig] | None, **kwargs: Any
) -> list[CheckMessage]:
    """gunicorn speaks no TLS in the deployment that we describe: an https site has a proxy in front."""
    if settings.BEHIND_PROXY or not settings.SITE_URL.startswith("https://"):
        return []
    return [
        Warning(
            "SITE_URL is https and BEHIND_PROXY is false.",
            hint="Behind nginx, all readers then share one throttle, and every page redirects to itself.",
            id="newsroom.W005",
        )
    ]


@register(Tags.security, deploy=True)
def hosts_are_named(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """Mailed links are made of the host that a request names, so that must be one of ours."""
    if "*" not in settings.ALLOWED_HOSTS:
        return []
    return [Error("ALLOWED_HOSTS has “*”.", hint="Name the site's own hosts.", id="newsroom.E004")]


@register(Tags.security, deploy=True)
def somebody_can_be_told_of_weaknesses(
    app_configs: Sequence[AppConfig] | None, **kwargs: Any
) -> list[CheckMessage]:
    """security.txt names whoever mends things."""
    if not settings.SECURITY_CONTACT.endswith("@example.org"):
        return []
    return [
        Warning(
            f"SECURITY_CONTACT is {settings.SECURITY_CONTACT}.",
            hint="Name an address that you read.",
            id="newsroom.W006",
        )
    ]
