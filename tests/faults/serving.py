"""The newsroom's own processes as a machine runs them: gunicorn, the mail worker, commands; killed, started again."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.client import HTTPConnection, HTTPException
from pathlib import Path

from tests.faults.cluster import free_port

ROOT = Path(__file__).resolve().parents[2]
HANDED_ON = ("PATH", "HOME", "LANG", "TMPDIR")


def environment_of(database_url: str, **more: str) -> dict[str, str]:
    """A deployment's environment, without anything of the tests' own."""
    own = {name: os.environ[name] for name in HANDED_ON if name in os.environ}
    return own | {
        "DJANGO_SETTINGS_MODULE": "newsroom.settings",
        "DATABASE_URL": database_url,
        "SECRET_KEY": "only-for-faults" * 5,
        "SEAL_KEY": "only-for-faults-too" * 4,
        "ALLOWED_HOSTS": "127.0.0.1",
        "STATIC_FROM_SOURCE": "true",
        "LOG_LEVEL": "WARNING",
        "COMMENT_FORMS_PER_NETWORK": "0",  # all clients of a fault run are on one network
        **more,
    }


def manage(environment: Mapping[str, str], *arguments: str) -> "subprocess.CompletedProcess[str]":
    """A command of manage.py, run to its end."""
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT,
        env=dict(environment),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )


class Process:
    """A process in a session of its own, with its output in a file."""

    def __init__(self, command: list[str], environment: Mapping[str, str], log: Path) -> None:
        self.command, self.environment, self.log = command, dict(environment), log
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        with self.log.open("ab") as said:
            self.process = subprocess.Popen(
                self.command,
                cwd=ROOT,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=said,
                start_new_session=True,
            )

    @property
    def runs(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def children(self) -> list[int]:
        """Process ids of what it has forked."""
        if self.process is None:
            return []
        listed = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        try:
            return [int(pid) for pid in listed.read_text().split()]
        except FileNotFoundError:
            return []

    def kill(self) -> None:
        """SIGKILL for it and all that it forked: nothing is tidied up."""
        if self.process is None:
            return
        with_children = [*self.children(), self.process.pid]
        for pid in with_children:
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                continue
        self.process.wait(30)

    def end(self) -> None:
        if self.process is None:
            return
        self.process.terminate()
        try:
            self.process.wait(15)
        except subprocess.TimeoutExpired:
            self.kill()


class Server(Process):
    """gunicorn with sync workers, on a port that stays the same over restarts."""

    def __init__(self, environment: Mapping[str, str], log: Path, *, workers: int) -> None:
        self.port = free_port()
        command = [sys.executable, "-m", "gunicorn", "newsroom.wsgi:application", "--no-control-socket"]
        command += ["--bind", f"127.0.0.1:{self.port}", "--workers", str(workers), "--log-level", "warning"]
        super().__init__(command, {"SITE_URL": f"http://127.0.0.1:{self.port}", **environment}, log)

    def await_answer(self, path: str = "/healthz", *, status: int = 200, seconds: float = 60) -> None:
        """Returns once the address answers so; AssertionError with the last answer if it never does."""
        until, last = time.monotonic() + seconds, "nothing"
        while time.monotonic() < until:
            connection = HTTPConnection("127.0.0.1", self.port, timeout=20)
            try:
                connection.request("GET", path)
                last = str(connection.getresponse().status)
            except (OSError, HTTPException) as error:
                last = str(error)
            finally:
                connection.close()
            if last == str(status):
                return
            time.sleep(0.2)
        raise AssertionError(f"{path} answered {last}, not {status}:\n{self.log.read_text()[-3000:]}")


@contextmanager
def serving(database_url: str, folder: Path, *, workers: int, **more: str) -> Iterator[Server]:
    """A server that answers, ended with the block."""
    server = Server(environment_of(database_url, **more), folder / "gunicorn.log", workers=workers)
    server.start()
    try:
        server.await_answer()
        yield server
    finally:
        server.end()
