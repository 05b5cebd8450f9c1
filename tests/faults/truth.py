"""What readers may have got at which moment, and the answers that are older than what was committed before them."""

import json
import threading
import time
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

GONE = 0
"""A story that is not live, a comment that is not public."""


@dataclass(slots=True)
class Step:
    """Something is in another state: some time after `begun`, before `confirmed` if that came."""

    place: int
    state: int
    begun: float
    confirmed: float | None = None


@dataclass
class Truth:
    """The steps of each story and comment in the order in which they can only have happened."""

    steps: dict[str, list[Step]] = field(default_factory=lambda: defaultdict(list))
    lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def begin(self, what: str, place: int, state: int) -> Step:
        step = Step(place, state, time.monotonic())
        with self.lock:
            self.steps[what].append(step)
        return step

    @staticmethod
    def confirm(step: Step) -> None:
        step.confirmed = time.monotonic()

    def drop(self, what: str, step: Step) -> None:
        """It was refused, so it never happened."""
        with self.lock:
            self.steps[what].remove(step)

    def write(self, path: Path) -> None:
        """All steps, for whoever looks into what an answer should have been."""
        with self.lock:
            path.write_text(
                json.dumps({what: [asdict(step) for step in steps] for what, steps in self.steps.items()})
            )

    def allowed(self, what: str, asked: float, answered: float) -> set[int] | None:
        """The states that an answer may show; None where any is right, since nothing is known from before."""
        steps = sorted(self.steps.get(what, ()), key=lambda step: step.place)
        last = max(
            (n for n, step in enumerate(steps) if step.confirmed is not None and step.confirmed <= asked),
            default=None,
        )
        if last is None:
            return None
        return {step.state for step in steps[last:] if step.begun <= answered}


@dataclass(frozen=True, slots=True)
class Seen:
    """An answer: when it was asked for and there, which states of stories and which comments it showed.

    `whole` says that it has every public comment of `thread`, the story that it belongs to. `without_database` is the
    server's own word that it could ask nobody what is in force.
    """

    asked: float
    answered: float
    path: str
    status: int
    stories: dict[str, int]
    comments: frozenset[str] | None = None
    thread: str = ""
    whole: bool = False
    without_database: bool = False


def read_seen(paths: Iterable[Path]) -> Iterator[Seen]:
    """The answers that readers wrote down."""
    for path in paths:
        for line in path.read_text().splitlines():
            if not line.endswith("}"):
                continue  # the reader was ended while it wrote
            row: dict[str, Any] = json.loads(line)
            comments = row.pop("comments")
            yield Seen(comments=None if comments is None else frozenset(comments), **row)


def stale(seen: Iterable[Seen], truth: Truth, threads: dict[str, str]) -> Iterator[str]:
    """A sentence for each answer older than its version. `threads` has the story of each comment.

    An answer that says that it was made without the database promises no more than what was kept; it is left out here,
    and counted where the figures are.
    """
    where: dict[str, list[str]] = defaultdict(list)
    for uid, story in threads.items():
        where[story].append(uid)
    settled = _settled(truth)
    for one in seen:
        if one.without_database:
            continue
        for story, state in one.stories.items():
            allowed = truth.allowed(f"story {story}", one.asked, one.answered)
            if allowed is not None and state not in allowed:
                yield f"{one.path} showed {story} in edition {state}, which readers had in {sorted(allowed)}"
        yield from _stale_comments(one, truth, where, settled)


def _stale_comments(
    one: Seen, truth: Truth, where: dict[str, list[str]], settled: dict[str, list[float]]
) -> Iterator[str]:
    if one.comments is None:
        return
    asked_about = set(one.comments)
    if one.whole:
        asked_about |= {uid for uid in where[one.thread] if uid in settled}
    for uid in asked_about:
        # Nothing was known of it before: no need to look.
        if uid not in settled or bisect_right(settled[uid], one.asked) == 0:
            continue
        allowed = truth.allowed(f"comment {uid}", one.asked, one.answered)
        if allowed is not None and (uid in one.comments) not in {bool(state) for state in allowed}:
            verb = "showed" if uid in one.comments else "left out"
            yield f"{one.path} {verb} comment {uid} against what was decided before it was asked for"


def _settled(truth: Truth) -> dict[str, list[float]]:
    return {
        what.partition(" ")[2]: sorted(step.confirmed for step in steps if step.confirmed is not None)
        for what, steps in truth.steps.items()
        if what.startswith("comment ")
    }
