import subprocess
import sys

import pytest

from comments.moderation.checks import CHECKS, Told
from comments.moderation.facts import Finding
from tests.unit.moderation.making import found, sent, submission


def words(findings: list[Finding]) -> list[str]:
    return [finding.words for finding in findings]


def facts(findings: list[Finding]) -> list[str]:
    return [finding.fact for finding in findings]


def test_the_registry_names_every_check_once_with_parameters() -> None:
    assert {name: [one.name for one in spec.parameters] for name, spec in CHECKS.items()} == {
        "length": ["min_characters", "max_characters"],
        "links": ["max_links"],
        "listed_domains": ["list"],
        "phrases": ["list"],
        "personal_data": [],
        "off_site": ["within_words"],
        "shouting": ["max_share_percent", "min_letters"],
        "repeated_text": ["max_run"],
        "flood": ["max_comments", "minutes"],
        "mixed_scripts": ["max_mixed_words", "max_marks"],
        "other_script": ["max_other_percent", "min_letters"],
        "staff_names": [],
        "alike": ["min_others", "hours", "alike_percent", "min_words"],
        "possible_return": ["days", "alike_percent"],
    }


def test_length_and_flood_alone_cannot_be_overridden() -> None:
    assert {name for name, spec in CHECKS.items() if not spec.can_be_overridden} == {"length", "flood"}


def test_a_suspicion_of_return_alone_may_not_refuse() -> None:
    assert {name for name, spec in CHECKS.items() if not spec.may_refuse} == {"possible_return"}


def test_checks_that_see_campaigns_and_returns_tell_their_rule_alone() -> None:
    told = {how: {name for name, spec in CHECKS.items() if spec.told is how} for how in Told}
    assert told[Told.RULE] == {"alike", "possible_return"}
    assert told[Told.FACT] == {"length", "flood", "staff_names"}


def test_every_check_says_in_a_sentence_what_it_catches() -> None:
    assert {name for name, spec in CHECKS.items() if not spec.explanation.endswith(".")} == set()


def test_every_default_is_within_its_bounds() -> None:
    for spec in CHECKS.values():
        for one in spec.parameters:
            if isinstance(one.default, int):
                assert one.minimum is not None
                assert one.maximum is not None
                assert one.minimum <= one.default <= one.maximum


def test_moderation_imports_no_django() -> None:
    code = (
        "import sys, comments.moderation.decide, comments.moderation.policy\n"
        "print([name for name in sys.modules if name.split('.')[0] == 'django'])\n"
        "ours = [name for name in sys.modules if name.startswith('comments.')]\n"
        "print([name for name in ours if not name.startswith('comments.moderation')])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["[]", "[]"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("abcde", []),
        ("abcde\r\nfghi", []),
        ("abcdefghijk", ["too_long"]),
        ("ab", ["too_short"]),
        ("a\u200b\u200b\u200b b", ["too_short"]),
        ("a            ", ["too_long", "too_short"]),
    ],
)
def test_length_is_told_as_a_browser_counts(text: str, expected: list[str]) -> None:
    findings = found("length", text, min_characters=3, max_characters=10)
    assert facts(findings) == expected
    assert words(findings) == [""] * len(expected)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "See https://example.org/a?b=c#d, and (http://example.net).",
            ["https://example.org/a?b=c#d", "http://example.net"],
        ),
        ("www.example.org. HXXPS://EXAMPLE.org", ["www.example.org", "HXXPS://EXAMPLE.org"]),
        (
            "example.com, shop.example.co.uk and bit.ly/xyz",
            ["example.com", "shop.example.co.uk", "bit.ly/xyz"],
        ),
        ("exa\u200bmple.com and еxample.com", ["exa\u200bmple.com", "еxample.com"]),
        ("сайт.рф and пример.рф/стр", ["сайт.рф", "пример.рф/стр"]),
        ("example.com.Next", ["example.com"]),
        ("ok.so it.is end.Next e.g. i.e. U.S. 3.5 node.js", []),
        ("write to jane.doe@example.com", []),
        ("http:// www. example.company", []),
    ],
)
def test_links_are_counted_with_and_without_a_scheme(text: str, expected: list[str]) -> None:
    assert words(found("links", text, max_links=0)) == expected


def test_links_within_the_limit_are_no_finding() -> None:
    assert found("links", "example.com example.org", max_links=2) == []


def test_each_link_beyond_the_limit_is_a_finding() -> None:
    findings = found("links", "a.com b.com c.com d.com", max_links=2)
    assert words(findings) == ["c.com", "d.com"]
    assert findings[0].details == {"links": 4, "max_links": 2}


@pytest.mark.parametrize(
    "address",
    [
        "jane@example.org",
        "Jane.Doe+news@mail.example.co.uk",
        "j\u200bane@exa\u00admple.org",
        "ｊａｎｅ＠example.org",
    ],
)
def test_an_email_address_is_found_whole(address: str) -> None:
    findings = found("personal_data", f"Ask {address}, please.")
    assert (facts(findings), words(findings)) == (["email_address"], [address])


@pytest.mark.parametrize(
    "telephone",
    [
        "+49 30 1234567",
        "+1 (555) 123-4567",
        "(030) 123 45 67",
        "030/1234567",
        "030‑1234567",
        "06 12 34 56 78",
        "1-800-555-1234",
        "555 123 4567",
        "0912-123-4567",
        "88776655",
        "۰۹۱۲۱۲۳۴۵۶۷",
        "٠٩١٢ ١٢٣ ٤٥٦٧",
        "0\u200b301234567",
    ],
)
def test_a_telephone_number_is_found_whole(telephone: str) -> None:
    findings = found("personal_data", f"She said: {telephone}, tonight.")
    assert (facts(findings), words(findings)) == (["telephone_number"], [telephone])


@pytest.mark.parametrize(
    "text",
    [
        "on 2026-11-23 22:03, 23.11.2026 and 20261123",
        "2026-11-23 - 2026-11-25",
        "1914-1918 and 1939–1945",
        "8 000 000 000 people, 10.000.000 or 1,234,567,890",
        "12000000 euros, € 12345678, $12345678",
        "83000000 and 10000-20000",
        "6-4 6-3 7-5 6-4 and 102-98 99-87",
        "ISBN 3-16-148410-0 and 978-3-16-148410-0",
        "Regulation 2016/679, case 12345/2019, § 12345678, C-12345678",
        "3.14159265 at 52.520008, 13.404954",
        "192.168.100.200",
        "https://example.org/status/1234567890123",
        "1234567",
    ],
)
def test_other_figures_are_no_telephone_numbers(text: str) -> None:
    assert found("personal_data", text) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("THIS IS AN OUTRAGE and I say so", ["THIS IS AN OUTRAGE"]),
        ("NATO and the EU met in Brussels to talk about it", []),
        ("OK THEN", []),
        ("این نظر من است و همین", []),
        ("ЭТО ПРОСТО ВОЗМУТИТЕЛЬНО", ["ЭТО ПРОСТО ВОЗМУТИТЕЛЬНО"]),
    ],
)
def test_shouting_is_a_share_of_capitals_in_scripts_that_have_them(text: str, expected: list[str]) -> None:
    assert words(found("shouting", text, max_share_percent=50, min_letters=10)) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("No!!!!", [("character", "!!!!")]),
        ("Nooooo", [("character", "ooooo")]),
        ("buy, Buy BUY b\u200buy now", [("word", "buy, Buy BUY b\u200buy")]),
        ("one\ntwo\none\none two\nONE\none", [("line", "one")]),
        ("it cost 1000000000", []),
        ("a          b", []),
        ("no no no", []),
        ("!!!", []),
    ],
)
def test_repetition_is_found_where_it_is(text: str, expected: list[tuple[str, str]]) -> None:
    findings = found("repeated_text", text, max_run=3)
    assert [(finding.details["what"], finding.words) for finding in findings] == expected


def test_the_same_comment_again_is_found_however_disguised() -> None:
    again = submission("Buy my WONDERFUL product, now!", recent=(sent(60, "Buy my wonderful product now"),))
    [finding] = CHECKS["repeated_text"].run(again, {"max_run": 8})
    assert (finding.fact, finding.words, finding.details) == ("repeated_text", "", {"what": "comment"})


def test_a_short_thank_you_may_be_said_twice() -> None:
    again = submission("Thank you!", recent=(sent(60, "Thank you"),))
    assert CHECKS["repeated_text"].run(again, {"max_run": 8}) == []


@pytest.mark.parametrize(("ages", "expected"), [([1, 2], []), ([1, 2, 9.9], ["flood"]), ([1, 2, 10], [])])
def test_flood_counts_this_comment_and_those_within_the_minutes(
    ages: list[float], expected: list[str]
) -> None:
    sender = submission("And another thing", recent=tuple(sent(age) for age in ages))
    assert facts(CHECKS["flood"].run(sender, {"max_comments": 3, "minutes": 10})) == expected
