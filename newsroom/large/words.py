"""Made-up prose, the same for the same number, so that every run measures the same pages."""

import random

WORDS = [
    "harbour", "ferry", "mayor", "budget", "school", "bridge", "tide", "crane", "council", "vote", "rent",
    "clinic", "nurse", "market", "storm", "quay", "pilot", "fish", "warehouse", "customs", "road", "tram",
    "theatre", "archive", "museum", "jury", "witness", "teacher", "pupil", "coach", "striker", "season",
    "league", "sailor", "cargo", "tax", "levy", "fence", "garden", "river", "canal", "lock", "signal",
    "winter", "summer", "morning", "evening", "neighbour", "landlord", "tenant", "the", "a", "of", "to",
    "and", "in", "for", "with", "on", "after", "before", "over", "under", "new", "old", "local", "public",
    "early", "late", "major", "small", "says", "said", "asks", "opens", "closes", "rises", "falls", "waits",
    "plans", "pays", "builds", "sells", "finds", "leaves", "returns",
]  # fmt: skip
PEOPLE = 5_000


def sentence(chance: random.Random, least: int = 8, most: int = 22) -> str:
    words = " ".join(chance.choices(WORDS, k=chance.randint(least, most)))
    return f"{words[0].upper()}{words[1:]}."


def paragraph(chance: random.Random, sentences: int) -> str:
    return " ".join(sentence(chance) for _ in range(sentences))


def thought(chance: random.Random) -> str:
    """A comment of one to four sentences."""
    return paragraph(chance, chance.randint(1, 4))
