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
