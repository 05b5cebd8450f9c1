"""Runs the demo's server and mail worker side by side, and ends both when it ends."""

import http.client
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from socket import socket
from types import FrameType

from django.conf import settings
from gunicorn.config import KNOWN_SETTINGS  # type: ignore[import-untyped]

from newsroom.demo.address import Address

RESTARTS = 3
"""How often a part may be started again before the demo gives up."""
PATIENCE = 10.0
"""Seconds that a part gets to end by itself, and the server to answer for the first time."""
STOPPING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class ServingError(Exception):
    """A part of the demo does not run; the message is a sentence that says which."""


class Stopped(Exception):  # noqa: N818 - not an error: somebody asked the demo to end
    """A signal asked the demo to end."""


@dataclass
class Part:
    """One child process, in a session of its own so that Ctrl-C in the terminal reaches the demo alone."""

    name: str
    command: Sequence[str]
    environment: Mapping[str, str]
    inherited: tuple[int, ...] = ()
    starts: int = 0
    process: subprocess.Popen[bytes] | None = field(default=None, repr=False)

    def start(self) -> None:
        self.starts += 1
        self.process = subprocess.Popen(  # noqa: S603 - our own commands
            self.command,
            env=dict(self.environment),
            cwd=settings.BASE_DIR,
            pass_fds=self.inherited,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
        )

    @property
    def exit_status(self) -> int | None:
        return self.process.poll() if self.process else None

    def ask_to_end(self) -> None:
        if self.process and self.process.poll() is None:
            self.process.terminate()

    def await_end(self) -> None:
        if self.process is None:
            return
        try:
            self.process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def child_environment(address: Address, mail_folder: Path) -> dict[str, str]:
    """This process's environment with what server and worker must agree on; DEBUG is off in any case."""
    environment = {"STATIC_FROM_SOURCE": "true", "LOG_LEVEL": "WARNING"} | dict(os.environ)
    hosts = ["127.0.0.1", "localhost", "[::1]", str(address).rpartition(":")[0]]
    environment["ALLOWED_HOSTS"] = ",".join(dict.fromkeys(hosts))
    environment["SITE_URL"] = address.url
    environment["EMAIL_URL"] = f"filemail://{mail_folder}"
    environment["DEBUG"] = "false"
    return environment


def demo_parts(listening: socket, environment: Mapping[str, str]) -> list[Part]:
    """The server on an inherited socket, and the worker that sends the mail."""
    number = listening.fileno()
    server = [sys.executable, "-m", "gunicorn", "newsroom.wsgi:application", "--bind", f"fd://{number}"]
    server += ["--workers", "2", "--log-level", "warning", *_without_control_socket()]
    worker = [sys.executable, "-m", "django", "db_worker", "--no-startup-delay", "--verbosity", "0"]
    return [Part("web server", server, environment, (number,)), Part("mail worker", worker, environment)]


def _without_control_socket() -> list[str]:
    """gunicorn's control socket is no use here and lies outside the project; older versions have none."""
    known = any("--no-control-socket" in (setting.cli or ()) for setting in KNOWN_SETTINGS)
    return ["--no-control-socket"] if known else []


@contextmanager
def _stopping_signals() -> Iterator[None]:
    def stop(number: int, frame: FrameType | None) -> None:
        raise Stopped

    before = {number: signal.signal(number, stop) for number in STOPPING}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def run_until_stopped(parts: Sequence[Part], address: Address, when_up: Callable[[], None]) -> None:
    """Starts the parts, calls `when_up` once the server answers, and returns when a signal asks to end.

    A part that dies is started again, RESTARTS times at most. Raises ServingError after that, or if the
    server does not answer within PATIENCE seconds. Whatever happens, no part is left running.
    """
    with _stopping_signals():
        try:
            for part in parts:
                part.start()
            _await_answer(parts, address)
            when_up()
            while True:
                _mind(parts)
                time.sleep(0.5)
        except Stopped:
            return
        finally:
            _end(parts)


def _end(parts: Sequence[Part]) -> None:
    for number in STOPPING:
        signal.signal(number, signal.SIG_IGN)
    for part in parts:
        part.ask_to_end()
    for part in parts:
        part.await_end()


def _mind(parts: Sequence[Part]) -> None:
    for part in parts:
        if part.exit_status is None:
            continue
        if part.starts > RESTARTS:
            raise ServingError(
                f"The {part.name} ended {part.starts} times, last with status {part.exit_status};"
                " the demo gives up. What it said stands above."
            )
        part.start()


def _await_answer(parts: Sequence[Part], address: Address) -> None:
    until = time.monotonic() + PATIENCE
    while not _answers(address):
        if time.monotonic() > until:
            raise ServingError(f"The web server does not answer at {address.url}. What it said stands above.")
        _mind(parts)
        time.sleep(0.05)


def _answers(address: Address) -> bool:
    connection = http.client.HTTPConnection(address.host, address.port, timeout=PATIENCE)
    try:
        connection.request("GET", "/healthz")
        connection.getresponse().read()
    except OSError:
        return False
    finally:
        connection.close()
    return True
