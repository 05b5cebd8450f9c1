"""Finds the entries of a phrase list as whole words, however they are disguised."""

from __future__ import annotations

from dataclasses import replace

from comments.moderation.checks.spec import Parameters, words_found
from comments.moderation.facts import Finding, Submission
from comments.moderation.phrase_index import PhraseIndex
from comments.moderation.words import readings

NAME = "phrases"


def check(submission: Submission, parameters: Parameters) -> list[Finding]:
    """`listed_phrase` for each entry of `list` in any reading; what two readings see is told once."""
    index = parameters["list"]
    if not isinstance(index, PhraseIndex):
        raise TypeError("list is not a phrase list")
    normal, found, taken = submission.normal, [], bytearray(len(submission.normal.text))
    for reading in readings(normal.text):
        for match in index.matches(reading):
            first, last = reading[match.first].start, reading[match.last].end
            if any(taken[first:last]):
                continue
            taken[first:last] = b"\x01" * (last - first)
            finding = words_found(
                submission, NAME, "listed_phrase", normal.extent(first, last), {"list": index.name}
            )
            found.append(replace(finding, list_revision=index.revision, entry=match.entry.text))
    return sorted(found, key=lambda finding: (finding.start, finding.end))
