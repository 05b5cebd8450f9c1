"""Withholding, reading what is withheld, and ending it: each with its right, its record and its reason."""

from collections.abc import Iterable
from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from newsroom.accounts.models import User
from newsroom.html import one_line
from newsroom.withholding.models import (
    LONGEST_GROUND,
    LONGEST_REMARK,
    Ending,
    Subject,
    WithheldOriginal,
    WithheldReading,
    Withholding,
    WithholdingEnd,
)
from newsroom.withholding.permissions import can_withhold
from newsroom.withholding.taking import Place, put_back, take_out

LONGEST_WHY = 500


class Refused(Exception):
    """An act that cannot be done; `sentence` says why. Nothing has changed."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


def demand_right(by: User) -> None:
    """Raises PermissionDenied for whoever may not withhold."""
    if not can_withhold(by):
        raise PermissionDenied


def acceptable_ground(ground: str, remark: str) -> tuple[str, str]:
    """Ground and remark as they are stored; raises Refused where the ground is missing or either is too long."""
    ground, remark = one_line(ground), remark.replace("\x00", "").strip()
    if not ground or len(ground) > LONGEST_GROUND:
        sentence = _(
            "Name the legal ground in at most %(most)d characters: court or authority, day, file number."
        )
        raise Refused(sentence % {"most": LONGEST_GROUND})
    if len(remark) > LONGEST_REMARK:
        raise Refused(_("The remark may have at most %(most)d characters.") % {"most": LONGEST_REMARK})
    return ground, remark


def withhold(
    subject: Subject,
    key: object,
    places: Iterable[Place],
    *,
    ground: str,
    remark: str,
    by: User,
    now: datetime,
    person: object = "",
    with_name: bool = False,
) -> Withholding:
    """The words are out of all these places, and kept in the act's original alone.

    To be called in a transaction that has locked the subject, with a ground that was found acceptable. Raises Refused
    where there is nothing (any more) to take out.
    """
    rows, counts = take_out(places)
    if not rows:
        raise Refused(_("There are no words here (any more) that could be withheld."))
    made: Withholding = Withholding.objects.create(
        subject=subject,
        key=str(key),
        person=str(person),
        with_name=with_name,
        ground=ground,
        remark=remark,
        places=counts,
        by=by,
        at=now,
    )
    WithheldOriginal.objects.create(withholding=made, rows=rows)
    return made


@transaction.atomic
def read_original(withholding: Withholding, *, why: str, by: User, now: datetime) -> WithheldOriginal:
    """The original for whoever has the right and says why; the reading is on record. Three queries."""
    demand_right(by)
    original = WithheldOriginal.objects.filter(withholding=withholding).first()
    if original is None:
        raise Refused(_("The original is not kept any more."))
    WithheldReading.objects.create(withholding=withholding, why=_acceptable_why(why), by=by, at=now)
    return original


def end(
    withholding: Withholding,
    kind: Ending,
    *,
    why: str,
    by: User,
    now: datetime,
) -> WithholdingEnd:
    """The words are back where they still are withheld, or gone for good; either way no original is kept any more.

    To be called in a transaction that has locked the subject. Raises Refused where it has ended, or without a reason.
    """
    demand_right(by)
    said = _acceptable_why(why)
    original = WithheldOriginal.objects.select_for_update().filter(withholding=withholding).first()
    if original is None:
        raise Refused(_("This has ended already: the original is not kept any more."))
    if kind == Ending.SHOWN:
        put_back(original)
    original.delete()
    ended: WithholdingEnd = WithholdingEnd.objects.create(
        withholding=withholding, kind=kind, why=said, by=by, at=now
    )
    return ended


def _acceptable_why(why: str) -> str:
    said = one_line(why)
    if not said or len(said) > LONGEST_WHY:
        raise Refused(_("Say why, in at most %(most)d characters: it is kept.") % {"most": LONGEST_WHY})
    return said
