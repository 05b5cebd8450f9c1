"""Runs the newsroom as several machines would and does them harm meanwhile: `python -m tests.bench.scale [--seconds 12]
[--write]`.

Exits with 1 where an acknowledged comment is missing, one is there that nobody sent, a page was older than what had
been committed, or `verify_decisions` finds something.

Two gunicorns behind nginx, PostgreSQL with a standby, and Redis, all of its own and on loopback, with readers,
commenters and an editor at work. `--write` puts the table into docs/scale.md. Takes eleven times `--seconds` and two
minutes.
"""

import argparse
import itertools
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.bench.scale_load import GONE, STORED, Readers, Reading, Sending, Workers, oldest, per_second
from tests.faults.cluster import Cluster, Standby, either, free_port, private_cluster, programs, standby_of
from tests.faults.editor import Editor
from tests.faults.front import configuration
from tests.faults.reader import ask, send_comment
from tests.faults.redis import Store, private_store
from tests.faults.serving import Server, environment_of, manage, serving
from tests.measured import provenance, write

PAGE = Path(__file__).parents[2] / "docs" / "scale.md"
MARKS = ("<!-- scale: made by tests.bench.scale -->", "<!-- scale: end -->")
OLDEST = 0.02
"""Seconds that a page may be behind: the moments are taken by two programs, each after what it did."""
REFUSED = 503
SETTLED = 3.0
"""Seconds after the start of the load that belong to no phase."""


@dataclass
class Machines:
    """All that runs, and the port of nginx without and with a page cache."""

    primary: Cluster
    standby: Standby
    store: Store
    servers: list[Server]
    port: int
    cached_port: int
    editor: Editor


@dataclass(frozen=True, slots=True)
class Phase:
    name: str
    begun: float
    ended: float

    def has(self, moment: float) -> bool:
        return self.begun <= moment < self.ended


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=int, default=12, help="of each phase (default: 12)")
    parser.add_argument("--write", action="store_true", help="put the table into docs/scale.md")
    asked = parser.parse_args()
    missing = [name for name in ("nginx", "redis-server") if not shutil.which(name)]
    if missing or programs() is None:
        raise SystemExit(f"Not on this machine: {', '.join(missing) or 'PostgreSQL'}.")
    with tempfile.TemporaryDirectory(prefix="newsroom-scale-") as folder, ExitStack() as stack:
        Path(folder).chmod(0o755)
        table, wrong = run(machines(Path(folder), stack), asked.seconds)
    print(table)
    if asked.write:
        write(table, PAGE, *MARKS)
    if wrong:
        sys.exit("\n".join(wrong))


def machines(folder: Path, stack: ExitStack) -> Machines:
    """Everything is up and has a newsroom of 200 stories, with 100 comments under the first."""
    found = programs()
    assert found
    _say("The primary, and a newsroom in it ...")
    primary = stack.enter_context(private_cluster(found, max_connections=100))
    made = manage(
        environment_of(primary.url), "make_newsroom", "--stories", "200", "--thread", "100", "--held", "50"
    )
    if made.returncode:
        raise SystemExit(made.stderr)
    _say("The standby, Redis, two servers and nginx ...")
    standby = stack.enter_context(standby_of(primary))
    store = stack.enter_context(private_store())
    url = either(primary, standby)
    more = {"REPLICA_URL": standby.url, "CACHE_URL": store.url, "SITE_URL": "http://127.0.0.1"}
    more |= {"COMMENT_FORMS_PER_NETWORK": "1000000"}  # all commenters come from one network here
    servers = []
    for name in ("first", "second"):
        (folder / name).mkdir()
        servers.append(stack.enter_context(serving(url, folder / name, workers=2, **more)))
    ports = stack.enter_context(_nginx(folder, servers))
    editor = Editor(environment_of(url, LOG_LEVEL="ERROR"))
    stack.callback(editor.end)
    return Machines(primary, standby, store, servers, *ports, editor)


@contextmanager
def _nginx(folder: Path, servers: list[Server]) -> Iterator[tuple[int, int]]:
    """nginx as docs/nginx.conf has it, in turn to each server; and the same without its page cache."""
    plain, cached = free_port(), free_port()
    passing = "location / { proxy_pass http://newsroom; proxy_set_header Host $host; }"
    file = folder / "nginx.conf"
    file.write_text(
        configuration(
            folder,
            port=cached,
            origins=[server.port for server in servers],
            workers=1,
            more=f"server {{ listen 127.0.0.1:{plain}; {passing} }}",
        )
    )
    process = subprocess.Popen(["nginx", "-e", f"{folder}/nginx.log", "-c", str(file)])
    try:
        _await(lambda: ask(plain, "/healthz").status == 200)
        yield plain, cached
    finally:
        process.terminate()
        process.wait(30)


def run(machines: Machines, seconds: int) -> tuple[str, list[str]]:
    """The table, and a sentence for each thing that is wrong."""
    paths = machines.editor.ask("paths")
    busy, ticking, vanishing, *others = paths
    pages = [(busy, 20), (ticking, 40), (vanishing, 10), ("/", 10), ("/feeds/rss/", 2)]
    pages += [(path, 1) for path in others[:18]]
    alone = _alone(machines, busy)
    machines.editor.ask("headline", ticking, "Tick 0 of the clock")
    readers = Readers(machines.port, pages, processes=2, connections=3)
    workers = Workers(
        machines.port, machines.editor, ticking=ticking, vanishing=vanishing, commented=others[18:48]
    )
    readers.start()
    workers.start()
    try:
        time.sleep(SETTLED)
        phases = [_phase(machines, name, act, seconds) for name, act in _harm(machines)]
    finally:
        workers.end()
        readings = readers.end()
    stored = set(machines.editor.ask("comments"))
    table = _report(machines, phases, readings, workers, stored, alone, vanishing)
    return table, _wrong(machines, readings, workers, stored, vanishing)


def _harm(machines: Machines) -> list[tuple[str, Callable[[], object]]]:
    primary, standby, store = machines.primary, machines.standby, machines.store
    return [
        ("all is well", lambda: None),
        ("replica 30 s behind", lambda: standby.delay(30)),
        ("replica stopped", standby.crash),
        ("replica back", lambda: (standby.start(), standby.delay(0))),
        ("Redis killed", store.kill),
        ("Redis back, empty", store.start),
        ("one server killed", machines.servers[0].kill),
        ("both servers again", machines.servers[0].start),
        ("primary killed", primary.crash),
        ("replica promoted", standby.promote),
        ("half a minute later", lambda: time.sleep(20)),
    ]


def _phase(machines: Machines, name: str, act: Callable[[], object], seconds: int) -> Phase:
    """What is done begins the phase: what the readers get while it is done counts."""
    _say(name)
    begun = time.monotonic()
    act()
    time.sleep(seconds)
    return Phase(name, begun, time.monotonic())


def _wrong(
    machines: Machines, readings: list[Reading], workers: Workers, stored: set[str], vanishing: str
) -> list[str]:
    wrong = []
    if lost := _acknowledged(workers.sent) - stored:
        wrong.append(f"Acknowledged and not there: {sorted(lost)[:5]}, {len(lost)} in all.")
    if invented := stored - {sending.body for sending in workers.sent if sending.status != REFUSED}:
        wrong.append(f"There, and sent by nobody: {sorted(invented)[:5]}, {len(invented)} in all.")
    age, what = oldest(readings, workers.edits, vanishing=vanishing)
    if age > OLDEST:
        wrong.append(f"{age:.3f} s older than what had been committed: {what}")
    verified = manage(environment_of(machines.standby.url), "verify_decisions")
    if verified.returncode:
        wrong.append(f"verify_decisions: {verified.stderr.strip()}")
    return wrong


# --- what is told


def _report(
    machines: Machines,
    phases: list[Phase],
    readings: list[Reading],
    workers: Workers,
    stored: set[str],
    alone: list[str],
    vanishing: str,
) -> str:
    said = _acknowledged(workers.sent)
    unsaid = {sending.body for sending in workers.sent if sending.status == 0}
    head = [
        f"{provenance()}, with everything on these cores, the readers included (load"
        f" {os.getloadavg()[0]:.0f} at the end): two gunicorns of two workers behind nginx, PostgreSQL with a standby,"
        " Redis.",
        "",
        *alone,
        "",
        "| phase | pages a second | median, ms | 99 of 100, ms | not answered or 5xx | oldest answer, s behind |"
        " comments stored a second | sent in vain: 503, no answer |",
        "|---|---|---|---|---|---|---|---|",
    ]
    rows = [_row(phase, readings, workers, vanishing) for phase in phases]
    return "\n".join(
        [
            *head,
            *rows,
            "",
            f"Comments acknowledged: {len(said):,}; of those there at the end: {len(said & stored):,}."
            f" Sent without an answer: {len(unsaid):,}, stored {len(unsaid & stored):,}."
            f" Stored that nobody sent: {len(stored - said - unsaid - _refused(workers.sent)):,}."
            f" Edits committed: {len(workers.edits.ticks):,}; withdrawn and back: {len(workers.edits.gone)} times.",
        ]
    )


def _acknowledged(sent: list[Sending]) -> set[str]:
    return {sending.body for sending in sent if sending.status == STORED}


def _refused(sent: list[Sending]) -> set[str]:
    return {sending.body for sending in sent if sending.status == REFUSED}


def _row(phase: Phase, readings: list[Reading], workers: Workers, vanishing: str) -> str:
    seconds = phase.ended - phase.begun
    here = [reading for reading in readings if phase.has(reading.begun)]
    sent = [sending for sending in workers.sent if phase.has(sending.begun)]
    times = sorted(reading.seconds * 1000 for reading in here) or [0.0]
    age, what = oldest(here, workers.edits, vanishing=vanishing)
    _say(f"{phase.name}: the oldest answer, {age:.3f} s: {what}")
    good = sum(reading.status in {200, GONE} for reading in here)
    stored = sum(sending.status == STORED for sending in sent)
    other = [sending.status for sending in sent if sending.status not in {STORED, 503, 0}]
    cells = [
        phase.name,
        per_second(len(here), seconds),
        f"{statistics.median(times):.0f}",
        f"{times[len(times) * 99 // 100]:.0f}",
        f"{len(here) - good}" + _statuses(here),
        f"{age:.2f}",
        per_second(stored, seconds),
        f"{sum(sending.status == 503 for sending in sent)}, {sum(sending.status == 0 for sending in sent)}"
        + (f"; {other}" if other else ""),
    ]
    return "| " + " | ".join(cells) + " |"


def _statuses(here: list[Reading]) -> str:
    bad = sorted({reading.status for reading in here} - {200, GONE})
    return f" ({', '.join(str(status or 'none') for status in bad)})" if bad else ""


def _alone(machines: Machines, busy: str) -> list[str]:
    """What one kind of work costs with nothing beside it; wrk reads where it is installed."""
    lines = []
    if wrk := shutil.which("wrk"):
        for name, port in (
            ("at the two servers", machines.port),
            ("from nginx's page cache", machines.cached_port),
        ):
            rate = _wrk(wrk, f"http://127.0.0.1:{port}{busy}")
            lines.append(f"A kept page of 100 comments, compressed, {name}: {rate:,.0f} a second.")
    times = []
    for path in machines.editor.ask("paths")[50:110]:
        begun = time.monotonic()
        assert ask(machines.port, path).status == 200
        times.append((time.monotonic() - begun) * 1000)
    lines.append(f"A story's page that has to be made, without comments: {statistics.median(times):.0f} ms.")
    lines.append(
        f"Comments posted by four readers at a time: {_posted(machines):.1f} a second, forms fetched first."
    )
    micros = machines.editor.ask("version_seconds", busy) * 1_000_000
    lines.append(
        f"The question for a page's version, at the primary: {micros:.0f} µs with its way there and back."
    )
    return lines


def _posted(machines: Machines, seconds: float = 6) -> float:
    """Comments stored in a second while nothing else goes on."""
    stories = machines.editor.ask("paths")[110:]
    until = time.monotonic() + seconds

    def send_on(who: int) -> int:
        for number in itertools.count():
            if time.monotonic() > until:
                return number
            body = f"Posted: by reader {who} on matter {number} of the harbour."
            status = send_comment(
                machines.port, stories[number % len(stories)], body, address=f"p{who}.{number}@example.org"
            )
            assert status == STORED, status
        raise AssertionError

    with ThreadPoolExecutor(4) as pool:
        return sum(pool.map(send_on, range(4))) / seconds


def _wrk(program: str, url: str) -> float:
    command = [program, "-t1", "-c8", "-d6s", "-H", "Accept-Encoding: gzip", url]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    found = re.search(r"Requests/sec:\s+([\d.]+)", said)
    assert found, said
    assert "Non-2xx" not in said, said
    return float(found[1])


def _await(holds: Callable[[], bool], seconds: float = 30) -> None:
    until = time.monotonic() + seconds
    while True:
        try:
            if holds():
                return
        except OSError:
            pass
        if time.monotonic() > until:
            raise SystemExit("nginx does not answer.")
        time.sleep(0.2)


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
