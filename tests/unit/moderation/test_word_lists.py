"""Lists that nobody here wrote: each entry is caught in every disguise, and words that contain one pass."""

import re

import pytest

from comments.moderation.facts import PhraseFacts
from tests.bench.phrase_tables import (
    DISGUISES,
    MISSING,
    WordList,
    catches,
    containing,
    innocent_words,
    missed,
    with_exceptions,
    word_lists,
)
from tests.unit.moderation.innocent_words import HELD, INNOCENT, UNSPACED
from tests.unit.moderation.making import caught, phrases

LISTS = word_lists()
WITH_FIGURES = ("figures for vowels", "figures wherever there is one")


@pytest.fixture(params=LISTS or [None], ids=[one.language for one in LISTS] or ["none"])
def words_of(request: pytest.FixtureRequest) -> WordList:
    if request.param is None:
        pytest.skip(MISSING)
    listed: WordList = request.param
    return listed


def is_mostly_figures(written: str) -> bool:
    """Whether a word of it is a number to a reader: more than half figures, or two thirds from four signs on."""
    for word in re.findall(r"[\w$]+", written):
        letters, figures = sum(map(str.isalpha, word)), sum(map(str.isdecimal, word))
        if figures and figures > letters * (2 if len(word) >= 4 else 1):
            return True
    return False


def test_every_entry_is_caught_in_every_disguise(words_of: WordList) -> None:
    lost = {
        name: missed(words_of, disguise) for name, disguise in DISGUISES.items() if name not in WITH_FIGURES
    }
    assert {name: entries for name, entries in lost.items() if entries} == {}


@pytest.mark.parametrize("name", WITH_FIGURES)
def test_figures_for_letters_hide_nothing_but_what_reads_as_a_number(words_of: WordList, name: str) -> None:
    disguise = DISGUISES[name]
    assert [entry for entry in missed(words_of, disguise) if not is_mostly_figures(disguise(entry))] == []


def test_innocent_words_that_contain_a_listed_one_pass(words_of: WordList) -> None:
    innocent = innocent_words(words_of)
    facts = with_exceptions(words_of, innocent) if words_of.language in UNSPACED else words_of.facts
    assert [word for word in innocent if catches(facts, word)] == HELD.get(words_of.language, [])


def test_exceptions_let_nothing_else_pass(words_of: WordList) -> None:
    facts = with_exceptions(words_of, INNOCENT.get(words_of.language, "").split())
    assert missed(WordList(words_of.language, facts), str) == [
        entry.text for entry in facts.entries if entry.kind == "except"
    ]


def test_the_innocent_words_do_contain_a_listed_one(words_of: WordList) -> None:
    known = INNOCENT.get(words_of.language, "").split()
    assert sorted(set(known) - set(containing(words_of, known))) == []


def test_a_word_with_letters_before_or_after_it_is_another_word(words_of: WordList) -> None:
    """In scripts with blanks; an entry that is listed in both forms is both."""
    entries = [entry for entry in words_of.entries if entry.isascii() and entry.isalpha()]
    around = [word for entry in entries for word in (f"qz{entry}", f"{entry}qz")]
    assert [word for word in around if catches(words_of.facts, word)] == []


# --- exceptions


def excepting(*entries: str, stem: str, exception: str) -> PhraseFacts:
    listed = phrases(*entries, stems=(stem,))
    kept = tuple(type(listed.entries[0])(text, kind) for text, kind in ((exception, "except"),))
    return PhraseFacts("excepting", 1, (*listed.entries, *kept))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("idiotype", []),
        ("Idiotic idiotype", ["idiot"]),
        ("idiotypes", ["idiot"]),
        ("idi0type and 1diotype", []),
        ("a bad egg timer", []),
        ("a bad egg", ["bad egg"]),
    ],
)
def test_an_exception_is_for_its_own_word_alone(text: str, expected: list[str]) -> None:
    facts = excepting("bad egg", stem="idiot", exception="idiotype")
    both = PhraseFacts(facts.name, 2, (*facts.entries, type(facts.entries[0])("bad egg timer", "except")))
    assert catches(both, text) == expected


@pytest.mark.parametrize(
    ("text", "entry"),
    [("rov", "røv"), ("laska", "łaska"), ("ピエロ", "エロ"), ("T175", "tits"), ("the A55", "ass")],
)
def test_another_letter_another_word_of_katakana_or_a_number_passes(text: str, entry: str) -> None:
    assert caught(text, entry) == []


@pytest.mark.parametrize(
    ("text", "entry"), [("SIKICI", "sıkıcı"), ("エロ動画", "エロ"), ("4n4l", "anal"), ("b17ch3s", "bitches")]
)
def test_capitals_of_turkish_katakana_before_han_and_figures_are_seen(text: str, entry: str) -> None:
    assert caught(text, entry) != []
