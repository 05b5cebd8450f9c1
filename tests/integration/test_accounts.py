"""Sign-in, sign-up and profile."""

from typing import Any, ClassVar

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.contrib.auth.hashers import PBKDF2PasswordHasher
from django.core import mail
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

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


# --- throttles, and what a stranger learns of who has an account


WRONG = "not-the-password"


class Counted(PBKDF2PasswordHasher):
    """The hash that production uses, which is most of a sign-in's time, with fewer rounds; and how many it made."""

    algorithm = "pbkdf2_counted"
    iterations = 1_000
    made: ClassVar[list[int]] = []

    def encode(self, password: Any, salt: Any, iterations: int | None = None) -> str:
        self.made.append(iterations or self.iterations)
        return str(super().encode(password, salt, iterations))


def sign_in(client: Client, address: str, password: str = WRONG, **extra: Any) -> Any:
    return client.post("/accounts/login/", {"login": address, "password": password}, **extra)


def without_token(answer: Any, address: str) -> str:
    """The page without what is new on each: the token, and the address that was typed."""
    text = answer.content.decode().replace(address, "")
    return text.replace(str(answer.context["csrf_token"]), "")


def test_unknown_account_gets_the_answer_of_a_wrong_password_after_as_much_work(settings: Any) -> None:
    settings.PASSWORD_HASHERS = [f"{__name__}.Counted"]
    settings.ACCOUNT_RATE_LIMITS = False
    make_user(email="known@example.org")
    client = Client()
    answers = [sign_in(client, address) for address in ("known@example.org", "nobody@example.org")]
    assert [answer.status_code for answer in answers] == [200, 200]
    assert without_token(answers[0], "known@example.org") == without_token(answers[1], "nobody@example.org")
    rounds = []
    for address in ("known@example.org", "nobody@example.org"):
        Counted.made.clear()
        sign_in(client, address)
        rounds.append(sum(Counted.made))
    assert rounds == [Counted.iterations] * 2


@pytest.mark.parametrize(
    ("page", "fields"),
    [
        ("signup", {"name": "Nora", "password1": PASSWORD, "password2": PASSWORD}),
        ("password/reset", {}),
    ],
)
def test_known_and_unknown_addresses_get_one_answer_and_a_mail_each(
    page: str, fields: dict[str, str]
) -> None:
    make_user(email="known@example.org")
    answers = [
        Client().post(f"/accounts/{page}/", {"email": address, **fields})
        for address in ("known@example.org", "nobody@example.org")
    ]
    assert len({(answer.status_code, answer.headers["Location"]) for answer in answers}) == 1
    assert [letter.to for letter in mail.outbox] == [["known@example.org"], ["nobody@example.org"]]


def test_guessing_at_one_account_from_everywhere_is_throttled_and_the_others_go_on() -> None:
    make_user(email="known@example.org")
    make_user(email="other@example.org")
    for number in range(5):
        sign_in(Client(), "known@example.org", REMOTE_ADDR=f"198.51.100.{number}")
    client = Client()
    throttled = sign_in(client, "known@example.org", PASSWORD, REMOTE_ADDR="198.51.100.9")
    assert "Too many failed login attempts" in throttled.content.decode()
    assert "_auth_user_id" not in client.session
    assert sign_in(client, "other@example.org", PASSWORD, REMOTE_ADDR="198.51.100.9").status_code == 302


def test_throttle_of_sign_in_says_so_in_a_page_and_when_to_come_back() -> None:
    answers = [sign_in(Client(), f"guess{number}@example.org") for number in range(31)]
    assert [answer.status_code for answer in answers[:30:29]] == [200, 200]
    last = answers[-1]
    assert (last.status_code, last.headers["Retry-After"], last.headers["Cache-Control"]) == (
        429,
        "60",
        "no-store",
    )
    assert "Too often in a short time" in last.content.decode()


def test_throttles_of_sign_in_keep_no_network_address() -> None:
    sign_in(Client(), "known@example.org", REMOTE_ADDR="203.0.113.77")
    sign_in(Client(), "known@example.org", REMOTE_ADDR="2001:db8:77::77")
    keys = list(cache._cache)  # type: ignore[attr-defined]
    assert any("allauth:rl" in key for key in keys)
    assert [key for key in keys if "203.0.113" in key or "2001:db8" in key] == []


# --- the second factor


@pytest.fixture
def demanded(settings: Any) -> None:
    settings.STAFF_MFA_REQUIRED = True


def code_of(secret: str) -> str:
    """What an authenticator app shows now."""
    return format_hotp_value(hotp_value(secret, next(iter(yield_hotp_counters_from_time()))))


def signed_in(user: User) -> Client:
    client = Client()
    assert sign_in(client, user.email, PASSWORD).status_code == 302
    return client


def test_admin_is_open_without_a_second_factor_where_none_is_demanded() -> None:
    assert signed_in(make_user(is_staff=True)).get("/admin/").status_code == 200


@pytest.mark.parametrize(
    "path", ["/admin/", "/admin/moderation/", "/admin/articles/article/", "/admin/jsi18n/"]
)
def test_staff_without_a_second_factor_are_led_to_set_one_up(path: str, demanded: None) -> None:
    client = signed_in(make_user(is_superuser=True, is_staff=True))
    answer = client.get(path, follow=True)
    assert answer.redirect_chain == [(reverse("mfa_index"), 302)]
    assert "Set up a second factor first" in answer.content.decode()
    assert client.post(path).status_code == 302


def test_readers_and_strangers_are_asked_for_none(demanded: None) -> None:
    assert signed_in(make_user()).get("/accounts/profile/").status_code == 200
    assert Client().get("/admin/").headers["Location"].startswith("/admin/login/")


def test_staff_set_up_an_app_get_recovery_codes_and_sign_in_with_either(demanded: None) -> None:
    user = make_user(is_superuser=True, is_staff=True)
    client = signed_in(user)
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    page = client.get(reverse("mfa_activate_totp"))
    secret = page.context["form"].secret
    assert f'<code class="secret" id="authenticator_secret">{secret}</code>' in page.content.decode()
    wrong = client.post(reverse("mfa_activate_totp"), {"code": "000000"})
    assert (wrong.status_code, Authenticator.objects.count()) == (200, 0)
    done = client.post(reverse("mfa_activate_totp"), {"code": code_of(secret)})
    assert done.headers["Location"] == reverse("mfa_view_recovery_codes")
    listed = client.get(reverse("mfa_view_recovery_codes"))
    codes = listed.context["unused_codes"]
    assert (len(codes), client.get("/admin/").status_code) == (10, 200)

    again = Client()
    assert sign_in(again, user.email, PASSWORD).headers["Location"] == reverse("mfa_authenticate")
    assert again.get("/admin/").headers["Location"].startswith("/admin/login/")
    assert again.post(reverse("mfa_authenticate"), {"code": "000000"}).status_code == 200
    assert again.post(reverse("mfa_authenticate"), {"code": codes[0]}).status_code == 302
    assert again.get("/admin/").status_code == 200


def test_guessing_at_the_second_factor_is_throttled() -> None:
    user = make_user(is_staff=True)
    TOTP.activate(user, "JBSWY3DPEHPK3PXP")
    client = Client()
    sign_in(client, user.email, PASSWORD)
    for _attempt in range(5):
        client.post(reverse("mfa_authenticate"), {"code": "000000"})
    answer = client.post(reverse("mfa_authenticate"), {"code": code_of("JBSWY3DPEHPK3PXP")})
    assert (answer.status_code, "_auth_user_id" in client.session) == (200, False)
