"""Counts the links of a comment, with or without "http" before them."""

from __future__ import annotations

from collections.abc import Iterator

import re2

from comments.moderation.checks.spec import Parameters, number, words_found
from comments.moderation.facts import Finding, Submission

NAME = "links"

# Endings that make a bare domain a link. Those that are common words ("so", "it", "no") count only with a
# path after them, for a missing blank after a full stop is no link.
_ENDINGS = (
    "com|org|net|info|biz|edu|gov|int|mil|io|app|dev|xyz|online|site|shop|store|top|club|news|blog|tv|cc|eu|uk|de|fr|ru|"
    "ir|pl|nl|ch|se|dk|fi|cz|hu|gr|jp|cn|br|au|ca|tr|ua|kz|in|ae|sa|eg|za|mx|ar|cl|pt|link|live|pro|page|website|space|"
    "pф"  # .рф in normal form
)
_WORDS_TOO = "in|ar|sa|ae|se|ch|pro|page|space|live|link|top|news|store|site|online|shop|club|blog"
_BARE = "|".join(sorted(set(_ENDINGS.split("|")) - set(_WORDS_TOO.split("|"))))
_LABELS = r"(?:[\p{L}\p{N}][\p{L}\p{N}-]*[.。])+"
_TAIL = r"[^\s<>\"]*"
_LINK = re2.compile(
    rf"(?:h(?:tt|xx)ps?|ftp)://{_TAIL}"
    rf"|www[.。][\p{{L}}\p{{N}}]{_TAIL}"
    rf"|{_LABELS}(?:[a-z]{{2}}|{_ENDINGS})(?::[0-9]+)?/{_TAIL}"
    rf"|{_LABELS}(?:{_BARE}|xn--[a-z0-9-]+)\b(?:[:?#][\p{{L}}\p{{N}}]{_TAIL})?"
)
_AFTER_A_LINK = ".,;:!?)]}'»”’*_"


def spans(text: str) -> Iterator[tuple[int, int]]:
    """Where the links of a normal text are; an e-mail address is none. Linear: RE2."""
    for match in _LINK.finditer(text):
        start, end = match.span()
        if "://" not in match.group() and (text[start - 1 : start] == "@" or text[end : end + 1] == "@"):
            continue
        yield start, start + len(match.group().rstrip(_AFTER_A_LINK))


def check(submission: Submission, parameters: Parameters) -> list[Finding]:
    """`too_many_links` for each link beyond `max_links`."""
    most, normal = number(parameters, "max_links"), submission.normal
    links = list(spans(normal.text))
    details = {"links": len(links), "max_links": most}
    return [
        words_found(submission, NAME, "too_many_links", normal.extent(start, end), details)
        for start, end in links[most:]
    ]
