"""How often one source may do a thing, counted in the shared cache by a key that says nothing of who it is."""

import logging
from datetime import datetime

from django.core.cache import cache

logger = logging.getLogger(__name__)


def seconds_to_wait(what: str, by: str, *, most: int, seconds: int, now: datetime) -> int:
    """Counts one more of `what` by the source `by`; 0 while it is among the first `most` of this span of `seconds`.

    Otherwise the seconds until the next span begins, 1 at least. Not counted where the source is unknown (""), or
    `most` is 0. A cache that is away lets everything through, with a warning: a throttle is no reason to stop.
    One or two commands to the cache.
    """
    if not by or not most:
        return 0
    span, passed = divmod(int(now.timestamp()), seconds)
    return seconds - passed if _count(f"throttle:{what}:{span}:{by}", seconds) > most else 0


def _count(key: str, seconds: int) -> int:
    try:
        if cache.add(key, 1, seconds):
            return 1
        return int(cache.incr(key))
    except ValueError:  # gone between the two
        return 1
    except Exception:
        logger.warning("The cache is away; nothing is throttled.", exc_info=True)
        return 0
