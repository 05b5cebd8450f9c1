"""One short mark of the code and settings that make pages: what another release made is not shown by this one."""

import hashlib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from django.conf import settings

PARTS = ("articles", "comments", "newsroom", "templates")
SUFFIXES = {".py", ".html", ".po", ".mo", ".css", ".js"}
SETTINGS = ("SITE_NAME", "SITE_URL", "LANGUAGE_CODE", "TIME_ZONE")


@cache
def release() -> str:
    """Equal in every process that runs the same files with the same site; read once a process."""
    digest = hashlib.sha256()
    for path in sorted(_files()):
        digest.update(path.as_posix().encode() + path.read_bytes())
    digest.update(repr([getattr(settings, name) for name in SETTINGS]).encode())
    return digest.hexdigest()[:12]


def _files() -> Iterator[Path]:
    for part in PARTS:
        for path in (settings.BASE_DIR / part).rglob("*"):
            if path.suffix in SUFFIXES and path.is_file():
                yield path
