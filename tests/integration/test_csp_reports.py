"""Reports of the content security policy are taken in both forms, bounded, and logged without anything of a person."""

import json
import logging
import uuid
from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from newsroom.views.csp_reports import MOST_BYTES, MOST_REPORTS

MINE = f"https://news.example.org/comments/{uuid.uuid4()}/mine/secret-token/?sent=1"
CLASSIC = {
    "csp-report": {
        "document-uri": MINE,
        "referrer": "https://news.example.org/accounts/login/?email=ada@example.org",
        "effective-directive": "script-src-elem",
        "blocked-uri": "https://evil.example/x.js?victim=ada@example.org",
        "line-number": 7,
        "script-sample": "ada@example.org",
    }
}
MODERN = {
    "type": "csp-violation",
    "age": 10,
    "url": MINE,
    "user_agent": "Ada's browser",
    "body": {
        "documentURL": MINE,
        "effectiveDirective": "script-src-elem",
        "blockedURL": "https://evil.example/x.js?victim=ada@example.org",
        "lineNumber": 7,
        "sample": "ada@example.org",
    },
}
LINE = (
    "Stopped by the content security policy: script-src-elem on comments:mine,"
    " blocked https://evil.example, line 7"
)


def report(client: Client, sent: Any, content_type: str = "application/csp-report", **extra: Any) -> Any:
    body = sent if isinstance(sent, bytes) else json.dumps(sent)
    return client.post("/csp-reports/", body, content_type=content_type, **extra)


@pytest.mark.parametrize(
    ("sent", "content_type", "lines"),
    [
        (CLASSIC, "application/csp-report", 1),
        ([MODERN], "application/reports+json", 1),
        ([MODERN, {"type": "deprecation", "body": {}}, MODERN], "application/reports+json; charset=utf-8", 2),
        ([MODERN] * 15, "application/reports+json", MOST_REPORTS),
        (MODERN, "application/json", 1),
    ],
)
def test_report_in_either_form_is_a_line_without_anything_of_a_person(
    client: Client,
    caplog: pytest.LogCaptureFixture,
    django_assert_num_queries: DjangoAssertNumQueries,
    sent: Any,
    content_type: str,
    lines: int,
    db: None,
) -> None:
    with caplog.at_level(logging.WARNING), django_assert_num_queries(0):
        answer = report(client, sent, content_type)
    assert (answer.status_code, answer.content, answer.headers["Cache-Control"]) == (204, b"", "no-store")
    assert [one.getMessage() for one in caplog.records] == [LINE] * lines


def test_report_cannot_write_a_line_of_its_own_into_the_log(
    client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    hostile = {"effective-directive": "x\n2026 ERROR: all is lost", "blocked-uri": "inl\u2028ine\x1b[31m"}
    assert report(client, {"csp-report": hostile}).status_code == 204
    assert [one.getMessage() for one in caplog.records] == [
        "Stopped by the content security policy: x?2026?ERROR:?all?is?lost on no page of ours,"
        " blocked inl?ine??31m, line ?"
    ]


@pytest.mark.parametrize(
    "sent",
    [
        b" ",
        b"\xff\xfe",
        b"null",
        b"[]",
        b"{}",
        b"[1, [2], null]",
        b'{"csp-report": []}',
        b'[{"type": "csp-violation", "body": 3}]',
        b"[" * 16_000,
        b'{"a":' * 3_000,
        b"9" * 10_000,
        b'{"csp-report": {"line-number": ' + b"9" * 10_000 + b"}}",
        b'"\\ud800"',
    ],
)
def test_what_is_no_report_is_refused_in_a_sentence(
    client: Client, caplog: pytest.LogCaptureFixture, sent: bytes
) -> None:
    answer = report(client, sent)
    assert (answer.status_code, answer.content) == (
        400,
        b"This is no report of a content security policy.\n",
    )
    assert "Stopped" not in caplog.text


@pytest.mark.parametrize(
    "body",
    [
        {"document-uri": "http://[", "blocked-uri": "http://[::1", "effective-directive": "\ud800"},
        {"document-uri": {"a": ["b"]}, "blocked-uri": ["x"] * 2_000, "effective-directive": 1e308},
        {"document-uri": "/" * 10_000, "blocked-uri": "\x00", "line-number": [[[[]]]]},
    ],
)
def test_hostile_report_is_a_short_line(
    client: Client, caplog: pytest.LogCaptureFixture, body: dict[str, Any]
) -> None:
    assert report(client, {"csp-report": body}).status_code == 204
    [line] = [one.getMessage() for one in caplog.records]
    assert (len(line) < 450, line.isascii(), line.isprintable()) == (True, True, True)


def test_report_of_more_bytes_than_a_report_has_is_not_read(client: Client) -> None:
    answer = report(client, b" " * (MOST_BYTES + 1))
    assert (answer.status_code, answer.content) == (413, b"A report has at most 16384 bytes.\n")


def test_other_kinds_of_content_are_refused(client: Client) -> None:
    assert [client.post("/csp-reports/", {"a": 1}).status_code, client.get("/csp-reports/").status_code] == [
        415,
        405,
    ]


def test_network_and_world_that_send_very_many_are_asked_to_wait(client: Client, settings: Any) -> None:
    settings.CSP_REPORTS_PER_MINUTE = 3
    one_network = [report(client, CLASSIC, REMOTE_ADDR=f"192.0.2.{number}") for number in range(4)]
    assert [answer.status_code for answer in one_network] == [204, 204, 204, 429]
    assert 1 <= int(one_network[-1].headers["Retry-After"]) <= 60
    others = {report(client, CLASSIC, REMOTE_ADDR=f"10.0.{number}.1").status_code for number in range(28)}
    assert others == {204, 429}
