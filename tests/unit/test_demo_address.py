"""The demo listens on this machine alone and says in a sentence why it does not listen elsewhere."""

import pytest

from newsroom.demo.address import Address, AddressError, open_socket, parse_address


@pytest.mark.parametrize(
    ("text", "address", "url"),
    [
        ("127.0.0.1:8000", Address("127.0.0.1", 8000), "http://127.0.0.1:8000"),
        ("127.8.9.10:1", Address("127.8.9.10", 1), "http://127.8.9.10:1"),
        ("[::1]:8080", Address("::1", 8080), "http://[::1]:8080"),
        ("LOCALHOST:0", Address("localhost", 0), "http://localhost:0"),
    ],
)
def test_loopback_addresses_are_understood(text: str, address: Address, url: str) -> None:
    assert (parse_address(text), parse_address(text).url) == (address, url)


@pytest.mark.parametrize("text", ["0.0.0.0:8000", "192.168.1.4:80", "[::]:8000", "[2001:db8::1]:8000"])
def test_an_address_beyond_loopback_is_refused(text: str) -> None:
    host = text.rpartition(":")[0]
    with pytest.raises(AddressError) as refusal:
        parse_address(text)
    assert str(refusal.value) == (
        f"The demo listens on this machine only (127.0.0.0/8, [::1] or localhost), not on {host}:"
        " its passwords are printed and its data is made up."
    )


@pytest.mark.parametrize(
    "text", ["", "8000", ":8000", "127.0.0.1", "127.0.0.1:", "127.0.0.1:65536", "127.0.0.1:٨"]
)
def test_what_is_no_address_and_port_is_refused(text: str) -> None:
    with pytest.raises(AddressError) as refusal:
        parse_address(text)
    assert str(refusal.value) == (
        f"{text!r} is not an address and a port from 0 to 65535."
        " Write them as in 127.0.0.1:8000 or [::1]:8000."
    )


@pytest.mark.parametrize("text", ["news.example.org:80", "127.1:80", "127.0.0.256:80", "[::1:80"])
def test_a_host_name_is_refused(text: str) -> None:
    with pytest.raises(
        AddressError, match=r"^The demo listens on this machine only, and .* is no address of it\."
    ):
        parse_address(text)


@pytest.mark.parametrize("text", ["::1:8000", "[127.0.0.1]:8000"])
def test_brackets_are_for_ipv6_alone(text: str) -> None:
    with pytest.raises(AddressError, match=r"an IPv6 address, and only that, stands in brackets"):
        parse_address(text)


def test_a_port_that_is_taken_is_refused_by_name() -> None:
    with open_socket(Address("127.0.0.1", 0)) as taken:
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(AddressError) as refusal:
            open_socket(Address("127.0.0.1", port))
    assert str(refusal.value) == (
        f"Cannot listen on 127.0.0.1:{port}: address already in use."
        " Stop what runs there or name another port, for example 127.0.0.1:8001."
    )
