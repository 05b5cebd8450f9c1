"""The plain notation of the demo's stories, made into the HTML that an editor would have typed."""

import re
from collections.abc import Iterator
from html import escape
from itertools import groupby

_LINK = re.compile(r"\[([^\]]+)\]\((https?://[^)\s]+)\)")
_EMPHASIS = re.compile(r"\*([^*\n]+)\*")


def story_html(body: str) -> str:
    """The body's HTML: paragraphs, h2 crossheads, blockquotes, lists, links and emphasis."""
    return "\n".join(_block_html(block.strip().splitlines()) for block in re.split(r"\n\s*\n", body.strip()))


def _block_html(lines: list[str]) -> str:
    if lines[0].startswith("## "):
        return f"<h2>{_inline_html(lines[0][3:])}</h2>"
    if lines[0].startswith("> "):
        return f"<blockquote>{''.join(_quoted_html(lines))}</blockquote>"
    if lines[0].startswith("- "):
        items = "".join(f"<li>{_inline_html(line.removeprefix('- '))}</li>" for line in lines)
        return f"<ul>{items}</ul>"
    return f"<p>{_inline_html(' '.join(lines))}</p>"


def _quoted_html(lines: list[str]) -> Iterator[str]:
    plain = (line.removeprefix(">").strip() for line in lines)
    for _, run in groupby(plain, key=lambda line: line.startswith("—")):
        yield f"<p>{_inline_html(' '.join(run))}</p>"


def _inline_html(text: str) -> str:
    linked = _LINK.sub(r'<a href="\2">\1</a>', escape(text, quote=False))
    return _EMPHASIS.sub(r"<em>\1</em>", linked)
