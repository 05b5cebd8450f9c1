"""What a word list catches and what it lets pass, measured: `python -m tests.bench.phrase_tables [--write]`.

Reads HateCheck's cases, the word lists and the Universal Declaration from ../shared/data, where they lie beside the
checkout. `--write` puts the tables into docs/moderation-checks.md.
"""

import argparse
import json
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from comments.moderation.checks import CHECKS
from comments.moderation.facts import PhraseEntry, PhraseFacts
from comments.moderation.phrase_index import can_match, index_of
from comments.moderation.text import normalised
from comments.moderation.words import words
from tests.measured import write
from tests.unit.moderation.innocent_words import HELD, INNOCENT, UNSPACED
from tests.unit.moderation.making import submission

PAGE = Path(__file__).parents[2] / "docs" / "moderation-checks.md"
BEGIN, END = "<!-- phrases: made by tests.bench.phrase_tables -->", "<!-- phrases: end -->"
DATA = next(
    (
        folder / "shared" / "data"
        for folder in Path(__file__).resolve().parents[3:]
        if (folder / "shared" / "data").is_dir()
    ),
    Path(__file__).resolve().parents[3] / "shared" / "data",
)
LISTS, DECLARATIONS, HATECHECK = (
    DATA / "comments" / "ldnoobw",
    DATA / "languages",
    DATA / "comments" / "hatecheck-en",
)
MISSING = "The word lists of ../shared/data/comments are not beside this checkout."

# The declaration in the language of a word list.
_DECLARATION_OF = {
    "ar": "arb", "de": "deu_1996", "en": "eng", "eo": "epo", "hi": "hin", "ko": "kor", "nl": "nld", "pt": "por_BR",
    "ru": "rus", "sv": "swe", "zh": "cmn_hans",
}  # fmt: skip

_CYRILLIC = str.maketrans("aceopxyABCEHKMOPTX", "асеорхуАВСЕНКМОРТХ")
_LATIN = str.maketrans("асеорху", "aceopxy")
_LEET_VOWELS = str.maketrans("aeio", "4310")
_LEET = str.maketrans("aeiost", "431057")
_FULL_WIDTH = {ord(char): ord(char) + 0xFEE0 for char in map(chr, range(0x21, 0x7F))}


def _between(mark: str) -> Callable[[str], str]:
    return mark.join


def _arabic(text: str) -> bool:
    return any("\u0600" <= char <= "\u06ff" for char in text)


def _stretched(entry: str) -> str:
    """The last letter that can be drawn out, five times over; those of scripts with letters, not figures."""
    for place in range(len(entry) - 1, -1, -1):
        if entry[place].isalpha() and not _is_syllable(entry[place]):
            return entry[:place] + entry[place] * 5 + entry[place + 1 :]
    return entry


def _is_syllable(char: str) -> bool:
    return ord(char) >= 0x3000 or 0x0900 <= ord(char) <= 0x0EFF


DISGUISES: dict[str, Callable[[str], str]] = {
    "as listed": str,
    "in capitals": str.upper,
    "zero-width space after each letter": _between("\u200b"),
    "soft hyphen after each letter": _between("\u00ad"),
    "bidi controls around": lambda entry: f"\u202e{entry}\u202c",
    "bidi isolates within": _between("\u2066"),
    "struck through": lambda entry: "".join(char + "\u0336" for char in entry),
    "full width": lambda entry: entry.translate(_FULL_WIDTH),
    "Cyrillic for Latin letters": lambda entry: entry.translate(_CYRILLIC),
    "Latin for Cyrillic letters": lambda entry: entry.translate(_LATIN),
    "figures for vowels": lambda entry: entry.translate(_LEET_VOWELS),
    "figures wherever there is one": lambda entry: entry.translate(_LEET),
    "stretched": _stretched,
    "blanks of other kinds": lambda entry: entry.replace(" ", "\u00a0\u2009"),
    "Arabic for Persian letters": lambda entry: entry.replace("ی", "ي").replace("ک", "ك"),
    "kashida": lambda entry: "".join(f"{char}ـ" if _arabic(char) else char for char in entry),
    "vocalised": lambda entry: "".join(f"{char}\u064e" if _arabic(char) else char for char in entry),
    "ZWNJ for blank": lambda entry: entry.replace(" ", "\u200c") if _arabic(entry) else entry,
    "written together": lambda entry: entry.replace(" ", "") if _arabic(entry) else entry,
}
"""Each form in which somebody may write a listed word so that a plain search misses it."""


@dataclass(frozen=True, slots=True)
class WordList:
    """A list that nobody here wrote, with the entries that could ever match."""

    language: str
    facts: PhraseFacts

    @property
    def entries(self) -> tuple[str, ...]:
        return tuple(entry.text for entry in self.facts.entries)


def word_lists() -> list[WordList]:
    """Every list of ../shared/data; none where they are not there."""
    return [
        WordList(
            file.stem,
            PhraseFacts(file.stem, 1, tuple(PhraseEntry(entry, "word") for entry in _entries(file))),
        )
        for file in sorted(LISTS.glob("*.json"))
    ]


def _entries(file: Path) -> list[str]:
    return [entry for entry in json.loads(file.read_text()) if can_match(entry)]


def catches(facts: PhraseFacts, text: str) -> list[str]:
    """The entries that are seen in a text."""
    findings = CHECKS["phrases"].run(submission(text), {"list": index_of(facts)})
    return [str(finding.entry) for finding in findings]


def missed(words_of: WordList, disguise: Callable[[str], str]) -> list[str]:
    """Entries that are not seen any more when they are disguised so, a sentence around them."""
    return [entry for entry in words_of.entries if not catches(words_of.facts, f"… {disguise(entry)} …")]


# --- innocent words


def innocent_words(words_of: WordList) -> list[str]:
    """Words that contain a listed one, by plain search, and are none: of the declaration, and those that we know."""
    found = set(INNOCENT.get(words_of.language, "").split())
    if (declaration := _DECLARATION_OF.get(words_of.language)) and (
        DECLARATIONS / f"{declaration}.html"
    ).is_file():
        found |= set(containing(words_of, declaration_words(declaration)))
    return sorted([*found, *HELD.get(words_of.language, [])])


def with_exceptions(words_of: WordList, innocent: list[str]) -> PhraseFacts:
    """The list as its keeper would have it in a script without blanks: each innocent word as an exception."""
    exceptions = tuple(PhraseEntry(word, "except") for word in innocent)
    return PhraseFacts(f"{words_of.language} with exceptions", 1, words_of.facts.entries + exceptions)


def containing(words_of: WordList, candidates: Iterable[str]) -> Iterator[str]:
    """Those of the candidates in which plain search finds an entry that they are not."""
    listed = {normalised(entry).text for entry in words_of.entries}
    for word in candidates:
        plain = normalised(word).text
        if plain not in listed and any(entry in plain for entry in listed):
            yield word


@lru_cache(maxsize=64)
def declaration_words(name: str) -> frozenset[str]:
    """The words of a declaration as they stand there; of scripts without blanks there are none to be had so."""
    page = (DECLARATIONS / f"{name}.html").read_text()
    text = re.sub(r"<[^>]*>", " ", page.partition("<body>")[2])
    normal = normalised(text[:20_000])
    spans = [normal.extent(word.start, word.end) for word in words(normal.text)]
    return frozenset(text[start:end] for start, end in spans)


# --- tables


def disguise_table() -> list[str]:
    lists = word_lists()
    total = sum(len(one.entries) for one in lists)
    rows = []
    for name, disguise in DISGUISES.items():
        changed = [(one, entry) for one in lists for entry in one.entries if disguise(entry) != entry]
        lost = [(one, entry) for one, entry in changed if not catches(one.facts, f"… {disguise(entry)} …")]
        examples = ", ".join(
            sorted({f"{one.language}: {len([1 for o, _e in lost if o is one])}" for one, _e in lost})
        )
        tried = total if name == "as listed" else len(changed)
        caught = tried - (
            sum(len(missed(one, disguise)) for one in lists) if name == "as listed" else len(lost)
        )
        rows.append(
            f"| {name} | {tried:,} | {caught:,} | {100 * caught / max(tried, 1):.1f} | {examples or '–'} |"
        )
    head = [f"{total:,} entries of {len(lists)} lists (LDNOOBW), each alone in a sentence.", ""]
    return [
        *head,
        "| written | entries that this changes | caught | per cent | missed, by list |",
        "|---|---|---|---|---|",
        *rows,
    ]


def innocent_table() -> list[str]:
    rows = []
    for one in word_lists():
        innocent = innocent_words(one)
        held = [word for word in innocent if catches(one.facts, word)]
        excepted = with_exceptions(one, innocent)
        still = [word for word in innocent if one.language in UNSPACED and catches(excepted, word)]
        told = f"{len(still)} with exceptions" if one.language in UNSPACED else ", ".join(held) or "–"
        rows.append(
            f"| {one.language} | {len(innocent)} | {len(innocent) - len(held)} | {len(held)} | {told} |"
        )
    return ["| list | innocent words | pass | held | which |", "|---|---|---|---|---|", *rows]


def hatecheck_table() -> list[str]:
    """By functionality: how many cases a word list catches. The list is of every language's English words."""
    [english] = [one for one in word_lists() if one.language == "en"]
    cases = [json.loads(line) for line in (HATECHECK / "cases.jsonl").read_text().splitlines()]
    names = sorted(
        {(case["functionality"], case["gold"]) for case in cases}, key=lambda one: (one[1], one[0])
    )
    rows = []
    for name, gold in names:
        texts = [case["text"] for case in cases if case["functionality"] == name]
        caught = sum(bool(catches(english.facts, text)) for text in texts)
        rows.append(f"| {name} | {gold} | {len(texts)} | {caught} | {100 * caught / len(texts):.0f} |")
    return ["| HateCheck | label | cases | caught | per cent |", "|---|---|---|---|---|", *rows]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true", help=f"put the tables into docs/{PAGE.name}")
    asked = parser.parse_args()
    if not word_lists():
        raise SystemExit(MISSING)
    parts = [
        ["### Disguises", "", *disguise_table()],
        ["### Innocent words", "", *innocent_table()],
        ["### HateCheck (English) through the English list", "", *hatecheck_table()],
    ]
    print(made := "\n\n".join("\n".join(part) for part in parts))
    if asked.write:
        write(made, PAGE, BEGIN, END)


if __name__ == "__main__":
    main()
