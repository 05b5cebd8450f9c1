"""Whose a request is behind a proxy, and which pages no cache keeps."""

from typing import Any

import pytest
from csp.exceptions import CSPNonceError
from csp.middleware import CSPMiddleware
from django.conf import settings as django_settings
from django.http import HttpResponse
from django.test import Client, RequestFactory

from comments.models import Comment
from newsroom.middleware import ContentSecurityPolicy
from newsroom.networks import network_key
from tests.factories import make_policy, make_publication, make_user
from tests.integration.test_comment_pages import guest_form, new_url

pytestmark = pytest.mark.django_db


def send_through_proxy(forwarded: str) -> Comment:
    """A guest's comment as it comes in where nginx stands in front, on the same machine."""
    make_policy()
    headers = {"X-Forwarded-For": forwarded} if forwarded else {}
    response = Client(REMOTE_ADDR="127.0.0.1", headers=headers).post(
        new_url(make_publication()), guest_form()
    )
    assert response.status_code == 303
    return Comment.objects.get()


@pytest.mark.parametrize(
    ("forwarded", "client"),
    [("203.0.113.9", "203.0.113.9"), ("10.0.0.1, 203.0.113.9", "203.0.113.9"), ("", "127.0.0.1")],
)
def test_behind_a_proxy_a_reader_s_network_is_the_one_that_the_proxy_saw(
    settings: Any, forwarded: str, client: str
) -> None:
    settings.BEHIND_PROXY = True
    assert send_through_proxy(forwarded).network_key == network_key(client)


def test_without_a_proxy_nobody_chooses_their_own_network() -> None:
    assert send_through_proxy("203.0.113.9").network_key == network_key("127.0.0.1")


def failed_sign_in(email: str, forwarded: str) -> int:
    fields = {"login": email, "password": "not it at all"}
    response: HttpResponse = Client(REMOTE_ADDR="127.0.0.1", headers={"X-Forwarded-For": forwarded}).post(
        "/accounts/login/", fields
    )
    return response.status_code


def test_behind_a_proxy_one_who_guesses_passwords_keeps_nobody_else_from_signing_in(settings: Any) -> None:
    settings.BEHIND_PROXY = True
    guesses = [failed_sign_in(f"guess{number}@example.org", "203.0.113.9") for number in range(40)]
    assert (guesses[0], guesses[-1]) == (200, 429)
    assert failed_sign_in("editor@example.org", "198.51.100.7") == 200


@pytest.mark.parametrize("page", ["email", "password/change", "2fa", "logout", "profile"])
def test_page_of_a_person_is_kept_by_no_cache(client: Client, page: str) -> None:
    client.force_login(make_user())
    assert "no-store" in client.get(f"/accounts/{page}/")["Cache-Control"]


def test_public_page_may_still_be_kept(client: Client) -> None:
    assert client.get("/")["Cache-Control"].startswith("public, max-age=")
    assert django_settings.BEHIND_PROXY is False


def sends_nonce(request: Any) -> HttpResponse:
    return HttpResponse(str(request.csp_nonce))


def is_exempt(_request: Any) -> HttpResponse:
    response = HttpResponse()
    response._csp_exempt = True  # type: ignore[attr-defined]
    return response


def widens(_request: Any) -> HttpResponse:
    response = HttpResponse()
    response._csp_update = {"img-src": "https://pictures.example.org"}  # type: ignore[attr-defined]
    return response


@pytest.mark.parametrize("view", [lambda _request: HttpResponse(), sends_nonce, is_exempt, widens])
def test_policy_of_content_is_csps_own_whatever_the_page_asks(view: Any) -> None:
    policies = []
    for middleware in (CSPMiddleware, ContentSecurityPolicy):
        request = RequestFactory().get("/")
        request._csp_nonce = "c2FtZQ==" if view is sends_nonce else None  # type: ignore[attr-defined]
        policies.append(middleware(view)(request).headers.get("Content-Security-Policy"))
    assert policies[0] == policies[1]
    assert ("c2FtZQ==" in (policies[1] or "")) is (view is sends_nonce)


def test_nonce_that_is_asked_for_too_late_is_an_error_as_with_csp() -> None:
    request = RequestFactory().get("/")
    ContentSecurityPolicy(lambda _request: HttpResponse())(request)
    with pytest.raises(CSPNonceError):
        str(request.csp_nonce)  # type: ignore[attr-defined]
