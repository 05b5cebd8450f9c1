"""Whoever posts, signs in or reports leaves no network address behind: not in a table, a cache or a log."""

import logging
import pickle
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.apps import apps
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from comments.forms import started_mark
from tests.factories import (
    PASSWORD,
    make_comment,
    make_discussion,
    make_policy,
    make_publication,
    make_user,
)
from tests.integration.test_comment_pages import guest_form, new_url

pytestmark = pytest.mark.django_db
ADDRESSES = {"203.0.113.77": "203.0.113", "2001:db8:77:1::77": "2001:db8:77"}
"""The address of the client, and what no text may have of it."""


def stored() -> Iterator[str]:
    """Every value of every row of every table."""
    for model in apps.get_models(include_auto_created=True):
        for row in model._base_manager.values_list():
            yield f"{model._meta.label}: {row!r}"


def kept_in_cache() -> Iterator[str]:
    for key, value in cache._cache.items():  # type: ignore[attr-defined]
        yield f"{key}: {pickle.loads(value)!r}"  # noqa: S301 - the tests' own


@pytest.mark.parametrize("behind_proxy", [False, True])
@pytest.mark.parametrize("address", ADDRESSES)
def test_no_network_address_is_kept(
    address: str, behind_proxy: bool, settings: Any, caplog: pytest.LogCaptureFixture
) -> None:
    settings.BEHIND_PROXY = behind_proxy
    client = (
        Client(REMOTE_ADDR="127.0.0.1", headers={"X-Forwarded-For": address})
        if behind_proxy
        else Client(REMOTE_ADDR=address)
    )
    make_user(email="ada@example.org")
    make_policy()
    story = make_publication()
    comment = make_comment(discussion=make_discussion(story.article))
    report = {
        "ground": "rule:respect",
        "explanation": "Rude.",
        "name": "Gus",
        "email": "gus@example.org",
        "form_key": "00000000-0000-4000-8000-000000000001",
        "started": started_mark(timezone.now() - timedelta(minutes=1)),
        "website": "",
    }
    with caplog.at_level(logging.DEBUG):
        done = [
            client.post(new_url(story), guest_form()),
            client.post("/accounts/login/", {"login": "ada@example.org", "password": "wrong-password"}),
            client.post("/accounts/login/", {"login": "ada@example.org", "password": PASSWORD}),
            client.post(f"/comments/{comment.uid}/report/", report),
            client.post(
                "/csp-reports/", {"csp-report": {"blocked-uri": "x"}}, content_type="application/json"
            ),
            client.get("/nowhere/"),
        ]
    assert [answer.status_code for answer in done] == [303, 200, 302, 303, 204, 404]
    part = ADDRESSES[address]
    assert [row for row in stored() if part in row] == []
    assert any("throttle:comment-forms:" in entry for entry in kept_in_cache())
    assert [entry for entry in kept_in_cache() if part in entry] == []
    assert part not in caplog.text
