"""How much of its tables PostgreSQL reads for a page: as much as the page shows, however large the newsroom."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from articles.models import Author, Publication, Section, Topic
from comments.desk import queue
from comments.models import Comment
from newsroom.accounts.models import User

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(connection.vendor != "postgresql", reason="Plans are looked at on PostgreSQL alone."),
]
STORIES, COMMENTS, HELD = 1_500, 3_000, 2_500
MOST_ROWS = 600
"""Of one table for one query. A page shows fifty stories or a hundred comments; the tables have far more."""


@pytest.fixture
def large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queue, "COUNTED", 500)
    call_command("make_newsroom", stories=STORIES, thread=[100, COMMENTS], held=HELD, stderr=_Nowhere())
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
        # What reads a whole table is cheap at this size and dear at a hundred times it: here it is not chosen where
        # there is any other way, so that the rows looked at show whether there is one.
        for way in ("enable_seqscan", "enable_bitmapscan", "enable_hashjoin", "enable_mergejoin"):
            cursor.execute(f"SET LOCAL {way} = off")


class _Nowhere:
    def write(self, _text: str) -> None:
        pass

    def flush(self) -> None:
        pass


def addresses() -> list[tuple[str, str]]:
    story = Publication.objects.order_by("pk")[1]
    old = Publication.objects.order_by("-pk")[5]
    middle = Comment.objects.filter(discussion__article=story.article, depth=0).order_by("pk")[200]
    assert middle.public_since
    key = f"{int(middle.public_since.timestamp() * 1_000_000)}-{middle.pk}"
    before = f"{int(old.first_published_at.timestamp() * 1_000_000)}-{old.pk}"
    section, topic, author = (
        Section.objects.get(pk=old.section_id),
        Topic.objects.first(),
        Author.objects.first(),
    )
    assert topic
    assert author
    readers = [
        "/",
        f"/{section.slug}/",
        f"/{section.slug}/?before={before}",
        f"/topics/{topic.slug}/",
        f"/authors/{author.slug}/",
        "/corrections/",
        "/feeds/rss/",
        story.get_absolute_url(),
        f"{story.get_absolute_url()}comments/?after={key}",
        f"/comments/{middle.uid}/",
        f"{story.get_absolute_url()}comments/new/",
        "/comment-policy/",
    ]
    desk = ["/admin/moderation/", "/admin/moderation/decisions/"]
    return [("", address) for address in readers] + [("admin@example.org", address) for address in desk]


def test_page_reads_no_more_rows_than_it_needs(large: None) -> None:
    wrong = [found for who, address in addresses() for found in too_many(who, address)]
    assert wrong == []


def too_many(who: str, address: str) -> Iterator[str]:
    client = Client()
    if who:
        client.force_login(User.objects.get(email=who))
    with CaptureQueriesContext(connection) as asked:
        response = client.get(address)
    assert response.status_code in (200, 302), (address, response.status_code)
    for query in asked:
        if query["sql"].startswith(("SELECT", "EXECUTE")):
            for table, rows in rows_read(query["sql"]):
                if rows > MOST_ROWS:
                    yield f"{address} reads {rows} rows of {table}: {query['sql'][:300]}"


def rows_read(sql: str) -> Iterator[tuple[str, int]]:
    """The rows that each scan of the plan looked at, run for real."""
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) {sql.replace('%', '%%')}", [])
        plan: Any = cursor.fetchone()[0]
    yield from _scans((json.loads(plan) if isinstance(plan, str) else plan)[0]["Plan"])


def _scans(node: dict[str, Any]) -> Iterator[tuple[str, int]]:
    if "Relation Name" in node:
        looked_at = node["Actual Rows"] + node.get("Rows Removed by Filter", 0)
        yield node["Relation Name"], round(looked_at * node["Actual Loops"])
    for below in node.get("Plans", []):
        yield from _scans(below)
