"""The headers that every answer has, whoever makes it: pages, errors, redirects, feeds and static files."""

from django.conf import settings

REPORTS = "/csp-reports/"
"""Where browsers report what the content security policy stopped; `newsroom.views.csp_reports` takes it."""

NOTHING = "default-src 'none'; frame-ancestors 'none'"
"""The policy of an answer that shows nothing, such as a redirect from http."""

# Names of https://github.com/w3c/webappsec-permissions-policy/blob/main/features.md that browsers know today.
_DENIED = (
    "accelerometer",
    "autoplay",
    "camera",
    "clipboard-read",
    "clipboard-write",
    "display-capture",
    "encrypted-media",
    "fullscreen",
    "gamepad",
    "geolocation",
    "gyroscope",
    "hid",
    "idle-detection",
    "local-fonts",
    "magnetometer",
    "microphone",
    "midi",
    "payment",
    "picture-in-picture",
    "screen-wake-lock",
    "serial",
    "storage-access",
    "sync-xhr",
    "usb",
    "window-management",
    "xr-spatial-tracking",
)
_OWN = ("publickey-credentials-create", "publickey-credentials-get")  # passkeys of the staff


def strict_headers() -> dict[str, str]:
    """By name; an answer that has one of them already keeps its own.

    No other site may read or embed what we send (pictures that others shall show say `cross-origin` themselves),
    hold a window of ours, or use a capability of the browser in our name.
    """
    allowed = [f"{name}=()" for name in _DENIED] + [f"{name}=(self)" for name in _OWN]
    headers = {
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Permissions-Policy": ", ".join(allowed),
        "Referrer-Policy": settings.SECURE_REFERRER_POLICY,
        "Reporting-Endpoints": f'csp="{REPORTS}"',
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": settings.X_FRAME_OPTIONS,
    }
    if not settings.DEBUG:  # Django's own page for errors, which only developers see, has its styles inline
        headers["Content-Security-Policy"] = NOTHING
    return headers


def remembered_https() -> dict[str, str]:
    """What tells a browser to ask this site by https only, as Django's own middleware says it; for answers by https."""
    if not settings.SECURE_HSTS_SECONDS:
        return {}
    value = f"max-age={settings.SECURE_HSTS_SECONDS}"
    value += "; includeSubDomains" if settings.SECURE_HSTS_INCLUDE_SUBDOMAINS else ""
    value += "; preload" if settings.SECURE_HSTS_PRELOAD else ""
    return {"Strict-Transport-Security": value}
