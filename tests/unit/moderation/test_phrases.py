import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comments.moderation.checks import CHECKS
from comments.moderation.facts import PhraseEntry, PhraseFacts
from comments.moderation.lookalikes import LOOKALIKES
from comments.moderation.phrase_index import PhraseIndex, can_match, index_of
from tests.unit.moderation.making import caught, phrases, submission

DATA = Path(__file__).resolve().parents[4] / "shared" / "data"


@pytest.mark.parametrize(
    "disguised",
    [
        "troll",
        "TROLL",
        "t\u200br\u200co\u200dl\u00adl",
        "t\u202eroll\u202c",
        "trоll",
        "τroll",
        "ｔｒｏｌｌ",
        "𝓽𝓻𝓸𝓵𝓵",
        "🆃🆁🅾🅻🅻",
        "t\u0336r\u0337o\u0338l\u0336l",
        "tróll",
        "tr0ll",
        "tro11",
        "tr0||",
        "trooooolllll",
        "t r o l l",
        "t.r.o.l.l",
        "T-R-O-L-L",
    ],
)
def test_a_disguised_word_is_caught(disguised: str) -> None:
    assert caught(f"You {disguised}!", "troll") == [disguised]


@pytest.mark.parametrize(
    ("text", "entry"),
    [
        ("کـتـاب", "کتاب"),
        ("كتاب", "کتاب"),
        ("كِتَاب", "کتاب"),
        ("می\u200cروم", "می روم"),
        ("می روم", "می\u200cروم"),
        ("میروم", "می روم"),
        ("مسئول", "مسيول"),
        ("bad  \n egg", "bad egg"),
        ("bad-egg", "bad egg"),
        ("a$$", "ass"),
        ("@ss", "ass"),
        ("assss", "ass"),
        ("🖕🏽", "🖕"),
        ("СУКА", "сука"),
        ("cyka", "сука"),
    ],
)
def test_a_variant_of_an_entry_is_caught_whole(text: str, entry: str) -> None:
    assert caught(text, entry) == [text]


@pytest.mark.parametrize(
    ("text", "entry"),
    [
        ("Scunthorpe", "cunt"),
        ("an assassin in the classic embassy", "ass"),
        ("klassik und Klasse", "klass"),
        ("the A55 to Bangor", "ass"),
        ("este año", "ano"),
        ("ein schwüler Tag, sehr schwül", "schwul"),
        ("con artist", "coon"),
        ("as ever", "ass"),
        ("silt in the river", "slit"),
        ("a badly boiled egg, bad or not", "bad egg"),
        ("idiomatic", "idiot"),
        ("كتابخانه", "کتاب"),
        ("it costs 888", "88"),
    ],
)
def test_an_innocent_word_passes(text: str, entry: str) -> None:
    assert caught(text, entry) == []


def test_a_stem_catches_what_begins_with_it_and_nothing_else() -> None:
    assert caught("Idiotic, IDIOTS and idiom, Vollidiot", stems=("idiot",)) == ["Idiotic", "IDIOTS"]


def test_the_longest_entry_is_told_and_each_place_once() -> None:
    assert caught("bad egg, bad", "bad", "bad egg") == ["bad egg", "bad"]


def test_a_finding_names_list_revision_and_entry_as_listed() -> None:
    [finding] = CHECKS["phrases"].run(submission("Tr0ll"), {"list": index_of(phrases("Troll"))})
    assert (finding.fact, finding.entry, finding.list_revision) == ("listed_phrase", "Troll", 7)
    assert finding.details == {"list": "insults"}


def test_words_of_scripts_without_blanks_are_found_in_a_sentence() -> None:
    assert caught("你是笨蛋吗", "笨蛋") == ["笨蛋"]


@pytest.mark.parametrize(
    ("entry", "expected"), [("word", True), ("🖕", True), ("!!!", False), ("\u200b", False), ("", False)]
)
def test_an_entry_can_match_where_it_has_a_word_or_a_symbol(entry: str, expected: bool) -> None:
    assert can_match(entry) is expected


def test_an_entry_that_can_match_nothing_catches_nothing() -> None:
    assert caught("!!! anything", "!!!", "") == []


@given(st.lists(st.sampled_from(["bad", "egg", "troll", "bad egg troll"]), max_size=200))
def test_steps_are_bounded_by_words_times_the_longest_entry(words: list[str]) -> None:
    """Twice the text is at most twice the look-ups: the tree is walked at most three deep from each word."""

    class Counting(PhraseIndex):
        steps = 0

        def _longest_at(self, reading, first):  # type: ignore[no-untyped-def]
            match = super()._longest_at(reading, first)
            self.steps += 3
            return match

    index = Counting(phrases("bad egg troll"))
    reading = CHECKS["phrases"].run(submission(" ".join(words)), {"list": index})
    assert len(reading) <= len(words)
    assert index.steps <= 2 * 3 * sum(len(word.split()) for word in words)


def test_every_entry_of_a_real_list_matches_itself() -> None:
    folder = DATA / "comments" / "ldnoobw"
    if not folder.is_dir():
        pytest.skip("The word lists of ../shared/data/comments are not beside this checkout.")
    for file in sorted(folder.glob("*.json")):
        entries = [entry for entry in json.loads(file.read_text()) if can_match(entry)]
        facts = PhraseFacts(file.stem, 1, tuple(PhraseEntry(entry, "word") for entry in entries))
        missed = [
            entry
            for entry in entries
            if not CHECKS["phrases"].run(submission(entry), {"list": index_of(facts)})
        ]
        assert missed == [], file.name


def test_the_lookalikes_agree_with_the_unicode_tables() -> None:
    file = DATA / "unicode" / "confusables.json"
    if not file.is_file():
        pytest.skip("The Unicode tables of ../shared/data/unicode are not beside this checkout.")
    table = json.loads(file.read_text())
    differ = {}
    for letter, plain in LOOKALIKES.items():
        shapes = {letter, letter.upper()}
        found = [twin["c"] for shape in shapes for twin in table.get(shape, [])]
        twins = {twin.lower().strip("'") for twin in found if twin.isascii()}
        if plain.isascii() and twins and plain not in twins:
            differ[letter] = twins
    # The small letters of these two look like another Latin letter than their capitals, which the table has.
    assert differ == {"η": {"h"}, "μ": {"m"}}
