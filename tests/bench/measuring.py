"""What the micro-benchmarks share: a test database of their own, a made newsroom in it, and medians."""

import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import StringIO

from django.core.management import call_command
from django.db import connection
from django.test.runner import DiscoverRunner
from django.test.utils import CaptureQueriesContext


@contextmanager
def own_database() -> Iterator[None]:
    """An empty test database on the server that DATABASE_URL names, dropped at the end, whatever happens."""
    runner = DiscoverRunner(verbosity=0, interactive=False)
    runner.setup_test_environment(debug=False)
    before = runner.setup_databases()
    try:
        yield
    finally:
        runner.teardown_databases(before)
        runner.teardown_test_environment()


def make_newsroom(**size: object) -> None:
    """The made newsroom with at least this size, with what PostgreSQL's own upkeep does for a grown one."""
    call_command("make_newsroom", stdout=StringIO(), stderr=StringIO(), **size)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")


def milliseconds(act: Callable[[], object], times: int = 15) -> float:
    """The median time of an act, after one that warms up."""
    act()
    return statistics.median(_once(act) for _ in range(times))


def _once(act: Callable[[], object]) -> float:
    started = time.perf_counter()
    act()
    return (time.perf_counter() - started) * 1000


def queries(act: Callable[[], object]) -> int:
    """How many queries an act makes when everything that is kept is warm."""
    act()
    with CaptureQueriesContext(connection) as captured:
        act()
    return len(captured)
