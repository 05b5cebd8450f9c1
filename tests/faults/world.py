"""What all clients of a fault run share, and what they make of an answer."""

import json
import os
import re
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from html import unescape
from pathlib import Path
from typing import Any

from tests.faults.browser import Answer, Browser
from tests.faults.ledger import DONE, REFUSED, UNCLEAR, Ledger
from tests.faults.mailserver import MailServer
from tests.faults.serving import Process
from tests.faults.truth import Truth

PATIENCE = 150.0
"""Seconds for which a client sends the same again; every fault is over by then."""
FIELD = r'name="(?:[a-z]+-)?{}" value="([^"]*)"'


@dataclass(frozen=True, slots=True)
class Story:
    """A story of the newsroom that the run is about."""

    pk: int
    name: str
    path: str
    section: int
    author: int


@dataclass
class World:
    """What all of them share. `left` is how many comments are still to be written."""

    port: int
    stories: list[Story]
    policy: int
    ledger: Ledger
    truth: Truth
    mail: MailServer
    left: int
    threads: dict[str, str] = field(default_factory=dict)
    people: dict[str, list[dict[str, str]]] = field(default_factory=dict)
    over: threading.Event = field(default_factory=threading.Event)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def take_one(self) -> bool:
        with self.lock:
            self.left -= 1
            return self.left >= 0

    def browser(self, session: str = "") -> Browser:
        return Browser(self.port, self.ledger, session=session)


def hidden(name: str, html: str) -> str:
    """The value of a form's hidden field; "" where there is none."""
    found = re.search(FIELD.format(name), html)
    return unescape(found[1]) if found else ""


def told(answer: Answer, certain: bool, *, done: int = 303, refused: int = 409) -> str:
    """What is certain by this answer: one that refuses after an unclear one may refuse what was done."""
    if answer.status == done:
        return DONE
    return REFUSED if answer.status == refused and certain else UNCLEAR


def said(answer: Answer) -> str:
    """The words of a page that matter when something went wrong."""
    text = re.sub(r"<(style|script).*?</\1>|<[^>]+>", " ", answer.text, flags=re.DOTALL)
    words = " ".join(text.split())
    alert = re.search(r'role="alert"[^>]*>(.*?)</', answer.text, flags=re.DOTALL)
    return (unescape(alert[1]).strip() + " " if alert else "") + words[:200]


def in_threads(acts: list[Callable[[], Any]], ledger: Ledger) -> list[threading.Thread]:
    """All begun at once; an error of ours is wrong too."""

    def guarded(act: Callable[[], Any]) -> None:
        try:
            act()
        except Exception as error:  # a client that broke off checks nothing any more
            ledger.complain(f"a client ended with {type(error).__name__}: {error}")

    threads = [threading.Thread(target=guarded, args=[act], daemon=True) for act in acts]
    for thread in threads:
        thread.start()
    return threads


@contextmanager
def readers_at(world: World, seed: int, folder: Path, *, count: int, pause: float) -> Iterator[list[Path]]:
    """Readers in processes of their own until the block ends; gives the files with what they saw."""
    stories = json.dumps([{"name": story.name, "path": story.path} for story in world.stories])
    files = [folder / f"seen-{number}.jsonl" for number in range(count)]
    readers = []
    for number, seen in enumerate(files):
        command = [sys.executable, "-m", "tests.faults.watcher", str(world.port), stories, str(seen)]
        command += [str(seed + 400 + number), str(pause)]
        readers.append(Process(command, os.environ, folder / f"reader-{number}.log"))
        readers[-1].start()
    try:
        yield files
    finally:
        for reader in readers:
            reader.end()
