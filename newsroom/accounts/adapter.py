"""What sign-in knows of whoever asks: a keyed digest in place of the network address."""

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest

from newsroom.networks import address_key


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # not typed
    """allauth's own ways, but that its throttles count a digest: no cache holds the address of a person."""

    def get_client_ip(self, request: HttpRequest) -> str:
        """One value for each client; one for all of whom nothing is known, as behind a server's own socket."""
        return address_key(request.META.get("REMOTE_ADDR", "")) or "unknown"
