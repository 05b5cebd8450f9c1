"""Prints how long each check takes on 10,000 hostile characters: `python -m tests.bench.bench_checks`."""

import time

from comments.moderation.checks import CHECKS
from comments.moderation.evaluate import _parameters
from tests.unit.moderation.making import every_check, submission

CHARACTERS = 10_000
PIECES = {
    "letters": "a", "addresses": "a@b.co ", "half addresses": "a@", "dots": "a.", "figures": "1 ",
    "brackets": "(1", "marks": "\u0301\u0316", "joiners": "\u200d", "signs": "@$", "words": "bad egg ",
    "single": "a b ", "persian": "کـ", "emoji": "👩\u200d🚀", "capitals": "AB ", "lines": "x\n",
    "links": "a.com ",
}  # fmt: skip


def milliseconds(check: str, text: str) -> float:
    policy = every_check()
    [rule_check] = [one for one in policy.checks if one.check == check]
    parameters, sent = _parameters(rule_check, policy), submission(text)
    started = time.perf_counter()
    CHECKS[check].run(sent, parameters)
    return (time.perf_counter() - started) * 1000


def main() -> None:
    print(f"{'ms':>16}", *(f"{name:>14}" for name in CHECKS))
    for name, piece in PIECES.items():
        text = (piece * CHARACTERS)[:CHARACTERS]
        print(f"{name:>16}", *(f"{milliseconds(check, text):14.1f}" for check in CHECKS))


if __name__ == "__main__":
    main()
