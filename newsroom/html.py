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

# --- characters -------------------------------------------------------------------------------------------------

_NEWLINES = re.compile(r"\r\n?|[\x0b\x0c\x85\u2028\u2029]")
# C0 and C1 but tab and newline, byte order marks, noncharacters at the end of the plane; half surrogates.
_CONTROLS = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x9f\ufeff\ufffe\uffff]")
_SURROGATES = re.compile(r"[\ud800-\udfff]")
_OVERRIDES = re.compile(r"[\u202a-\u202e]")
_BIDI = re.compile(r"[\u202a-\u202e\u2066-\u2069]")
_CLOSED_BY = dict.fromkeys("\u202a\u202b\u202d\u202e", "\u202c") | dict.fromkeys("\u2066\u2067\u2068", "\u2069")
_SPACE = re.compile(r"\s+")
_HARD_SPACES = "\xa0\u202f"
_TRIM = " " + _HARD_SPACES


def _characters(text: str) -> str:
    """The text without what no page can show: controls go, line ends become newlines, half surrogates U+FFFD."""
    return _SURROGATES.sub("\ufffd", _CONTROLS.sub("", _NEWLINES.sub("\n", text)))


def _collapsed(text: str) -> str:
    """Runs of white space as one space; a single no-break space between words is typography and stays."""
    return _SPACE.sub(lambda run: run[0] if run[0] in _HARD_SPACES else " ", text)


def _is_visible(text: str) -> bool:
    return any(unicodedata.category(char) not in ("Cc", "Cf", "Cn", "Zs", "Zl", "Zp") for char in text)


def _balanced(line: str) -> str:
    """The line without bidi embeddings, overrides and isolates that are opened but not closed, or the reverse."""
    opened: list[int] = []
    dropped: set[int] = set()
    for match in _BIDI.finditer(line):
        at, char = match.start(), match[0]
        if char in _CLOSED_BY:
            opened.append(at)
        elif opened and _CLOSED_BY[line[opened[-1]]] == char:
            opened.pop()
        else:
            dropped.add(at)
    dropped.update(opened)
    return "".join(char for at, char in enumerate(line) if at not in dropped) if dropped else line


def one_line(text: str) -> str:
    """A headline or a name as it is stored: NFC, one line, no controls, no bidi overrides; '' if nothing shows."""
    plain = _balanced(_OVERRIDES.sub("", _characters(text)))
    line = _collapsed(unicodedata.normalize("NFC", plain)).strip(_TRIM)
    return line if _is_visible(line) else ""


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


def _may_link_to(address: str) -> bool:
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

_LINKER = Linker(callbacks=[lambda attrs, new=False: attrs if _may_link_to(attrs[None, "href"]) else None],
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
        if not _is_visible(line):
            return "blank"
        return next((name for name, marker in markers.items() if marker.match(line)), "text")

    return "".join(_WRITERS[name](run) for name, run in groupby(_characters(text).split("\n"), kind))


def _inline(line: str) -> str:
    return _EMPHASIS.sub(r"<em>\1</em>", escape(_balanced(line).strip(), quote=False))


def _paragraph(lines: Iterable[str]) -> str:
    return f'<p dir="auto">{"<br>".join(map(_inline, lines))}</p>'


def _paragraphs(lines: Iterable[str]) -> str:
    return "".join(_paragraph(run) for visible, run in groupby(lines, _is_visible) if visible)


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

# --- editors' rich text -----------------------------------------------------------------------------------------

_DROPPED_WITH_CONTENT = set(
    "script style head title template noscript noembed noframes iframe object embed applet svg math xml "
    "textarea select button audio video canvas map datalist".split()
)
_LEAVES = {"p": "p", "h1": "h2", "h2": "h2", "h3": "h3", "h4": "h3", "h5": "h3", "h6": "h3", "figcaption": "figcaption"}
_MARKS = {"strong": "strong", "b": "strong", "em": "em", "i": "em", "a": "a"}
_BOXES = {"blockquote", "ul", "ol", "li", "figure"}
# Known only so that what stands in two of them does not run together.
_BOUNDARIES = set(
    "div section article header footer main aside nav address center pre table caption thead tbody tfoot tr td th "
    "dl dt dd hr form fieldset legend details summary".split()
)
_SHAPED = {"p", "h2", "h3", "blockquote", "ul", "ol", "li", "a", "strong", "em", "br", "figure", "figcaption"}
_LISTS = ("ul", "ol")
_DEEPEST_LIST = 3


def _may_keep(_tag: str, name: str, value: str) -> bool:
    return name == "href" and _may_link_to(value)


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
    shaper.feed(_STORY_DOOR.clean(_characters(source)))
    shaper.close()
    return _STORY_LAST_WORD.clean(_STORY_BLEACH.clean(_written(shaper.root)))


class _Run(NamedTuple):
    text: str
    a: str = ""
    strong: bool = False
    em: bool = False


@dataclass
class _Leaf:
    tag: str
    runs: list[_Run] = field(default_factory=list)

    def add(self, run: _Run) -> None:
        if not self.runs or self.runs[-1].text[-1] in _TRIM + "\n":
            run = run._replace(text=run.text.lstrip(_TRIM))
        if run.text.isspace():
            run = run._replace(strong=False, em=False)
        if self.runs and self.runs[-1][1:] == run[1:] and "\n" not in (run.text, self.runs[-1].text):
            run = run._replace(text=self.runs.pop().text + run.text)
        if run.text:
            self.runs.append(run)

    def trim(self, characters: str) -> None:
        while self.runs:
            last = self.runs.pop()
            if text := last.text.rstrip(characters):
                self.runs.append(last._replace(text=text))
                return


@dataclass
class _Box:
    tag: str
    list_depth: int = 0
    children: list["_Leaf | _Box"] = field(default_factory=list)


class _Shaper(HTMLParser):
    """Reads well-formed markup into boxes (quotes, lists, figures) of leaves (paragraphs, crossheads) of marked runs."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = _Box("")
        self.boxes = [self.root]
        self.leaf: _Leaf | None = None
        self.marks: list[tuple[str, str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _MARKS:
            address = dict(attrs).get("href") or ""
            self.marks.append((_MARKS[tag], address if _may_link_to(address) else ""))
        elif tag == "br":
            self.break_line()
        else:
            self.leaf = None
            if tag in _LEAVES:
                self.open_leaf(_LEAVES[tag])
            elif tag in _BOXES:
                self.open_box(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in _MARKS:
            self.marks.pop()
        elif tag != "br":
            self.leaf = None
            if tag in _BOXES:
                self.boxes.pop()

    def handle_data(self, data: str) -> None:
        text = _collapsed(_characters(data))
        if self.leaf is None:
            if not text.strip(_TRIM):
                return
            self.leaf = self.open_leaf("p")
        marks = dict(self.marks)
        self.leaf.add(_Run(text, marks.get("a", ""), "strong" in marks and self.leaf.tag not in ("h2", "h3"), "em" in marks))

    def break_line(self) -> None:
        """One break stays a line break of its paragraph, two begin the next paragraph."""
        if self.leaf is None or not self.leaf.runs:
            return
        if self.leaf.tag != "p":
            self.leaf.add(_Run(" "))
            return
        self.leaf.trim(_TRIM)
        if self.leaf.runs[-1].text == "\n":
            self.leaf = self.open_leaf("p")
        else:
            self.leaf.add(_Run("\n"))

    def open_leaf(self, tag: str) -> _Leaf:
        """A new leaf where the reader stands; a crosshead inside a quote and the like become paragraphs."""
        box = self.boxes[-1]
        fits = tag == "p" or box.tag == ("figure" if tag == "figcaption" else "")
        self.leaf = _Leaf(tag if fits else "p")
        home = box
        if box.tag in _LISTS:
            home = _Box("li")
            box.children.append(home)
        home.children.append(self.leaf)
        return self.leaf

    def open_box(self, tag: str) -> None:
        """A new box where it may stand; elsewhere its content goes on in the box around it."""
        around = self.boxes[-1]
        if not _may_stand(tag, around):
            self.boxes.append(around)
            return
        box = _Box(tag, around.list_depth + (tag in _LISTS))
        around.children.append(box)
        self.boxes.append(box)


def _may_stand(tag: str, around: _Box) -> bool:
    if tag == "li":
        return around.tag in _LISTS
    if tag in _LISTS:
        return around.tag not in _LISTS and around.list_depth < _DEEPEST_LIST
    return around.tag == "" or (tag, around.tag) == ("blockquote", "figure")


def _written(node: _Leaf | _Box) -> str:
    if isinstance(node, _Leaf):
        return _wrapped(node.tag, _written_runs(node))
    written = [(child, html) for child in node.children if (html := _written(child))]
    if node.tag == "figure":
        return _written_figure(written)
    if node.tag == "li" and sum(isinstance(child, _Leaf) for child, _ in written) == 1:
        return _wrapped("li", "".join(_bare(html) if isinstance(child, _Leaf) else html for child, html in written))
    return _wrapped(node.tag, "".join(html for _, html in written))


def _written_figure(written: list[tuple[_Leaf | _Box, str]]) -> str:
    """A figure of content and one caption; with nothing to caption, or more than one caption, its paragraphs."""
    captions = [html for child, html in written if child.tag == "figcaption"]
    content = [html for child, html in written if child.tag != "figcaption"]
    if content and len(captions) == 1:
        return _wrapped("figure", "".join(content + captions))
    return "".join(_wrapped("p", _bare(html)) if child.tag == "figcaption" else html for child, html in written)


def _bare(leaf: str) -> str:
    return leaf[leaf.index(">") + 1 : leaf.rindex("<")]


def _wrapped(tag: str, inner: str) -> str:
    return f"<{tag}>{inner}</{tag}>" if tag and inner else inner


def _written_runs(leaf: _Leaf) -> str:
    leaf.trim(_TRIM + "\n")
    if not any(_is_visible(run.text) for run in leaf.runs):
        return ""
    return "".join(_written_link(address, list(runs)) for address, runs in groupby(leaf.runs, lambda run: run.a))


def _written_link(address: str, runs: list[_Run]) -> str:
    inner = "".join(map(_written_run, runs))
    if address and any(_is_visible(run.text) for run in runs):
        return f'<a href="{escape(address)}">{inner}</a>'
    return inner


def _written_run(run: _Run) -> str:
    html = "<br>" if run.text == "\n" else escape(run.text, quote=False)
    html = _wrapped("em", html) if run.em else html
    return _wrapped("strong", html) if run.strong else html


# --- back to text, and out to a page ----------------------------------------------------------------------------


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
