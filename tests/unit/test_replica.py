"""Which database a row is read from and written to, and how long something that failed is left alone."""

from dataclasses import dataclass

import pytest
from django.apps import apps
from django.contrib.sessions.models import Session
from django.core.cache.backends.db import BaseDatabaseCache

from articles.models import Publication
from comments.models import Comment
from newsroom import replica
from newsroom.accounts.models import User
from newsroom.replica import Router, reading
from newsroom.resting import Rest

ROUTER = Router()


@pytest.mark.parametrize("model", apps.get_models(), ids=lambda model: model._meta.label)
def test_everything_is_read_and_written_on_the_primary(model: type) -> None:
    assert (ROUTER.db_for_read(model), ROUTER.db_for_write(model)) == ("default", "default")


@pytest.mark.parametrize("model", apps.get_models(), ids=lambda model: model._meta.label)
def test_inside_of_reading_the_newsrooms_own_rows_alone_come_from_the_replica(model: type) -> None:
    ours = model._meta.app_label in {"accounts", "articles", "comments"}
    with reading():
        assert ROUTER.db_for_read(model) == ("replica" if ours else "default")
        assert ROUTER.db_for_write(model) == "default"
    assert ROUTER.db_for_read(model) == "default"


def test_row_that_came_from_the_replica_is_written_on_the_primary() -> None:
    row = Publication()
    row._state.db = "replica"
    assert ROUTER.db_for_write(Publication, instance=row) == "default"
    assert ROUTER.db_for_read(Comment, instance=row) == "default"
    assert ROUTER.allow_relation(row, User()) is True


def test_caches_table_and_sessions_stay_on_the_primary_inside_of_reading() -> None:
    with reading():
        table = BaseDatabaseCache("kept", {}).cache_model_class
        assert (ROUTER.db_for_read(table), ROUTER.db_for_read(Session)) == ("default", "default")


@pytest.mark.parametrize(("database", "allowed"), [("replica", False), ("default", None)])
def test_replica_is_never_migrated(database: str, allowed: bool | None) -> None:
    assert ROUTER.allow_migrate(database, "articles") is allowed


def test_reading_ends_with_an_error() -> None:
    with pytest.raises(KeyError), reading():
        raise KeyError
    assert ROUTER.db_for_read(Comment) == "default"


def test_without_a_replica_nobody_is_asked() -> None:
    assert (replica.is_usable(), replica.has_what_was_seen()) == (False, False)
    assert replica.remember_primary() is None


@dataclass
class Clock:
    now: float = 100.0

    def __call__(self) -> float:
        return self.now


def test_rest_begins_with_a_failure_and_ends_by_itself() -> None:
    clock = Clock()
    rest = Rest("It", seconds=2, clock=clock)
    assert rest.is_on is False
    rest.begin(OSError("gone"))
    clock.now += 1.9
    assert rest.is_on is True
    clock.now += 0.2
    assert rest.is_on is False
