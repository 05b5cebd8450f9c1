"""Readers, commenters and an editor at work on a newsroom of several machines, and what each of them was answered."""

import itertools
import random
import re
import threading
import time
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from multiprocessing import get_context
from multiprocessing.queues import Queue
from multiprocessing.synchronize import Barrier, Event

from tests.faults.editor import Editor
from tests.faults.reader import send_comment

TITLE = re.compile(rb"<title>Tick (\d+) ")
GONE = 410
STORED = 303
PATIENCE = 20
"""Seconds after which a reader gives up."""


@dataclass(frozen=True, slots=True)
class Reading:
    """A page that was asked for: when (of the machine's monotonic clock), for how long, and what came."""

    begun: float
    seconds: float
    path: str
    status: int
    tick: int | None


@dataclass(frozen=True, slots=True)
class Sending:
    """A comment that was sent. `status` is 0 where nobody answered."""

    begun: float
    body: str
    status: int


@dataclass
class Edits:
    """What an editor committed: when each tick was there for certain, and when a story was withdrawn and came back."""

    ticks: dict[int, float] = field(default_factory=dict)
    gone: list[tuple[float, float]] = field(default_factory=list)
    refused: int = 0


class Readers:
    """Processes that read all the time, each with so many connections."""

    def __init__(self, port: int, pages: list[tuple[str, int]], *, processes: int, connections: int) -> None:
        context = get_context("spawn")
        self.over: Event = context.Event()
        self.said: Queue[list[Reading]] = context.Queue()
        self.ready = context.Barrier(processes + 1)
        self.processes = [
            context.Process(
                target=_read, args=(port, pages, connections, number, self.ready, self.over, self.said)
            )
            for number in range(processes)
        ]

    def start(self) -> None:
        """Returns when all of them read."""
        for process in self.processes:
            process.start()
        self.ready.wait(120)

    def end(self) -> list[Reading]:
        """All that they read, in no order."""
        self.over.set()
        read = [self.said.get(timeout=120) for _process in self.processes]
        for process in self.processes:
            process.join()
        return list(itertools.chain.from_iterable(read))


def _read(
    port: int,
    pages: list[tuple[str, int]],
    connections: int,
    seed: int,
    ready: Barrier,
    over: Event,
    said: "Queue[list[Reading]]",
) -> None:
    read: list[Reading] = []
    threads = [
        threading.Thread(target=_read_on, args=(port, pages, random.Random(seed * 100 + one), over, read))
        for one in range(connections)
    ]
    ready.wait(120)
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    said.put(read)


def _read_on(
    port: int, pages: list[tuple[str, int]], chance: random.Random, over: Event, read: list[Reading]
) -> None:
    paths, weights = [page for page, _weight in pages], [weight for _page, weight in pages]
    connection = HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    while not over.is_set():
        path = chance.choices(paths, weights)[0]
        begun = time.monotonic()
        try:
            connection.request("GET", path)
            response = connection.getresponse()
            body, status = response.read(), response.status
        except (OSError, HTTPException):
            body, status = b"", 0
            connection.close()
        found = TITLE.search(body, 0, 2_000)
        read.append(Reading(begun, time.monotonic() - begun, path, status, int(found[1]) if found else None))
    connection.close()


class Workers:
    """Threads of this process: some send comments, one edits; each keeps a record of its own."""

    def __init__(
        self, port: int, editor: Editor, *, ticking: str, vanishing: str, commented: list[str]
    ) -> None:
        self.port, self.editor = port, editor
        self.ticking, self.vanishing, self.commented = ticking, vanishing, commented
        self.sent: list[Sending] = []
        self.edits = Edits()
        self.over = threading.Event()
        self.threads = [threading.Thread(target=self._edit)]
        self.threads += [threading.Thread(target=self._send, args=(number,)) for number in range(2)]

    def start(self) -> None:
        for thread in self.threads:
            thread.start()

    def end(self) -> None:
        self.over.set()
        for thread in self.threads:
            thread.join()

    def _send(self, who: int) -> None:
        for number in itertools.count():
            if self.over.is_set():
                return
            begun, body = (
                time.monotonic(),
                f"Sent: {WORDS[who]} {number}, on a matter of the harbour and the pier.",
            )
            story = self.commented[number % len(self.commented)]
            try:
                address = f"reader{who}.{number}@example.org"
                status = send_comment(self.port, story, body, address=address)
            except (OSError, HTTPException):
                status = 0
            self.sent.append(Sending(begun, body, status))

    def _edit(self) -> None:
        ticks, withdrawn = itertools.count(1), 0.0
        for round_ in itertools.count():
            if self.over.wait(0.4):
                return
            tick = next(ticks)
            if self._done("headline", self.ticking, f"Tick {tick} of the clock"):
                self.edits.ticks[tick] = time.monotonic()
            if round_ % 8 == 3 and not withdrawn and self._done("withdraw", self.vanishing):
                withdrawn = time.monotonic()
            elif round_ % 8 == 7 and withdrawn:
                until = time.monotonic()
                if self._done("bring_back", self.vanishing, f"Here again {round_}"):
                    self.edits.gone.append((withdrawn, until))
                    withdrawn = 0.0

    def _done(self, *question: str) -> bool:
        try:
            self.editor.ask(*question)
        except RuntimeError:
            self.edits.refused += 1
            return False
        return True


WORDS = ("Ada", "Ben")


def oldest(readings: list[Reading], edits: Edits, *, vanishing: str) -> tuple[float, str]:
    """Seconds by which the oldest answer was behind what had been committed when it was asked for, and what it was.

    A story that was withdrawn counts while it was away from the asking to the answer.
    """
    ages = [(0.0, "")]
    after = dict(itertools.pairwise(sorted(edits.ticks)))
    for reading in readings:
        if reading.tick is not None and (following := after.get(reading.tick)):
            ages.append((reading.begun - edits.ticks[following], f"{reading} before tick {following}"))
        if reading.path == vanishing and reading.status == 200:
            ages += [
                (reading.begun - gone, f"{reading} between {gone} and {back}")
                for gone, back in edits.gone
                if gone < reading.begun and reading.begun + reading.seconds < back
            ]
    return max(ages)


def per_second(count: int, seconds: float) -> str:
    return f"{count / seconds:,.0f}" if count >= 10 * seconds else f"{count / seconds:.1f}"
