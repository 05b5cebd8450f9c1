"""The demo's two processes are started again when they die, a few times, and never outlive it."""

import socket
import sys
import time
from pathlib import Path

import pytest

from newsroom.demo.address import Address, open_socket
from newsroom.demo.serving import Part, ServingError, child_environment, demo_parts, run_until_stopped

ENVIRONMENT: dict[str, str] = {}


def part(name: str, code: str) -> Part:
    return Part(name, [sys.executable, "-c", code], ENVIRONMENT)


def free_address() -> Address:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return Address("127.0.0.1", probe.getsockname()[1])


def answering_server(address: Address) -> Part:
    return Part("web server", [sys.executable, "-m", "http.server", str(address.port)], ENVIRONMENT)


def nothing() -> None:
    """What these tests do once the server is up."""


def test_a_worker_that_keeps_dying_ends_the_demo_and_the_server_with_it() -> None:
    address = free_address()
    server, worker = answering_server(address), part("mail worker", "raise SystemExit(3)")
    with pytest.raises(ServingError) as refusal:
        run_until_stopped(server, worker, address, nothing)
    assert str(refusal.value) == (
        "The mail worker ended 4 times, last with status 3; the demo gives up. What it said stands above."
    )
    assert server.exit_status is not None


def test_a_server_that_never_comes_up_ends_the_demo() -> None:
    server, worker = part("web server", "raise SystemExit(1)"), part("mail worker", "")
    with pytest.raises(ServingError, match=r"^The web server ended 4 times, last with status 1;"):
        run_until_stopped(server, worker, free_address(), nothing)
    assert worker.starts == 0


def test_a_part_that_dies_once_is_started_again(tmp_path: Path) -> None:
    address, mark = free_address(), tmp_path / "ran before"
    once = (
        f"import os, pathlib, signal, sys, time; mark = pathlib.Path({str(mark)!r})\n"
        "if mark.exists(): os.kill(os.getppid(), signal.SIGTERM); time.sleep(30)\n"
        "mark.touch()"
    )
    server, worker = answering_server(address), part("mail worker", once)
    started = time.monotonic()
    run_until_stopped(server, worker, address, nothing)
    assert (worker.starts, server.starts) == (2, 1)
    assert time.monotonic() - started < 20


def test_children_run_without_debug_on_the_demo_s_own_address_and_mail(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("DEBUG", "true")
    monkeypatch.setenv("SITE_URL", "https://news.example.org")
    monkeypatch.setenv("ALLOWED_HOSTS", "news.example.org")
    environment = child_environment(Address("::1", 8080), Path("/mail"))
    names = ("DEBUG", "SITE_URL", "ALLOWED_HOSTS", "EMAIL_URL", "STATIC_FROM_SOURCE")
    assert {name: environment[name] for name in names} == {
        "DEBUG": "false",
        "SITE_URL": "http://[::1]:8080",
        "ALLOWED_HOSTS": "127.0.0.1,localhost,[::1]",
        "EMAIL_URL": "file:////mail",
        "STATIC_FROM_SOURCE": "true",
    }


def test_the_server_gets_the_socket_that_the_demo_bound() -> None:
    with open_socket(Address("127.0.0.1", 0)) as listening:
        server, worker = demo_parts(listening, ENVIRONMENT)
        assert server.inherited == (listening.fileno(),)
        assert f"fd://{listening.fileno()}" in server.command
        assert worker.inherited == ()
