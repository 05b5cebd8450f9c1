"""What every test may rely on."""

import os
from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.core.cache import caches
from django.db import connection
from hypothesis import HealthCheck, settings

# The driver's event loop would make Django refuse queries in the very thread that drives the browser.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")

# A busy machine is no defect: examples are judged by what comes out of them, not by the time that they take.
settings.register_profile("patient", deadline=None, suppress_health_check=[HealthCheck.too_slow])
if not os.environ.get("CI"):  # where Hypothesis takes a profile of its own, as patient, that repeats itself
    settings.load_profile("patient")


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Counts the browser tests in a line of their own, so that a log shows whether they ran.

    Here and not beside them: where tests run in several processes, the one that sums up loads only this file.
    """
    ours = {
        outcome: sum("tests/browser/" in report.nodeid for report in terminalreporter.stats.get(outcome, []))
        for outcome in ("passed", "failed", "skipped")
    }
    terminalreporter.write_line(
        "browser tests: " + ", ".join(f"{n} {outcome}" for outcome, n in ours.items())
    )


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """Ends what the live server and the tests' threads and processes left open, or PostgreSQL keeps the database."""
    yield
    if connection.vendor == "postgresql":
        with django_db_blocker.unblock():
            with connection.cursor() as cursor:
                cursor.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                    " WHERE datname = current_database() AND pid <> pg_backend_pid()"
                )
            connection.close_pool()


@pytest.fixture(autouse=True)
def empty_caches() -> Iterator[None]:
    _empty_caches()
    yield
    _empty_caches()


def _empty_caches() -> None:
    for name in django_settings.CACHES:
        caches[name].clear()
