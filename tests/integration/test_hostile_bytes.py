"""What only a real server can be sent: paths, ranges, sizes and encodings that no client library would write."""

import gzip
import re
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.serving import Server, environment_of, manage, serving

pytestmark = pytest.mark.xdist_group("hostile bytes")
CSS = "/static/newsroom/css/base.css"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("server")
    database = f"sqlite:///{folder / 'newsroom.sqlite3'}"
    assert manage(environment_of(database), "migrate", "-v", "0").returncode == 0
    with serving(database, folder, workers=1) as server:
        yield server


def answer_to(server: Server, start: str, *headers: str, body: bytes = b"") -> bytes:
    """All that the server says to these very bytes."""
    lines = [start, "Host: 127.0.0.1", "Connection: close", *headers, "", ""]
    with socket.create_connection(("127.0.0.1", server.port), timeout=30) as connection:
        answer = b""
        try:
            connection.sendall("\r\n".join(lines).encode("latin-1") + body)
            while part := connection.recv(65_536):
                answer += part
        except ConnectionError:
            pass
    return answer


def sent(server: Server, start: str, *headers: str, body: bytes = b"") -> tuple[int, bytes]:
    """Status and body of the answer to these very bytes; (0, b"") where the server just hung up."""
    head, _end, content = answer_to(server, start, *headers, body=body).partition(b"\r\n\r\n")
    status = re.match(rb"HTTP/1\.[01] (\d{3})", head)
    return (int(status[1]) if status else 0), content


SECRETS = (b"SECRET_KEY", b"root:x:", b"INSTALLED_APPS", b"SQLite format")


@pytest.mark.parametrize(
    "path",
    [
        "/static/../newsroom/settings.py",
        "/static/newsroom/../../newsroom/settings.py",
        "/static/%2e%2e/newsroom/settings.py",
        "/static/newsroom/%2e%2e%2f%2e%2e%2fsettings.py",
        "/static/newsroom/..%5c..%5csettings.py",
        "/static//etc/passwd",
        "/static/%2fetc%2fpasswd",
        "/static/newsroom/css/base.css%00.html",
        "/static/newsroom/css/",
        "/static/..;/..;/etc/passwd",
        "/media/../newsroom.sqlite3",
        "/%2e%2e/%2e%2e/%2e%2e/etc/passwd",
        "/../../../../etc/passwd",
        "//etc/passwd",
        "/var/newsroom.sqlite3",
        "/.git/config",
        "/.env",
    ],
)
def test_no_path_leads_out_of_what_is_served(server: Server, path: str) -> None:
    status, content = sent(server, f"GET {path} HTTP/1.1")
    assert status in (301, 400, 404)
    assert not any(secret in content for secret in SECRETS)


@pytest.mark.parametrize(
    "ranges",
    [
        "bytes=0-,0-,0-,0-",
        "bytes=" + ",".join(["0-"] * 1_500),
        "bytes=-99999999999999",
        "bytes=99999999999999-",
        "bytes=5-2",
        "bytes=-",
        "bytes=a-b",
        "bytes=" + "9" * 5_000 + "-",
        "bytes=-0",
        "lines=1-2",
        "bytes=\xff-",
    ],
)
@pytest.mark.parametrize("path", [CSS, "/", "/healthz"])
def test_hostile_range_costs_no_more_than_the_whole_file(server: Server, path: str, ranges: str) -> None:
    whole = len(sent(server, f"GET {path} HTTP/1.1")[1])
    status, content = sent(server, f"GET {path} HTTP/1.1", f"Range: {ranges}")
    assert status in (200, 206, 400, 416)
    assert len(content) <= whole + 300


@pytest.mark.parametrize(
    ("start", "headers"),
    [
        ("GET /" + "a" * 9_000 + " HTTP/1.1", []),
        ("GET / HTTP/1.1", ["X-Long: " + "a" * 20_000]),
        ("GET / HTTP/1.1", [f"X-{number}: a" for number in range(300)]),
        ("GET / HTTP/1.1", ["Cookie: " + "a=b; " * 4_000]),
        ("GET / HTTP/1.1", ["Bad Header"]),
        ("GET / HTTP/1.1", ["X\x00: a"]),
        ("GET / HTTP/9.9", []),
        ("GET  / HTTP/1.1", []),
        ("POST /accounts/login/ HTTP/1.1", ["Content-Length: -1"]),
        ("POST /accounts/login/ HTTP/1.1", ["Content-Length: " + "9" * 400]),
        ("POST /news/2026/01/01/x/comments/new/ HTTP/1.1", ["Content-Length: " + "9" * 5_000]),
        ("POST /accounts/login/ HTTP/1.1", ["Content-Length: 3", "Content-Length: 4"]),
        ("POST /accounts/login/ HTTP/1.1", ["Content-Length: 3", "Transfer-Encoding: chunked"]),
        ("POST /accounts/login/ HTTP/1.1", ["Transfer-Encoding: gzip, identity"]),
    ],
    ids=range(14),
)
def test_request_out_of_all_measure_is_refused(server: Server, start: str, headers: list[str]) -> None:
    status, content = sent(server, start, *headers, body=b"abc")
    assert status in (400, 403, 413, 414, 431, 501, 505) or (status, content) == (0, b"")
    assert sent(server, "GET /healthz HTTP/1.1") == (200, b"ok\n")


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "br", "gzip, gzip"])
@pytest.mark.parametrize("path", ["/accounts/login/", "/csp-reports/"])
def test_body_that_says_it_is_packed_is_never_unpacked(server: Server, path: str, encoding: str) -> None:
    bomb = gzip.compress(b"\x00" * 20_000_000)
    status, content = sent(
        server,
        f"POST {path} HTTP/1.1",
        f"Content-Encoding: {encoding}",
        f"Content-Length: {len(bomb)}",
        "Content-Type: application/csp-report",
        body=bomb,
    )
    assert status in (400, 403, 413)
    assert b"<h1>" in content or content.endswith(b".\n")


@pytest.mark.parametrize(
    "path", ["//evil.example", "//evil.example/..", "/\\evil.example", "http://evil.example"]
)
def test_address_that_looks_like_another_site_leads_nowhere(server: Server, path: str) -> None:
    head = answer_to(server, f"GET {path} HTTP/1.1").partition(b"\r\n\r\n")[0].decode("latin-1")
    led = re.search(r"^Location: (.*)$", head, re.MULTILINE | re.IGNORECASE)
    assert led is None or re.match(r"/[^/\\]", led[1])


def test_file_that_is_there_is_served(server: Server) -> None:
    status, content = sent(server, f"GET {CSS} HTTP/1.1")
    assert (status, content) == (200, Path("newsroom/static/newsroom/css/base.css").read_bytes())
