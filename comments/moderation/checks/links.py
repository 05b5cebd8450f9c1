"""Counts the links of a comment, with or without "http" before them."""

from __future__ import annotations

from collections.abc import Iterator

import re2

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

NAME = "links"

# Endings that make a bare domain a link. Others of two letters, and common words, count only with a path
# after them: "ok.so" lacks a blank and is no link. The last is .рф in normal form.
_ENDINGS = {
    "com", "org", "net", "info", "biz", "edu", "gov", "mil", "io", "app", "dev", "xyz", "tv", "cc", "eu",
    "uk", "de", "fr", "ru", "ir", "pl", "nl", "dk", "fi", "cz", "hu", "gr", "jp", "cn", "br", "au", "ca",
    "tr", "ua", "kz", "eg", "za", "mx", "cl", "pt", "pф",
}  # fmt: skip
_ENDINGS_WITH_PATH = {
    "site", "online", "shop", "store", "club", "blog", "news", "top", "pro", "page", "space", "live", "link",
}  # fmt: skip
_LABEL, _REST = r"[\p{L}\p{N}][\p{L}\p{M}\p{N}-]*", r"[^\s<>\"]*"
_CANDIDATE = re2.compile(
    rf"(?:h(?:tt|xx)ps?|ftp)://[^\s<>\"]+|www[.。][\p{{L}}\p{{N}}]{_REST}"
    rf"|(?P<host>{_LABEL}(?:[.。]{_LABEL})+)(?P<path>(?::[0-9]+)?/{_REST})?"
)
_AFTER_A_LINK = ".,;:!?)]}'»”’*_"


def _bare_link(host: str, path: str | None) -> str:
    """As much of `host` and `path` as is a link: up to the last known ending; "" where there is none."""
    labels = host.replace("。", ".").split(".")
    short = len(labels[-1]) == 2 and labels[-1].isalpha()
    if path and (short or labels[-1] in _ENDINGS or labels[-1] in _ENDINGS_WITH_PATH):
        return host + path
    while len(labels) > 1 and labels[-1] not in _ENDINGS and not labels[-1].startswith("xn--"):
        labels.pop()
    return host[: len(".".join(labels))] if len(labels) > 1 else ""


def spans(text: str) -> Iterator[tuple[int, int]]:
    """Where the links of a normal text are; an e-mail address is none. Linear: RE2, each candidate once."""
    for match in _CANDIDATE.finditer(text):
        start, end = match.span()
        link, host = match.group(), match["host"]
        if host is not None and "@" in (text[start - 1 : start], text[end : end + 1]):
            continue
        if host is not None:
            link = _bare_link(host, match["path"])
        link = link.rstrip(_AFTER_A_LINK)
        if link:
            yield start, start + len(link)


def check(submission: Submission, parameters: Parameters) -> list[Finding]:
    """`too_many_links` for each link beyond `max_links`."""
    most, normal = number(parameters, "max_links"), submission.normal
    links = list(spans(normal.text))
    details = {"links": len(links), "max_links": most}
    return [
        words_found(submission, NAME, "too_many_links", normal.extent(start, end), details)
        for start, end in links[most : most + MOST_FINDINGS]
    ]


SPEC = CheckSpec(
    name=NAME,
    title="Links",
    explanation=("Counts addresses with and without “http” before them; e-mail addresses are none."),
    parameters=(ParameterSpec(name="max_links", label="Most links", minimum=0, maximum=100, default=2),),
    told=Told.WORDS,
    run=check,
)
