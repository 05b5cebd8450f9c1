"""Finds the entries of a phrase list as whole words, however they are disguised."""

from __future__ import annotations

from dataclasses import replace

from comments.moderation.checks.spec import (
    CheckSpec,
    ParameterKind,
    Parameters,
    ParameterSpec,
    Told,
    phrase_index,
    words_found,
)
from comments.moderation.facts import Finding, Submission
from comments.moderation.words import readings

NAME = "phrases"
EXCEPTION = "except"


def check(submission: Submission, parameters: Parameters) -> list[Finding]:
    """`listed_phrase` for each entry of `list` in any reading; what two readings see is told once.

    Nothing where the longest entry at a place is an exception.
    """
    index = phrase_index(parameters, "list")
    normal, found, taken = submission.normal, [], bytearray(len(submission.normal.text))
    for reading in readings(normal.text):
        for match in index.matches(reading):
            first, last = reading[match.first].start, reading[match.last].end
            if any(taken[first:last]):
                continue
            taken[first:last] = b"\x01" * (last - first)
            if match.entry.kind == EXCEPTION:
                continue
            finding = words_found(
                submission, NAME, "listed_phrase", normal.extent(first, last), {"list": index.name}
            )
            found.append(replace(finding, list_revision=index.revision, entry=match.entry.text))
    return sorted(found, key=lambda finding: (finding.start, finding.end))


SPEC = CheckSpec(
    name=NAME,
    title="Listed words and phrases",
    explanation=(
        "Finds the entries of a list however they are disguised, and no words that only contain one. "
        "It cannot tell an insult from a quotation or an answer to it: better hold than refuse."
    ),
    parameters=(ParameterSpec(name="list", label="Phrase list", kind=ParameterKind.LIST),),
    told=Told.WORDS,
    run=check,
)
