"""Names of the staff, texts alike, and suspicions of return: what is enough and what is not."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comments.moderation.checks import CHECKS
from comments.moderation.facts import Ban, Finding, OthersText
from comments.moderation.names import is_like
from comments.moderation.sketch import BAND_COLUMNS, KEPT, packed, percent_alike, sketch_of, unpacked
from tests.unit.moderation.making import NOW, submission

CALL = "Everybody write to the mayor today and say that the bridge must never be closed to cars again"
NEARLY = "Everyone write to the mayor today and say that the bridge must never be closed to cars!!"
OTHER = "I walked over the bridge this morning, and it was as empty as it has been for weeks"


@pytest.mark.parametrize(
    "name",
    [
        "Mina Karimi",
        "MINA KARIMI",
        "Mina Karirni",
        "M1na Kar1mi",
        "Мinа Kаrimi",
        "mina.karimi",
        "MinaKarimi",
        "M i n a K a r i m i",
        "Karimi, Mina",
        "Mina Karimi (editor)",
        "Mi\u200bna Kárimi",
        "𝓜𝓲𝓷𝓪 𝓚𝓪𝓻𝓲𝓶𝓲",
    ],
)
def test_a_name_that_can_be_taken_for_anothers_is_like_it(name: str) -> None:
    assert is_like(name, "Mina Karimi")


@pytest.mark.parametrize(
    "name", ["Mina", "Karimi", "Mina Karim", "Nina Karimi", "Mina from Karimi Street", "", "👍"]
)
def test_a_namesake_in_part_is_somebody_else(name: str) -> None:
    assert not is_like(name, "Mina Karimi")


def test_a_name_of_one_word_is_like_another_only_without_more() -> None:
    assert (is_like("M1na", "Mina"), is_like("Mina of the harbour", "Mina")) == (True, False)


def test_a_name_like_the_staffs_is_found_without_words() -> None:
    sent = submission(
        "Hello", name="The Harb0ur Gazette desk", staff_names=("Harbour Gazette", "Mina Karimi")
    )
    assert CHECKS["staff_names"].run(sent, {}) == [Finding(check="staff_names", fact="staff_name")]


def test_another_name_passes() -> None:
    assert CHECKS["staff_names"].run(submission("Hello", staff_names=("Mina Karimi", "Bo")), {}) == []


# --- sketches


def test_texts_that_differ_in_disguise_only_have_the_same_sketch() -> None:
    assert sketch_of("Buy my WONDERFUL product!") == sketch_of("b\u200buy my wоnderful... product")


def test_a_short_text_is_compared_exactly() -> None:
    one, other = sketch_of("one two three four").kept, sketch_of("one two three five").kept
    assert percent_alike(one, other) == 100 * 5 // 9  # three words and two pairs, of four and five in all


@given(st.text(max_size=300), st.text(max_size=300))
def test_likeness_is_mutual_and_complete_with_oneself(one: str, other: str) -> None:
    first, second = sketch_of(one), sketch_of(other)
    assert percent_alike(first.kept, second.kept) == percent_alike(second.kept, first.kept)
    assert percent_alike(first.kept, first.kept) == (100 if first.kept else 0)


@given(st.text(max_size=600))
def test_a_sketch_comes_back_from_the_database_as_it_was(text: str) -> None:
    sketch = sketch_of(text)
    assert unpacked(packed(sketch.kept)) == sketch.kept
    assert len(sketch.kept) <= KEPT
    assert len(sketch.bands) == (len(BAND_COLUMNS) if sketch.kept else 0)
    assert all(-(2**63) <= band < 2**63 for band in sketch.bands)


# --- campaigns


def by(commenter: int, text: str, hours_ago: float = 1) -> OthersText:
    return OthersText(commenter, NOW - timedelta(hours=hours_ago), sketch_of(text).kept)


def alike(text: str, *others: OthersText, **parameters: int) -> list[Finding]:
    usual = {"min_others": 2, "hours": 24, "alike_percent": 75, "min_words": 8}
    return CHECKS["alike"].run(submission(text, others=others), {**usual, **parameters})


def test_nearly_the_same_from_two_others_is_a_campaign_and_quotes_nothing() -> None:
    assert alike(CALL, by(1, NEARLY), by(2, CALL.upper())) == [
        Finding(check="alike", fact="alike", details={"others": 2, "hours": 24, "percent": 75})
    ]


@pytest.mark.parametrize(
    "others",
    [
        (by(1, NEARLY), by(1, CALL)),
        (by(1, NEARLY), by(2, OTHER)),
        (by(1, NEARLY), by(2, CALL, hours_ago=24)),
        (),
    ],
)
def test_one_other_or_other_words_or_another_day_are_none(others: tuple[OthersText, ...]) -> None:
    assert alike(CALL, *others) == []


def test_a_short_thank_you_is_no_campaign() -> None:
    assert (
        alike(
            "Thank you very much indeed",
            by(1, "Thank you very much indeed"),
            by(2, "Thank you very much indeed"),
        )
        == []
    )


# --- returns


def suspected(
    ban: dict[str, Any], *, name: str = "Ada", text: str = CALL, others: tuple[OthersText, ...] = ()
) -> list[Finding]:
    given_ban = Ban(
        **{"commenter": 7, "name": "Troy", "since": NOW - timedelta(days=3), "same_network": False, **ban}
    )
    sent = submission(text, name=name, bans=(given_ban,), others=others)
    return CHECKS["possible_return"].run(sent, {"days": 90, "alike_percent": 60})


@pytest.mark.parametrize(
    ("ban", "name", "others", "signs"),
    [
        ({"same_network": True}, "Tr0y", (), {"network": 1, "name": 1}),
        ({"same_network": True}, "Ada", (by(7, NEARLY, 999),), {"network": 1, "wording": 80}),
        ({}, "Troy", (by(7, NEARLY, 999),), {"wording": 80, "name": 1}),
    ],
)
def test_two_signs_make_a_suspicion_with_its_evidence(
    ban: dict[str, Any], name: str, others: tuple[OthersText, ...], signs: dict[str, int]
) -> None:
    [finding] = suspected(ban, name=name, others=others)
    alike_percent = percent_alike(sketch_of(CALL).kept, sketch_of(NEARLY).kept)
    signs = {sign: alike_percent if sign == "wording" else value for sign, value in signs.items()}
    assert (finding.fact, finding.words) == ("possible_return", "")
    assert finding.details == {**signs, "days": 3, "commenter": 7}


@pytest.mark.parametrize(
    ("ban", "name", "others"),
    [
        ({"same_network": True}, "Ada", ()),
        ({}, "Troy", ()),
        ({}, "Ada", (by(7, CALL),)),
        ({"same_network": True}, "Ada", (by(8, CALL),)),
        ({"same_network": True}, "Ada", (by(7, OTHER),)),
        ({"same_network": True, "since": NOW - timedelta(days=90)}, "Troy", (by(7, CALL),)),
    ],
)
def test_one_sign_alone_or_an_old_ban_is_none(
    ban: dict[str, Any], name: str, others: tuple[OthersText, ...]
) -> None:
    assert suspected(ban, name=name, others=others) == []
