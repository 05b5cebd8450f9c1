"""Prints what every page costs in a small newsroom and in a large one:
`python -m tests.bench.growth [--small DATABASE_URL --large DATABASE_URL] [--rounds 9] [--write]`.

Both are made here, on PostgreSQL clusters of their own that go afterwards (ten minutes and 3 GB), unless two are named
that make_newsroom made. `--write` puts the table into docs/performance.md. Exits with 1 where a page grows with the
newsroom.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
from contextlib import ExitStack
from typing import Any

import psycopg

from tests.faults.cluster import private_cluster, programs
from tests.faults.serving import environment_of
from tests.measured import ROOT, provenance, write

PAGE = ROOT / "docs" / "performance.md"
BEGIN, END = "<!-- growth: made by tests.bench.growth -->", "<!-- growth: end -->"
SMALL = ["--stories", "1000", "--thread", "100,1000,5000", "--held", "1000"]
LARGE = ["--stories", "100000", "--thread", "100,5000,50000", "--comments", "900000", "--held", "100000"]
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
    with ExitStack() as stack:
        urls = [asked.small, asked.large] if asked.small else [_made(stack, size) for size in (SMALL, LARGE)]
        newsrooms = [Newsroom(url) for url in urls]
        try:
            table, missed = _table(newsrooms, asked.rounds)
        finally:
            for newsroom in newsrooms:
                newsroom.end()
    print(table)
    if asked.write:
        write(table, PAGE, BEGIN, END)
    if missed:
        sys.exit(f"These grow with the newsroom: {', '.join(missed)}.")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--small", metavar="DATABASE_URL")
    parser.add_argument("--large", metavar="DATABASE_URL")
    parser.add_argument("--rounds", type=int, default=9, help="of which the median is taken (default: 9)")
    parser.add_argument("--write", action="store_true", help="put the table into docs/performance.md")
    asked = parser.parse_args()
    if bool(asked.small) != bool(asked.large):
        parser.error("Name both newsrooms, or none: then both are made.")
    return asked


def _made(stack: ExitStack, size: list[str]) -> str:
    """The address of a new database with a newsroom of this size, as PostgreSQL's own upkeep leaves a grown one."""
    found = programs()
    if found is None:
        raise SystemExit("PostgreSQL is not on this machine.")
    cluster = stack.enter_context(private_cluster(found))
    command = [sys.executable, "manage.py", "make_newsroom", *size]
    subprocess.run(command, cwd=ROOT, env=environment_of(cluster.url), check=True)
    with psycopg.connect(cluster.url, autocommit=True) as connection:
        connection.execute("VACUUM ANALYZE")
    return cluster.url


def _table(newsrooms: list[Newsroom], rounds: int) -> tuple[str, list[str]]:
    rows = [_row(name, newsrooms, rounds) for name in newsrooms[0].ask("names")]
    missed = [row[0] for row in rows if row[-1]]
    sizes = [newsroom.ask("size") for newsroom in newsrooms]
    head = [
        f"{provenance()}, PostgreSQL on the same cores and Django's test client; medians of {rounds},"
        " the two newsrooms in turn.",
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
    return "\n".join([*head, *("| " + " | ".join(row) + " |" for row in rows)]), missed


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


if __name__ == "__main__":
    main()
