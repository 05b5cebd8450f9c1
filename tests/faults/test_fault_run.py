"""The fault run's short form: on PostgreSQL where the suite runs on that, else with process kills on SQLite."""

import secrets
from pathlib import Path

import pytest
from django.db import connection

from tests.faults.reporting import Plan
from tests.faults.run import run
from tests.faults.stale import watch

COMMENTS, FAULTS, SECONDS = 200, 5, 8.0


# By name only (-m long): it takes four minutes.
pytestmark = pytest.mark.long


@pytest.fixture
def seed() -> int:
    return secrets.randbelow(1_000_000)


def test_newsroom_keeps_its_word_while_everything_around_it_fails(tmp_path: Path, seed: int) -> None:
    report = run(Plan(connection.vendor, COMMENTS, FAULTS, seed), tmp_path, print)
    assert report.wrong == []
    assert (report.figures["comments acknowledged"], report.faults.total()) == (COMMENTS, FAULTS)
    assert report.figures["decisions acknowledged"] > 0
    assert report.figures["publications acknowledged"] > 0


def test_no_answer_is_older_than_what_was_committed_before_it(tmp_path: Path, seed: int) -> None:
    watched = watch(connection.vendor, SECONDS, seed, tmp_path, print)
    assert watched.wrong == []
    assert watched.changes > 5
    assert 0 < watched.not_modified < watched.answers
