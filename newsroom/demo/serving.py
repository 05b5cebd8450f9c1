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
SECONDS_TO_END = 10.0
"""What a part gets to end by itself before it is killed."""
SECONDS_TO_ANSWER = 60.0
"""What the server gets to answer for the first time, on however slow a machine."""
STOPPING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class ServingError(Exception):
    """A part of the demo does not run; the message is a sentence that says which."""


class Stopped(Exception):
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
        """None while it runs, and before it was started."""
        return self.process.poll() if self.process else None

    def ask_to_end(self) -> None:
        if self.process and self.process.poll() is None:
            self.process.terminate()

    def await_end(self) -> None:
        if self.process is None:
            return
        try:
            self.process.wait(SECONDS_TO_END)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def child_environment(address: Address, mail_folder: Path) -> dict[str, str]:
    """This process's environment with what server and worker must agree on; DEBUG is off in any case."""
    environment = {"STATIC_FROM_SOURCE": "true", "LOG_LEVEL": "WARNING"} | dict(os.environ)
    hosts = ["127.0.0.1", "localhost", "[::1]", str(address).rpartition(":")[0]]
    environment["ALLOWED_HOSTS"] = ",".join(dict.fromkeys(hosts))
    environment["SITE_URL"] = address.url
    # Three slashes, then the folder's own: with fewer its first name would be taken for a host.
    environment["EMAIL_URL"] = f"file:///{mail_folder}"
    environment["DEBUG"] = "false"
    return environment


def demo_parts(listening: socket, environment: Mapping[str, str]) -> tuple[Part, Part]:
    """The server on an inherited socket, and the worker that sends the mail."""
    number = listening.fileno()
    server = [sys.executable, "-m", "gunicorn", "newsroom.wsgi:application", "--bind", f"fd://{number}"]
    server += ["--workers", "2", "--preload", "--log-level", "warning", *_without_control_socket()]
    worker = [sys.executable, "-m", "django", "db_worker", "--no-startup-delay", "--verbosity", "0"]
    return Part("web server", server, environment, (number,)), Part("mail worker", worker, environment)


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


def run_until_stopped(server: Part, worker: Part, address: Address, when_up: Callable[[], None]) -> None:
    """Starts the server, then the worker, calls `when_up`, and returns when a signal asks to end.

    A part that dies is started again, RESTARTS times at most. Raises ServingError after that, or if the
    server does not answer within SECONDS_TO_ANSWER. Whatever happens, no part is left running.
    """
    with _stopping_signals():
        try:
            server.start()
            _await_answer(server, address)
            worker.start()
            when_up()
            while True:
                _mind(server)
                _mind(worker)
                time.sleep(0.5)
        except Stopped:
            return
        finally:
            _end([server, worker])


def _end(parts: Sequence[Part]) -> None:
    for number in STOPPING:
        signal.signal(number, signal.SIG_IGN)
    for part in parts:
        part.ask_to_end()
    for part in parts:
        part.await_end()


def _mind(part: Part) -> None:
    if part.exit_status is None:
        return
    if part.starts > RESTARTS:
        raise ServingError(
            f"The {part.name} ended {part.starts} times, last with status {part.exit_status};"
            " the demo gives up. What it said stands above."
        )
    part.start()


def _await_answer(server: Part, address: Address) -> None:
    until = time.monotonic() + SECONDS_TO_ANSWER
    while not _answers(address):
        if time.monotonic() > until:
            raise ServingError(f"The web server does not answer at {address.url}. What it said stands above.")
        _mind(server)
        time.sleep(0.05)


def _answers(address: Address) -> bool:
    connection = http.client.HTTPConnection(address.host, address.port, timeout=SECONDS_TO_ANSWER)
    try:
        connection.request("GET", "/healthz")
        connection.getresponse().read()
    except OSError:
        return False
    finally:
        connection.close()
    return True
