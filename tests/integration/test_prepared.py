"""A query that is made once gives what a cursor gives, however it is asked, and outlives its connection."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import OperationalError, connection, transaction
from django.test.utils import CaptureQueriesContext

from articles.models import Publication
from newsroom.prepared import MOMENT, TEXT, Prepared
from tests import factories

pytestmark = pytest.mark.django_db(transaction=True)
NOON = datetime(2026, 5, 12, 12, 0, tzinfo=UTC)


def _live(now: datetime, path: str) -> Any:
    rows = Publication.objects.published(now).filter(path=path).order_by()
    return rows.values_list("headline", "starts_at", "ends_at", "material", "word_count")


@pytest.fixture
def live() -> Publication:
    headline = "Bænke, “zwei” ‐ نیمکت %s"
    return factories.make_publication(
        article=factories.make_article(working_headline=headline), starts_at=NOON
    )


def test_row_is_the_same_by_itself_in_a_transaction_and_while_queries_are_counted(live: Publication) -> None:
    asked = Prepared(_live, now=MOMENT, path=TEXT)
    values = {"now": NOON, "path": live.path}
    found = [asked.first(Publication, **values)]
    with transaction.atomic():
        found.append(asked.first(Publication, **values))
    with CaptureQueriesContext(connection) as counted:
        found.append(asked.first(Publication, **values))
    assert [tuple(row or ()) for row in found] == [(live.headline, NOON, None, True, 7)] * 3
    assert len(counted) == 1
    assert _live(**values).get() == tuple(found[0] or ())


def test_where_there_is_no_row_there_is_none(live: Publication) -> None:
    asked = Prepared(_live, now=MOMENT, path=TEXT)
    assert asked.first(Publication, now=MOMENT, path=live.path) is None
    assert asked.first(Publication, now=NOON, path=f"{live.path}' OR 1=1 --") is None


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has no connection that could be lost.")
def test_lost_connection_is_said_in_djangos_words_and_the_next_one_answers(live: Publication) -> None:
    asked = Prepared(_live, now=MOMENT, path=TEXT)
    values = {"now": NOON, "path": live.path}
    before = asked.first(Publication, **values)
    assert before
    pid = connection.connection.info.backend_pid
    other = connection.copy()
    with other.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s, 5000)", [pid])
    other.close()
    with pytest.raises(OperationalError):
        asked.first(Publication, **values)
    connection.close()
    assert asked.first(Publication, **values) == before
