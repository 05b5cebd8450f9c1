"""Phrase lists as the desk keeps them: one entry a line, each change a new revision beside the old ones."""

from collections.abc import Sequence
from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from comments.models import PhraseList, PhraseListRevision
from comments.moderation.phrase_index import can_match
from comments.posting import Refused, check_may_post
from newsroom.accounts.models import User

MOST_ENTRIES = 5000
KINDS = ("word", "phrase", "stem")


def read_entries(text: str) -> list[dict[str, str]]:
    """One entry a line: `word: x`, `phrase: x y`, `stem: x`; without a kind, more than one word is a phrase.

    Refused, with a sentence for each line that is wrong. Blank lines are left out, repeated ones kept once.
    """
    entries: dict[tuple[str, str], dict[str, str]] = {}
    wrong: list[str] = []
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip():
            continue
        kind, entry = _kind_and_entry(line)
        if problem := _problem_of_entry(entry):
            wrong.append(_("Line %(number)s: %(problem)s") % {"number": number, "problem": problem})
        entries[(kind, entry.casefold())] = {"text": entry, "kind": kind}
    if not entries and not wrong:
        wrong.append(_("The list is empty. Write one word or phrase a line."))
    if len(entries) > MOST_ENTRIES:
        wrong.append(_("A list has at most %(most)s entries.") % {"most": MOST_ENTRIES})
    if wrong:
        raise Refused(*wrong)
    return list(entries.values())


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


def _kind_and_entry(line: str) -> tuple[str, str]:
    kind, colon, rest = line.partition(":")
    if colon and kind.strip().lower() in KINDS:
        return kind.strip().lower(), " ".join(rest.split())
    entry = " ".join(line.split())
    return ("phrase" if " " in entry else "word"), entry


def _problem_of_entry(entry: str) -> str:
    if len(entry) > 200:
        return _("longer than 200 characters.")
    if "\x00" in entry or not can_match(entry):
        return _("nothing in it that could be found in a comment.")
    return ""
