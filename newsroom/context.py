"""What every template may know of the site: nothing of the visitor, so that public pages stay cacheable."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone

from articles.models import Section


def site(request: HttpRequest) -> dict[str, Any]:
    """The paper's name and address, the page's time, the sections in use (one query, where shown)."""
    return {
        "SITE_NAME": settings.SITE_NAME,
        "SITE_URL": settings.SITE_URL,
        "now": timezone.now(),
        "masthead_sections": Section.objects.filter(retired_at=None),
    }
