"""What the command line says where the environment, the database or the reader of its output is not there."""

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest
from django.conf import settings

KEYS = {"SECRET_KEY": "k" * 60, "SEAL_KEY": "s" * 60}


def manage(*arguments: str, **environment: str) -> "subprocess.CompletedProcess[str]":
    """The command in a process of its own, with these variables and none of the tests'."""
    own = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=settings.BASE_DIR,
        env={**own, **KEYS, **environment},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("LOG_LEVEL", "LOUD", 'Environment variable "LOG_LEVEL" invalid: Not a valid log level.'),
        ("TIME_ZONE", "Mars/Phobos", "TIME_ZONE is 'Mars/Phobos'. No time zone is called that."),
        (
            "SITE_URL",
            "news.example.org",
            "SITE_URL is 'news.example.org'. It must be the site's public address, like https://news.example.org.",
        ),
        (
            "REPLICA_URL",
            "sqlite:///replica.sqlite3",
            "REPLICA_URL must name a postgres:// database that follows the one in DATABASE_URL.",
        ),
        (
            "SECOND_REVIEW_PERCENT",
            "200",
            "SECOND_REVIEW_PERCENT is 200. A share is from 0 to 100 per cent.",
        ),
        ("DATABASE_POOL", "0", "DATABASE_POOL is 0. A process needs one connection at least."),
        (
            "EMAIL_URL",
            "localhost",
            "EMAIL_URL names no way to send mail. It begins like smtp://, file:// or console://.",
        ),
    ],
)
def test_bad_variable_stops_the_start_with_a_sentence(name: str, value: str, sentence: str) -> None:
    ended = manage("check", **{"DATABASE_URL": "postgres://nobody@127.0.0.1:1/none", name: value})
    assert (ended.returncode, ended.stderr) == (1, f"{sentence}\n")


@pytest.mark.parametrize("command", ["verify_decisions", "demo"])
def test_database_that_does_not_answer_is_named_soon_and_in_a_sentence(command: str) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        begun = time.monotonic()
        port = taken.getsockname()[1]
        arguments = ["demo", "127.0.0.1:0"] if command == "demo" else [command]
        ended = manage(*arguments, DATABASE_URL=f"postgres://nobody@127.0.0.1:{port}/none")
    assert ended.returncode == 1
    assert "Traceback" not in ended.stderr
    assert "couldn't get a connection after 5.00 sec." in ended.stderr.splitlines()[-1]
    assert time.monotonic() - begun < 25


def test_output_that_nobody_reads_ends_the_command_without_a_word(tmp_path: Path) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "w") as output:
        ended = subprocess.run(
            [sys.executable, "manage.py", "demo", "127.0.0.1:0"],
            cwd=settings.BASE_DIR,
            env={**os.environ, **KEYS, "DATABASE_URL": f"sqlite:///{tmp_path / 'demo.sqlite3'}"}
            | {"DJANGO_SETTINGS_MODULE": "newsroom.settings"},
            stdout=output,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
            timeout=120,
        )
    assert (ended.returncode, ended.stderr) == (128 + signal.SIGPIPE, "")
