"""Everyday words that contain a listed one, by word list; a test holds that each of them does contain one.

Where the declaration in the list's language is at hand its words are added. No word of Kabyle or Klingon that would
fit is known here; for those there is only the test that puts letters around every entry.
"""

INNOCENT: dict[str, str] = {
    "cs": "sekunda kokotice",
    "da": "piknik episode spise manuskript inkluderer prøve",
    "en": "Scunthorpe Penistone classic assassin embassy Essex Sussex analysis cockpit shuttlecock Dickens"
    " cumulative document therapist grape Scrape titan constitution snigger Swank spicy",
    "es": "disputa computador reputación artículo vehículo piscina episodio cacahuete envergadura",
    "fa": "عکس تاکسی هیچ‌کس سکونت امنیت چالش حشرات سوپرمارکت",
    "fi": "panostaa piruetti munakas",
    "fil": "tangantangan",
    "fr": "conseil seconde calcul culture habite dispute député sucette fichier",
    "fr-CA-u-sd-caqc": "hostile crissement",
    "hi": "Pakistan kamaal blunder",
    "hu": "burgonya kúra szarvas francia marhahús barométer",
    "it": "significa modifica monastero segale canale banale spalle porcospino montagna balletto",
    "ja": "グローバル デブリ smart なめらか 裸眼",
    "ko": "보지만 보고자 망가지다",
    "no": "fantasi elefant pikkolo skitten",
    "pl": "klasyfikacja",
    "ru": "момент документ команда секстант",
    "th": "ห่าง หีบ ขี้ผึ้ง",
    "tr": "zaman akşam götürmek klasik eksik tamamı musiki boyayarak",
    "zh": "性格 牛奶 幹部 燦爛 逼近",
}

UNSPACED = {"ja", "th", "zh"}
"""Lists in scripts without blanks, in which nothing tells a word from a part of one but an exception in the list."""

HELD = {"hu": ["szár"]}
"""What is held for all that: an accent makes another word of it, and accents are folded since people hide by them."""
