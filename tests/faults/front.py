"""nginx with the configuration that docs/ ships, in front of a newsroom that runs here."""

import os
import shutil
import socket
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path

import pytest

from tests.faults.cluster import free_port
from tests.faults.serving import ROOT, Process

SHIPPED = ROOT / "docs" / "nginx.conf"
AROUND = """\
{user}worker_processes {workers};
daemon off;
pid {folder}/nginx.pid;
error_log stderr warn;
events {{ worker_connections 1024; }}
http {{
    sendfile on;
    tcp_nopush on;
    keepalive_requests 100000;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    log_format kept "$request_method $request_uri $status $upstream_cache_status";
    access_log {log};
{shipped}
{more}
}}
"""


def needed_nginx() -> str:
    """nginx; skips with a sentence where it is not installed; in CI that fails."""
    found = shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
    if found:
        return found
    if os.environ.get("CI"):
        pytest.fail("CI must run these tests: nginx is not installed.")
    pytest.skip("nginx is not on this machine.")


def configuration(
    folder: Path, *, port: int, origins: Sequence[int], workers: int = 2, log: str = "off", more: str = ""
) -> str:
    """The shipped configuration with the ports and folders of this machine; all else stands as it is shipped.

    `more` stands behind it in the same block.

    Raises ValueError where the shipped one has not, exactly once, what is to be another here.
    """
    shipped = SHIPPED.read_text()
    first = shipped.index("server {\n    listen 80")
    shipped = shipped[:first] + shipped[shipped.index("server {\n    listen 443 ssl;") :]
    for old, new in {
        "listen 443 ssl;": f"listen 127.0.0.1:{port} default_server;",
        "    ssl_certificate /etc/ssl/news.example.org.pem;\n": "",
        "    ssl_certificate_key /etc/ssl/private/news.example.org.key;\n": "",
        "server 127.0.0.1:8001;": " ".join(f"server 127.0.0.1:{origin};" for origin in origins),
        "/var/cache/nginx/newsroom": f"{folder}/cache",
        "    access_log /var/log/nginx/newsroom.log newsroom;\n": "",
        "    error_log /dev/null emerg; ": "    # ",
    }.items():
        if shipped.count(old) != 1:
            raise ValueError(f"{SHIPPED.name} has {old!r} {shipped.count(old)} times.")
        shipped = shipped.replace(old, new)
    user = "user root;\n" if os.geteuid() == 0 else ""
    return AROUND.format(user=user, folder=folder, workers=workers, log=log, shipped=shipped, more=more)


def await_listening(port: int, process: Process, seconds: float = 10) -> None:
    """Once that process takes connections; AssertionError with what it said where it does not."""
    until = time.monotonic() + seconds
    while time.monotonic() < until and process.runs:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise AssertionError(f"nginx did not start:\n{process.log.read_text()[-3000:]}")


class Front(Process):
    """nginx on a port of its own, before the newsroom at `origin`; `answers` says what it did with each request."""

    def __init__(self, nginx: str, folder: Path, *, origin: int) -> None:
        self.port, self.folder = free_port(), folder
        file = folder / "nginx.conf"
        log = f"{folder}/answers.log kept"
        # One worker, which says of a request what it did with it before it takes the next one.
        file.write_text(configuration(folder, port=self.port, origins=[origin], workers=1, log=log))
        command = [nginx, "-p", str(folder), "-e", "stderr", "-c", str(file)]
        super().__init__(command, dict(os.environ), folder / "nginx.log")

    def answers(self) -> list[str]:
        """Method, address, status and what became of it in the cache (HIT, MISS, -), a line for each request so far."""
        last, until = f"/healthz?{time.monotonic_ns()}", time.monotonic() + 30
        connection = HTTPConnection("127.0.0.1", self.port, timeout=30)
        connection.request("GET", last)
        connection.getresponse().read()
        connection.close()
        while time.monotonic() < until:
            said = (self.folder / "answers.log").read_text().splitlines()
            if said and said[-1].split()[1] == last:
                return said
            time.sleep(0.02)
        raise AssertionError("nginx did not say what it did with its requests.")


@contextmanager
def in_front(nginx: str, folder: Path, *, origin: int) -> Iterator[Front]:
    """nginx that answers, ended with the block."""
    front = Front(nginx, folder, origin=origin)
    front.start()
    try:
        await_listening(front.port, front)
        yield front
    finally:
        front.end()
