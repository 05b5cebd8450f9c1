"""What leads keep at hand for moderators, by rule: ready-made notes to authors, and examples for and against."""

from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _

from comments.actions.errors import NotPossible
from comments.actions.senders import unstorable
from comments.models import CannedNote, Rule, RuleExample
from comments.permissions import can_lead
from newsroom.accounts.models import User

KINDS: dict[str, type[CannedNote] | type[RuleExample]] = {"note": CannedNote, "example": RuleExample}
MOST_OF_A_RULE = 20
"""More than anybody reads while deciding."""


def keep_guidance(kind: str, pk: int | None, *, by: User, now: datetime, **fields: Any) -> None:
    """A new note or example of a rule, or with its key the one that is there, is as it says. At most three queries.

    Raises NotPossible with a sentence for a rule that no version has, a text that cannot be stored, one that is gone
    and more than MOST_OF_A_RULE; PermissionDenied but for leads.
    """
    _require_lead(by)
    if any(unstorable(value) for value in fields.values() if isinstance(value, str)):
        raise NotPossible(_("There are characters in it that cannot be stored."))
    if not Rule.objects.filter(key=fields["rule_key"]).exists():
        raise NotPossible(_("There is no such rule."))
    model: Any = KINDS[kind]
    fields |= {"changed_by": by, "changed_at": now}
    if pk is not None:
        if not model.objects.filter(pk=pk).update(**fields):
            raise NotPossible(_("It is gone: somebody has removed it."))
        return
    if model.objects.filter(rule_key=fields["rule_key"]).count() >= MOST_OF_A_RULE:
        raise NotPossible(_("A rule has at most %(most)d of these.") % {"most": MOST_OF_A_RULE})
    model.objects.create(**fields)


def remove_guidance(kind: str, pk: int, *, by: User) -> None:
    """It is gone; decisions that used it have its words. PermissionDenied but for leads."""
    _require_lead(by)
    model: Any = KINDS[kind]
    model.objects.filter(pk=pk).delete()


def _require_lead(by: User) -> None:
    if not can_lead(by):
        raise PermissionDenied
