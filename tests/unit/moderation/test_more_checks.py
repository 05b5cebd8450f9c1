"""Domains, invitations elsewhere, scripts and heaps of marks: what is found, whole, and what passes."""

import re
from pathlib import Path

import pytest

from comments.moderation.checks import CHECKS
from comments.moderation.domain_names import domain_labels
from comments.moderation.facts import Finding
from comments.moderation.scripts import scripts_of_language
from tests.unit.moderation.making import found, found_with_list, submission

LANGUAGES = Path(__file__).resolve().parents[4] / "shared" / "data" / "languages"
LISTED = ("spam.example.com", "cheap.net", "https://www.short.link/", "пример.рф", "münchen-deal.de")


def words(findings: list[Finding]) -> list[str]:
    return [finding.words for finding in findings]


def declarations() -> list[tuple[str, str]]:
    """The Universal Declaration in each language, by language tag."""
    if not LANGUAGES.is_dir():
        pytest.skip("The declarations of ../shared/data/languages are not beside this checkout.")
    pages = [page.read_text() for page in sorted(LANGUAGES.glob("*.html"))]
    return [
        (
            re.search(r'<html[^>]* lang="([^"]*)"', page)[1],
            re.sub(r"<[^>]*>", " ", page.partition("<body>")[2]),
        )  # type: ignore[index]
        for page in pages
    ]


@pytest.mark.parametrize(
    "written",
    [
        "cheap.net",
        "https://cheap.net/buy?now=1",
        "http://user@www.Cheap.net:8080",
        "hxxps://cheap[.]net",
        "shop.cheap.net",
        "cheap dot net",
        "cheap (dot) net",
        "cheap [ . ] net",
        "cheap . net",
        "cheap. net",
        "cheap\nDOT\nnet",
        "c\u200bheap.net",
        "сhеар.net",
        "ｃｈｅａｐ．ｎｅｔ",
        "cheap。net",
        "short.link/abc",
        "ПРИМЕР.рф",
        "xn--e1afmkfd.xn--p1ai",
        "xn--mnchen-deal-thb.de",
        "me@spam.example.com",
    ],
)
def test_a_listed_domain_is_found_however_written(written: str) -> None:
    [finding] = found_with_list("listed_domains", f"Look at {written} please.", *LISTED)
    assert finding.fact == "listed_domain"
    assert finding.words in written


@pytest.mark.parametrize(
    "text",
    [
        "notcheap.net, cheap.network and cheap-net",
        "cheap.net-worth",
        "cheap, net of tax",
        "example.com",
        "cheap.org.net",
        "the point cheap net",
        "xn--.net xn--\u0661.net",
    ],
)
def test_another_domain_passes(text: str) -> None:
    assert found_with_list("listed_domains", text, *LISTED) == []


def test_a_name_under_a_country_is_another_than_its_beginning() -> None:
    assert found_with_list("listed_domains", "shop.com.au and shop.co.uk", "shop.com", "shop.co") == []
    assert words(found_with_list("listed_domains", "shop.com. au revoir", "shop.com")) == ["shop.com"]


def test_a_domain_is_told_with_list_and_entry() -> None:
    [finding] = found_with_list("listed_domains", "a.cheap.net", *LISTED)
    assert (finding.entry, finding.list_revision, finding.details) == ("cheap.net", 7, {"list": "insults"})


@pytest.mark.parametrize(
    ("entry", "labels"),
    [
        ("Example.COM", ("example", "com")),
        ("https://www.example.com/path", ("example", "com")),
        ("*.example.com.", ("example", "com")),
        ("word", ()),
        ("a sentence. And more", ()),
        ("...", ()),
        ("a.b.c.d.e.f.g", ()),
    ],
)
def test_an_entry_is_a_domain_or_none(entry: str, labels: tuple[str, ...]) -> None:
    assert domain_labels(entry) == labels


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("write to me: jane@example.org", ["jane@example.org"]),
        ("My telegram is @jane_doe, really", ["@jane_doe"]),
        ("whatsapp +49 30 1234567", ["+49 30 1234567"]),
        ("Telegram: jane_99", ["jane_99"]),
        ("W\u200bhatsApp me at 0049 30 1234567", ["0049 30 1234567"]),
        ("join https://t.me/joinchat/abc now", ["https://t.me/joinchat/abc"]),
        ("wa.me/491234567", ["wa.me/491234567"]),
        ("Schreibt mir an jane@example.org", ["jane@example.org"]),
        ("به من پیام بدهید ۰۹۱۲۱۲۳۴۵۶۷", ["۰۹۱۲۱۲۳۴۵۶۷"]),
        ("пишите на jane@example.org", ["jane@example.org"]),
    ],
)
def test_an_invitation_elsewhere_is_found(text: str, expected: list[str]) -> None:
    assert words(found("off_site", text, within_words=6)) == expected


@pytest.mark.parametrize(
    "text",
    [
        "The ministry (press@example.org) gave no answer.",
        "@jane_doe is right",
        "Telegram was fined again; the regulator has not said why. Its office: 030 1234567 89",
        "the signal failed at 8:30, call me surprised",
        "call 110 in an emergency",
        "https://example.org/t.me/x",
    ],
)
def test_what_invites_nobody_passes(text: str) -> None:
    assert found("off_site", text, within_words=6) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Your раураl account", []),
        ("Your pаypal accоunt is clоsed", ["accоunt", "clоsed"]),
        ("p\u200bаypal pаypal", ["pаypal"]),
        ("5 kΩ, 3 μSv, Covid-вакцина, iPhone'ов", []),
        ("東京ビッグサイトのJR線 and 가나다ABC漢字", []),
        ("می‌روم", []),
    ],
)
def test_words_of_mixed_script_beyond_the_limit_are_found(text: str, expected: list[str]) -> None:
    assert words(found("mixed_scripts", text, max_mixed_words=1, max_marks=4)) == expected


def test_heaps_of_marks_are_found_with_their_letter() -> None:
    text = "e" + "\u0301" * 4 + " Z" + "\u0301\u200b\u0316" * 3 + "algo"
    [finding] = found("mixed_scripts", text, max_mixed_words=1, max_marks=4)
    assert (finding.fact, finding.words, finding.details) == (
        "heaped_marks",
        text[6:-4],
        {"max_marks": 4},
    )


def test_no_language_of_the_declaration_mixes_scripts_or_heaps_marks() -> None:
    usual = {one.name: one.default for one in CHECKS["mixed_scripts"].parameters}
    caught = {
        tag: words(CHECKS["mixed_scripts"].run(submission(text), usual))  # type: ignore[arg-type]
        for tag, text in declarations()
    }
    assert {tag: found for tag, found in caught.items() if found} == {}


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("en", "Это просто возмутительно!", ["Это просто возмутительно"]),
        ("fa", "This is an English comment", ["This is an English comment"]),
        ("fa", "وزیر در Twitter نوشت که این تصمیم درست است", []),
        ("en", "He said «нет» and left the room", []),
        ("ru", "Ｔｈｉｓ ｉｓ ｆｕｌｌ ｗｉｄｔｈ", ["Ｔｈｉｓ ｉｓ ｆｕｌｌ ｗｉｄｔｈ"]),
        ("ja", "これは日本語のコメントです、よろしくお願いします", []),
        ("en", "нет", []),
        ("tlh", "Это просто возмутительно!", []),
        ("sr-Latn", "Ово је ћирилица и ништа друго", ["Ово је ћирилица и ништа друго"]),
    ],
)
def test_another_script_than_the_discussions_is_a_share_of_the_letters(
    language: str, text: str, expected: list[str]
) -> None:
    sent = submission(text, language=language)
    findings = CHECKS["other_script"].run(sent, {"max_other_percent": 50, "min_letters": 10})
    assert words(findings) == expected


def test_every_declaration_is_in_a_script_of_its_language_where_that_is_known() -> None:
    usual = {one.name: one.default for one in CHECKS["other_script"].parameters}
    known = [(tag, text) for tag, text in declarations() if scripts_of_language(tag)]
    caught = [
        tag
        for tag, text in known
        if CHECKS["other_script"].run(submission(text, language=tag), usual)  # type: ignore[arg-type]
    ]
    assert len(known) > 30
    assert caught == []
