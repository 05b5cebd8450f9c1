"""Something that did not answer is left alone for a while, so that not every request waits for it in vain."""

import logging
import math
import time
from collections.abc import Callable

log = logging.getLogger(__name__)


class Rest:
    """One for each process and for what it stands beside; begins when that failed, and ends by itself."""

    def __init__(self, name: str, *, seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        self.name, self.seconds = name, seconds
        self._clock = clock
        self._until = -math.inf

    def begin(self, error: BaseException) -> None:
        """Is on for `seconds` from now; says why in the log."""
        self._until = self._clock() + self.seconds
        log.warning("%s is left alone for %g s: %s", self.name, self.seconds, _first_line(error))

    @property
    def is_on(self) -> bool:
        return self._clock() < self._until


def _first_line(error: BaseException) -> str:
    return str(error).strip().partition("\n")[0] or type(error).__name__
