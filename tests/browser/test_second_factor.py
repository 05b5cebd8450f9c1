"""Staff set up a second factor: an app without any script, a passkey with the browser's own means; axe on all pages."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from playwright.sync_api import BrowserContext, Page, expect

from newsroom.accounts.models import User
from tests.browser.test_whole_path import SignIn, faults
from tests.factories import PASSWORD, make_user

NewContext = Callable[..., BrowserContext]


@pytest.fixture
def demanded(settings: Any) -> None:
    settings.STAFF_MFA_REQUIRED = True


@pytest.fixture
def editor(transactional_db: None) -> User:
    return make_user(group="Editor", name="Marian Holt")


def reauthenticated(page: Page) -> None:
    """allauth asks for the password again before anything about the second factor changes."""
    if page.locator("input[name=password]").count():
        page.fill("input[name=password]", PASSWORD)
        page.click("main button[type=submit]")
        page.wait_for_load_state()


def set_up_app(page: Page) -> str:
    page.goto("/accounts/2fa/totp/activate/")
    reauthenticated(page)
    secret = page.inner_text("#authenticator_secret")
    page.fill("input[name=code]", code_of(secret))
    page.click("main .account-form button[type=submit]")
    page.wait_for_url("**/recovery-codes/**")
    return secret


def code_of(secret: str) -> str:
    return format_hotp_value(hotp_value(secret, next(iter(yield_hotp_counters_from_time()))))


def test_app_is_set_up_and_used_without_script(
    page_without_script: Page, sign_in: SignIn, editor: User, demanded: None
) -> None:
    page = page_without_script
    sign_in(page, editor)
    page.goto("/admin/")
    expect(page.locator("h1")).to_have_text("Two-Factor Authentication")
    page.locator("main a[href$='/totp/activate/']").click()
    reauthenticated(page)
    picture = page.locator("img.qr")
    assert picture.evaluate("image => image.complete && image.naturalWidth > 0")
    set_up_app(page)
    codes = page.input_value("#recovery_codes").split()
    page.goto("/admin/")
    expect(page.locator("#site-name")).to_be_visible()
    page.context.clear_cookies()
    sign_in(page, editor)
    page.fill("input[name=code]", codes[0])
    page.click("main .account-form button[type=submit]")
    page.goto("/admin/")
    expect(page.locator("#site-name")).to_be_visible()


def test_passkey_is_added_and_used_under_the_strict_policy(
    new_context: NewContext, live_server: Any, sign_in: SignIn, editor: User, demanded: None
) -> None:
    page = new_context(base_url=live_server.url.replace("127.0.0.1", "localhost")).new_page()
    devices = page.context.new_cdp_session(page)
    devices.send("WebAuthn.enable")
    kind = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True}
    answers = {"isUserVerified": True, "automaticPresenceSimulation": True}
    devices.send("WebAuthn.addVirtualAuthenticator", {"options": {**kind, **answers}})
    sign_in(page, editor)
    page.goto("/accounts/2fa/webauthn/add/")
    reauthenticated(page)
    page.fill("input[name=name]", "My laptop")
    page.click("#mfa_webauthn_add")
    page.wait_for_url("**/recovery-codes/**")
    assert Authenticator.objects.filter(user=editor, type="webauthn").count() == 1
    page.context.clear_cookies()
    sign_in(page, editor)
    page.click("#mfa_webauthn_authenticate")
    page.wait_for_url("**/profile/**")
    page.goto("/admin/")
    expect(page.locator("#site-name")).to_be_visible()


PAGES = [
    "2fa/",
    "2fa/recovery-codes/",
    "2fa/recovery-codes/generate/",
    "2fa/webauthn/",
    "2fa/webauthn/add/",
    "2fa/totp/deactivate/",
    "reauthenticate/",
    "2fa/reauthenticate/",
]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1280])
def test_axe_finds_nothing_on_pages_of_the_second_factor(
    new_context: NewContext, sign_in: SignIn, editor: User, scheme: str, width: int
) -> None:
    page = new_context(
        color_scheme=scheme, viewport={"width": width, "height": 900}, bypass_csp=True
    ).new_page()
    sign_in(page, editor)
    page.goto("/accounts/2fa/totp/activate/")
    reauthenticated(page)
    found = faults(page, ["/accounts/2fa/totp/activate/"])
    if shots := os.environ.get("SHOTS"):
        page.screenshot(path=Path(shots) / f"totp-{scheme}-{width}.png", full_page=True)
    set_up_app(page)
    for path in PAGES:
        found |= faults(page, [f"/accounts/{path}"])
        if shots:
            page.screenshot(
                path=Path(shots) / f"{path.replace('/', '-')}{scheme}-{width}.png", full_page=True
            )
    page.context.clear_cookies()
    sign_in(page, editor)
    found |= faults(page, ["/accounts/2fa/authenticate/"])
    if shots:
        page.screenshot(path=Path(shots) / f"authenticate-{scheme}-{width}.png", full_page=True)
    assert found == {}
