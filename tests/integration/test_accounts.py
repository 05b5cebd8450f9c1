"""Sign-in, sign-up and profile."""

import pytest
from django.core import mail
from django.test import Client

from newsroom.accounts.models import User
from tests.factories import PASSWORD, make_user

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("page", ["login", "signup", "password/reset"])
def test_page_for_visitors_opens(client: Client, page: str) -> None:
    answer = client.get(f"/accounts/{page}/")
    assert (answer.status_code, answer.templates[0].name is not None) == (200, True)


@pytest.mark.parametrize("page", ["profile", "email", "password/change", "2fa", "logout"])
def test_page_of_an_account_opens_for_its_owner(client: Client, page: str) -> None:
    client.force_login(make_user())
    assert client.get(f"/accounts/{page}/").status_code == 200


def test_profile_sends_a_visitor_to_sign_in(client: Client) -> None:
    assert client.get("/accounts/profile/").headers["Location"] == "/accounts/login/?next=/accounts/profile/"


def test_signing_up_stores_the_public_name_and_mails_a_confirmation(client: Client) -> None:
    answer = client.post(
        "/accounts/signup/",
        {"email": "New.Reader@example.org", "name": "Nora", "password1": PASSWORD, "password2": PASSWORD},
    )
    user = User.objects.get()
    assert (answer.status_code, user.email, user.name) == (302, "new.reader@example.org", "Nora")
    assert [letter.to for letter in mail.outbox] == [["new.reader@example.org"]]


def test_signing_in_is_not_possible_before_the_address_is_confirmed(client: Client) -> None:
    User.objects.create_user("early@example.org", PASSWORD)
    client.post("/accounts/login/", {"login": "early@example.org", "password": PASSWORD})
    assert "_auth_user_id" not in client.session


def test_signing_in_with_another_case_of_the_address(client: Client) -> None:
    user = make_user(email="mixed@example.org")
    client.post("/accounts/login/", {"login": "Mixed@Example.org", "password": PASSWORD})
    assert client.session["_auth_user_id"] == str(user.pk)


def test_admin_sends_a_visitor_to_the_common_sign_in(client: Client) -> None:
    assert client.get("/admin/", follow=True).redirect_chain[-1][0] == "/accounts/login/?next=%2Fadmin%2F"


def test_profile_with_a_name_of_invisible_letters_says_so(client: Client) -> None:
    user = make_user(name="Before")
    client.force_login(user)
    answer = client.post("/accounts/profile/", {"name": "\u202e \u200b", "language": "en"})
    user.refresh_from_db()
    assert (answer.status_code, user.name) == (422, "Before")


def test_profile_saves_name_and_language(client: Client) -> None:
    user = make_user()
    client.force_login(user)
    client.post("/accounts/profile/", {"name": "  Mina \u202e  K ", "language": "fa"})
    user.refresh_from_db()
    assert (user.name, user.language) == ("Mina K", "fa")
