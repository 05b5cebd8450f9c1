"""Pages that need both apps, or none: the home front, a story with its discussion, health, errors."""

from newsroom.views.csp_reports import csp_reports
from newsroom.views.errors import bad_request, page_not_found, server_error, too_many_requests
from newsroom.views.health import healthz, readyz
from newsroom.views.home import home
from newsroom.views.jobs import given_up
from newsroom.views.story import story
from newsroom.views.withheld import withheld_list, withheld_new, withheld_one

__all__ = [
    "bad_request",
    "csp_reports",
    "given_up",
    "healthz",
    "home",
    "page_not_found",
    "readyz",
    "server_error",
    "story",
    "too_many_requests",
    "withheld_list",
    "withheld_new",
    "withheld_one",
]
