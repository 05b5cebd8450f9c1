"""How much of its tables PostgreSQL reads for a page: as much as the page shows, however large the newsroom."""

from collections.abc import Iterator

import pytest
from django.core.cache import caches
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from articles.admin import listing
from articles.sitemaps import StorySitemap
from comments.desk import bar, queue
from comments.views.desk import nothing
from newsroom.accounts.models import User
from tests.bench.pages import Page, pages
from tests.bench.plans import QUESTIONS, nodes, plan_of, whole_tables_read

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(connection.vendor != "postgresql", reason="Plans are looked at on PostgreSQL alone."),
]
STORIES, COMMENTS, HELD = 1_500, 3_000, 2_500
MOST_ROWS = 600
"""Of one table for one query. A page shows fifty stories or a hundred comments; the tables have far more."""

LARGE = 1_000
"""Rows of a table that grows, at this size."""


@pytest.fixture
def large(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(queue, "COUNTED", 500)
    monkeypatch.setattr(bar, "COUNTED", 500)
    bar.query_of_figures.cache_clear()
    monkeypatch.setattr(nothing, "COUNTED", 500)
    monkeypatch.setattr(listing, "COUNTED", 500)
    monkeypatch.setattr(StorySitemap, "limit", 500)
    call_command("make_newsroom", stories=STORIES, thread=[100, COMMENTS], held=HELD, stderr=_Nowhere())
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
        # What reads a whole table is cheap at this size and dear at a hundred times it: here it is not chosen where
        # there is any other way, so that the rows looked at show whether there is one.
        for way in ("enable_seqscan", "enable_hashjoin", "enable_mergejoin"):
            cursor.execute(f"SET LOCAL {way} = off")
    yield
    bar.query_of_figures.cache_clear()


class _Nowhere:
    def write(self, _text: str) -> None:
        pass

    def flush(self) -> None:
        pass


def asked_of(page: Page) -> list[str]:
    """The queries of a page that has to be made."""
    caches["pages"].clear()
    client = Client()
    if page.who:
        client.force_login(User.objects.get(email=page.who))
    with CaptureQueriesContext(connection) as asked:
        status = client.get(page.address).status_code
    assert status in (200, 302, 404), (page.address, status)
    return [query["sql"] for query in asked if query["sql"].startswith(QUESTIONS)]


def test_page_reads_no_more_rows_than_it_needs(large: None) -> None:
    # A search goes by the index of parts only from a size on at which that is the cheaper way: see below.
    shown = [(name, page) for name, page in pages().items() if "search" not in name]
    wrong = [found for name, page in shown for found in too_many(name, page)]
    assert wrong == []


def too_many(name: str, page: Page) -> Iterator[str]:
    for sql in asked_of(page):
        for table, rows in rows_read(sql):
            if rows > MOST_ROWS:
                yield f"{name} reads {rows} rows of {table}: {sql[:300]}"


def test_page_reads_no_large_table_from_end_to_end(large: None) -> None:
    whole = {
        (name, table)
        for name, page in pages().items()
        for sql in asked_of(page)
        for table in whole_tables_read(sql, rows=LARGE)
    }
    assert whole == set()


def test_search_at_the_desk_can_go_by_the_index_of_parts(large: None) -> None:
    [search] = [sql for sql in asked_of(pages()["stories, search for nothing"]) if "COUNT(*)" in sql]
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_indexscan = off")
    used = {node["Index Name"] for node in nodes(plan_of(search, "FORMAT JSON")) if "Index Name" in node}
    assert used == {"article_parts_of_working_headline", "article_parts_of_slug"}


def rows_read(sql: str) -> Iterator[tuple[str, int]]:
    """The rows that each scan of the plan looked at, run for real."""
    for node in nodes(plan_of(sql, "ANALYZE, FORMAT JSON")):
        if "Relation Name" in node:
            looked_at = node["Actual Rows"] + node.get("Rows Removed by Filter", 0)
            yield node["Relation Name"], round(looked_at * node["Actual Loops"])
