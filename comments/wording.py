"""Puts a letter into words when it leaves, of facts that were frozen with it: nobody who posts or decides waits."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import ngettext

from comments.models import Letter

TIMES = frozenset({"sent", "promised_by", "since", "until", "deadline"})
"""Facts that are moments, kept as text."""


@dataclass(frozen=True, slots=True)
class Words:
    """What a mail says."""

    subject: str
    text: str
    html: str


def words_of(letter: Letter) -> Words:
    """What the letter says, or said, in its reader's language. Stores nothing; no query."""
    facts = dict(letter.facts)
    if not facts:
        return Words(letter.subject, letter.text, letter.html)
    for time in TIMES & facts.keys():
        facts[time] = datetime.fromisoformat(facts[time])
    with translation.override(facts["language"]):
        direction = "rtl" if translation.get_language_bidi() else "ltr"
        context = {"SITE_NAME": settings.SITE_NAME, "direction": direction, **facts}
        return Words(
            subject_of(letter),
            render_to_string(f"emails/{facts['template']}.txt", context).strip() + "\n",
            render_to_string(f"emails/{facts['template']}.html", context),
        )


def words_together(letters: Sequence[Letter]) -> tuple[Words, list[Words]]:
    """What one mail says in place of these letters to one address, and what of it is each one's own.

    A letter alone says what it says. Where the words of one are withheld, the notes of the others are left out: what
    was written for all of them may quote it. Stores nothing; no query.
    """
    if len(letters) == 1:
        words = words_of(letters[0])
        return words, [words]
    parts = [_part(letter) for letter in letters]
    withheld = [letter for letter in letters if letter.withheld_at]
    notes = dict.fromkeys(note for letter in withheld or letters if (note := letter.facts.get("note")))
    with translation.override(letters[0].facts["language"]):
        count = len(letters)
        subject = ngettext("What was decided on %(n)d comment", "What was decided on %(n)d comments", count)
        context = {
            "SITE_NAME": settings.SITE_NAME,
            "language": translation.get_language(),
            "direction": "rtl" if translation.get_language_bidi() else "ltr",
            "subject": subject % {"n": count},
            "notes": list(notes),
            "parts": parts,
        }
        words = Words(
            f"{context['subject']} ({settings.SITE_NAME})"[:200],
            render_to_string("emails/several.txt", context).strip() + "\n",
            render_to_string("emails/several.html", context),
        )
    return words, [Words(words.subject, part, "") for part in parts]


def _part(letter: Letter) -> str:
    with translation.override(letter.facts["language"]):
        return render_to_string("emails/_part.txt", letter.facts).strip()


def subject_of(letter: Letter) -> str:
    """The subject alone."""
    if not letter.facts:
        return letter.subject
    return f"{letter.facts['subject']} ({settings.SITE_NAME})"[:200]
