"""Nobody gets a page older than what was committed before they asked: a small newsroom that changes all the time."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.faults.cluster import needed_programs
from tests.faults.ledger import DONE, Ledger
from tests.faults.machine import Machine, machine
from tests.faults.staff import Editor, Moderator
from tests.faults.truth import Seen, Truth, read_seen, stale
from tests.faults.world import Story, World, in_threads, readers_at

READERS, EDITORS, MODERATORS, COMMENTS = 3, 1, 2, 6
NEXT = {"held": "approve", "public": "remove", "removed": "restore"}
AFTER = {"approve": "public", "remove": "removed", "restore": "public"}


@dataclass
class Watched:
    """How much was changed and read, how many answers were 304, and which were too old."""

    seconds: float = 0
    changes: int = 0
    answers: int = 0
    not_modified: int = 0
    wrong: list[str] = field(default_factory=list)


class Fickle(Moderator):
    """Approves, removes and restores comments of its own, over and over."""

    def __init__(self, world: World, seed: int, comments: list[dict[str, Any]], **who: str) -> None:
        super().__init__(world, 0, seed, **who)
        self.comments = comments

    def run(self) -> None:
        while not self.world.over.is_set():
            one = self.random.choice(self.comments)
            act = NEXT[one["state"]]
            self._decide(one["uid"], one["version"], act)
            if self.own and self.own.pop().told == DONE:
                one["version"] += 1
                one["state"] = AFTER[act]


def watch(database: str, seconds: float, seed: int, folder: Path, say: Callable[[str], None]) -> Watched:
    """Changes stories and comments for so long, under the eyes of readers in processes of their own."""
    say(f"{seconds:.0f} s of changes under the eyes of {READERS} readers on {database}, seed {seed}")
    with machine(folder, needed_programs() if database == "postgresql" else None) as computer:
        world = _world(computer)
        staff = _staff(world, computer, seed)
        with readers_at(world, seed, folder, count=READERS, pause=0) as files:
            working = in_threads([one.run for one in staff], world.ledger)
            time.sleep(seconds)
            world.over.set()
            for thread in working:
                thread.join()
            time.sleep(0.5)  # the readers see what the last change left
        return _watched(world, list(read_seen(files)), seconds)


def _world(computer: Machine) -> World:
    made = computer.inside.ask("prepare", stories=2, readers=0, moderators=MODERATORS, editors=EDITORS)
    computer.start()
    stories = [Story(**one) for one in made["stories"]]
    world = World(computer.server.port, stories, made["policy"], Ledger(), Truth(), computer.mail, 0)
    world.people = made
    return world


def _staff(world: World, computer: Machine, seed: int) -> list[Moderator | Editor]:
    staff: list[Moderator | Editor] = [
        Editor(world, world.stories, seed, session=one["session"], pause=0.05)
        for one in world.people["editors"]
    ]
    for number, one in enumerate(world.people["moderators"]):
        comments = computer.inside.ask("held_comments", story=world.stories[number].pk, count=COMMENTS)
        for comment in comments:
            world.threads[comment["uid"]] = world.stories[number].name
        staff.append(Fickle(world, seed + 1 + number, comments, **one))
    return staff


def _watched(world: World, seen: list[Seen], seconds: float) -> Watched:
    confirmed = [step for steps in world.truth.steps.values() for step in steps if step.confirmed]
    return Watched(
        seconds=seconds,
        changes=len(confirmed),
        answers=len(seen),
        not_modified=sum(one.status == 304 for one in seen),
        wrong=[
            *world.ledger.wrong,
            *(
                f"{one.path} came without the database, which was there"
                for one in seen
                if one.without_database
            ),
            *stale(seen, world.truth, world.threads),
        ],
    )
