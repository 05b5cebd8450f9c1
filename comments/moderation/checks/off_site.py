"""Finds invitations to go on elsewhere: links into messengers, and addresses or numbers beside an invitation."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator

import re2

from comments.moderation.checks.personal_data import email_addresses
from comments.moderation.checks.spec import (
    MOST_FINDINGS,
    CheckSpec,
    Parameters,
    ParameterSpec,
    Told,
    number,
    words_found,
)
from comments.moderation.facts import Finding, Submission
from comments.moderation.invitations import INVITATIONS, MESSENGER_LINK
from comments.moderation.telephone import telephone_numbers
from comments.moderation.words import words

NAME = "off_site"
_HANDLE = re2.compile(r"@[\p{L}\p{N}_][\p{L}\p{N}_.]+|[:=] ?([\p{L}_][\p{L}\p{N}_.]*[0-9_][\p{L}\p{N}_.]*)")

Span = tuple[int, int]


def _contacts(text: str) -> Iterator[Span]:
    """E-mail addresses, telephone numbers and handles: by themselves no invitation."""
    addresses = list(email_addresses(text))
    yield from addresses
    yield from telephone_numbers(text)
    within = {place for start, end in addresses for place in range(start, end)}
    for match in _HANDLE.finditer(text):
        if match.start() not in within:
            yield match.span(1) if match[1] else match.span()


def _invited(text: str, within: int) -> Iterator[Span]:
    """The contacts with an invitation, or the name of a messenger, at most `within` words away."""
    row = words(text)
    starts = [word.start for word in row]
    places = sorted({place for match in INVITATIONS.matches(row) for place in (match.first, match.last)})
    for start, end in _contacts(text) if places else ():
        first, last = bisect_left(starts, start), bisect_left(starts, end) - 1
        nearest = bisect_left(places, first - within)
        if nearest < len(places) and places[nearest] <= max(first, last) + within:
            yield start, end


def check(submission: Submission, parameters: Parameters) -> list[Finding]:
    """`off_site` for links into messengers and contacts within `within_words` words of an invitation."""
    within, normal = number(parameters, "within_words"), submission.normal
    into_messengers = [match.span(1) for match in MESSENGER_LINK.finditer(normal.text)]
    spans = sorted({*into_messengers, *_invited(normal.text, within)})[:MOST_FINDINGS]
    return [words_found(submission, NAME, "off_site", normal.extent(*span), {}) for span in spans]


SPEC = CheckSpec(
    name=NAME,
    title="Invitations to go on elsewhere",
    explanation=(
        "Finds links into messengers, and e-mail addresses, telephone numbers and handles near the name of a"
        " messenger or words such as “write to me”, in eleven languages. Other wordings of an invitation pass."
    ),
    parameters=(
        ParameterSpec(
            name="within_words", label="An invitation within so many words", minimum=1, maximum=30, default=6
        ),
    ),
    told=Told.WORDS,
    run=check,
)
