"""Prints what the queue costs at 1,000 and at 100,000 waiting comments: `python -m tests.bench.bench_queue`."""

import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
django.setup()

from django.test import Client  # noqa: E402
from django.utils import timezone  # noqa: E402

from comments.desk.queue import queue_page  # noqa: E402
from newsroom.accounts.models import User  # noqa: E402
from tests.bench.measuring import make_newsroom, milliseconds, own_database, queries  # noqa: E402

WAITING = tuple(map(int, os.environ.get("WAITING", "1000,100000").split(",")))


def main() -> None:
    with own_database():
        figures = {}
        print(f"{'waiting':>9}{'page ms':>9}{'queries':>9}{'100 rows ms':>13}{'queries':>9}{'read ms':>9}")
        for held in WAITING:
            make_newsroom(stories=1_000, thread=[100], held=held)
            figures[held] = row = measured()
            print(f"{held:9,}{row[0]:9.1f}{row[1]:9}{row[2]:13.1f}{row[3]:9}{row[4]:9.1f}")
        first, *_between, last = figures
        for name, place in (("page", 0), ("100 rows", 2), ("read", 4)):
            ratio = figures[last][place] / figures[first][place]
            print(f"{name}: {last:,} take {ratio:.2f} times as long as {first:,}")


def measured() -> tuple[float, int, float, int, float]:
    """The whole page and its queries, the same with 100 rows, and reading its rows alone."""
    client = Client()
    client.force_login(User.objects.get(email="moderator@example.org"))

    def page() -> object:
        return client.get("/admin/moderation/")

    def long_page() -> object:
        return client.get("/admin/moderation/?rows=100")

    return (
        milliseconds(page),
        queries(page),
        milliseconds(long_page),
        queries(long_page),
        milliseconds(lambda: queue_page(None, timezone.now())),
    )


if __name__ == "__main__":
    main()
