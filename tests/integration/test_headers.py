"""Every answer has the strict headers, whoever makes it, and cookies only where somebody is known by one."""

import json
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.urls import path
from django.utils import timezone

from articles.models import PageVersion
from newsroom import urls as site
from newsroom.accounts.models import User
from newsroom.encoding import utf_8_only
from newsroom.headers import NOTHING, strict_headers
from tests.factories import PASSWORD, make_publication, make_user
from tests.integration.test_comment_pages import guest_form, new_url
from tests.integration.test_permission_matrix import NAMES, address_of, people, world  # noqa: F401 - fixtures

pytestmark = pytest.mark.django_db
ROOT = Path(__file__).resolve().parents[2]
EXPECTED = {
    "Cross-Origin-Opener-Policy": {"same-origin"},
    "Cross-Origin-Resource-Policy": {"same-origin"},
    "Permissions-Policy": {strict_headers()["Permissions-Policy"]},
    "Referrer-Policy": {"strict-origin-when-cross-origin", "same-origin"},
    "Reporting-Endpoints": {'csp="/csp-reports/"'},
    "X-Content-Type-Options": {"nosniff"},
    "X-Frame-Options": {"DENY"},
}
DIRECTIVES = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data:",
    "font-src": "'self'",
    "connect-src": "'self'",
    "form-action": "'self'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
    "manifest-src": "'self'",
    "report-to": "csp",
    "report-uri": "/csp-reports/",
}


REMEMBERED = "max-age=31536000; includeSubDomains; preload"


def remember_https(settings: Any) -> None:
    settings.SECURE_HSTS_SECONDS = 31_536_000
    settings.SECURE_HSTS_INCLUDE_SUBDOMAINS = settings.SECURE_HSTS_PRELOAD = True


def weaknesses(answer: HttpResponse) -> list[str]:
    """What an answer lacks of the strict headers."""
    found = [
        f"{name}: {answer.headers.get(name)}"
        for name, values in EXPECTED.items()
        if answer.headers.get(name) not in values
    ]
    policy = answer.headers.get("Content-Security-Policy", "")
    said = dict(part.strip().partition(" ")[::2] for part in policy.split(";"))
    known = {
        name: " ".join(one for one in value.split() if "nonce-" not in one) for name, value in said.items()
    }
    if known != DIRECTIVES:
        found.append(f"Content-Security-Policy: {policy}")
    if "public" in answer.headers.get("Cache-Control", "") and ("nonce" in policy or answer.cookies):
        found.append(f"kept for all, but for one: {policy} {answer.cookies}")
    return found


@pytest.mark.parametrize("role", ["anonymous", "admin"])
def test_every_address_of_the_site_answers_with_the_strict_headers(
    role: str,
    people: dict[str, User | None],  # noqa: F811
    world: dict[str, dict[str, Any]],  # noqa: F811
) -> None:
    cookies: set[str] = set()
    weak = {}
    for name in NAMES:
        client = Client(raise_request_exception=False)
        if user := people[role]:
            client.force_login(user)
        for method in ("get", "post"):
            answer = getattr(client, method)(address_of(name, world))
            cookies |= set(answer.cookies)
            if found := weaknesses(answer):
                weak[f"{method} {name}"] = found
    assert weak == {}
    assert cookies <= {"sessionid", "csrftoken"}


def test_kept_page_and_its_304_have_the_strict_headers_and_no_cookie(client: Client) -> None:
    address = make_publication().get_absolute_url()
    PageVersion.objects.rise("stories")
    made = client.get(address)
    kept = client.get(address)
    unchanged = client.get(address, headers={"if-none-match": kept.headers["ETag"]})
    assert [one.status_code for one in (made, kept, unchanged)] == [200, 200, 304]
    assert [weaknesses(one) for one in (made, kept, unchanged)] == [[], [], []]
    assert "nonce" not in kept.headers["Content-Security-Policy"]
    assert [one.cookies for one in (made, kept, unchanged)] == [{}, {}, {}]


def refused(_request: HttpRequest) -> HttpResponse:
    raise PermissionDenied


def broken(_request: HttpRequest) -> HttpResponse:
    raise RuntimeError("broken")


def without_database(_request: HttpRequest) -> HttpResponse:
    raise OperationalError from RuntimeError("gone")


urlpatterns = [
    path("refused/", refused),
    path("broken/", broken),
    path("without-database/", without_database),
    *site.urlpatterns,
]
handler400, handler404, handler500 = site.handler400, site.handler404, site.handler500


def test_errors_and_redirects_have_the_strict_headers(settings: Any) -> None:
    settings.ROOT_URLCONF = __name__
    client = Client(raise_request_exception=False)
    story, ended = make_publication(), make_publication(ends_at=timezone.now() - timedelta(minutes=1))
    answers = {
        301: client.get(story.get_absolute_url()[:-1]),
        302: client.get("/admin/"),
        400: client.get("/", headers={"host": "elsewhere.example"}),
        403: client.get("/refused/"),
        404: client.get("/no/such/page/at/all/"),
        405: client.post("/"),
        410: client.get(ended.get_absolute_url()),
        413: client.post(new_url(story), guest_form(body="x" * 500_000)),
        500: client.get("/broken/"),
        503: client.get("/without-database/"),
    }
    assert [answer.status_code for answer in answers.values()] == list(answers)
    assert {status: weaknesses(answer) for status, answer in answers.items()} == {
        status: [] for status in answers
    }
    forged = Client(enforce_csrf_checks=True).post("/accounts/login/", {"login": "a@example.org"})
    assert (forged.status_code, weaknesses(forged)) == (403, [])


@pytest.mark.parametrize("headers", [{}, {"accept-encoding": "gzip"}, {"range": "bytes=0-5"}])
def test_static_files_have_the_strict_headers(client: Client, headers: dict[str, str]) -> None:
    whole = client.get("/static/newsroom/css/base.css", headers=headers)
    unchanged = client.get(
        "/static/newsroom/css/base.css", headers={"if-modified-since": whole.headers["Last-Modified"]}
    )
    whole.close()
    unchanged.close()
    assert whole.status_code == (206 if "range" in headers else 200)
    assert unchanged.status_code == 304
    assert (weaknesses(whole), weaknesses(unchanged)) == ([], [])
    assert "Access-Control-Allow-Origin" not in whole.headers


@pytest.mark.parametrize("secure", [False, True])
def test_answer_made_before_django_has_the_strict_headers(secure: bool, settings: Any) -> None:
    remember_https(settings)
    said: list[Any] = []
    environ = RequestFactory().get("/", secure=secure).environ | {"CONTENT_TYPE": "text/plain; charset=utf-7"}
    utf_8_only(lambda *_given: [])(environ, lambda *given: said.append(given))  # type: ignore[arg-type]
    [(status, headers)] = said
    assert (status, dict(headers).items() >= strict_headers().items()) == ("400 Bad Request", True)
    assert dict(headers).get("Strict-Transport-Security") == (REMEMBERED if secure else None)


# --- where the site is https


def test_https_is_remembered_and_asked_for_at_the_sites_own_address(settings: Any) -> None:
    settings.SECURE_SSL_REDIRECT, settings.SECURE_SSL_HOST = True, "news.example.org"
    remember_https(settings)
    client = Client(raise_request_exception=False)
    safe, plain = client.get("/", secure=True), client.get("/a?b=1", headers={"host": "elsewhere.example"})
    refused = client.get("/", secure=True, headers={"host": "elsewhere.example"})
    assert (safe.status_code, refused.status_code) == (200, 400)
    for answer in (safe, refused):
        assert answer.headers["Strict-Transport-Security"] == REMEMBERED
    assert (plain.status_code, plain.headers["Location"]) == (301, "https://news.example.org/a?b=1")
    assert plain.headers["Content-Security-Policy"] == NOTHING
    assert {"Strict-Transport-Security", "Set-Cookie"}.isdisjoint(plain.headers)


def test_https_site_is_remembered_and_its_cookies_are_bound_to_its_host() -> None:
    """`__Host-` makes browsers demand Secure and Path=/ and refuse a Domain."""
    asked = (
        "from django.conf import settings as s; import json; print(json.dumps({n: getattr(s, n) for n in dir(s)"
        " if ('COOKIE' in n or 'HSTS' in n) and isinstance(getattr(s, n), (str, int, type(None)))}))"
    )
    environment = {
        "DJANGO_SETTINGS_MODULE": "newsroom.settings",
        "SECRET_KEY": "x" * 60,
        "SEAL_KEY": "y" * 60,
        "SITE_URL": "https://news.example.org",
    }
    done = subprocess.run(
        [sys.executable, "-c", asked], cwd=ROOT, env=environment, capture_output=True, check=True
    )
    found = json.loads(done.stdout)
    hsts = [found[f"SECURE_HSTS_{name}"] for name in ("SECONDS", "INCLUDE_SUBDOMAINS", "PRELOAD")]
    assert hsts == [31_536_000, True, True]
    for name in ("SESSION", "CSRF", "LANGUAGE"):
        assert found[f"{name}_COOKIE_NAME"].startswith("__Host-")
        assert (found[f"{name}_COOKIE_SECURE"], found[f"{name}_COOKIE_HTTPONLY"]) == (True, True)
        assert (found[f"{name}_COOKIE_PATH"], found[f"{name}_COOKIE_DOMAIN"]) == ("/", None)
        assert found[f"{name}_COOKIE_SAMESITE"] == "Lax"


def test_signing_in_and_out_sets_no_cookie_but_those_two(client: Client) -> None:
    make_user(email="ada@example.org")
    entered = client.post("/accounts/login/", {"login": "ada@example.org", "password": PASSWORD})
    left = client.post("/accounts/logout/")
    asked = client.post("/accounts/password/reset/", {"email": "ada@example.org"})
    assert [one.status_code for one in (entered, left, asked)] == [302, 302, 302]
    assert {*entered.cookies, *left.cookies, *asked.cookies} == {"sessionid", "csrftoken"}
