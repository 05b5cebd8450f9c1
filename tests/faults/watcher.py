"""A reader in a process of its own, who writes down every answer:
`python -m tests.faults.watcher PORT STORIES_JSON FILE SEED PAUSE`, ended by SIGTERM.
"""

import json
import random
import re
import sys
import time
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Any

SHOWN = re.compile(r'<li class="comment" id="comment-([0-9a-f-]{36})"')
LISTS = ("/", "/feeds/rss/")


@dataclass
class Reader:
    """Reads stories, their threads, the front and the feed, half of it with If-None-Match."""

    port: int
    stories: list[dict[str, Any]]
    random: random.Random
    kept: dict[str, tuple[str, dict[str, Any]]] = field(default_factory=dict)

    def read(self) -> dict[str, Any] | None:
        """One answer; None where it says nothing (503, no answer)."""
        story = self.random.choice(self.stories)
        path = self.random.choice([story["path"], story["path"] + "comments/", *LISTS])
        tag = self.kept[path][0] if path in self.kept and self.random.random() < 0.5 else ""
        headers = {"If-None-Match": tag} if tag else {}
        asked = time.monotonic()
        connection = HTTPConnection("127.0.0.1", self.port, timeout=40)
        try:
            connection.request("GET", path, headers=headers)
            response = connection.getresponse()
            text = response.read().decode()
        except (OSError, HTTPException):
            return None
        finally:
            connection.close()
        about = {"asked": asked, "answered": time.monotonic(), "path": path, "status": response.status}
        about["without_database"] = "database away" in response.headers.get("Cache-Status", "")
        if response.status == 304:
            return about | self.kept[path][1]
        shown = self._shown(path, story, response.status, text)
        if shown is None:
            return None
        if response.status == 200 and (etag := response.headers["ETag"]):
            self.kept[path] = (etag, shown)
        return about | shown

    def _shown(self, path: str, story: dict[str, Any], status: int, text: str) -> dict[str, Any] | None:
        nothing: dict[str, Any] = {"comments": None, "thread": "", "whole": False}
        if path in LISTS:
            if status != 200:
                return None
            return nothing | {"stories": {one["name"]: edition_of(one["name"], text) for one in self.stories}}
        if status in (404, 410):
            return nothing | {"stories": {story["name"]: 0}}
        if status != 200:
            return None
        return {
            "stories": {story["name"]: edition_of(story["name"], text)},
            "comments": SHOWN.findall(text),
            "thread": story["name"],
            "whole": "thread__more" not in text,
        }


def edition_of(name: str, text: str) -> int:
    """The newest edition of the story on a page; 0 where it is not on it."""
    return max(map(int, re.findall(rf"{name} edition (\d+)", text)), default=0)


def main(port: str, stories: str, file: str, seed: str, pause: str) -> None:
    reader = Reader(int(port), json.loads(stories), random.Random(int(seed)))
    with Path(file).open("w", buffering=1) as out:
        while True:
            if seen := reader.read():
                print(json.dumps(seen), file=out)
            time.sleep(float(pause))


if __name__ == "__main__":
    main(*sys.argv[1:])
