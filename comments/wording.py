"""Puts a letter into words when it leaves, of facts that were frozen with it: nobody who posts or decides waits."""

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation

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


def subject_of(letter: Letter) -> str:
    """The subject alone."""
    if not letter.facts:
        return letter.subject
    return f"{letter.facts['subject']} ({settings.SITE_NAME})"[:200]
