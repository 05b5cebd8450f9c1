"""One newsroom of the growth table, in a process of its own: answers what a page costs, a JSON line a question."""

import json
import os
import sys
import time
from collections.abc import Iterator
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
django.setup()

from django.core.cache import caches  # noqa: E402
from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import CaptureQueriesContext, setup_test_environment  # noqa: E402

from articles.models import Article  # noqa: E402
from comments.models import Comment, Discussion  # noqa: E402
from newsroom.accounts.models import User  # noqa: E402
from tests.bench.pages import Page, pages  # noqa: E402
from tests.bench.plans import whole_tables_read  # noqa: E402


class Side:
    """Asks for pages as a reader or as an administrator. What is kept of pages is thrown away before each making."""

    def __init__(self) -> None:
        self.pages = pages()
        self.clients = {who: Client() for who in {page.who for page in self.pages.values()}}
        for who, client in self.clients.items():
            if who:
                client.force_login(User.objects.get(email=who))

    def size(self) -> dict[str, int]:
        return {
            "stories": Article.objects.count(),
            "comments": Comment.objects.count(),
            "in the longest discussion": Discussion.objects.order_by("-public_count")[0].public_count,
            "held": Comment.objects.held().count(),
        }

    def names(self) -> list[str]:
        return list(self.pages)

    def facts(self, name: str) -> dict[str, Any]:
        """The status, bytes and number of queries of a page that has to be made, and the tables it reads whole."""
        caches["pages"].clear()
        self._get(self.pages[name])
        caches["pages"].clear()
        with CaptureQueriesContext(connection) as asked:
            response = self._get(self.pages[name])
        statements = [query["sql"] for query in asked]
        return {
            "status": response.status_code,
            "bytes": len(b"".join(response)) if response.streaming else len(response.content),
            "queries": len(statements),
            "whole": sorted({table for sql in statements for table in whole_tables_read(sql)}),
        }

    def making(self, name: str) -> float:
        caches["pages"].clear()
        return self._milliseconds(name)

    def kept(self, name: str) -> float:
        return self._milliseconds(name)

    def _milliseconds(self, name: str) -> float:
        started = time.perf_counter()
        self._get(self.pages[name])
        return (time.perf_counter() - started) * 1000

    def _get(self, page: Page) -> Any:
        return self.clients[page.who].get(page.address)


def _questions() -> Iterator[tuple[str, list[str]]]:
    for line in sys.stdin:
        name, *about = json.loads(line)
        yield name, about


def main() -> None:
    setup_test_environment(debug=False)
    side = Side()
    for name, about in _questions():
        print(json.dumps(getattr(side, name)(*about)), flush=True)


if __name__ == "__main__":
    main()
