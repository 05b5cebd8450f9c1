"""A private Redis that a test may kill, freeze and start again; it keeps nothing on disk."""

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from redis import Redis
from redis.exceptions import RedisError

from tests.faults.cluster import free_port


def needed_server() -> str:
    """Skips with a sentence where Redis is not installed; in CI that fails."""
    found = shutil.which("redis-server")
    if found:
        return found
    if os.environ.get("CI"):
        pytest.fail("CI must run these tests: redis-server is not installed.")
    pytest.skip("redis-server is not on this machine.")


class Store:
    """One Redis on a port that stays the same over restarts."""

    def __init__(self, program: str) -> None:
        self.program, self.port = program, free_port()
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"

    def start(self) -> None:
        """Returns when it answers."""
        options = ["--bind", "127.0.0.1", "--port", str(self.port), "--save", "", "--appendonly", "no"]
        self.process = subprocess.Popen(
            [self.program, *options], cwd="/", stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL
        )
        until = time.monotonic() + 30
        while True:
            try:
                with self._client() as client:
                    client.ping()
                return
            except RedisError:
                assert time.monotonic() < until, "Redis does not answer."
                time.sleep(0.1)

    def kill(self) -> None:
        assert self.process
        self.process.kill()
        self.process.wait(30)

    def freeze(self) -> None:
        """It takes connections and answers none."""
        assert self.process
        self.process.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        assert self.process
        self.process.send_signal(signal.SIGCONT)

    def calls(self, command: str) -> int:
        """How often a command was called since the start."""
        with self._client() as client:
            return int(client.info("commandstats").get(f"cmdstat_{command}", {}).get("calls", 0))

    def _client(self) -> Redis:
        return Redis(port=self.port)


@contextmanager
def private_store() -> Iterator[Store]:
    store = Store(needed_server())
    store.start()
    try:
        yield store
    finally:
        store.kill()
