"""Finds e-mail addresses and telephone numbers, the author's own included."""

from __future__ import annotations

from collections.abc import Iterator

import re2

from comments.moderation.checks import links
from comments.moderation.checks.spec import CheckSpec, Parameters, Told, words_found
from comments.moderation.facts import Finding, Submission
from comments.moderation.telephone import telephone_numbers

NAME = "personal_data"
_ADDRESS = re2.compile(r"[\p{L}\p{N}][\p{L}\p{N}._%+-]*@(?:[\p{L}\p{N}-]+\.)+\p{L}[\p{L}\p{N}-]*\p{L}")


def email_addresses(text: str) -> Iterator[tuple[int, int]]:
    """Where e-mail addresses are in a normal text. Linear: RE2."""
    return (match.span() for match in _ADDRESS.finditer(text))


def check(submission: Submission, parameters: Parameters) -> list[Finding]:
    """`email_address` and `telephone_number`; figures within a link are none of the latter."""
    normal = submission.normal
    in_links = {place for start, end in links.spans(normal.text) for place in range(start, end)}
    found = [("email_address", *span) for span in email_addresses(normal.text)]
    found += [
        ("telephone_number", start, end)
        for start, end in telephone_numbers(normal.text)
        if start not in in_links
    ]
    return [
        words_found(submission, NAME, fact, normal.extent(start, end), {})
        for fact, start, end in sorted(found, key=lambda one: one[1])
    ]


SPEC = CheckSpec(
    name=NAME,
    title="E-mail addresses and telephone numbers",
    explanation=(
        "Finds e-mail addresses and telephone numbers, the author’s own included; dates, sums and scores are none."
    ),
    parameters=(),
    told=Told.WORDS,
    run=check,
)
