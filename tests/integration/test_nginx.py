"""nginx with the whole of docs/nginx.conf: whom it answers, what it says by itself, and what it writes down."""

import os
import re
import socket
import ssl
import subprocess
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPResponse, RemoteDisconnected
from pathlib import Path
from typing import Any

import pytest

from newsroom.headers import NOTHING, remembered_https, strict_headers
from tests.faults.cluster import free_port
from tests.faults.front import AROUND, SHIPPED, await_listening, needed_nginx
from tests.faults.serving import Process

pytestmark = pytest.mark.xdist_group("nginx")
HOST = "news.example.org"
READER = "127.0.0.77"
"""Another address of this machine, from which no program here speaks but the tests."""


@dataclass
class Site:
    http: int
    https: int
    folder: Path
    certificate: Path

    def ask(
        self, *, host: str = HOST, name: str | None = HOST, method: str = "GET", **headers: str
    ) -> HTTPResponse:
        """The answer to a request for `host`; by https to the server of that `name`, by http where it is None."""
        port = self.https if name else self.http
        context = ssl.create_default_context(cafile=str(self.certificate))
        with closing(HTTPConnection("127.0.0.1", port)) as connection:
            connection.sock = socket.create_connection(("127.0.0.1", port), 20, (READER, 0))
            if name:
                connection.sock = context.wrap_socket(connection.sock, server_hostname=name)
            connection.request(method, "/comments/1/mine/secret/", headers={"Host": host, **headers})
            with closing(connection.getresponse()) as answer:
                return answer


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """All of the shipped configuration, with ports, folders and a certificate of this machine, and no newsroom."""
    nginx, folder = needed_nginx(), tmp_path_factory.mktemp("nginx")
    made = Site(free_port(), free_port(), folder, folder / "site.pem")
    about = ["-subj", f"/CN={HOST}", "-addext", f"subjectAltName=DNS:{HOST}", "-days", "2"]
    keys = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", f"{folder}/site.key"]
    subprocess.run(
        ["openssl", "req", "-x509", *keys, "-out", made.certificate, *about], check=True, capture_output=True
    )
    ports = {"80": made.http, "443": made.https}
    shipped = re.sub(
        r"listen (80|443)\b", lambda found: f"listen 127.0.0.1:{ports[found[1]]}", SHIPPED.read_text()
    )
    for old, new in {
        "/etc/ssl/news.example.org.pem": str(made.certificate),
        "/etc/ssl/private/news.example.org.key": f"{folder}/site.key",
        "server 127.0.0.1:8001;": f"server 127.0.0.1:{free_port()};",
        "/var/cache/nginx/newsroom": f"{folder}/cache",
        "/var/log/nginx/": f"{folder}/",
    }.items():
        assert shipped.count(old) == 1, old
        shipped = shipped.replace(old, new)
    user = "user root;\n" if os.geteuid() == 0 else ""
    file = folder / "nginx.conf"
    file.write_text(
        AROUND.format(
            user=user, folder=folder, workers=1, log=f"{folder}/default.log", shipped=shipped, more=""
        )
    )
    command = [nginx, "-p", str(folder), "-e", "stderr", "-c", str(file)]
    process = Process(command, dict(os.environ), folder / "said.log")
    process.start()
    try:
        await_listening(made.https, process)
        yield made
    finally:
        process.end()


# --- whom it answers


def test_http_leads_to_the_same_address_by_https(site: Site) -> None:
    answer = site.ask(name=None)
    found = (answer.status, answer.headers["Location"])
    assert found == (301, f"https://{HOST}/comments/1/mine/secret/")


@pytest.mark.parametrize("name", [None, HOST])
def test_who_asks_for_another_host_gets_no_answer(site: Site, name: str | None) -> None:
    with pytest.raises(RemoteDisconnected):
        site.ask(host="elsewhere.example", name=name)


def test_who_asks_for_another_hosts_certificate_gets_none(site: Site) -> None:
    with pytest.raises(ssl.SSLError, match="UNRECOGNIZED_NAME"):
        site.ask(name="elsewhere.example")


# --- what it says by itself


@pytest.mark.parametrize(("length", "status", "again"), [("7000000", 413, None), ("0", 502, "10")])
def test_what_nginx_says_by_itself_has_the_strict_headers(
    site: Site, settings: Any, length: str, status: int, again: str | None
) -> None:
    settings.SECURE_HSTS_SECONDS = 31_536_000
    settings.SECURE_HSTS_INCLUDE_SUBDOMAINS = settings.SECURE_HSTS_PRELOAD = True
    answer = site.ask(method="POST", **{"Content-Length": length})
    assert (answer.status, answer.headers["Retry-After"]) == (status, again)
    assert answer.headers.get_content_type() == "text/plain"
    expected = strict_headers() | remembered_https() | {"Cache-Control": "no-store"}
    expected |= {"Content-Security-Policy": NOTHING}
    # A sentence in plain text asks for no capability and breaks no policy.
    del expected["Permissions-Policy"], expected["Reporting-Endpoints"]
    assert {name: answer.headers.get_all(name) for name in expected} == {
        name: [value] for name, value in expected.items()
    }


# --- what it writes down


def test_nginx_writes_down_neither_addresses_of_readers_nor_of_pages(site: Site) -> None:
    log = site.folder / "newsroom.log"
    before = len(log.read_text().splitlines())
    assert [site.ask().status, site.ask(method="POST", **{"Content-Length": "7000000"}).status] == [502, 413]
    assert site.ask(name=None).status == 301
    with pytest.raises(RemoteDisconnected):
        site.ask(host="elsewhere.example")
    with pytest.raises(ssl.SSLError):
        site.ask(name="elsewhere.example")
    until = time.monotonic() + 20
    while len(log.read_text().splitlines()) < before + 2 and time.monotonic() < until:
        time.sleep(0.05)
    said = log.read_text().splitlines()[before:]
    assert [line.split()[1:3] for line in said] == [["GET", "502"], ["POST", "413"]]
    for file in site.folder.glob("*.log"):
        assert (READER in file.read_text(), "secret" in file.read_text()) == (False, False), file.name
