"""Letters that look like a Latin letter, so that a word spelt with them is read as the eye reads it.

The table is small on purpose: what Unicode's compatibility forms and accents do not already bring to a plain
letter, and only letters found on real keyboards or in the usual "fancy text" generators. Keys are
case-folded. Both listed phrases and comments pass through it, so words wholly in Greek or Cyrillic still
match themselves.
"""

from __future__ import annotations

_CYRILLIC = dict(zip("авсеѕіјкмнорԛтухԁһӏѵԝ", "abcesijkmhopqtyxdhlvw", strict=True))
_GREEK = dict(zip("αβγεζηικμνορτυχω", "abyeznikuvoptuxw", strict=True))
_ARMENIAN = dict(zip("օոսհցյ", "onuhgj", strict=True))
_LATIN = dict(zip("đħŧɑɡɩɪʀɴʏʙɢʜʟᴀᴄᴅᴇꜰᴊᴋᴍᴏᴘꜱᴛᴜᴠᴡᴢƒɓɗɛʋ", "dhtagiirnybghlacdefjkmopstuvwzfbdeu", strict=True))
_SEVERAL = {"æ": "ae", "œ": "oe", "þ": "th", "ð": "d"}

# Negative circled and negative squared capitals, which have no compatibility form: 🅐 is A, 🅰 is A.
_ENCLOSED = {chr(first + place): chr(ord("a") + place) for first in (0x1F150, 0x1F170) for place in range(26)}

# Persian and Arabic writing: one letter for each sound that keyboards of the two languages encode apart.
_ARABIC = {"ي": "ی", "ى": "ی", "ې": "ی", "ك": "ک", "ڪ": "ک", "ة": "ه", "ە": "ه", "ہ": "ه", "ھ": "ه", "ٱ": "ا"}

# Hyphens, dashes and minus signs.
_DASHES = dict.fromkeys("‐‑‒–—―−", "-")

LOOKALIKES: dict[str, str] = {
    **_DASHES,
    **_CYRILLIC,
    **_GREEK,
    **_ARMENIAN,
    **_LATIN,
    **_SEVERAL,
    **_ENCLOSED,
    **_ARABIC,
}

# Figures and signs that stand for a letter inside a word; "1" is read both ways.
LEET_AS_I: dict[str, str] = {
    "0": "o", "1": "i", "3": "e", "4": "a", "5": "s", "7": "t", "8": "b", "9": "g",
    "@": "a", "$": "s", "!": "i", "|": "i",
}  # fmt: skip
LEET_AS_L: dict[str, str] = {**LEET_AS_I, "1": "l", "|": "l"}

# Letters of their own in an alphabet: "año" is not "ano", "schwül" not "schwul", "sık" not "sik", "røv" not "rov".
OWN_LETTERS = frozenset("äöüåøłñıй")
