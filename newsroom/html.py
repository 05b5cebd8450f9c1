"""The one door from people's text to HTML: whatever a reader or an editor wrote becomes markup here or nowhere."""

import re
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from html import escape
from html.parser import HTMLParser
from itertools import groupby
from typing import NamedTuple

import nh3
from bleach.linkifier import Linker
from bleach.sanitizer import Cleaner
from django.utils.safestring import SafeString, mark_safe

RENDERER_VERSION = 1
"""Stored beside HTML that this module wrote; rises whenever the same text would come out differently."""

def one_line(text: str) -> str:
    """A headline or a name as it is stored: NFC, one line, no controls, no bidi overrides; '' if nothing shows."""
    plain = balanced(_OVERRIDES.sub("", displayable(text)))
    line = collapsed(unicodedata.normalize("NFC", plain)).strip(SPACES)
    return line if is_visible(line) else ""


# --- links ------------------------------------------------------------------------------------------------------

_ABSOLUTE = re.compile(r"(?:https?://[^\s\\/?#]|mailto:[^\s@]+@[^\s@]+\Z)", re.IGNORECASE)
# Browsers read "/\host" and "//host" as another site.
_WITHIN_SITE = re.compile(r"/(?![/\\])")
_NOT_IN_URL = r"\s<>\"“”«»()\u200e\u200f\u202a-\u202e\u2066-\u2069"
_BRACKETED = rf"\((?:(?!&[lg]t;)[^{_NOT_IN_URL}])*\)"
# Matched on escaped text, as bleach hands it over: "&lt;" and "&gt;" end a URL, "&amp;" does not. Round brackets
# count in pairs, so that the one which closes a remark stays outside; so does the sentence's own punctuation.
_URL_IN_TEXT = re.compile(
    rf"(?<![0-9A-Za-z_])https?://(?:(?!&[lg]t;)(?:[^{_NOT_IN_URL}]|{_BRACKETED}))*"
    rf"(?!&[lg]t;)(?:[^{_NOT_IN_URL}.,;:!?'’*…،؛؟。、]|{_BRACKETED})",
    re.IGNORECASE,
)
_URL_PROBE = nh3.Cleaner(tags={"a"}, attributes={"a": {"href"}}, url_schemes={"http", "https", "mailto"}, link_rel=None)


def may_link_to(address: str) -> bool:
    """Whether a link may point there: http, https, mailto, or a path of this site, and nh3 agrees that it is one."""
    if _CONTROLS.search(address) or _SPACE.search(address):
        return False
    if not (_ABSOLUTE.match(address) or _WITHIN_SITE.match(address)):
        return False
    return " href=" in _URL_PROBE.clean(f'<a href="{escape(address)}">x</a>')


# --- readers' text ----------------------------------------------------------------------------------------------

_QUOTE_LINE = re.compile(r"[ \t]{0,3}(?:>[ \t]?)+")
_ITEM_LINE = re.compile(r"[ \t]{0,3}[-•][ \t]+(?=\S)")
# An asterisk opens after white space, an opening mark or a script without spaces, so that 2*3*4 and URLs stay.
_EMPHASIS = re.compile(r"(?:(?<![!-~])|(?<=[(\[\"'-]))\*(?=[^\s*])([^*]*[^\s*]|)\*(?![0-9A-Za-z*])")
_COMMENT_MARKERS = {"quote": _QUOTE_LINE}
_POLICY_MARKERS = {"quote": _QUOTE_LINE, "item": _ITEM_LINE}

_LINKER = Linker(callbacks=[lambda attrs, new=False: attrs if may_link_to(attrs[None, "href"]) else None],
                 url_re=_URL_IN_TEXT)


def comment_html(text: str) -> str:
    """A reader's plain text as HTML: paragraphs, line breaks, ``>`` quotes, *emphasis*, http(s) links; no markup passes.

    Each paragraph finds its own direction. Never raises; ``""`` where nothing would show. Pure.
    """
    return _COMMENT_LAST_WORD.clean(_LINKER.linkify(_marked_up(text, _COMMENT_MARKERS)))


def policy_html(text: str) -> str:
    """The newsroom's own plain text (rules, introductions) as HTML: like a comment's, with ``-`` lists and plain links."""
    return _POLICY_LAST_WORD.clean(_LINKER.linkify(_marked_up(text, _POLICY_MARKERS)))


def _marked_up(text: str, markers: dict[str, re.Pattern[str]]) -> str:
    def kind(line: str) -> str:
        if not is_visible(line):
            return "blank"
        return next((name for name, marker in markers.items() if marker.match(line)), "text")

    return "".join(_WRITERS[name](run) for name, run in groupby(displayable(text).split("\n"), kind))


def _inline(line: str) -> str:
    return _EMPHASIS.sub(r"<em>\1</em>", escape(balanced(line).strip(), quote=False))


def _paragraph(lines: Iterable[str]) -> str:
    return f'<p dir="auto">{"<br>".join(map(_inline, lines))}</p>'


def _paragraphs(lines: Iterable[str]) -> str:
    return "".join(_paragraph(run) for visible, run in groupby(lines, is_visible) if visible)


def _quotation(lines: Iterable[str]) -> str:
    inner = _paragraphs(_QUOTE_LINE.sub("", line, count=1) for line in lines)
    return f"<blockquote>{inner}</blockquote>" if inner else ""


def _list(lines: Iterable[str]) -> str:
    items = (_inline(_ITEM_LINE.sub("", line, count=1)) for line in lines)
    return "<ul>" + "".join(f'<li dir="auto">{item}</li>' for item in items) + "</ul>"


_WRITERS: dict[str, Callable[[Iterable[str]], str]] = {
    "blank": lambda lines: "",
    "text": _paragraph,
    "quote": _quotation,
    "item": _list,
}

_AUTO = {"dir": {"auto"}}
_COMMENT_LAST_WORD = nh3.Cleaner(
    tags={"p", "br", "em", "blockquote", "a"},
    attributes={"a": {"href"}},
    tag_attribute_values={"p": _AUTO},
    url_schemes={"http", "https"},
    link_rel="ugc nofollow noopener",
)
_POLICY_LAST_WORD = nh3.Cleaner(
    tags={"p", "br", "em", "blockquote", "a", "ul", "li"},
    attributes={"a": {"href"}},
    tag_attribute_values={"p": _AUTO, "li": _AUTO},
    url_schemes={"http", "https"},
    link_rel="noopener",
)

#EDITORS
_DROPPED_WITH_CONTENT = set(
    "script style head title template noscript noembed noframes iframe object embed applet svg math xml "
    "textarea select button audio video canvas map datalist".split()
)
_SHAPED = {"p", "h2", "h3", "blockquote", "ul", "ol", "li", "a", "strong", "em", "br", "figure", "figcaption"}
_LISTS = ("ul", "ol")
_DEEPEST_LIST = 3


def _may_keep(_tag: str, name: str, value: str) -> bool:
    return name == "href" and may_link_to(value)


_STORY_DOOR = nh3.Cleaner(
    tags=set(_LEAVES) | set(_MARKS) | _BOXES | _BOUNDARIES | {"br"},
    clean_content_tags=_DROPPED_WITH_CONTENT,
    attributes={"a": {"href"}},
    url_schemes={"http", "https", "mailto"},
    link_rel=None,
)
_STORY_BLEACH = Cleaner(
    tags=_SHAPED,
    attributes=_may_keep,
    protocols={"http", "https", "mailto"},
    strip=True,
)
_STORY_LAST_WORD = nh3.Cleaner(
    tags=_SHAPED,
    attributes={"a": {"href"}},
    url_schemes={"http", "https", "mailto"},
    link_rel="noopener",
)


def story_html(source: str) -> str:
    """An editor's rich text, pasted residue included, as the few elements a story may have; cleaning twice changes nothing.

    Word processors' attributes, spans, empty paragraphs and runs of no-break spaces become clean paragraphs;
    scripts, styles and embedded documents go with their content. Never raises; ``""`` where nothing would show. Pure.
    """
    shaper = _Shaper()
    shaper.feed(_STORY_DOOR.clean(displayable(source)))
    shaper.close()
    return _STORY_LAST_WORD.clean(_STORY_BLEACH.clean(_written(shaper.root)))


def text_of(html: str) -> str:
    """The plain text of HTML that this module wrote: blank lines between paragraphs, newlines for line breaks. Pure."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return "\n\n".join(text for paragraph in reader.paragraphs if (text := paragraph.strip()))


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.paragraphs = [""]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "br":
            self.paragraphs[-1] += "\n"
        elif tag not in _MARKS:
            self.paragraphs.append("")

    def handle_endtag(self, tag: str) -> None:
        if tag not in _MARKS:
            self.paragraphs.append("")

    def handle_data(self, data: str) -> None:
        self.paragraphs[-1] += data


def already_clean(stored: str) -> SafeString:
    """Says that ``stored`` was written by this module and is markup; never call it on anything else."""
    return mark_safe(stored)  # noqa: S308
