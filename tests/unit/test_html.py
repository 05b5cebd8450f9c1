import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import nh3
import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsroom import html
from newsroom.html import already_clean, comment_html, one_line, policy_html, story_html, text_of
from newsroom.templatetags.newsroom_html import clean_html

SHARED = Path(__file__).resolve().parents[3] / "shared" / "data"
ALLOWED_TAG = re.compile(
    r"</?(?:p|h2|h3|blockquote|ul|ol|li|strong|em|br|figure|figcaption|a)>"
    r'|<(?:p|li) dir="auto">'
    r'|<a href="(?:https?://[^"<>]+|/(?![/\\])[^"<>]*|mailto:[^"<>]+)" rel="(?:ugc nofollow )?noopener">',
    re.IGNORECASE,
)
HOSTILE = (
    st.text(
        alphabet=st.sampled_from("<>&;\"'*-/ \n\r\t\x00a=#xh:tps.()pb\u200c\u202e\u202c\u2067\ud800\xa0é汉می")
    )
    | st.text()
)
PIECES = st.lists(
    st.sampled_from(
        re.findall(
            r"<[^>]+>|&[^;]+;|[^<&]",
            "<p></p><div></div><b></b><em></em><ul><ol><li></li></ul></ol><blockquote></blockquote><br><h1></h1><h4>"
            "<figure><figcaption></figcaption></figure><a><a href=/x><a href='//a.b'></a><script></script>"
            "<table><td></td></table><o:p></o:p><span><!-- --><svg><style></style><template>"
            "&nbsp;&amp;&lt;&#x81;&#0;",
        )
    )
    | st.sampled_from([" ", "\n", "\xa0", "\u200c", "\u202e"])
).map("".join)


ELEMENTS = st.sampled_from(
    [
        "a",
        "p",
        "div",
        "b",
        "em",
        "h2",
        "ul",
        "li",
        "blockquote",
        "table",
        "td",
        "svg",
        "math",
        "mtext",
        "mglyph",
        "annotation-xml",
        "foreignObject",
        "style",
        "title",
        "script",
        "template",
        "noscript",
        "iframe",
        "textarea",
        "select",
        "option",
        "img",
        "input",
        "form",
        "object",
        "embed",
        "base",
        "link",
        "meta",
        "frameset",
        "xmp",
    ]
)
ADDRESSES = st.sampled_from(
    [
        *(
            "https://a.example/x",
            "/x",
            "//a.example",
            "mailto:a@example.org",
            "javascript:alert(1)",
            "data:text/html,x",
        ),
        *(
            "java\tscript:alert(1)",
            "&#106;avascript&colon;alert(1)",
            "\x01javascript:alert(1)",
            "vbscript:x",
            "/\\a",
        ),
        *(
            'https://a.example/"onclick=alert(1)',
            "JaVaScRiPt:alert(1)//https://",
            "blob:x",
            "https:javascript:x",
        ),
    ]
)
ATTRIBUTES = st.tuples(
    st.sampled_from(
        [
            "href",
            "src",
            "xlink:href",
            "action",
            "formaction",
            "onclick",
            "onerror",
            "ONLOAD",
            "style",
            "class",
            "id",
            "srcdoc",
            "data",
        ]
    ),
    st.sampled_from(["=", "='", '="', " = "]),
    ADDRESSES | HOSTILE,
).map("".join)
MARKUP = st.recursive(
    HOSTILE
    | st.sampled_from(["<!--", "-->", "<![CDATA[", "]]>", "<!doctype html>", "</p>", "</svg>", "</style>"]),
    lambda inner: st.tuples(
        ELEMENTS, st.lists(ATTRIBUTES, max_size=3), st.lists(inner, max_size=3), ELEMENTS
    ).map(lambda made: f"<{made[0]} {' '.join(made[1])}>{''.join(made[2])}</{made[3]}>"),
    max_leaves=12,
)


def records(name: str) -> Iterator[dict[str, str]]:
    path = SHARED / "xss" / name
    if not path.exists():
        pytest.skip(f"The shared data set xss/{name} is not beside this checkout.")
    with path.open(encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def tags_not_allowed(html: str) -> list[str]:
    return [tag for tag in re.findall(r"<[^>]*>?", html) if not ALLOWED_TAG.fullmatch(tag)]


@pytest.mark.parametrize(("name", "key"), [("payloads.jsonl", "payload"), ("parser_stress.jsonl", "input")])
@pytest.mark.parametrize("clean", [comment_html, policy_html, story_html])
def test_hostile_markup_leaves_allowed_tags_only(name: str, key: str, clean: Callable[[str], str]) -> None:
    assert [record for record in records(name) if tags_not_allowed(clean(record[key]))] == []


@pytest.mark.parametrize(("name", "key"), [("payloads.jsonl", "payload"), ("parser_stress.jsonl", "input")])
def test_hostile_story_cleaned_twice_is_unchanged(name: str, key: str) -> None:
    cleaned = [story_html(f"<p>before</p>{record[key]}<p>after</p>") for record in records(name)]
    assert [html for html in cleaned if story_html(html) != html] == []


@pytest.mark.parametrize(("name", "key"), [("payloads.jsonl", "payload"), ("parser_stress.jsonl", "input")])
def test_hostile_comment_reads_as_it_was_written(name: str, key: str) -> None:
    """Markup in a comment is text: nothing of it is lost and nothing of it works."""

    def letters(text: str) -> str:
        return re.sub(r"[\s>\x00-\x20\x7f-\x9f\ufeff\ufffe\uffff]|[\u202a-\u202e\u2066-\u2069]|\*", "", text)

    for record in records(name):
        assert letters(text_of(comment_html(record[key]))) == letters(record[key])


@given(PIECES | HOSTILE | MARKUP)
def test_any_story_cleaned_twice_is_unchanged(source: str) -> None:
    once = story_html(source)
    assert story_html(once) == once
    assert tags_not_allowed(once) == []


@given(HOSTILE | MARKUP)
def test_any_comment_has_allowed_tags_only_and_is_unchanged_by_another_pass(text: str) -> None:
    html = comment_html(text)
    assert tags_not_allowed(html) == []
    assert (
        nh3.clean(
            html,
            tags={"p", "br", "em", "blockquote", "a"},
            attributes={"a": {"href"}, "p": {"dir"}},
            link_rel="ugc nofollow noopener",
        )
        == html
    )


@given(HOSTILE)
def test_any_line_made_one_twice_is_unchanged(text: str) -> None:
    line = one_line(text)
    assert one_line(line) == line
    assert not re.search(r"[\n\r\x00\u202a-\u202e\ud800-\udfff]", line)


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("", ""),
        (" \n\t\u200b\n", ""),
        ("One\nline\n\n\nTwo", '<p dir="auto">One<br>line</p><p dir="auto">Two</p>'),
        ("One\r\n\r\nTwo\x00", '<p dir="auto">One</p><p dir="auto">Two</p>'),
        ("<b>bold</b> &amp;", '<p dir="auto">&lt;b&gt;bold&lt;/b&gt; &amp;amp;</p>'),
        ("2*3*4 and *so it is*, (*yes*)", '<p dir="auto">2*3*4 and <em>so it is</em>, (<em>yes</em>)</p>'),
        ("* alone * and **", '<p dir="auto">* alone * and **</p>'),
        (
            "Said:\n> a\n>> b\n>\n> c\nNo.",
            '<p dir="auto">Said:</p><blockquote><p dir="auto">a<br>b</p><p dir="auto">c</p></blockquote>'
            '<p dir="auto">No.</p>',
        ),
        (">", ""),
        ("- a\n- b", '<p dir="auto">- a<br>- b</p>'),
        ("abc \u202efed\nx\u202c", '<p dir="auto">abc fed<br>x</p>'),
        ("abc \u2067fed\u2069", '<p dir="auto">abc \u2067fed\u2069</p>'),
        ("\ud800", '<p dir="auto">\ufffd</p>'),
        ("می\u200cشود", '<p dir="auto">می\u200cشود</p>'),
        (
            "javascript:alert(1) ftp://a.example data:x",
            '<p dir="auto">javascript:alert(1) ftp://a.example data:x</p>',
        ),
        ("http://[bad", '<p dir="auto">http://[bad</p>'),
    ],
)
def test_comment_becomes_paragraphs(text: str, html: str) -> None:
    assert comment_html(text) == html


@pytest.mark.parametrize(
    ("text", "addresses"),
    [
        ("see http://a.example/x?a=1&b=2.", ["http://a.example/x?a=1&amp;b=2"]),
        ("(http://a.example/x) (http://a.example/(y)).", ["http://a.example/x", "http://a.example/(y)"]),
        ("<https://a.example/>", ["https://a.example/"]),
        ("HTTPS://A.example", ["HTTPS://A.example"]),
        ("*http://a.example/b*", ["http://a.example/b"]),
        ("见http://a.example。", ["http://a.example"]),
        ("https://fa.example/ویکی\u200cپدیا؟", ["https://fa.example/ویکی\u200cپدیا"]),
        ('"https://a.example/" onmouseover="x', ["https://a.example/"]),
        ("someone@a.example a.example xhttp://a.example", []),
    ],
)
def test_comment_links_what_is_written_as_a_link(text: str, addresses: list[str]) -> None:
    html = comment_html(text)
    assert re.findall(r'<a href="([^"]*)" rel="ugc nofollow noopener">', html) == addresses
    assert html.count("<a") == len(addresses)


def test_policy_text_has_lists_and_links_without_ugc() -> None:
    assert policy_html("Please:\n- be *kind*\n- see http://a.example/\n\nThanks") == (
        '<p dir="auto">Please:</p><ul><li dir="auto">be <em>kind</em></li>'
        '<li dir="auto">see <a href="http://a.example/" rel="noopener">http://a.example/</a></li></ul>'
        '<p dir="auto">Thanks</p>'
    )


@pytest.mark.parametrize(
    ("source", "html"),
    [
        ("", ""),
        ("<p>&nbsp;</p><p></p><p> <b> </b></p>", ""),
        ("plain", "<p>plain</p>"),
        ("<p>a</p><script>alert(1)</script><style>p{}</style>b", "<p>a</p><p>b</p>"),
        (
            '<p class="MsoNormal" style="x"><span lang="EN">One<o:p></o:p></span>&nbsp;&nbsp; more</p>',
            "<p>One more</p>",
        ),
        ("<p>« Oui&nbsp;»</p>", "<p>« Oui&nbsp;»</p>"),
        ("<div>a<div>b</div>c</div>", "<p>a</p><p>b</p><p>c</p>"),
        ("<h1>T</h1><h4><b>S</b></h4>", "<h2>T</h2><h3>S</h3>"),
        ("<b>a</b><i>b</i><b><i>c</i></b>", "<p><strong>a</strong><em>b</em><strong><em>c</em></strong></p>"),
        ("<b><p>a</p><p>b</p></b>", "<p><strong>a</strong></p><p><strong>b</strong></p>"),
        ("a<br>b<br> <br>c<br>", "<p>a<br>b</p><p>c</p>"),
        (
            "<ul><li><p>a</p></li><li>b<ol><li>c</li></ol></li></ul>",
            "<ul><li>a</li><li>b<ol><li>c</li></ol></li></ul>",
        ),
        ("<ul><li><p>a</p><p>b</p></li></ul>", "<ul><li><p>a</p><p>b</p></li></ul>"),
        ("<ul>a<p>b</ul>", "<ul><li>a</li><li>b</li></ul>"),
        ("<li>a</li>", "<p>a</p>"),
        (
            "<blockquote>a<h2>b</h2><ul><li>c</ul></blockquote>",
            "<blockquote><p>a</p><p>b</p><ul><li>c</li></ul></blockquote>",
        ),
        ("<blockquote>a<blockquote>b</blockquote></blockquote>", "<blockquote><p>a</p><p>b</p></blockquote>"),
        (
            "<figure><blockquote>a</blockquote><figcaption>b</figcaption></figure>",
            "<figure><blockquote><p>a</p></blockquote><figcaption>b</figcaption></figure>",
        ),
        ("<figure><img src=x><figcaption>b</figcaption></figure>", "<p>b</p>"),
        ("<table><tr><td>a</td><td>b</td></tr></table>", "<p>a</p><p>b</p>"),
        ("می\u200cشود é", "<p>می\u200cشود é</p>"),
    ],
)
def test_story_becomes_clean_paragraphs(source: str, html: str) -> None:
    assert story_html(source) == html


@pytest.mark.parametrize(
    ("address", "kept"),
    [
        ("https://a.example/?a=1&amp;b", True),
        ("mailto:desk@a.example", True),
        ("/news/", True),
        ("//evil.example/", False),
        ("/\\evil.example/", False),
        ("/\t/evil.example/", False),
        ("javascript:alert(1)", False),
        ("java\nscript:alert(1)", False),
        ("data:text/html,x", False),
        ("http://[bad", False),
        ("page.html", False),
        ("#top", False),
        ("", False),
    ],
)
def test_story_links_lead_to_the_web_to_mail_or_within_the_site(address: str, kept: bool) -> None:
    link = f'<p><a href="{address}" rel="noopener">x</a></p>'
    assert story_html(f'<p><a href="{address}" target="_blank" onclick="y">x</a></p>') == (
        link if kept else "<p>x</p>"
    )


def test_deeply_nested_story_is_flattened() -> None:
    html = story_html("<ul><li>x" * 3000)
    assert html.count("<ul>") == 3
    assert story_html(html) == html


def test_text_of_a_story_has_blank_lines_between_paragraphs() -> None:
    html = "<h2>A</h2><p>b<br>c &amp; <em>d</em></p><ul><li>e</li><li>f</li></ul>"
    assert text_of(html) == "A\n\nb\nc & d\n\ne\n\nf"


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("  A \n headline\t here ", "A headline here"),
        ("e\u0301", "é"),
        ("a\x00\u0301", "á"),
        ("abc\u202efed", "abcfed"),
        ("« Oui\xa0»", "« Oui\xa0»"),
        ("\u200b\xa0", ""),
        ("می\u200cشود", "می\u200cشود"),
    ],
)
def test_one_line_is_a_headline_as_stored(text: str, line: str) -> None:
    assert one_line(text) == line


def test_clean_html_in_a_template_is_not_escaped_again() -> None:
    assert clean_html("<p>a</p>").__html__() == already_clean("<p>a</p>").__html__() == "<p>a</p>"


@given(HOSTILE | PIECES)
def test_text_without_an_address_is_what_it_is_when_it_was_searched_for_one(text: str) -> None:
    for written, markers, last_word in (
        (comment_html, html._COMMENT_MARKERS, html._COMMENT_LAST_WORD),
        (policy_html, html._POLICY_MARKERS, html._POLICY_LAST_WORD),
    ):
        assert written(text) == last_word.clean(html._LINKER.linkify(html._marked_up(text, markers)))
