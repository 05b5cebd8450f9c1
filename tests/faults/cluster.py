"""A private PostgreSQL that a test may stop, crash and start again: its own data, its own port, gone with the test."""

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

PLACES = "/usr/lib/postgresql/*/bin"
SETTINGS = ("listen_addresses=127.0.0.1", "shared_buffers=64MB", "log_lock_waits=on")


def programs() -> Path | None:
    """The folder of the newest initdb and pg_ctl: the distribution's, or what is on the path."""
    found = sorted(Path("/").glob(f"{PLACES[1:]}/initdb"), key=lambda path: float(path.parts[-3]))
    on_path = shutil.which("initdb")
    if found:
        return found[-1].parent
    return Path(on_path).parent if on_path else None


def needed_programs() -> Path:
    """Skips with a sentence where PostgreSQL is not installed; in CI that fails."""
    found = programs()
    if found is not None:
        return found
    if os.environ.get("CI"):
        pytest.fail("CI must run these tests: PostgreSQL's initdb and pg_ctl are not installed.")
    pytest.skip("PostgreSQL's programs (initdb, pg_ctl) are not on this machine.")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Cluster:
    """One PostgreSQL. It runs as `postgres` where the tests run as root, since it refuses to be root."""

    def __init__(self, bin_folder: Path, folder: Path, *, max_connections: int) -> None:
        self.bin_folder, self.data, self.port = bin_folder, folder / "data", free_port()
        self.log = folder / "postgresql.log"
        self.options = [f"-p {self.port}", f"-k {folder}", f"-c max_connections={max_connections}"]
        self.options += [f"-c {setting}" for setting in SETTINGS]

    @property
    def url(self) -> str:
        return f"postgres://newsroom:newsroom@127.0.0.1:{self.port}/newsroom"

    @property
    def superuser_url(self) -> str:
        return f"postgres://postgres@127.0.0.1:{self.port}/newsroom"

    def create(self) -> None:
        """The application's role owns its database and is no superuser, as in production."""
        self._run(
            "initdb", "-D", self.data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8"
        )
        self.start()
        self.sql(
            "CREATE ROLE newsroom LOGIN CREATEDB PASSWORD 'newsroom'",
            "CREATE DATABASE newsroom OWNER newsroom",
        )

    def start(self) -> None:
        """Returns when it takes connections, after whatever recovery a crash made necessary."""
        options = " ".join(self.options)
        self._run("pg_ctl", "-D", self.data, "-w", "-t", "60", "-l", self.log, "-o", options, "start")

    def sql(self, *statements: str) -> None:
        """Each in a transaction of its own, as the superuser."""
        for statement in statements:
            self._run(
                "psql", "-q", "-h", "127.0.0.1", "-p", str(self.port), "-U", "postgres", "-c", statement
            )

    def crash(self) -> None:
        """Ends it at once, with nothing written that a crash of its processes would not have left."""
        self._run("pg_ctl", "-D", self.data, "-w", "-m", "immediate", "stop")

    def _run(self, program: str, *arguments: str | Path) -> None:
        as_postgres = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
        # Not captured: the server would inherit the pipe and keep it open.
        with (self.data.parent / "commands.log").open("ab") as said:
            subprocess.run(
                [*as_postgres, str(self.bin_folder / program), *map(str, arguments)],
                cwd="/",
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=said,
                check=True,
                timeout=120,
            )


class Standby(Cluster):
    """A PostgreSQL that follows another by streaming replication, made by pg_basebackup."""

    def __init__(self, primary: Cluster, folder: Path) -> None:
        super().__init__(primary.bin_folder, folder, max_connections=100)
        self.primary = primary

    def create(self) -> None:
        source = ["-h", "127.0.0.1", "-p", str(self.primary.port), "-U", "postgres"]
        self._run("pg_basebackup", *source, "-D", self.data, "-R", "-X", "stream", "-c", "fast")
        self.start()

    def delay(self, seconds: int) -> None:
        """From now on it shows each transaction so many seconds after it was committed."""
        self.sql(f"ALTER SYSTEM SET recovery_min_apply_delay = '{seconds}s'", "SELECT pg_reload_conf()")

    def promote(self) -> None:
        """It takes writes from now on, in a history of its own."""
        self._run("pg_ctl", "-D", self.data, "-w", "-t", "60", "promote")

    def read_by_newsroom(self) -> int:
        """How many queries of public pages it has answered, if it logs statements."""
        return self.log.read_text(errors="replace").count("articles_publication")


def either(first: Cluster, second: Cluster) -> str:
    """The address of whichever of the two takes writes."""
    hosts = f"host=127.0.0.1,127.0.0.1&port={first.port},{second.port}&connect_timeout=2"
    return f"postgres://newsroom:newsroom@/newsroom?{hosts}&target_session_attrs=read-write"


@contextmanager
def standby_of(primary: Cluster, *settings: str) -> Iterator[Standby]:
    """A running standby in a folder of its own, which goes with it."""
    with _own_folder() as folder:
        standby = Standby(primary, folder)
        standby.options += [f"-c {setting}" for setting in settings]
        yield from _running(standby)


@contextmanager
def private_cluster(bin_folder: Path, *settings: str, max_connections: int = 60) -> Iterator[Cluster]:
    """A running cluster in a folder of its own, which goes with it."""
    with _own_folder() as folder:
        cluster = Cluster(bin_folder, folder, max_connections=max_connections)
        cluster.options += [f"-c {setting}" for setting in settings]
        yield from _running(cluster)


@contextmanager
def _own_folder() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="newsroom-cluster-"))
    if os.geteuid() == 0:
        shutil.chown(folder, "postgres")
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _running(cluster: Any) -> Iterator[Any]:
    try:
        cluster.create()
        yield cluster
    finally:
        if (cluster.data / "postmaster.pid").exists():
            cluster.crash()
