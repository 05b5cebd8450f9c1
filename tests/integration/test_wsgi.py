"""A client may not choose how its request is decoded, which Django's own test client would not notice."""

from typing import Any

import pytest
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from django.test import RequestFactory

from newsroom.encoding import REFUSAL
from newsroom.wsgi import application
from tests import factories

pytestmark = pytest.mark.django_db

OTHERS = ("hex", "rot_13", "undefined", "idna", "punycode", "unicode_escape", "utf-16", "latin-1")
FORM = '--B\r\nContent-Disposition: form-data; name="body"\r\n\r\n\\ud800\r\n--B--\r\n'


@pytest.fixture(autouse=True)
def _connections_stay() -> Any:
    """As in Django's test client: the test's own connection is not closed with the request."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


def answer(path: str, content_type: str, *, method: str = "GET", body: str = "") -> tuple[str, str]:
    """Status line and text of what the server's application answers."""
    environ = RequestFactory().generic(method, path, body, content_type=content_type).environ
    environ["CONTENT_TYPE"] = content_type
    said: list[str] = []
    parts = application(environ, lambda status, headers, exc_info=None: said.append(status))  # type: ignore[arg-type]
    return said[0], b"".join(parts).decode()


@pytest.mark.parametrize("charset", OTHERS)
@pytest.mark.parametrize("path", ["/?x=1", "/accounts/login/?next=%5Cud800"])
def test_page_asked_for_in_another_character_set_is_refused_in_a_sentence(path: str, charset: str) -> None:
    assert answer(path, f"text/plain; charset={charset}") == ("400 Bad Request", REFUSAL)


@pytest.mark.parametrize("charset", OTHERS)
def test_form_in_another_character_set_is_refused_in_a_sentence(charset: str) -> None:
    path = f"{factories.make_publication().get_absolute_url()}comments/new/"
    kind = f"multipart/form-data; boundary=B; charset={charset}"
    assert answer(path, kind, method="POST", body=FORM) == ("400 Bad Request", REFUSAL)


@pytest.mark.parametrize("parameter", ["x*=nope''%41", "charset*=idna''%ff", "x*=undefined''%41"])
def test_parameter_in_another_character_set_is_refused_in_a_sentence(parameter: str) -> None:
    assert answer("/", f"text/plain; {parameter}") == ("400 Bad Request", REFUSAL)


@pytest.mark.parametrize(
    "content_type",
    ["", "text/plain", *(f"text/plain; charset={one}" for one in ("utf-8", "UTF8", "no-such", ""))],
)
def test_utf_8_by_any_name_or_none_is_read(content_type: str) -> None:
    assert answer("/?x=%C3%A4", content_type)[0] == "200 OK"
