"""The shape of a story's body: reads markup into the few forms that a story has, and writes those."""

from collections.abc import Callable
from dataclasses import dataclass, field
from html import escape
from html.parser import HTMLParser
from itertools import groupby
from typing import NamedTuple

from newsroom.characters import SPACES, collapsed, displayable, is_visible

LEAVES = {
    "p": "p",
    **dict.fromkeys(["h1", "h2"], "h2"),
    **dict.fromkeys(["h3", "h4", "h5", "h6"], "h3"),
    "figcaption": "figcaption",
}
MARKS = {"strong": "strong", "b": "strong", "em": "em", "i": "em", "a": "a"}
BOXES = {"blockquote", "ul", "ol", "li", "figure"}
WRITTEN = {*LEAVES.values(), *MARKS.values(), *BOXES, "br"}
_LISTS = ("ul", "ol")
_DEEPEST_LIST = 3


def shaped(markup: str, may_link_to: Callable[[str], bool]) -> str:
    """Well-formed markup as quotes, lists and figures of paragraphs and crossheads; ``""`` if nothing shows.

    Elements that are not known here end a paragraph and are otherwise ignored. Pure; twice changes nothing.
    """
    shaper = _Shaper(may_link_to)
    shaper.feed(markup)
    shaper.close()
    return _written(shaper.root)


class _Run(NamedTuple):
    """Text under the same marks; a line break is a run of its own, a newline without marks."""

    text: str
    a: str = ""
    strong: bool = False
    em: bool = False


@dataclass
class _Leaf:
    """A paragraph, a crosshead or a caption."""

    tag: str
    runs: list[_Run] = field(default_factory=list)

    @property
    def text(self) -> str:
        return "".join(run.text for run in self.runs)

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
        """Takes ``characters`` away from the end, however many runs they fill."""
        while self.runs:
            last = self.runs.pop()
            if text := last.text.rstrip(characters):
                self.runs.append(last._replace(text=text))
                return


@dataclass
class _Box:
    """What holds leaves and other boxes; the outermost has no tag."""

    tag: str
    list_depth: int = 0
    children: list["_Leaf | _Box"] = field(default_factory=list)


class _Shaper(HTMLParser):
    def __init__(self, may_link_to: Callable[[str], bool]) -> None:
        super().__init__(convert_charrefs=True)
        self.may_link_to = may_link_to
        self.root = _Box("")
        self.boxes = [self.root]
        self.leaf: _Leaf | None = None
        self.marks: list[tuple[str, str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in MARKS:
            address = dict(attrs).get("href") or ""
            self.marks.append((MARKS[tag], address if self.may_link_to(address) else ""))
        elif tag == "br":
            self.break_line()
        else:
            self.leaf = None
            if tag in LEAVES:
                self.open_leaf(LEAVES[tag])
            elif tag in BOXES:
                self.open_box(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in MARKS:
            self.marks.pop()
        elif tag != "br":
            self.leaf = None
            if tag in BOXES:
                self.boxes.pop()

    def handle_data(self, data: str) -> None:
        text = collapsed(displayable(data))
        if self.leaf is None:
            if not text.strip(SPACES):
                return
            self.leaf = self.open_leaf("p")
        marks = dict(self.marks)
        strong = "strong" in marks and self.leaf.tag not in ("h2", "h3")
        self.leaf.add(_Run(text, marks.get("a", ""), strong, "em" in marks))

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
        written = [(child, _bare(html) if isinstance(child, _Leaf) else html) for child, html in written]
    return _wrapped(node.tag, "".join(html for _, html in written))


def _written_figure(written: list[tuple[_Leaf | _Box, str]]) -> str:
    """A figure of content and one caption; with nothing to caption, or with more captions, its paragraphs."""
    captions = [html for child, html in written if child.tag == "figcaption"]
    content = [html for child, html in written if child.tag != "figcaption"]
    if content and len(captions) == 1:
        return _wrapped("figure", "".join(content + captions))
    return "".join(
        _wrapped("p", _bare(html)) if child.tag == "figcaption" else html for child, html in written
    )


def _bare(leaf: str) -> str:
    return leaf[leaf.index(">") + 1 : leaf.rindex("<")]


def _wrapped(tag: str, inner: str) -> str:
    return f"<{tag}>{inner}</{tag}>" if tag and inner else inner


def _written_runs(leaf: _Leaf) -> str:
    leaf.trim(SPACES + "\n")
    if not is_visible(leaf.text):
        return ""
    links = groupby(leaf.runs, lambda run: run.a)
    return "".join(_written_link(address, list(runs)) for address, runs in links)


def _written_link(address: str, runs: list[_Run]) -> str:
    inner = "".join(map(_written_run, runs))
    if address and any(is_visible(run.text) for run in runs):
        return f'<a href="{escape(address)}">{inner}</a>'
    return inner


def _written_run(run: _Run) -> str:
    html = "<br>" if run.text == "\n" else escape(run.text, quote=False)
    html = _wrapped("em", html) if run.em else html
    return _wrapped("strong", html) if run.strong else html
