"""Requests that no browser sends: answered with 4xx and a sentence or not minded at all, never 500."""

import itertools
import logging
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.core import mail
from django.test import Client
from django.urls import reverse

from comments.models import Comment, Letter
from newsroom.accounts.models import User
from tests.factories import PASSWORD, make_policy, make_publication, make_section, make_user
from tests.integration.test_comment_pages import guest_form, new_url
from tests.integration.test_permission_matrix import NAMES, address_of, people, world  # noqa: F401 - fixtures

pytestmark = pytest.mark.django_db

ELSEWHERE = (
    "https://evil.example/",
    "//evil.example/",
    "///evil.example/",
    "/\\evil.example/",
    "\\\\evil.example/",
    "http:///evil.example/",
    "http:evil.example",
    "https:evil.example/",
    "javascript:alert(1)",
    "data:text/html,x",
    " //evil.example/",
    "\t//evil.example/",
    "/\t/evil.example/",
    "\x00//evil.example/",
    "https://testserver@evil.example/",
    "https://testserver.evil.example/",
    "ftp://testserver/",
)


# --- the host


@pytest.mark.parametrize(
    "host",
    ["evil.example", "testserver.evil.example", "testserver@evil.example", "a b", "testserver:99999x", ""],
)
def test_host_that_is_not_ours_is_refused_in_a_sentence(client: Client, host: str) -> None:
    answer = client.get("/", headers={"host": host})
    assert answer.status_code == 400
    assert "is not something that this page can take" in answer.content.decode()


@pytest.mark.parametrize("header", ["X-Forwarded-Host", "X-Host", "Forwarded", "X-Forwarded-Server"])
def test_mailed_link_leads_to_us_whatever_another_header_claims(client: Client, header: str) -> None:
    make_user(email="ada@example.org")
    claim = {header: "host=evil.example" if header == "Forwarded" else "evil.example"}
    client.post("/accounts/password/reset/", {"email": "ada@example.org"}, headers=claim)
    [letter] = mail.outbox
    assert "http://testserver/accounts/password/reset/key/" in letter.body
    assert "evil" not in letter.body


# --- redirects


@pytest.mark.parametrize("there", ELSEWHERE)
def test_nobody_is_led_to_another_site_by_signing_in_or_out(there: str) -> None:
    make_user(email="ada@example.org")
    client = Client()
    entered = client.post(
        "/accounts/login/", {"login": "ada@example.org", "password": PASSWORD, "next": there}
    )
    confirmed = client.post("/accounts/reauthenticate/", {"password": PASSWORD, "next": there})
    already = client.get("/accounts/login/", {"next": there})
    left = client.post("/accounts/logout/", {"next": there})
    begun = client.post(
        f"/accounts/signup/?next={there}" if there.isprintable() else "/accounts/signup/",
        {
            "email": "new@example.org",
            "name": "N",
            "password1": PASSWORD,
            "password2": PASSWORD,
            "next": there,
        },
    )
    asked = client.get("/admin/login/", {"next": there})
    answers = (entered, confirmed, already, left, begun, asked)
    assert [answer.status_code for answer in answers] == [302] * 6
    assert [one for one in (answer.headers["Location"] for answer in answers) if not own(one)] == []


def own(location: str) -> bool:
    """Whether a browser stays on this site: a path, and no second slash of either kind that would make it a host."""
    return location.startswith("/") and not location.startswith(("//", "/\\", "/\t", "/\n"))


@pytest.mark.parametrize("there", ["//evil.example/", "/\\evil.example/"])
def test_no_address_of_the_site_leads_to_another_one(
    there: str,
    people: dict[str, User | None],  # noqa: F811
    world: dict[str, dict[str, Any]],  # noqa: F811
) -> None:
    client = Client(raise_request_exception=False)
    client.force_login(people["admin"])  # type: ignore[arg-type]
    asked = dict.fromkeys(("next", "url", "return", "return_to", "redirect", "back", "_popup"), there)
    led = {}
    for name in NAMES:
        if name == "account_logout":
            continue
        location = client.get(address_of(name, world), asked).headers.get("Location", "/")
        if not own(location) and "evil" in location.partition("?")[0]:
            led[name] = location
    assert led == {}


@pytest.mark.parametrize(
    "path", ["//evil.example/", "//evil.example/%2e%2e", "/\\evil.example", "/%2f/evil.example/"]
)
def test_path_that_looks_like_a_host_is_not_redirected_to(client: Client, path: str) -> None:
    answer = client.get(path)
    assert own(answer.headers.get("Location", "/"))
    assert answer.status_code in (
        200,
        301,
        404,
    )  # Django's client takes what looks like a host out of the path


# --- values that no form sends

HOSTILE = (
    "\x00",
    "a\x00b",
    "9" * 5_000,
    "-1",
    "1e999",
    "NaN",
    "٣",
    "%",
    "' OR 1=1 --",
    "../../../../etc/passwd",
    "{{7*7}}${7*7}",
    "\u202e\ufeff\ufffe",
    "x" * 10_000,
    '[{"a":' * 2_000,
)
PARAMETERS = (
    *(
        "q",
        "p",
        "o",
        "e",
        "all",
        "page",
        "before",
        "after",
        "parent",
        "item",
        "rows",
        "revision",
        "branch",
        "act",
    ),
    *(
        "state",
        "story",
        "rule",
        "section",
        "from",
        "until",
        "person",
        "place",
        "month",
        "view",
        "order",
        "kind",
    ),
    *(
        "version",
        "pick",
        "decision",
        "note",
        "rule_keys",
        "seen_version",
        "number",
        "code",
        "key",
        "login",
        "email",
    ),
    *(
        "name",
        "title",
        "text",
        "headline",
        "slug",
        "body",
        "language",
        "starts_at",
        "ends_at",
        "embargo_until",
    ),
    *(
        "id",
        "action",
        "_selected_action",
        "index",
        "select_across",
        "csrfmiddlewaretoken",
        "object_id",
        "ct_id",
    ),
)


@pytest.mark.parametrize("shift", range(0, len(HOSTILE), 5))
def test_no_address_fails_on_hostile_values(
    shift: int,
    people: dict[str, User | None],  # noqa: F811
    world: dict[str, dict[str, Any]],  # noqa: F811
    settings: Any,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Each address gets all parameters at once, each with another of the values."""
    caplog.set_level(logging.CRITICAL)
    settings.ACCOUNT_RATE_LIMITS = False
    client = Client(raise_request_exception=False)
    sent = {name: HOSTILE[(place + shift) % len(HOSTILE)] for place, name in enumerate(PARAMETERS)}
    failed = []
    for name in NAMES:
        client.force_login(people["admin"])  # type: ignore[arg-type]
        for method in ("get", "post"):
            answer = getattr(client, method)(address_of(name, world), sent)
            if answer.status_code >= 500:
                failed.append(f"{method} {name}: {answer.status_code} {getattr(answer, 'exc_info', None)}")
    assert failed == []


@pytest.mark.parametrize(
    "query",
    [
        "?before=%",
        "?before=%zz",
        "?after=%ff%fe",
        "?q=%ed%a0%80",
        "?%00=%00",
        "?" + "&" * 5_000,
        "?" + "a[" * 900,
    ],
)
@pytest.mark.parametrize("path", ["/", "/admin/articles/article/", "/admin/moderation/", "/accounts/login/"])
def test_query_that_cannot_be_decoded_is_answered(path: str, query: str) -> None:
    client = Client(raise_request_exception=False)
    client.force_login(make_user(is_staff=True, is_superuser=True))
    assert client.get(path + query).status_code < 500


@pytest.mark.parametrize(
    "path",
    [
        *(
            "/%ff/",
            "/%ed%a0%80/",
            "/%00/",
            "/a%00b/2026/01/01/c/",
            "/topics/%00/",
            "/authors/%ff/",
            "/feeds/%00/rss/",
        ),
        *(
            "/sitemap-%2e%2e.xml",
            "/comment-policy/99999999999999999999/",
            "/comments/%00/",
            "/harbour/2026/13/45/x/",
        ),
        *("/admin/articles/article/99999999999999999999/change/", "/admin/articles/article/%00/change/"),
        *("/admin/articles/article/9_3A0/change/", "/" + "a" * 5_000 + "/", "/" + "a/" * 2_000),
        *(
            "/%E2%80%AE/",
            "/..%2f..%2fetc/passwd",
            "/accounts/password/reset/key/%00-x/",
            "/comments/confirm/%00/",
        ),
    ],
)
def test_path_that_means_nothing_is_not_found(path: str) -> None:
    client = Client(raise_request_exception=False)
    client.force_login(make_user(is_staff=True, is_superuser=True))
    answer = client.get(path)
    assert answer.status_code in (301, 302, 400, 404)
    assert own(answer.headers.get("Location", "/"))


# --- bombs


def test_form_of_too_many_fields_is_refused_in_a_sentence(client: Client) -> None:
    form = {f"field{number}": "x" for number in range(2_001)}
    for address in ("/accounts/login/", new_url(make_publication())):
        answer = client.post(address, form)
        assert answer.status_code == 413
        assert "more fields than any form" in answer.content.decode()


def multipart(*parts: str) -> bytes:
    return ("".join(f"--B\r\n{part}\r\n" for part in parts) + "--B--\r\n").encode()


def test_form_of_too_many_files_is_refused_in_a_sentence(client: Client) -> None:
    file = 'Content-Disposition: form-data; name="f"; filename="a"\r\nContent-Type: text/plain\r\n\r\nx'
    body = multipart(*[file] * 101)
    answer = client.post("/accounts/login/", body, content_type="multipart/form-data; boundary=B")
    assert (answer.status_code, "more files than any form" in answer.content.decode()) == (413, True)


def test_form_larger_than_any_is_refused_in_a_sentence(client: Client) -> None:
    answer = client.post(
        "/accounts/login/", {"login": "x" * (django_settings.DATA_UPLOAD_MAX_MEMORY_SIZE + 1)}
    )
    assert answer.status_code == 413
    form = "login=" + "x" * (django_settings.DATA_UPLOAD_MAX_MEMORY_SIZE + 1)
    answer = client.post("/accounts/login/", form, content_type="application/x-www-form-urlencoded")
    assert (answer.status_code, "larger than any form" in answer.content.decode()) == (413, True)


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("multipart/form-data", b"x"),
        ("multipart/form-data; boundary=", b"x"),
        ("multipart/form-data; boundary=" + "b" * 5_000, b"x"),
        ("multipart/form-data; boundary=\xff", b"x"),
        ("multipart/form-data; boundary=B", b"--B\r\n" * 5_000),
        ("multipart/form-data; boundary=B", b'--B\r\nContent-Disposition: form-data; name="a"'),
        (
            "multipart/form-data; boundary=B",
            multipart("Content-Disposition: form-data; name=a\r\nX: " + "y" * 90_000),
        ),
        (
            "multipart/form-data; boundary=B",
            multipart(
                'Content-Disposition: form-data; name="login"\r\nContent-Transfer-Encoding: base64\r\n\r\n!!!'
            ),
        ),
        ("application/x-www-form-urlencoded", b"\xff\xfe=%ff&login=%ed%a0%80&&&&=%&%zz"),
        ("application/json", b"[" * 100_000),
        ("text/plain", b"\x1f\x8b" + b"\x00" * 5_000),
        ("", b"login=a"),
    ],
    ids=itertools.count(),
)
def test_body_that_is_no_form_is_answered_without_a_fault(content_type: str, body: bytes) -> None:
    client = Client(raise_request_exception=False)
    make_policy()
    for address in ("/accounts/login/", new_url(make_publication())):
        assert client.post(address, body, content_type=content_type).status_code in (200, 400, 413, 422)


@pytest.mark.parametrize("length", ["9" * 5_000, "-1", "x", "٣", "400001"])
def test_comment_of_an_impossible_length_is_not_read(length: str) -> None:
    client = Client(raise_request_exception=False)
    answer = client.post(new_url(make_publication()), guest_form(), CONTENT_LENGTH=length)
    assert (answer.status_code, "too much to read" in answer.content.decode()) == (413, True)


@pytest.mark.parametrize("name", ["X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override"])
def test_method_is_what_the_request_says_and_nothing_else(client: Client, name: str) -> None:
    address = make_publication().get_absolute_url()
    assert client.post(address, {"_method": "GET"}, headers={name: "GET"}).status_code == 405
    client.force_login(make_user())
    client.get("/accounts/logout/?_method=POST", headers={name: "POST"})
    assert "_auth_user_id" in client.session


@pytest.mark.parametrize("method", ["TRACE", "CONNECT", "PUT", "DELETE", "PATCH", "PROPFIND", "X" * 2_000])
def test_method_that_no_page_knows_is_refused(client: Client, method: str) -> None:
    for address in ("/", make_publication().get_absolute_url(), "/csp-reports/", "/healthz"):
        assert client.generic(method, address).status_code in (403, 405)


@pytest.mark.parametrize(
    "cookie",
    [
        "x" * 60_000,
        "=;=;" * 5_000,
        "sessionid=\x00",
        "sessionid=../../x",
        "csrftoken=" + "é" * 900,
        '"',
        "\xff",
    ],
)
def test_cookie_that_is_not_ours_is_ignored(cookie: str) -> None:
    client = Client(raise_request_exception=False)
    for address in ("/", "/accounts/login/"):
        assert client.get(address, headers={"cookie": cookie}).status_code == 200


@pytest.mark.parametrize(
    "name", ["If-None-Match", "If-Modified-Since", "Range", "Accept-Encoding", "Accept", "Referer"]
)
@pytest.mark.parametrize(
    "value", ["", "\xff", ",".join(["x"] * 10_000), "W/" * 5_000, "99999999999999999999", "bytes=0-"]
)
def test_header_that_means_nothing_is_ignored(name: str, value: str) -> None:
    client = Client(raise_request_exception=False)
    address = make_publication().get_absolute_url()
    assert [client.get(address, headers={name: value}).status_code for _twice in range(2)] == [200, 200]


# --- mail


BCC = "\r\nBcc: victim@example.com\r\n\r\nBuy!"


def headers_of_mail() -> list[str]:
    """Every header of every letter that waits or went."""
    mails = [letter.message() for letter in mail.outbox]
    return [f"{name}: {value}" for one in mails for name, value in one.items()]


@pytest.mark.parametrize("end", ["\r\n", "\n", "\r", "\u2028", "\x0b", "\x85"])
def test_names_put_no_header_into_mail(client: Client, end: str) -> None:
    make_policy()
    bcc = f"{end}Bcc: victim@example.com{end}{end}Buy!"
    client.post(new_url(make_publication()), guest_form(name=f"Gus{bcc}"))
    [letter] = Letter.objects.all()
    assert Comment.objects.get().name.splitlines() == [Comment.objects.get().name]
    assert [line for line in (letter.subject, letter.to) if "\n" in line or "\r" in line] == []
    client.post(
        "/accounts/signup/",
        {"email": "n@example.org", "name": f"Nora{bcc}", "password1": PASSWORD, "password2": PASSWORD},
    )
    assert [line for line in headers_of_mail() if line.lower().startswith("bcc") or "\n" in line] == []
    assert [one.recipients() for one in mail.outbox] == [["n@example.org"]]


@pytest.mark.parametrize(
    "address", [f"gus@example.org{BCC}", "gus@example.org,victim@example.com", "a\x00@example.org"]
)
def test_address_with_another_in_it_gets_no_mail(client: Client, address: str) -> None:
    make_policy()
    assert client.post(new_url(make_publication()), guest_form(email=address)).status_code == 422
    for page in ("signup", "password/reset"):
        client.post(
            f"/accounts/{page}/",
            {"email": address, "name": "N", "password1": PASSWORD, "password2": PASSWORD},
        )
    assert (Letter.objects.count(), mail.outbox) == (0, [])


def test_headline_puts_no_header_into_mail(client: Client) -> None:
    make_policy()
    story = make_publication(headline=f"Ferries{BCC}", section=make_section())
    client.post(new_url(story), guest_form())
    [letter] = Letter.objects.all()
    assert "\n" not in letter.subject
    assert "\r" not in letter.subject
    assert reverse("home") == "/"
