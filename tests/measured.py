"""Of what a figure was measured, and the way into the docs that all tables share."""

import os
import platform
import subprocess
from datetime import UTC, datetime
from pathlib import Path

ROOT = Path(__file__).parents[1]


def provenance() -> str:
    """Date, commit, machine and Python of what is measured now, for the head of a table."""
    return (
        f"{datetime.now(UTC):%Y-%m-%d}, commit {commit()}, {os.cpu_count()} cores ({_processor()}),"
        f" {os.sysconf('SC_PAGE_SIZE') * os.sysconf('SC_PHYS_PAGES') / 2**30:.0f} GiB,"
        f" Python {platform.python_version()}"
    )


def commit() -> str:
    """The commit that is checked out, and whether files differ from it; a table being written is no difference."""
    changed = _git("status", "--porcelain", "--untracked-files=no", "--", ".", ":!docs")
    return (_git("rev-parse", "--short", "HEAD") or "unknown") + (" with changes" if changed else "")


def write(table: str, page: Path, begin: str, end: str) -> None:
    """Replaces what stands between the page's two markers. Exits with a sentence where they are missing."""
    before, _begin, rest = page.read_text().partition(begin)
    _old, found, after = rest.partition(end)
    if not found:
        raise SystemExit(f"{page.name} has no place for the table: {begin} and {end} are missing.")
    page.write_text(f"{before}{begin}\n{table}\n{end}{after}")


def _git(*arguments: str) -> str:
    said = subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, text=True, check=False)
    return said.stdout.strip()


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.machine()
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()
