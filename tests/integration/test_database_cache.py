"""The database as the shared cache: what many count at once is counted right."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from threading import Barrier
from typing import Any

import pytest
from django.core.cache import cache, caches
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from newsroom.throttle import seconds_to_wait

THREADS, EACH = 8, 10


@pytest.fixture
def kept_in_a_table(settings: Any) -> Iterator[None]:
    settings.CACHES = {
        **settings.CACHES,
        "default": {"BACKEND": "newsroom.database_cache.CountingCache", "LOCATION": "counted_together"},
    }
    call_command("createcachetable", verbosity=0)
    yield
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE counted_together")


def forms_let_through(start: Barrier, now: datetime) -> int:
    """How many of EACH forms, sent as soon as all threads are there, are not told to wait."""
    try:
        start.wait(timeout=60)
        waits = [
            seconds_to_wait("forms", "a-network", most=25, seconds=600, now=now) for _form in range(EACH)
        ]
        return waits.count(0)
    finally:
        connection.close()


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite lets one write at a time.")
@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("kept_in_a_table")
def test_forms_of_one_network_sent_at_once_are_each_counted() -> None:
    start, now = Barrier(THREADS), timezone.now()
    with ThreadPoolExecutor(THREADS) as pool:
        through = [pool.submit(forms_let_through, start, now) for _thread in range(THREADS)]
        assert sum(one.result() for one in through) == 25


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("kept_in_a_table")
def test_what_is_counted_ends_when_it_would_have() -> None:
    def ends() -> Any:
        with connection.cursor() as cursor:
            cursor.execute("SELECT expires FROM counted_together")
            return cursor.fetchall()

    cache.set("forms", 1, 3_600)
    before = ends()
    assert (cache.incr("forms"), cache.incr("forms", 3), caches["default"].get("forms")) == (2, 5, 5)
    assert ends() == before
    with pytest.raises(ValueError, match="not found"):
        cache.incr("nothing")


@pytest.mark.django_db
def test_no_number_of_pages_makes_a_count_go() -> None:
    seconds_to_wait("forms", "a-network", most=1, seconds=600, now=timezone.now())
    caches["pages"].set_many({f"page:{number}": "a page" for number in range(1_000)}, 600)
    assert seconds_to_wait("forms", "a-network", most=1, seconds=600, now=timezone.now()) > 0
