"""Prints how long judging a comment takes, from text to outcome: `python -m tests.bench.bench_decide`."""

import random
import statistics
import time

from comments.moderation.checks import CHECKS
from comments.moderation.decide import decide, standing_reasons
from comments.moderation.evaluate import evaluate
from comments.moderation.facts import Submission
from newsroom.large.words import paragraph
from tests.unit.moderation.making import NEWCOMER, REGULAR, every_check, sent, submission

TEXTS = 400
PERSIAN = "کتابخانه امروز ساعت نه باز شد و شورای شهر درباره پل تازه رای داد، اما کسی از مردم نپرسید. "


def corpus() -> dict[str, list[str]]:
    """Texts of the kinds that arrive; the same at each run."""
    plain = [paragraph(random.Random(number), 1 + number % 4) for number in range(TEXTS)]
    chance = random.Random(5)
    return {
        "one sentence": [paragraph(random.Random(number), 1) for number in range(TEXTS)],
        "one to four": plain,
        "with links": [f"{text} https://a.example/{n} see www.b.example" for n, text in enumerate(plain)],
        "shouted": [text.upper() for text in plain],
        "disguised": ["".join(chance.choice((char, f"{char}\u200b")) for char in text) for text in plain],
        "Persian": [PERSIAN * (1 + number % 4) for number in range(TEXTS)],
        "3,000 characters": [paragraph(random.Random(number), 60)[:3_000] for number in range(TEXTS // 8)],
    }


def main() -> None:
    policy = every_check()
    print(f"{len(CHECKS)} checks, a commenter with 20 comments of late; milliseconds for each text")
    print(f"{'texts':>18}{'characters':>12}{'median':>9}{'99 in 100':>11}{'evaluate':>10}{'decide':>9}")
    for name, texts in corpus().items():
        evaluating, deciding = [], []
        for number, text in enumerate(texts):
            author = NEWCOMER if number % 3 else REGULAR
            comment = submission(
                text, author=author, recent=tuple(sent(minutes * 7) for minutes in range(20))
            )
            first, second = judged(comment, policy)
            evaluating.append(first)
            deciding.append(second)
        whole = sorted(map(sum, zip(evaluating, deciding, strict=True)))
        row = (statistics.median(whole), whole[len(whole) * 99 // 100 - 1])
        parts = (statistics.median(evaluating), statistics.median(deciding))
        characters = statistics.mean(map(len, texts))
        print(f"{name:>18}{characters:12,.0f}{row[0]:9.2f}{row[1]:11.2f}{parts[0]:10.2f}{parts[1]:9.3f}")


def judged(comment: Submission, policy: object) -> tuple[float, float]:
    """How long the checks took, and how long the decision on what they found."""
    started = time.perf_counter()
    findings = evaluate(comment, policy, clock=time.thread_time)
    found = time.perf_counter()
    decide(findings, policy, standing_reasons(comment, policy))
    return (found - started) * 1000, (time.perf_counter() - found) * 1000


if __name__ == "__main__":
    main()
