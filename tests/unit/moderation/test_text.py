from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from comments.moderation.lookalikes import LOOKALIKES
from comments.moderation.text import READ_AT_MOST, NormalText, normalised
from comments.moderation.words import _spans, fingerprint, symbols

AWKWARD = st.text(
    st.one_of(
        st.sampled_from(
            list("\u200b\u200c\u200d\u00ad\u202e\u202c\u2066\u2069\ufeff\ufe0f\u0301\u0336\u0308\u0640")
        ),
        st.sampled_from(list("аеорсхуѕіԁ𝓯ⓐＡﬁßİıſæ🅰ñü👍🏽👩🚀🇩🇪يىكةأآؤئۀ٠۱か゛ﾞ゙한한กี")),
        st.sampled_from(list("ab1@$! \n.\r\t-")),
        st.characters(),
    ),
    max_size=40,
)


@given(AWKWARD)
@example("ｶﾞ")
@example("u\u0308\u0301")
@example("ΐ\u0345")
def test_normalising_a_normal_text_changes_nothing(written: str) -> None:
    normal = normalised(written).text
    assert normalised(normal).text == normal


@given(AWKWARD)
def test_extents_of_a_normal_text_are_ordered_and_cover_no_character_in_part(written: str) -> None:
    normal = normalised(written)
    assert len(normal.starts) == len(normal.ends) == len(normal.text)
    pairs = list(zip(normal.starts, normal.ends, strict=True))
    assert pairs == sorted(pairs)
    assert all(0 <= start < end <= len(written) for start, end in pairs)
    assert all(one == other or one[1] <= other[0] for one, other in pairwise(pairs))


@given(st.text(st.characters(categories=("L",)), min_size=1, max_size=20))
def test_case_makes_no_difference_twice_over(letters: str) -> None:
    assert normalised(letters.casefold()).text == normalised(letters.casefold().casefold()).text


@pytest.mark.parametrize(
    ("written", "normal"),
    [
        ("Ｆｕｌｌ", "full"),
        ("w\u200bo\u2060r\u00add", "word"),
        ("a\u0336b\u0337\u0489", "ab"),
        ("сосо", "coco"),
        ("كِتَابي", "کتابی"),
        ("کــتاب", "کتاب"),
        ("أإآٱ", "اااا"),
        ("۱۲٣४", "1234"),
        ("Straße", "strasse"),
        ("año", "año"),
        ("anْ\u0303o", "año"),
        ("schwu\u0308l", "schwül"),
        ("café", "cafe"),
        ("हिन्दी", "हिन्दी"),
        ("2026‑11–23", "2026-11-23"),
    ],
)
def test_a_disguised_text_becomes_plain(written: str, normal: str) -> None:
    assert normalised(written).text == normal


def test_a_lookalike_stands_for_plain_letters_that_stay() -> None:
    assert {plain for plain in LOOKALIKES.values() if normalised(plain).text != plain} == set()


def test_an_extent_takes_in_all_that_is_put_on_a_letter() -> None:
    written = "x a\u0301\u200b\ufe0fb"
    normal = normalised(written)
    assert normal.text == "x ab"
    assert normal.extent(2, 3) == (2, 6)


def test_a_joined_emoji_is_one_character_to_the_reader() -> None:
    family = "👩\u200d🚀"
    assert normalised(family).extent(0, 1) == (0, len(family))


def test_no_more_is_read_than_the_limit() -> None:
    assert len(normalised("a" * (READ_AT_MOST + 500)).text) == READ_AT_MOST


def test_a_letter_under_a_heap_of_marks_is_read_as_that_letter() -> None:
    assert normalised("a" + "\u0301\u0316" * 9_000).text == "a"


@pytest.mark.parametrize("other", ["BUY  now!!!", "buy\nnow", "b\u200buy n\u0301ow", "Вuy nоw"])
def test_the_same_words_have_the_same_fingerprint(other: str) -> None:
    assert fingerprint(other) == fingerprint("Buy now")


def test_other_words_have_another_fingerprint() -> None:
    assert len({fingerprint(text) for text in ("Buy now", "Buy no", "", "👍", "👎")}) == 5


@given(st.text(st.characters(max_codepoint=127), max_size=80))
@example("Tab\tand\x1cline\r\nend\x0b\x0c")
def test_plain_ascii_is_read_as_it_is_beside_another_script(written: str) -> None:
    alone, beside = normalised(written), normalised(f"{written}\u4e00")
    assert alone == NormalText(beside.text[:-1], beside.starts[:-1], beside.ends[:-1])
    for signs in ("", "@$!|"):
        assert list(_spans(written, signs)) == list(_spans(f"{written} \u4e00", signs))[:-1]
    assert symbols(written) == symbols(f"{written}\u4e00")
