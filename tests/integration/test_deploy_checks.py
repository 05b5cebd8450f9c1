"""`manage.py check --deploy` names each setting that is too weak for production, and is content with good ones."""

import pytest

from tests.integration.test_manage import manage

GOOD = {
    "SITE_URL": "https://news.example.com",
    "ALLOWED_HOSTS": "news.example.com",
    "BEHIND_PROXY": "true",
    "STAFF_MFA_REQUIRED": "true",
    "SECURITY_CONTACT": "mailto:security@news.example.com",
    "CACHE_URL": "db://cache",
    "SECRET_KEY": "dJ3k9fJ2mZ8qLw5tRb7vXc1nHs4gPy6uEo0iAa-TzKxMfQrWdBjVlNhG",
    "SEAL_KEY": "uY7hT3bN9mQ1zX5cV8kL2pR6wE4sD0fG-jHaIoUyTrEwQzXcVbNmKlPo",
}


def said(**changes: str) -> str:
    return manage("check", "--deploy", "--fail-level", "WARNING", **{**GOOD, **changes}).stderr


def test_good_settings_pass() -> None:
    done = manage("check", "--deploy", "--fail-level", "WARNING", **GOOD)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize(
    ("changes", "ids"),
    [
        ({"SITE_URL": "http://news.example.com", "STAFF_MFA_REQUIRED": "false"}, ["E003", "W003"]),
        (
            {
                "COMMENT_FORMS_PER_NETWORK": "0",
                "REPORT_FORMS_PER_NETWORK": "0",
                "CSP_REPORTS_PER_MINUTE": "0",
            },
            ["W004", "W004", "W004"],
        ),
        ({"BEHIND_PROXY": "false", "SECURITY_CONTACT": "mailto:security@example.org"}, ["W005", "W006"]),
        ({"ALLOWED_HOSTS": "*", "CACHE_URL": "locmem://"}, ["E004", "W001"]),
        ({"SEAL_KEY": "short"}, ["E001"]),
    ],
)
def test_weak_settings_are_named(changes: dict[str, str], ids: list[str]) -> None:
    text = said(**changes)
    assert all(text.count(f"newsroom.{each}") >= ids.count(each) for each in ids), text
