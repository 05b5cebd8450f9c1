"""Where a request comes from, of which the newsroom keeps and counts keyed digests only, never the address."""

import hashlib
import hmac
import ipaddress

from django.conf import settings

NETWORK = {4: 24, 6: 56}
"""How many bits of an address name its network: what one house or one school has, or a provider gives to a customer."""


def network_key(address: str) -> str:
    """A keyed digest of the network (/24, or /56 of IPv6) of an IP address; "" for what is none."""
    return _digest("network", address, NETWORK)


def address_key(address: str) -> str:
    """A keyed digest of one client: an IPv4 address, or the /64 of IPv6 within which a client picks its own."""
    return _digest("address", address, {4: 32, 6: 64})


def _digest(what: str, address: str, bits: dict[int, int]) -> str:
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return ""
    if isinstance(ip, ipaddress.IPv6Address) and ip.ipv4_mapped:
        ip = ip.ipv4_mapped
    network = ipaddress.ip_network((ip, bits[ip.version]), strict=False)
    return hmac.new(settings.SEAL_KEY.encode(), f"{what} {network}".encode(), hashlib.sha256).hexdigest()
