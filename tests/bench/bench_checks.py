"""Prints how long each check takes on 10,000 hostile characters: `python -m tests.bench.bench_checks [--write]`.

`--write` puts the table into docs/moderation-checks.md.
"""

import argparse
import sys
import time
from datetime import timedelta
from pathlib import Path

from comments.moderation.checks import CHECKS
from comments.moderation.evaluate import _parameters
from comments.moderation.facts import Ban, OthersText, Submission
from comments.moderation.sketch import sketch_of
from comments.moderation.words import words
from tests.measured import provenance, write
from tests.unit.moderation.making import NOW, every_check, submission

PAGE = Path(__file__).parents[2] / "docs" / "moderation-checks.md"
BEGIN, END = "<!-- times: made by tests.bench.bench_checks -->", "<!-- times: end -->"
CHARACTERS, BUDGET, ROUNDS = 10_000, 50, 3
PIECES = {
    "letters": "a", "addresses": "a@b.co ", "half addresses": "a@", "dots": "a.", "figures": "1 ",
    "brackets": "(1", "marks": "\u0301\u0316", "joiners": "\u200d", "signs": "@$", "words": "bad egg ",
    "single": "a b ", "persian": "کـ", "emoji": "👩\u200d🚀", "capitals": "AB ", "lines": "x\n",
    "links": "a.com ", "dots in words": "a dot ", "punycode": "xn--a.", "mixed scripts": "aжaж ",
    "heaps": "a" + "\u0301" * 9,
    "handles": "@aaa ", "invitations": "call me ", "messenger links": "t.me/a ", "invited": "telegram @aaa ",
    "han": "漢字", "han and figures": "漢字1", "another script": "ж ", "words anew": "",
}  # fmt: skip


def hostile(piece: str) -> str:
    """10,000 characters of a piece, or, of none, of words that are all different."""
    text = piece * CHARACTERS if piece else " ".join(f"w{number}" for number in range(CHARACTERS))
    return text[:CHARACTERS]


def sent(text: str) -> Submission:
    """The text with as much around it as evidence ever gives: the checks that compare have the most to do."""
    kept = sketch_of(text).kept or sketch_of("a b c d").kept
    others = tuple(OthersText(number, NOW - timedelta(minutes=1), kept) for number in range(200))
    bans = tuple(Ban(number, f"Troy {number}", NOW - timedelta(days=1), True) for number in range(200))
    staff = tuple(f"Staff Member {number}" for number in range(500))
    around = {"others": others, "bans": bans, "staff_names": staff, "language": "en"}
    return submission(text, **around)


def milliseconds(check: str, text: str) -> float:
    """The quickest of three: what a busy machine adds is not the check's."""
    policy = every_check()
    [rule_check] = [one for one in policy.checks if one.check == check]
    parameters, times = _parameters(rule_check, policy), []
    for _round in range(ROUNDS):
        one = sent(text)
        sketch_of.cache_clear()
        words.cache_clear()
        started = time.thread_time()
        CHECKS[check].run(one, parameters)
        times.append((time.thread_time() - started) * 1000)
    return min(times)


def table() -> tuple[str, float]:
    """A row for each check: its slowest piece and what it took there, and the median of all; the slowest of all."""
    most = 0.0
    rows = ["| check | slowest on | ms | median of all, ms | budget, ms |", "|---|---|---|---|---|"]
    for check in CHECKS:
        times = sorted((milliseconds(check, hostile(piece)), name) for name, piece in PIECES.items())
        slowest, name = times[-1]
        most = max(most, slowest)
        rows.append(f"| {check} | {name} | {slowest:.1f} | {times[len(times) // 2][0]:.1f} | {BUDGET} |")
    return "\n".join(rows), most


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true", help=f"put the table into docs/{PAGE.name}")
    asked = parser.parse_args()
    rows, slowest = table()
    print(made := f"{provenance()}.\n\n{rows}")
    if asked.write:
        write(made, PAGE, BEGIN, END)
    if slowest > BUDGET:
        sys.exit(f"A check takes {slowest:.1f} ms, of which {BUDGET} are its budget.")


if __name__ == "__main__":
    main()
