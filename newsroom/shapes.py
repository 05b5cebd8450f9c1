"""The shape of a story's body: reads any well-formed markup into the few forms a story has, and writes those."""

from collections.abc import Callable
from dataclasses import dataclass, field
from html import escape
from html.parser import HTMLParser
from itertools import groupby
from typing import NamedTuple

from newsroom.characters import SPACES, collapsed, displayable, is_visible

_LEAVES = {"p": "p", "h1": "h2", "h2": "h2", "h3": "h3", "h4": "h3", "h5": "h3", "h6": "h3", "figcaption": "figcaption"}
_MARKS = {"strong": "strong", "b": "strong", "em": "em", "i": "em", "a": "a"}
_BOXES = {"blockquote", "ul", "ol", "li", "figure"}
# Known only so that what stands in two of them does not run together.
_BOUNDARIES = set(
    "div section article header footer main aside nav address center pre table caption thead tbody tfoot tr td th "
    "dl dt dd hr form fieldset legend details summary".split()
)
_LISTS = ("ul", "ol")
_DEEPEST_LIST = 3

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
        if not self.runs or self.runs[-1].text[-1] in SPACES + "\n":
            run = run._replace(text=run.text.lstrip(SPACES))
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
            self.marks.append((_MARKS[tag], address if may_link_to(address) else ""))
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
        text = collapsed(displayable(data))
        if self.leaf is None:
            if not text.strip(SPACES):
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
        self.leaf.trim(SPACES)
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
    leaf.trim(SPACES + "\n")
    if not any(is_visible(run.text) for run in leaf.runs):
        return ""
    return "".join(_written_link(address, list(runs)) for address, runs in groupby(leaf.runs, lambda run: run.a))


def _written_link(address: str, runs: list[_Run]) -> str:
    inner = "".join(map(_written_run, runs))
    if address and any(is_visible(run.text) for run in runs):
        return f'<a href="{escape(address)}">{inner}</a>'
    return inner


def _written_run(run: _Run) -> str:
    html = "<br>" if run.text == "\n" else escape(run.text, quote=False)
    html = _wrapped("em", html) if run.em else html
    return _wrapped("strong", html) if run.strong else html


