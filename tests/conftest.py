"""What every test may rely on."""

import os
from collections.abc import Iterator

import pytest
from django.core.cache import cache

# The driver's event loop would make Django refuse queries in the very thread that drives the browser.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")


@pytest.fixture(autouse=True)
def empty_cache() -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()
