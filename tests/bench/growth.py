"""Prints what every page costs in a small newsroom and in a large one:
`python -m tests.bench.growth --small DATABASE_URL --large DATABASE_URL [--rounds 9] [--write]`.

Both are made with make_newsroom on PostgreSQL; `--write` puts the table into docs/performance.md.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "performance.md"
BEGIN, END = "<!-- growth: made by tests.bench.growth -->", "<!-- growth: end -->"
MOST = 2.0
"""How many times as long a page of the large newsroom may take."""


class Newsroom:
    """A process that measures one database; ask it by the names of `growth_side.Side`'s methods."""

    def __init__(self, url: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.bench.growth_side"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=ROOT,
            env={**os.environ, "DATABASE_URL": url},
        )

    def ask(self, *question: str) -> Any:
        assert self.process.stdin
        assert self.process.stdout
        print(json.dumps(question), file=self.process.stdin, flush=True)
        answer = self.process.stdout.readline()
        if not answer:
            raise SystemExit(f"The newsroom's process ended over {question}; what it said stands above.")
        return json.loads(answer)

    def end(self) -> None:
        assert self.process.stdin
        self.process.stdin.close()
        self.process.wait()


def main() -> None:
    asked = _arguments()
    newsrooms = [Newsroom(asked.small), Newsroom(asked.large)]
    try:
        table = _table(newsrooms, asked.rounds)
    finally:
        for newsroom in newsrooms:
            newsroom.end()
    print(table)
    if asked.write:
        write(table)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--small", required=True, metavar="DATABASE_URL")
    parser.add_argument("--large", required=True, metavar="DATABASE_URL")
    parser.add_argument("--rounds", type=int, default=9, help="of which the median is taken (default: 9)")
    parser.add_argument("--write", action="store_true", help="put the table into docs/performance.md")
    return parser.parse_args()


def _table(newsrooms: list[Newsroom], rounds: int) -> str:
    rows = [_row(name, newsrooms, rounds) for name in newsrooms[0].ask("names")]
    missed = [row[0] for row in rows if row[-1]]
    sizes = [newsroom.ask("size") for newsroom in newsrooms]
    head = [
        f"{datetime.now(UTC):%Y-%m-%d}, commit {commit()}, {os.cpu_count()} cores with everything on them, PostgreSQL"
        f" and Django's test client; medians of {rounds}, the two newsrooms in turn.",
        "",
        "| | " + " | ".join(sizes[0]) + " |",
        "|---" * (len(sizes[0]) + 1) + "|",
        *(
            f"| {name} | " + " | ".join(f"{number:,}" for number in size.values()) + " |"
            for name, size in zip(("small", "large"), sizes, strict=True)
        ),
        "",
        f"{len(rows)} pages, {len(missed)} of them not as wanted (no more queries, at most {MOST:g} times as long, no"
        " large table read from end to end).",
        "",
        "| page | queries | ms small | ms large | ratio | kept, ms | bytes | read whole | |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    return "\n".join([*head, *("| " + " | ".join(row) + " |" for row in rows)])


def _row(name: str, newsrooms: list[Newsroom], rounds: int) -> list[str]:
    facts = [newsroom.ask("facts", name) for newsroom in newsrooms]
    made: list[list[float]] = [[], []]
    kept: list[list[float]] = [[], []]
    for number in range(rounds):
        for side in (0, 1) if number % 2 else (1, 0):
            made[side].append(newsrooms[side].ask("making", name))
            kept[side].append(newsrooms[side].ask("kept", name))
    small, large = (statistics.median(times) for times in made)
    again = [statistics.median(times) for times in kept]
    queries = [str(fact["queries"]) for fact in facts]
    is_kept = again[1] < large / 2
    row = [
        name if facts[1]["status"] == 200 else f"{name} ({facts[1]['status']})",
        queries[0] if queries[0] == queries[1] else f"{queries[0]}, {queries[1]}",
        f"{small:.1f}",
        f"{large:.1f}",
        f"{large / small:.2f}",
        f"{again[0]:.1f}, {again[1]:.1f}" if is_kept else "–",
        f"{facts[1]['bytes']:,}",
        ", ".join(facts[1]["whole"]) or "–",
    ]
    met = facts[1]["queries"] <= facts[0]["queries"] and large <= MOST * small and not facts[1]["whole"]
    print(*row, "" if met else "NOT MET", sep="\t", file=sys.stderr, flush=True)
    return [*row, "" if met else "**not met**"]


def write(table: str, page: Path = PAGE, begin: str = BEGIN, end: str = END) -> None:
    """Replaces what stands between the page's two markers."""
    text = page.read_text()
    before, _begin, rest = text.partition(begin)
    _old, _end, after = rest.partition(end)
    if not _end:
        raise SystemExit(f"{page.name} has no place for the table: {begin} and {end} are missing.")
    page.write_text(f"{before}{begin}\n{table}\n{end}{after}")


def commit() -> str:
    done = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"],
        capture_output=True,
        text=True,
        cwd=ROOT,
        check=True,
    )
    return done.stdout.strip()


if __name__ == "__main__":
    main()
