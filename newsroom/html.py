"""The one door from people's text to HTML: what readers and editors wrote becomes markup here only."""

import re
import unicodedata
from collections.abc import Callable, Iterable
from html import escape
from html.parser import HTMLParser
from itertools import groupby

import nh3
from bleach.linkifier import Linker
from bleach.sanitizer import Cleaner
from django.utils.safestring import SafeString, mark_safe

from newsroom.characters import SPACES, balanced, collapsed, displayable, is_visible, without_overrides
from newsroom.shapes import BOXES, LEAVES, MARKS, WRITTEN, shaped

RENDERER_VERSION = 1
"""Stored beside HTML that this module wrote; rises whenever the same text would come out differently."""


def one_line(text: str) -> str:
    """A headline or a name as it is stored: NFC, one line, no controls or overrides; '' if nothing shows."""
    plain = unicodedata.normalize("NFC", balanced(without_overrides(displayable(text))))
    line = collapsed(plain).strip(SPACES)
    return line if is_visible(line) else ""


# --- links

_ABSOLUTE = re.compile(r"(?:https?://[^\s\\/?#]|mailto:[^\s@]+@[^\s@]+\Z)", re.IGNORECASE)
# Browsers read "//host" and "/\host" as another site.
_WITHIN_SITE = re.compile(r"/(?![/\\])")
_NOT_IN_URL = r"\s<>\"“”«»()\u200e\u200f\u202a-\u202e\u2066-\u2069"
_BRACKETED = rf"\((?:(?!&[lg]t;)[^{_NOT_IN_URL}])*\)"
# Matched on escaped text, as bleach hands it over: "&lt;" and "&gt;" end a URL, "&amp;" does not. Round
# brackets count in pairs, so that the one closing a remark stays outside, like the sentence's punctuation.
_URL_IN_TEXT = re.compile(
    rf"(?<![0-9A-Za-z_])https?://(?:(?!&[lg]t;)(?:[^{_NOT_IN_URL}]|{_BRACKETED}))*"
    rf"(?!&[lg]t;)(?:[^{_NOT_IN_URL}.,;:!?'’*…،؛؟。、]|{_BRACKETED})",
    re.IGNORECASE,
)
_WEB = {"http", "https"}
_WEB_AND_MAIL = _WEB | {"mailto"}
_HREF = {"a": {"href"}}
_PROBE = nh3.Cleaner(tags={"a"}, attributes=_HREF, url_schemes=_WEB_AND_MAIL, link_rel=None)


def _may_link_to(address: str) -> bool:
    """Whether a link may point there: http, https, mailto, or a path of this site; nh3 agrees."""
    if displayable(address) != address or re.search(r"\s", address):
        return False
    if not (_ABSOLUTE.match(address) or _WITHIN_SITE.match(address)):
        return False
    return " href=" in _PROBE.clean(f'<a href="{escape(address)}">x</a>')


# --- plain text: comments, rules, introductions

_QUOTE_LINE = re.compile(r"[ \t]{0,3}(?:>[ \t]?)+")
_ITEM_LINE = re.compile(r"[ \t]{0,3}[-•][ \t]+(?=\S)")
# An asterisk opens after white space, an opening mark or a script without spaces: 2*3*4 and URLs stay.
_EMPHASIS = re.compile(r"(?:(?<![!-~])|(?<=[(\[\"'-]))\*(?=[^\s*])([^*]*[^\s*])\*(?![0-9A-Za-z*])")
_COMMENT_MARKERS = {"quote": _QUOTE_LINE}
_POLICY_MARKERS = {"quote": _QUOTE_LINE, "item": _ITEM_LINE}
_LINKER = Linker(
    callbacks=[lambda attrs, new=False: attrs if _may_link_to(attrs[None, "href"]) else None],
    url_re=_URL_IN_TEXT,
)
_PLAIN_TAGS = {"p", "br", "em", "blockquote", "a"}
_AUTO = {"dir": {"auto"}}
_COMMENT_LAST_WORD = nh3.Cleaner(
    tags=_PLAIN_TAGS,
    attributes=_HREF,
    tag_attribute_values={"p": _AUTO},
    url_schemes=_WEB,
    link_rel="ugc nofollow noopener",
)
_POLICY_LAST_WORD = nh3.Cleaner(
    tags=_PLAIN_TAGS | {"ul", "li"},
    attributes=_HREF,
    tag_attribute_values={"p": _AUTO, "li": _AUTO},
    url_schemes=_WEB,
    link_rel="noopener",
)


def comment_html(text: str) -> str:
    """A reader's plain text as HTML: paragraphs, line breaks, ``>`` quotes, *emphasis*, http(s) links.

    Markup in it is text. Each paragraph finds its own direction. ``""`` if nothing shows. Pure, never raises.
    """
    return _COMMENT_LAST_WORD.clean(_linked(_marked_up(text, _COMMENT_MARKERS)))


def policy_html(text: str) -> str:
    """The newsroom's own plain text (rules, introductions) like a comment, plus ``-`` lists."""
    return _POLICY_LAST_WORD.clean(_linked(_marked_up(text, _POLICY_MARKERS)))


def _linked(markup: str) -> str:
    """Addresses as links. bleach reads and writes all the markup for that, so only where an address can be."""
    return _LINKER.linkify(markup) if "://" in markup else markup


def _marked_up(text: str, markers: dict[str, re.Pattern[str]]) -> str:
    def kind(line: str) -> str:
        if not is_visible(line):
            return "blank"
        return next((name for name, marker in markers.items() if marker.match(line)), "text")

    return "".join(_WRITERS[name](lines) for name, lines in groupby(displayable(text).split("\n"), kind))


def _inline(line: str) -> str:
    return _EMPHASIS.sub(r"<em>\1</em>", escape(balanced(line).strip(), quote=False))


def _paragraph(lines: Iterable[str]) -> str:
    return f'<p dir="auto">{"<br>".join(map(_inline, lines))}</p>'


def _quotation(lines: Iterable[str]) -> str:
    bare = (_QUOTE_LINE.sub("", line, count=1) for line in lines)
    inner = "".join(_paragraph(run) for visible, run in groupby(bare, is_visible) if visible)
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

# --- rich text: an editor's story

_DROPPED_WITH_CONTENT = {
    *("script", "style", "head", "title", "template", "noscript", "noembed", "noframes", "iframe", "object"),
    *("embed", "applet", "svg", "math", "xml", "textarea", "select", "button", "audio", "video", "canvas"),
}
# Let through to be read as the end of a paragraph, so that what stands in two of them does not run together.
_BOUNDARIES = {
    *(
        "div",
        "section",
        "article",
        "header",
        "footer",
        "main",
        "aside",
        "nav",
        "address",
        "center",
        "pre",
        "hr",
    ),
    *("table", "caption", "thead", "tbody", "tfoot", "tr", "td", "th", "dl", "dt", "dd", "form", "fieldset"),
    *("legend", "details", "summary"),
}
_STORY_DOOR = nh3.Cleaner(
    tags={*LEAVES, *MARKS, *BOXES, *_BOUNDARIES, "br"},
    clean_content_tags=_DROPPED_WITH_CONTENT,
    attributes=_HREF,
    url_schemes=_WEB_AND_MAIL,
    link_rel=None,
)
_STORY_BLEACH = Cleaner(tags=WRITTEN, attributes={"a": ["href"]}, protocols=_WEB_AND_MAIL, strip=True)
_STORY_LAST_WORD = nh3.Cleaner(tags=WRITTEN, attributes=_HREF, url_schemes=_WEB_AND_MAIL, link_rel="noopener")


def story_html(source: str) -> str:
    """An editor's rich text as the few elements that a story may have; cleaning twice changes nothing.

    Word processors' attributes, spans, empty paragraphs and runs of no-break spaces become clean paragraphs;
    scripts, styles and embedded documents go with their content. ``""`` if nothing shows. Pure, never raises.
    """
    shape = shaped(_STORY_DOOR.clean(displayable(source)), _may_link_to)
    return _STORY_LAST_WORD.clean(_STORY_BLEACH.clean(shape))


# --- back to text, and out to a page


def text_of(html: str) -> str:
    """The plain text of HTML written here: blank lines between paragraphs, newlines for line breaks. Pure."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return "\n\n".join(text for paragraph in reader.paragraphs if (text := "".join(paragraph).strip()))


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.paragraphs: list[list[str]] = [[]]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "br":
            self.paragraphs[-1].append("\n")
        else:
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag not in MARKS:
            self.paragraphs.append([])

    def handle_data(self, data: str) -> None:
        self.paragraphs[-1].append(data)


def already_clean(stored: str) -> SafeString:
    """Says that ``stored`` was written by this module and is markup; never call it on anything else."""
    return mark_safe(stored)
