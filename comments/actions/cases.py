"""Complaints from outside as cases: opened, filled with frozen items, changed, closed. Each act is a row for good."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from articles.models import Article
from comments.actions.deadlines import tell_when_near
from comments.actions.errors import CaseClosed, CaseMoved, NotPossible, Unacceptable
from comments.actions.freezing import frozen, version_of
from comments.actions.senders import unstorable
from comments.enums import CaseOutcome, CaseVerb
from comments.models import Case, CaseAct, CaseCopy, CaseItem, Comment
from comments.permissions import can_handle_cases
from newsroom.accounts.models import User

LONGEST_NOTE = 5_000
MOST_ITEMS = 100
"""What one page and one file can show; a letter about more than that is several cases."""

Subject = Comment | Article


@dataclass(frozen=True, slots=True, kw_only=True)
class Complaint:
    """What is known of a complaint."""

    kind: str
    sender: str
    reference: str
    about: str
    received_at: datetime
    deadline: datetime

    def changes_from(self, case: Case) -> dict[str, list[str]]:
        """What differs from the case as stored, old and new; times as ISO 8601."""
        told = {name: (getattr(case, name), getattr(self, name)) for name in self.__slots__}
        return {name: [_coded(old), _coded(new)] for name, (old, new) in told.items() if old != new}


def open_case(
    complaint: Complaint, subject: Subject | None, *, by: User, now: datetime, uid: UUID | None = None
) -> Case:
    """A case is open, and the comment or story, if one is named, frozen as its first item.

    With the public id of a case that is there already, from a form that was sent twice, it is that one; NotPossible
    where the form says something else by now. Before its deadline those who lead are mailed, by a job. Raises
    Unacceptable with the field for what cannot be, PermissionDenied. At most 18 queries.
    """
    _require_handler(by)
    _require_sound(complaint, now)
    uid = uid or uuid4()
    try:
        with transaction.atomic():
            return _opened(uid, complaint, subject, by, now)
    except IntegrityError:
        opened: Case | None = Case.objects.filter(uid=uid).first()
        if opened is None:
            raise
        if not _says_the_same(opened, complaint, subject):
            sentence = _(
                "This form has opened case %(number)d already, as it was first sent. Change it there."
            )
            raise NotPossible(sentence % {"number": opened.pk}) from None
        return opened


def _says_the_same(case: Case, complaint: Complaint, subject: Subject | None) -> bool:
    if complaint.changes_from(case):
        return False
    return subject is None or case.items.filter(**_named(subject)).exists()


def _named(subject: Subject) -> dict[str, Any]:
    return {"comment" if isinstance(subject, Comment) else "article": subject}


def _opened(uid: UUID, complaint: Complaint, subject: Subject | None, by: User, now: datetime) -> Case:
    found = _locked_subject(subject) if subject is not None else None
    known = {name: getattr(complaint, name) for name in complaint.__slots__}
    case = Case.objects.create(uid=uid, **known, opened_by=by, opened_at=now)
    CaseAct.objects.create(case=case, seq=1, verb=CaseVerb.OPENED, by=by, at=now)
    if found is not None:
        _freeze(case, found, by=by, now=now)
    tell_when_near(case)
    return case


def add_item(case_id: int, subject: Subject, *, by: User, now: datetime) -> CaseItem:
    """The comment or story is frozen as it is now, besides what the case has already. At most 14 queries.

    Raises CaseClosed; NotPossible where this very version is frozen already, or the case is full; PermissionDenied.
    """
    _require_handler(by)
    with transaction.atomic():
        # Before the case: whoever erases its author holds the comment first, too.
        found = _locked_subject(subject)
        return _freeze(_open(case_id), found, by=by, now=now)


def note_in_case(case_id: int, text: str, *, by: User, now: datetime) -> CaseAct:
    """The note stands among the acts, of an open case or a closed one. Raises Unacceptable, PermissionDenied."""
    _require_handler(by)
    if not text.strip():
        raise Unacceptable("note", _("Write the note first."))
    note = _storable(text)
    with transaction.atomic():
        return _act(_locked(case_id), CaseVerb.NOTED, by=by, now=now, note=note)


def change_case(
    case_id: int, complaint: Complaint, *, seen_version: int, by: User, now: datetime, note: str = ""
) -> list[CaseAct]:
    """What is known of the complaint is as given; a new deadline is an act of its own. None where nothing differs.

    Raises CaseMoved where somebody did something since it was seen, CaseClosed, Unacceptable, PermissionDenied.
    """
    _require_handler(by)
    _require_sound(complaint, now)
    note = _storable(note)
    with transaction.atomic():
        case = _open(case_id, seen_version)
        changes = complaint.changes_from(case)
        if not changes:
            return []
        for name in complaint.__slots__:
            setattr(case, name, getattr(complaint, name))
        case.save(update_fields=complaint.__slots__)
        parts = [(CaseVerb.DEADLINE, {"deadline": changes.pop("deadline")})] if "deadline" in changes else []
        if changes:
            parts.append((CaseVerb.CHANGED, changes))
        acts = []
        for verb, details in parts:
            acts.append(_act(case, verb, by=by, now=now, note=note, details=details))
            note = ""
        if parts[0][0] == CaseVerb.DEADLINE:
            tell_when_near(case)
        return acts


def close_case(
    case_id: int, outcome: str, *, seen_version: int, by: User, now: datetime, note: str = ""
) -> CaseAct:
    """The case is closed with an outcome, and holds nothing any more: erasures that waited for it alone can be done.

    Raises as `change_case`.
    """
    _require_handler(by)
    if outcome not in CaseOutcome.values:
        raise Unacceptable("outcome", _("Choose how the case ended."))
    note = _storable(note)
    with transaction.atomic():
        case = _open(case_id, seen_version)
        case.closed_at, case.outcome = now, outcome
        case.save(update_fields=["closed_at", "outcome"])
        return _act(case, CaseVerb.CLOSED, by=by, now=now, note=note, details={"outcome": outcome})


def reopen_case(
    case_id: int, deadline: datetime, *, seen_version: int, by: User, now: datetime, note: str = ""
) -> CaseAct:
    """The case is open until a new deadline, and holds again what is not erased by now.

    Raises NotPossible where it is open, CaseMoved, Unacceptable, PermissionDenied.
    """
    _require_handler(by)
    note = _storable(note)
    if deadline <= now:
        raise Unacceptable("deadline", _("It has passed already."))
    with transaction.atomic():
        case = _locked(case_id, seen_version)
        if case.is_open:
            raise NotPossible(_("This case is open already."))
        details = {"outcome": [case.outcome, ""], "deadline": [_coded(case.deadline), _coded(deadline)]}
        case.closed_at, case.outcome, case.deadline = None, "", deadline
        case.save(update_fields=["closed_at", "outcome", "deadline"])
        tell_when_near(case)
        return _act(case, CaseVerb.REOPENED, by=by, now=now, note=note, details=details)


def record_export(case_id: int, digest: str, *, by: User, now: datetime) -> CaseAct:
    """That the case left as a file with this SHA-256 stands among its acts. Raises PermissionDenied."""
    _require_handler(by)
    with transaction.atomic():
        return _act(_locked(case_id), CaseVerb.EXPORTED, by=by, now=now, details={"digest": digest})


# --- parts of the acts


def _freeze(case: Case, subject: Subject, *, by: User, now: datetime) -> CaseItem:
    version = version_of(subject)
    named = _named(subject)
    number = (case.items.aggregate(last=Max("number"))["last"] or 0) + 1
    if number > MOST_ITEMS:
        raise NotPossible(_("A case has at most %(most)d items. Open another one.") % {"most": MOST_ITEMS})
    if case.items.filter(subject_version=version, **named).exists():
        raise NotPossible(_("It is in the case already, and nothing has changed in it since."))
    content, digest = frozen(subject, number=number, now=now)
    item = CaseItem.objects.create(
        case=case,
        number=number,
        subject_version=version,
        frozen_by=by,
        frozen_at=now,
        digest=digest,
        **named,
    )
    CaseCopy.objects.create(item=item, content=content)
    _act(case, CaseVerb.ADDED, by=by, now=now, item=item)
    return item


def _act(case: Case, verb: CaseVerb, *, by: User, now: datetime, **fields: Any) -> CaseAct:
    """The next act of a locked case, whose version it is."""
    case.version += 1
    case.save(update_fields=["version"])
    return CaseAct.objects.create(case=case, seq=case.version, verb=verb, by=by, at=now, **fields)


def _locked(case_id: int, seen_version: int | None = None) -> Case:
    case: Case | None = Case.objects.select_for_update(no_key=True).filter(pk=case_id).first()
    if case is None:
        raise NotPossible(_("There is no such case."))
    if seen_version is not None and case.version != seen_version:
        raise CaseMoved
    return case


def _open(case_id: int, seen_version: int | None = None) -> Case:
    case = _locked(case_id)
    if not case.is_open:
        raise CaseClosed
    if seen_version is not None and case.version != seen_version:
        raise CaseMoved
    return case


def _locked_subject(subject: Subject) -> Subject:
    """As it is now, until the transaction ends: nobody decides on it, or erases its author, meanwhile."""
    if isinstance(subject, Article):
        story: Article = Article.objects.select_for_update(no_key=True).get(pk=subject.pk)
        return story
    rows = Comment.objects.select_for_update(of=("self",), no_key=True)
    comment: Comment = rows.select_related("commenter", "discussion__article", "parent", "policy").get(
        pk=subject.pk
    )
    return comment


def _coded(value: Any) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)


def _storable(text: str) -> str:
    if unstorable(text) or len(text) > LONGEST_NOTE:
        sentence = _("A note has at most %(most)d characters, all of which can be stored.")
        raise Unacceptable("note", sentence % {"most": LONGEST_NOTE})
    return text.strip()


def _require_sound(complaint: Complaint, now: datetime) -> None:
    if complaint.received_at > now:
        raise Unacceptable("received_at", _("This is still to come."))
    if complaint.deadline < complaint.received_at:
        raise Unacceptable("deadline", _("It is before the time at which the complaint was received."))
    if any(unstorable(text) for text in _texts(complaint)):
        raise Unacceptable("about", _("There are characters in it that cannot be stored."))


def _texts(complaint: Complaint) -> Iterable[str]:
    return complaint.sender, complaint.reference, complaint.about


def _require_handler(by: User) -> None:
    if not can_handle_cases(by):
        raise PermissionDenied
