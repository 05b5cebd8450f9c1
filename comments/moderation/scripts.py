"""Which script a letter is of, by its name in the Unicode tables that Python brings, and which a language has."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

# What the name of a letter may begin with that is not the name of its script.
_ANY_SCRIPT = frozenset({"MODIFIER", "KATAKANA-HIRAGANA", "COMBINING", "MICRO", "FEMININE", "MASCULINE"})
_OTHER_NAMES = {"CJK": "HAN", "IDEOGRAPHIC": "HAN"}

_JAPANESE, _CHINESE, _KOREAN = {"HAN", "HIRAGANA", "KATAKANA"}, {"HAN", "BOPOMOFO"}, {"HAN", "HANGUL"}
TOGETHER = tuple(frozenset({"LATIN", *scripts}) for scripts in (_JAPANESE, _CHINESE, _KOREAN))
"""Scripts that one word may have together: the level "highly restrictive" of UTS 39, 5.2."""

_BY_SCRIPT = {
    "LATIN": "af az bs ca cs cy da de en eo es et eu fi fil fr ga gl haw hr hu id is it la lt lv ms mt nb nl nn no"
    " pl pt ro sk sl so sq su sv sw tr uz vi",
    "ARABIC": "ar arb ckb fa pnb ps sd skr ug ur",
    "CYRILLIC": "be bg kk ky mk mn ru tg uk",
    "GREEK": "el",
    "HEBREW": "he yi",
    "ARMENIAN": "hy",
    "GEORGIAN": "ka",
    "DEVANAGARI": "hi mr ne",
    "BENGALI": "bn",
    "GUJARATI": "gu",
    "GURMUKHI": "pa",
    "TAMIL": "ta",
    "TELUGU": "te",
    "KANNADA": "kn",
    "MALAYALAM": "ml",
    "SINHALA": "si",
    "THAI": "th",
    "LAO": "lo",
    "KHMER": "km",
    "MYANMAR": "my",
    "TIBETAN": "bo dz",
    "ETHIOPIC": "am ti",
    "THAANA": "dv",
}
_OF_LANGUAGE: dict[str, frozenset[str]] = {
    **{language: frozenset({script}) for script, named in _BY_SCRIPT.items() for language in named.split()},
    "sr": frozenset({"CYRILLIC", "LATIN"}),
    "ja": frozenset(_JAPANESE),
    "zh": frozenset(_CHINESE),
    "yue": frozenset(_CHINESE),
    "ko": frozenset(_KOREAN),
}
_OF_SUBTAG = {"latn": "LATIN", "cyrl": "CYRILLIC", "arab": "ARABIC"}


@lru_cache(maxsize=16384)
def script_of(char: str) -> str:
    """The script of a letter in capitals, as "LATIN"; "" for what is no letter or belongs to any script."""
    plain = unicodedata.normalize("NFKC", char)[:1]
    if not plain.isalpha():
        return ""
    name = unicodedata.name(plain, "").split(" ", 1)[0]
    return "" if name in _ANY_SCRIPT else _OTHER_NAMES.get(name, name)


def scripts_of_language(tag: str) -> frozenset[str]:
    """The scripts in which a language is written, by its tag, as "fa" or "sr-Latn"; empty where not known."""
    language, *subtags = tag.lower().replace("_", "-").split("-")
    for subtag in subtags:
        if subtag in _OF_SUBTAG:
            return frozenset({_OF_SUBTAG[subtag]})
    return _OF_LANGUAGE.get(language, frozenset())


def may_stand_together(scripts: frozenset[str]) -> bool:
    """Whether one word may have letters of all these scripts."""
    return len(scripts) < 2 or any(scripts <= allowed for allowed in TOGETHER)
