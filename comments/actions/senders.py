"""Who sends a comment: a signed-in reader, or a guest whose address is still to be confirmed."""

import re
from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.core.validators import validate_email
from django.db.models import F, Q, QuerySet, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from comments.actions.errors import Unacceptable
from comments.models import Commenter
from newsroom.accounts.models import User
from newsroom.html import one_line
from newsroom.prepared import TEXT, Prepared

LONGEST_NAME = 80
LONGEST_ADDRESS = 254
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Sender:
    """A person as the form knows them; `commenter` is who that is already, as far as the address tells."""

    name: str
    address: str
    user: User | None
    language: str
    commenter: Commenter | None

    @property
    def is_proven(self) -> bool:
        """Signing in proves who they are; typing an address into a form does not."""
        return self.user is not None


def sender_of(*, user: User | None, name: str, address: str, language: str) -> Sender:
    """The sender with name and address brought into shape. One query.

    Raises Unacceptable for a guest's name or address, PermissionDenied for an account that is not active.
    """
    if user is not None:
        return _reader(user)
    name, address = acceptable_name(name), acceptable_address(address)
    return Sender(name, address, None, language, _AT_ADDRESS.first(Commenter, address=address))


_AT_ADDRESS = Prepared(lambda address: Commenter.objects.filter(address=address).order_by(), address=TEXT)


def _reader(user: User) -> Sender:
    if not user.is_active:
        raise PermissionDenied
    theirs = Q(user=user) | Q(address=user.email.lower(), user=None)
    known = Commenter.objects.filter(theirs).order_by(F("user").asc(nulls_last=True)).first()
    name = one_line(user.name)[:LONGEST_NAME] or _("Reader")
    return Sender(name, user.email.lower(), user, user.language, known)


def acceptable_name(name: str) -> str:
    """One line without controls. Raises Unacceptable where nothing would show, or too much."""
    line = one_line(name)
    if not line:
        raise Unacceptable("name", _("Please give the name under which your comment is to appear."))
    if len(line) > LONGEST_NAME:
        raise Unacceptable("name", _("A name may have at most %(most)d characters.") % {"most": LONGEST_NAME})
    return line


def acceptable_address(address: str) -> str:
    """In lower case. Raises Unacceptable where no mail could go there."""
    address = address.strip().lower()
    try:
        if len(address) > LONGEST_ADDRESS or unstorable(address):
            raise ValidationError("")
        validate_email(address)
    except ValidationError:
        raise Unacceptable("email", _("This is not an e-mail address that mail could be sent to.")) from None
    return address


def unstorable(text: str) -> bool:
    """Whether a text has NUL or half a surrogate pair in it, which no database takes."""
    return _UNSTORABLE.search(text) is not None


def commenter_of(sender: Sender, now: datetime) -> Commenter:
    """The commenter, locked until the transaction ends, or a new one, not stored yet. At most four queries.

    A signed-in reader takes over what was sent from their address before; a guest is nobody until they
    confirm. The key itself is not locked: letters to them and answers to their comments can still be written,
    or a moderator who decides while they send would wait for them and they for the moderator.
    """
    locked = Commenter.objects.select_for_update(no_key=True)
    if sender.user is None:
        return _guest(sender, locked, now)
    _part_from_accounts_that_moved(sender.address)
    found = locked.filter(user=sender.user).first()
    if found is not None:
        return found
    theirs = Commenter.objects.filter(address=sender.address)
    if theirs.filter(user=None).update(user=sender.user, confirmed_at=Coalesce("confirmed_at", Value(now))):
        return theirs.get()
    return Commenter(
        user=sender.user,
        address=None if theirs.exists() else sender.address,
        name=sender.name,
        language=sender.language,
        confirmed_at=now,
        first_seen=now,
    )


def _guest(sender: Sender, locked: QuerySet[Commenter], now: datetime) -> Commenter:
    if sender.commenter is not None:
        _part_from_accounts_that_moved(sender.address)
        found = locked.filter(address=sender.address).first()
        if found is not None:
            return found
        # Not found: erased this very moment, or an account's that has moved.
    return Commenter(address=sender.address, name=sender.name, language=sender.language, first_seen=now)


def _part_from_accounts_that_moved(address: str) -> None:
    """Whoever signs in with another address by now has no claim on this one, nor its new owner on their record."""
    theirs = Commenter.objects.filter(address=address, user__isnull=False).exclude(user__email=address)
    theirs.update(address=None)
