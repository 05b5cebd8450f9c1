"""Tells how alike two texts are from a few numbers kept of each, so that no text has to be read again.

A text's features are its words and pairs of neighbouring words, each hashed once. Kept are the smallest hashes
(a bottom-k sketch: Cohen and Kaplan, "Summarizing data using bottom-k sketches", 2007), from which the share of
common features is estimated, and exactly so where a text has no more features than are kept. Whoever looks for
like texts finds them by their bands: each joins two min-hashes (Broder, "On the resemblance and containment of
documents", 1997), so that texts with a share s in common agree on a given band with probability s squared.
"""

from __future__ import annotations

import hashlib
from array import array
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from comments.moderation.text import normalised
from comments.moderation.words import words

MOST_WORDS = 2_000
"""Words of a text that count."""

KEPT = 64
BAND_COLUMNS = ("band_1", "band_2", "band_3", "band_4")
"""What the parts of a sketch are called by which others like it are found."""
_BYTES = 4  # of a hash
_ALL_BITS = 2 ** (8 * _BYTES) - 1
_MIDDLE = 2 ** (16 * _BYTES - 1)
# Odd numbers: multiplying by one puts all hashes in another order. Any would do; these never change.
_ORDERS = (
    0x9E3779B1, 0x85EBCA77, 0xC2B2AE3D, 0x27D4EB2F, 0x165667B1, 0xD6E8FEB9, 0xB5297A4D, 0x68E31DA5,
)  # fmt: skip


class Sketch(NamedTuple):
    """`kept` are the smallest hashes of a text's features; `bands` are empty for a text without words."""

    words: int
    kept: frozenset[int]
    bands: tuple[int, ...]


def _hash(feature: str) -> int:
    return int.from_bytes(hashlib.blake2b(feature.encode(), digest_size=_BYTES).digest(), "big")


def _bands(hashes: frozenset[int]) -> tuple[int, ...]:
    """Whole numbers of 64 bits with a sign, as databases have them."""
    least = [min(one * order & _ALL_BITS for one in hashes) for order in _ORDERS]
    return tuple(
        (one << 8 * _BYTES | other) - _MIDDLE for one, other in zip(least[::2], least[1::2], strict=True)
    )


@lru_cache(maxsize=16)
def sketch_of(text: str) -> Sketch:
    """The sketch of a text in normal form: the same for texts that differ in case, signs or disguise only."""
    keys = [word.key for word in words(normalised(text).text)[:MOST_WORDS]]
    hashes = frozenset(map(_hash, [*keys, *(f"{one} {other}" for one, other in pairwise(keys))]))
    return Sketch(len(keys), frozenset(sorted(hashes)[:KEPT]), _bands(hashes) if hashes else ())


def percent_alike(one: frozenset[int], other: frozenset[int]) -> int:
    """The share of words and pairs of words that two texts have in common, in percent of those of both."""
    sample = sorted(one | other)[:KEPT]
    common = one & other
    return 100 * sum(1 for value in sample if value in common) // len(sample) if sample else 0


def packed(kept: frozenset[int]) -> bytes:
    """The kept hashes as they are stored: 4 bytes each, at most 256."""
    return b"".join(value.to_bytes(_BYTES, "big") for value in sorted(kept))


def unpacked(stored: bytes | memoryview) -> frozenset[int]:
    """The hashes that `packed` stored."""
    values = array("I", bytes(stored)[: KEPT * _BYTES])
    values.byteswap() if values.itemsize == _BYTES else None
    return frozenset(values)
