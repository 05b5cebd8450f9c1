"""The machine that a newsroom runs on: server, worker, database, mail server, and what may happen to each."""

import json
import random
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import psycopg

from tests.faults.cluster import Cluster, private_cluster
from tests.faults.mailserver import MailServer
from tests.faults.serving import ROOT, Process, Server, environment_of

CONNECTIONS = 30


class Inside:
    """The process on the newsroom's database. Waits while that is away."""

    def __init__(self, environment: Mapping[str, str], log: Path) -> None:
        with log.open("ab") as said:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "tests.faults.inside"],
                cwd=ROOT,
                env=dict(environment),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=said,
                text=True,
            )
        self.log = log

    def ask(self, question: str, *, seconds: float = 60, **given: Any) -> Any:
        assert self.process.stdin
        assert self.process.stdout
        until = time.monotonic() + seconds
        while True:
            print(json.dumps([question, given]), file=self.process.stdin, flush=True)
            line = self.process.stdout.readline()
            if not line:
                raise AssertionError(f"{question} ended the process:\n{self.log.read_text()[-3000:]}")
            answer = json.loads(line)
            if "answer" in answer:
                return answer["answer"]
            if time.monotonic() > until:
                raise AssertionError(f"{question}: the database is away, {answer['away']}")
            time.sleep(0.5)

    def end(self) -> None:
        self.process.kill()
        self.process.communicate()


class Machine:
    """All processes of a newsroom. Each method in FAULTS is one fault, over when it returns."""

    def __init__(self, folder: Path, database_url: str, mail: MailServer, cluster: Cluster | None) -> None:
        self.folder, self.mail, self.cluster = folder, mail, cluster
        environment = environment_of(database_url, EMAIL_URL=mail.url, EMAIL_TIMEOUT="5")
        self.server = Server(environment, folder / "gunicorn.log", workers=2)
        self.environment = self.server.environment
        worker = [sys.executable, "manage.py", "db_worker", "--no-startup-delay", "--interval", "0.1"]
        self.worker = Process([*worker, "--mind-every", "1"], self.environment, folder / "worker.log")
        self.inside = Inside(self.environment, folder / "inside.log")
        self.ended_by_themselves: list[str] = []
        self._hands = threading.Lock()
        self._over = threading.Event()

    def start(self) -> None:
        self.server.start()
        self.server.await_answer()
        self.worker.start()
        threading.Thread(target=self._supervise, daemon=True).start()

    def end(self) -> None:
        self._over.set()
        with self._hands:
            self.worker.end()
            self.server.end()
        self.inside.end()

    def _supervise(self) -> None:
        """Starts again what ended without our doing, as systemd would, and remembers it: nothing should."""
        while not self._over.wait(0.3):
            with self._hands:
                for name, process in (("gunicorn", self.server), ("the mail worker", self.worker)):
                    if not process.runs and not self._over.is_set():
                        self.ended_by_themselves.append(name)
                        process.start()

    # --- what may happen

    def web_worker_killed(self, chance: random.Random) -> None:
        if children := self.server.children():
            subprocess.run(["kill", "-9", str(chance.choice(children))], check=False)
        time.sleep(1)

    def gunicorn_killed(self, chance: random.Random) -> None:
        with self._hands:
            self.server.kill()
            time.sleep(chance.uniform(0, 1.5))
            self.server.start()
        self.server.await_answer()

    def gunicorn_restarted(self, chance: random.Random) -> None:
        with self._hands:
            self.server.end()
            self.server.start()
        self.server.await_answer()

    def mail_worker_killed(self, chance: random.Random) -> None:
        with self._hands:
            self.worker.kill()
            self.worker.start()
        time.sleep(chance.uniform(0.5, 2))

    def mail_worker_killed_while_it_sends(self, chance: random.Random) -> None:
        self.mail.manner = "is slow"
        time.sleep(chance.uniform(1, 2))
        with self._hands:
            self.worker.kill()
            self.worker.start()
        self.mail.manner = "takes"

    def all_killed(self, chance: random.Random) -> None:
        with self._hands:
            self.worker.kill()
            self.server.kill()
            time.sleep(chance.uniform(0, 1))
            self.server.start()
            self.worker.start()
        self.server.await_answer()

    def mail_refused(self, chance: random.Random) -> None:
        self._mail("refuses", chance)

    def mail_server_hangs_up(self, chance: random.Random) -> None:
        self._mail("hangs up", chance)

    def mail_dropped_in_the_data(self, chance: random.Random) -> None:
        self._mail("drops in the data", chance)

    def mail_taken_without_an_answer(self, chance: random.Random) -> None:
        self._mail("forgets to answer", chance)

    def mail_server_slow(self, chance: random.Random) -> None:
        self._mail("is slow", chance)

    def _mail(self, manner: str, chance: random.Random) -> None:
        self.mail.manner = manner
        time.sleep(chance.uniform(1.5, 4))
        self.mail.manner = "takes"

    def postgresql_crashed(self, chance: random.Random) -> None:
        assert self.cluster
        self.cluster.crash()
        time.sleep(chance.uniform(0, 2.5))
        self.cluster.start()

    def connections_exhausted(self, chance: random.Random) -> None:
        """Others take all connections, those of the newsroom's included, and keep them for some seconds."""
        assert self.cluster
        taken: list[psycopg.Connection[Any]] = []
        with psycopg.connect(self.cluster.superuser_url, autocommit=True) as administrator:
            until = time.monotonic() + chance.uniform(2, 5)
            while time.monotonic() < until:
                mine = [connection.info.backend_pid for connection in taken]
                administrator.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                    " WHERE usename = 'newsroom' AND NOT pid = ANY(%s)",
                    [mine],
                )
                taken += self._all_that_are_free()
                time.sleep(0.05)
        for connection in taken:
            connection.close()

    def _all_that_are_free(self) -> list[psycopg.Connection[Any]]:
        assert self.cluster
        found = []
        while True:
            try:
                found.append(psycopg.connect(self.cluster.url, connect_timeout=5))
            except psycopg.OperationalError:
                return found


Fault = Callable[[Machine, random.Random], None]
ANYWHERE: dict[str, Fault] = {
    "a web worker killed": Machine.web_worker_killed,
    "the mail worker killed while it sends": Machine.mail_worker_killed_while_it_sends,
    "gunicorn killed": Machine.gunicorn_killed,
    "mail taken without an answer": Machine.mail_taken_without_an_answer,
    "all processes killed": Machine.all_killed,
    "mail refused": Machine.mail_refused,
    "mail dropped in the data": Machine.mail_dropped_in_the_data,
    "gunicorn restarted": Machine.gunicorn_restarted,
    "the mail worker killed": Machine.mail_worker_killed,
    "the mail server slow": Machine.mail_server_slow,
    "the mail server hangs up": Machine.mail_server_hangs_up,
}
OF_POSTGRESQL: dict[str, Fault] = {
    "PostgreSQL crashed": Machine.postgresql_crashed,
    "connections exhausted": Machine.connections_exhausted,
}


@contextmanager
def machine(folder: Path, bin_folder: Path | None) -> Iterator[Machine]:
    """A machine with PostgreSQL from `bin_folder`, or on SQLite without one; everything ends with the block."""
    with ExitStack() as things:
        mail = MailServer()
        things.callback(mail.end)
        cluster = None
        if bin_folder:
            cluster = things.enter_context(private_cluster(bin_folder, max_connections=CONNECTIONS))
        url = cluster.url if cluster else f"sqlite:///{folder / 'newsroom.sqlite3'}"
        made = Machine(folder, url, mail, cluster)
        things.callback(made.end)
        yield made
