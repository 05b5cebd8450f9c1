"""Finds the domains of a list in links and in plain words, however they are written."""

from __future__ import annotations

from dataclasses import replace
from itertools import islice

from comments.moderation.checks.spec import (
    MOST_FINDINGS,
    CheckSpec,
    ParameterKind,
    Parameters,
    ParameterSpec,
    Told,
    phrase_index,
    words_found,
)
from comments.moderation.facts import Finding, Submission

NAME = "listed_domains"


def check(submission: Submission, parameters: Parameters) -> list[Finding]:
    """`listed_domain` for each name in the text that is a domain of `list` or under one."""
    index, normal = phrase_index(parameters, "list"), submission.normal
    found: list[Finding] = []
    for entry, start, end in islice(index.domains.found_in(normal.text), MOST_FINDINGS):
        span, details = normal.extent(start, end), {"list": index.name}
        finding = words_found(submission, NAME, "listed_domain", span, details)
        found.append(replace(finding, list_revision=index.revision, entry=entry.text))
    return found


SPEC = CheckSpec(
    name=NAME,
    title="Listed domains",
    explanation=(
        "Finds the domains of a list and all names under them: in links, bare, in punycode, in lookalike letters,"
        " and written out as in “example dot com”. Entries without a dot in them do not count. It cannot see where"
        " a short link leads: list the shortener."
    ),
    parameters=(ParameterSpec(name="list", label="List of domains", kind=ParameterKind.LIST),),
    told=Told.WORDS,
    run=check,
)
