"""A real browser against the live server: skipped with a sentence where there is none, a failure in CI."""

import os
import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.signals import request_finished, request_started
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from newsroom.accounts.models import User
from tests.browser.hostile import Watch
from tests.factories import PASSWORD

BROWSERS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
"""The first one found is used: the one that can draw no window costs less."""
CHROMIUM = next((found for name in BROWSERS if (found := shutil.which(name))), "")
PATIENCE = 30_000
"""How many milliseconds a page may take before a test gives up: a busy machine is slow, not wrong."""
expect.set_options(timeout=PATIENCE)
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything in this folder drives a browser and needs a database that other threads can see."""
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.browser)
            # One worker for all of them: the browser starts once.
            item.add_marker(pytest.mark.xdist_group("browser"))


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    if not CHROMIUM:
        if os.environ.get("CI"):
            pytest.fail("No chromium on this machine, and CI must run the browser tests.")
        pytest.skip(
            "No chromium on this machine: install Debian's package chromium-headless-shell to run them."
        )
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


class Traffic:
    """What the live server has at work: a closing page still sends a last word, and the database is emptied next."""

    def __init__(self) -> None:
        self.started = 0
        self.finished = 0
        self.paths: list[str] = []

    def count_start(self, environ: dict[str, Any], **_: Any) -> None:
        self.started += 1
        self.paths.append(environ["PATH_INFO"])

    def count_finish(self, **_: Any) -> None:
        self.finished += 1

    def wait_for(self, ending: str, times: int, seconds: float = 10) -> None:
        """Returns once addresses of that ending were asked for so often and nothing is at work; fails after a time.

        What a page says as it is left is told to nobody but the server.
        """
        until = time.monotonic() + seconds
        while sum(path.endswith(ending) for path in self.paths) < times:
            assert time.monotonic() < until, f"{ending} was not asked for {times} times: {self.paths}"
            time.sleep(0.05)
        self.wait_for_the_end()

    def wait_for_the_end(self, seconds: float = 10) -> None:
        """Returns once nothing was at work and nothing new came for a twentieth of a second."""
        until = time.monotonic() + seconds
        before = -1
        while time.monotonic() < until and not self.started == self.finished == before:
            before = self.started
            time.sleep(0.05)


@pytest.fixture
def traffic() -> Iterator[Traffic]:
    traffic = Traffic()
    request_started.connect(traffic.count_start)
    request_finished.connect(traffic.count_finish)
    yield traffic
    request_started.disconnect(traffic.count_start)
    request_finished.disconnect(traffic.count_finish)


@pytest.fixture
def new_context(
    browser: Browser, live_server: Any, traffic: Traffic
) -> Iterator[Callable[..., BrowserContext]]:
    """Opens browser contexts whose pages fail the test on a violation of the content security policy."""
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def listen(page: Page) -> None:
        page.on(
            "console",
            lambda message: (
                complaints.append(f"{page.url}: {message.text}")
                if "Content Security Policy" in message.text
                else None
            ),
        )
        page.on("pageerror", lambda error: complaints.append(str(error)))

    def open_context(**options: Any) -> BrowserContext:
        context = browser.new_context(**{"base_url": live_server.url, "locale": "en-GB", **options})
        context.set_default_timeout(PATIENCE)
        context.on("page", listen)
        contexts.append(context)
        return context

    yield open_context
    for context in contexts:
        context.close()
    traffic.wait_for_the_end()
    assert complaints == []


@pytest.fixture
def page(new_context: Callable[..., BrowserContext]) -> Page:
    return new_context(viewport={"width": 1280, "height": 900}).new_page()


@pytest.fixture
def watch(new_context: Callable[..., BrowserContext], live_server: Any) -> Iterator[Watch]:
    """A page without the content security policy; the test fails if anything hostile came about in it."""
    watch = Watch(new_context(bypass_csp=True).new_page(), live_server.url)
    yield watch
    assert watch.seen == []


@pytest.fixture
def phone(new_context: Callable[..., BrowserContext]) -> Page:
    """A page at 360 px with touch."""
    return new_context(viewport={"width": 360, "height": 740}, has_touch=True, is_mobile=True).new_page()


@pytest.fixture
def page_without_script(new_context: Callable[..., BrowserContext]) -> Page:
    return new_context(java_script_enabled=False).new_page()


@pytest.fixture
def sign_in() -> Callable[[Page, User], None]:
    def sign_in(page: Page, user: User) -> None:
        """Signs the user in through the sign-in page, as people do."""
        page.goto("/accounts/login/")
        page.fill("input[name=login]", user.email)
        page.fill("input[name=password]", PASSWORD)
        page.click("main button[type=submit]")
        page.wait_for_load_state()

    return sign_in


@pytest.fixture
def transactional_db_groups(transactional_db: None) -> None:
    """The groups again: a transactional test's flush has emptied their tables."""
    from newsroom.groups import make_groups

    make_groups()


@pytest.fixture(autouse=True)
def groups_after_flush(live_server: Any, transactional_db_groups: None) -> None:
    """Every browser test has the live server's database with the groups in it."""
