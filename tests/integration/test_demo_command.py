"""`manage.py demo` refuses what it must with a sentence, and runs, twice over the same database."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.core.management import CommandError, call_command
from django.db import connection

from articles.models import Article
from newsroom.accounts.models import User
from newsroom.demo.ownership import ForeignDatabaseError, Holding, look_at_database
from newsroom.demo.reading import read_newsroom

NEWSROOM = read_newsroom()


def refusal_of(address: str) -> CommandError:
    with pytest.raises(CommandError) as refusal:
        call_command("demo", address)
    return refusal.value


@pytest.mark.parametrize("address", ["0.0.0.0:8000", "[::]:8000", "10.1.2.3:8000"])
def test_an_address_beyond_loopback_is_refused(address: str) -> None:
    refusal = refusal_of(address)
    assert str(refusal).startswith(
        "The demo listens on this machine only (127.0.0.0/8, [::1] or localhost), not on "
    )
    assert refusal.returncode == 1


def test_a_bad_address_is_refused() -> None:
    refusal = refusal_of("nonsense")
    assert str(refusal) == (
        "'nonsense' is not an address and a port from 0 to 65535."
        " Write them as in 127.0.0.1:8000 or [::1]:8000."
    )
    assert refusal.returncode == 1


@pytest.mark.django_db
def test_an_empty_database_is_the_demo_s_to_fill() -> None:
    assert look_at_database(NEWSROOM) is Holding.NOTHING


@pytest.mark.django_db
def test_a_database_with_people_in_it_is_refused_and_left_alone(settings: Any) -> None:
    settings.SITE_URL = settings.SITE_URL
    User.objects.create_user("somebody@example.com", "own password")
    refusal = refusal_of("127.0.0.1:0")
    assert str(refusal).startswith(
        "The database holds 1 person that this command did not make. Nothing was changed."
    )
    assert refusal.returncode == 1
    assert (User.objects.count(), Article.objects.count()) == (1, 0)


@pytest.mark.django_db
def test_a_database_with_foreign_tables_is_refused() -> None:
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE aardvarks (id integer)")
    with pytest.raises(ForeignDatabaseError) as refusal:
        look_at_database(NEWSROOM)
    assert str(refusal.value) == "The database holds tables that are not the newsroom's, such as aardvarks."


@contextmanager
def running_demo(database: Path, password: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """The command in a process of its own, and all that it said until it was up."""
    named = ("DATABASE_URL", "DEMO_PASSWORD", "DJANGO_SETTINGS_MODULE", "SECRET_KEY", "SEAL_KEY", "SITE_URL")
    environment = {name: value for name, value in os.environ.items() if name not in named}
    environment |= {"DATABASE_URL": f"sqlite:///{database}", "DEMO_PASSWORD": password}
    command = [sys.executable, "manage.py", "demo", "127.0.0.1:0"]
    demo = subprocess.Popen(
        command, cwd=django_settings.BASE_DIR, env=environment, stdout=subprocess.PIPE, text=True
    )
    assert demo.stdout is not None
    said = []
    try:
        for line in demo.stdout:
            said.append(line)
            if line.startswith("Ctrl-C"):
                break
        yield demo, "".join(said)
    finally:
        demo.terminate()
        demo.communicate(timeout=30)


def home_page(port: int) -> str:
    connection = HTTPConnection("127.0.0.1", port, timeout=30)
    connection.request("GET", "/")
    return connection.getresponse().read().decode()


def test_the_command_makes_the_newsroom_once_and_ends_all_parts_on_a_signal(tmp_path: Path) -> None:
    database = tmp_path / "new folder" / "demo.sqlite3"
    with running_demo(database, "first password") as (demo, said):
        port = re.search(r"the paper +http://127\.0\.0\.1:(\d+)/", said)
        assert port is not None
        home = home_page(int(port[1]))
        assert NEWSROOM.story("quay-street").headline in home
        assert "Stories: 18" in said
        assert "all with the password first password" in said
        demo.send_signal(signal.SIGINT)
        assert (demo.wait(30), demo.stdout.read() if demo.stdout else "") == (
            0,
            "Stopped. The newsroom is kept; the same command opens it again.\n",
        )
    with pytest.raises(OSError, match="refused"):
        home_page(int(port[1]))
    with running_demo(database, "second password") as (demo, said):
        assert "The newsroom is there already and stays as it is." in said
        assert "Stories:" not in said
        demo.terminate()
        assert demo.wait(30) == 0
