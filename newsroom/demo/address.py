"""Where the demo may listen: on this machine alone, since it prints its passwords."""

import socket
from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address


class AddressError(ValueError):
    """The demo cannot listen there; the message is a sentence for whoever typed the address."""


@dataclass(frozen=True)
class Address:
    """A loopback host, `localhost` or an IP address without brackets, and a port."""

    host: str
    port: int

    def __str__(self) -> str:
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"

    @property
    def url(self) -> str:
        return f"http://{self}"


def parse_address(text: str) -> Address:
    """ADDR:PORT as an address; raises AddressError if it is none or reaches beyond this machine.

    Port 0 lets the system choose one.
    """
    host, colon, port = text.rpartition(":")
    if not (colon and host and port.isascii() and port.isdigit() and int(port) <= 65535):
        raise AddressError(
            f"{text!r} is not an address and a port from 0 to 65535."
            " Write them as in 127.0.0.1:8000 or [::1]:8000."
        )
    return Address(_loopback(host), int(port))


def _loopback(host: str) -> str:
    if host.lower() == "localhost":
        return "localhost"
    bracketed = host.startswith("[") and host.endswith("]")
    try:
        ip = ip_address(host[1:-1] if bracketed else host)
    except ValueError as error:
        raise AddressError(
            f"The demo listens on this machine only, and {host!r} is no address of it."
            " Use 127.0.0.1, [::1] or localhost."
        ) from error
    if isinstance(ip, IPv6Address) is not bracketed:
        raise AddressError(
            f"{host!r} is written wrongly: an IPv6 address, and only that, stands in brackets, as in [::1]."
        )
    if not ip.is_loopback:
        raise AddressError(
            f"The demo listens on this machine only (127.0.0.0/8, [::1] or localhost), not on {host}:"
            " its passwords are printed and its data is made up."
        )
    return str(ip)


def open_socket(address: Address) -> socket.socket:
    """A bound socket, not yet listening, that children may inherit; raises AddressError if it is taken."""
    try:
        family, kind, protocol, _, place = socket.getaddrinfo(
            "127.0.0.1" if address.host == "localhost" else address.host,
            address.port,
            type=socket.SOCK_STREAM,
        )[0]
        bound = socket.socket(family, kind, protocol)
    except OSError as error:
        raise AddressError(f"This machine has no address {address.host}: {error.strerror}.") from error
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        bound.bind(place)
    except OSError as error:
        bound.close()
        raise AddressError(
            f"Cannot listen on {address}: {(error.strerror or str(error)).lower()}."
            f" Stop what runs there or name another port, for example {Address(address.host, 8001)}."
        ) from error
    bound.set_inheritable(True)
    return bound
