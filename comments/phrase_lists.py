"""Phrase lists as the desk keeps them: one entry a line, each change a new revision beside the old ones."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from comments.models import PhraseList, PhraseListRevision
from comments.moderation.phrase_index import can_match
from comments.phrase_files import KINDS, Row, plain_rows, rows_of_file
from comments.posting import Refused, check_may_post
from newsroom.accounts.models import User

MOST_ENTRIES = 50_000
MOST_TOLD = 50
"""Sentences about wrong lines; the rest are counted."""
SHORTEST_STEM = 2

Entry = dict[str, str]


def read_entries(text: str) -> list[Entry]:
    """One entry a line: `word: x`, `phrase: x y`, `stem: x`; without a kind, more than one word is a phrase.

    Refused, with a sentence for each line that is wrong. Blank lines are left out, repeated ones kept once.
    """
    return _read(plain_rows(text))


def read_file(raw: bytes) -> list[Entry]:
    """The entries of a file, plain text as above or CSV with a first line that names its columns. Refused likewise."""
    return _read(rows_of_file(raw))


def _read(rows: Iterable[Row]) -> list[Entry]:
    entries: dict[tuple[str, str], Entry] = {}
    wrong: list[str] = []
    for row in rows:
        entry = " ".join(row.text.split())
        kind = row.kind or ("phrase" if " " in entry else "word")
        if problem := _problem_of_entry(kind, entry):
            wrong.append(_("Line %(number)s: %(problem)s") % {"number": row.line, "problem": problem})
        entries.setdefault((kind, entry.casefold()), {"text": entry, "kind": kind})
        if len(entries) > MOST_ENTRIES:
            raise Refused(_("A list has at most %(most)s entries.") % {"most": MOST_ENTRIES})
    if not entries:
        wrong.append(_("The list is empty. Write one word or phrase a line."))
    if wrong:
        more = (
            [_("And %(count)s more lines.") % {"count": len(wrong) - MOST_TOLD}]
            if len(wrong) > MOST_TOLD
            else []
        )
        raise Refused(*wrong[:MOST_TOLD], *more)
    return list(entries.values())


@dataclass(frozen=True, slots=True)
class Difference:
    """What a list would have anew, what would be gone, and how much stays."""

    new: list[Entry]
    gone: list[Entry]
    stays: int


def difference(old: Sequence[Entry], new: Sequence[Entry]) -> Difference:
    """How the entries differ, whatever their order."""
    before, after = ({(one["kind"], one["text"].casefold()): one for one in each} for each in (old, new))
    return Difference(
        [one for key, one in after.items() if key not in before],
        [one for key, one in before.items() if key not in after],
        len(before.keys() & after.keys()),
    )


def newest_revision(name: str) -> PhraseListRevision | None:
    """One query."""
    found: PhraseListRevision | None = (
        PhraseListRevision.objects.filter(phrase_list__name=name).order_by("-number").first()
    )
    return found


def written_entries(entries: Sequence[dict[str, str]]) -> str:
    """The entries as `read_entries` reads them."""
    return "\n".join(f"{entry['kind']}: {entry['text']}" for entry in entries)


def revise_list(
    name: str, *, by: User, entries: list[dict[str, str]], seen: int, now: datetime
) -> PhraseListRevision:
    """Adds a revision to the list, which is made where there is none; those before stay as they are.

    `seen` is the number of the newest revision that the writer saw, 0 for a new list; Refused where it is not
    the newest any more.
    """
    check_may_post(by)
    try:
        with transaction.atomic():
            phrase_list, _made = PhraseList.objects.get_or_create(name=name)
            PhraseList.objects.select_for_update().get(pk=phrase_list.pk)
            newest = phrase_list.revisions.aggregate(newest=Max("number"))["newest"] or 0
            if newest != seen:
                raise Refused(_list_changed())
            return PhraseListRevision.objects.create(
                phrase_list=phrase_list, number=newest + 1, entries=entries, created_by=by, created_at=now
            )
    except IntegrityError:
        raise Refused(_list_changed()) from None


def _list_changed() -> str:
    return _("This list has a newer revision than the one you saw. Your text is kept and not saved.")


def _problem_of_entry(kind: str, entry: str) -> str:
    if kind not in KINDS:
        return _("“%(kind)s” is no kind of entry; there are word, phrase, stem and except.") % {
            "kind": kind[:40]
        }
    if len(entry) > 200:
        return _("longer than 200 characters.")
    if "\x00" in entry or not can_match(entry):
        return _("nothing in it that could be found in a comment.")
    if kind == "stem" and len(entry) < SHORTEST_STEM:
        return _("a stem of one letter would catch nearly every comment.")
    return ""
