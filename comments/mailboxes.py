"""The keyed form of a mailbox, by which a ban holds for every spelling of an address, and outlives its erasure."""

import hashlib
import hmac

from django.conf import settings

from comments.moderation.mailbox import mailbox


def mailbox_key(address: str) -> str:
    """A digest of the mailbox under the key that is kept outside the database; "" without an address.

    Whoever reads the database alone cannot try addresses out against it.
    """
    box = mailbox(address)
    if not box:
        return ""
    return hmac.new(settings.SEAL_KEY.encode(), f"mailbox {box}".encode(), hashlib.sha256).hexdigest()
