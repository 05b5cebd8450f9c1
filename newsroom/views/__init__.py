"""Pages that need both apps, or none: the home front, a story with its discussion, health, errors."""

from newsroom.views.errors import bad_request, page_not_found, server_error
from newsroom.views.health import healthz, readyz
from newsroom.views.home import home
from newsroom.views.story import story

__all__ = ["bad_request", "healthz", "home", "page_not_found", "readyz", "server_error", "story"]
